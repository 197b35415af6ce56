import type { Readable } from "node:stream";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Failure } from "./failure.ts";
import { quickly, storageFailure } from "./storage.ts";
import type { Bytes } from "./streams.ts";

/** One version of one object. */
export interface ObjectSource {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
  /** Milliseconds without a byte after which the connection is taken for cut. @default 30_000 */
  readonly patience?: number;
}

/** How often a cut download goes on where it was cut. */
const resumptions = 5;

/** The bytes of an object; a connection that is cut is taken up again where it ended. */
export async function* objectBytes(source: ObjectSource, signal?: AbortSignal): Bytes {
  const { client, bucket, key, versionId, patience = 30_000 } = source;
  let read = 0;
  for (let cuts = 0; ; ) {
    try {
      const answer = await client.send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          VersionId: versionId,
          ...(read === 0 ? {} : { Range: `bytes=${read}-` }),
        }),
        quickly(signal),
      );
      const expected = read + Number(answer.ContentLength);
      for await (const piece of piecesOf(answer.Body as Readable, patience, signal)) {
        read += piece.length;
        yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
      }
      if (read >= expected) return;
      throw new Error("the answer ended early");
    } catch (error) {
      signal?.throwIfAborted();
      const failure = storageFailure(error, `cannot read ${key}`);
      // What was wrong has left already: there is nothing to take up again.
      if (/checksum mismatch/i.test(failure.message)) throw new Failure("corrupt", failure.message);
      cuts += 1;
      if (failure.outcome !== "storage" || cuts > resumptions) throw failure;
    }
  }
}

/** The pieces of an answer, which a signal ends, and so does silence while somebody waits for the next one. */
async function* piecesOf(body: Readable, patience: number, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const end = (why: Error) => void body.destroy(why);
  const ended = () => end(new Error("ended"));
  const watched = () => setTimeout(end, patience, new Error(`no byte came for ${patience / 1000} s`));
  let silence = watched();
  signal?.addEventListener("abort", ended);
  // It may have come while the answer did.
  if (signal?.aborted) ended();
  try {
    for await (const piece of body) {
      clearTimeout(silence);
      yield piece as Uint8Array;
      silence = watched();
    }
  } finally {
    clearTimeout(silence);
    signal?.removeEventListener("abort", ended);
  }
}

/** A small object as text. @throws Failure where it is longer than it can be */
export async function objectText(
  source: ObjectSource,
  mostBytes: number,
  signal?: AbortSignal,
): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of objectBytes(source, signal)) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > mostBytes) throw new Failure("corrupt", `${source.key}: is longer than a manifest can be`);
  }
  return Buffer.concat(pieces).toString("utf8");
}
