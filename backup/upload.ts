import { crc32 } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { Failure } from "./failure.ts";
import { mostParts } from "./parts.ts";
import { quickly, storageFailure } from "./storage.ts";
import { type Bytes, BytesReader } from "./streams.ts";

/** Where an object goes. */
export interface ObjectAddress {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
}

export interface UploadOptions extends ObjectAddress {
  readonly source: Bytes;
  partSize(part: number): number;
  /** Awaited when everything is sent and before the object comes to be; where it throws, there is no object. */
  readonly beforeCompletion: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** Parts that are in memory: being sent, and the one that fills. */
const partsAtOnce = 3;

/**
 * Uploads a stream as an object that must not be there yet. The object comes to be when everything has been read and
 * arrived; any failure, and any signal, ends the upload before that and throws its parts away.
 *
 * @returns the version of the new object, where the bucket keeps versions
 */
export async function upload(options: UploadOptions): Promise<string | undefined> {
  const { client, bucket, key, signal } = options;
  const target = { Bucket: bucket, Key: key };
  signal.throwIfAborted();
  // Not to be interrupted: the server would begin an upload of which nobody knows the id.
  const { UploadId } = await asked(`cannot begin the upload of ${key}`, () =>
    client.send(
      new CreateMultipartUploadCommand({
        ...target,
        ContentType: "application/octet-stream",
        ChecksumAlgorithm: "CRC32",
      }),
    ),
  );
  if (UploadId === undefined) throw new Failure("storage", `cannot begin the upload of ${key}: no upload id`);
  try {
    signal.throwIfAborted();
    const Parts = await sendParts(options, UploadId);
    await options.beforeCompletion();
    signal.throwIfAborted();
    const { VersionId } = await asked(`cannot complete the upload of ${key}`, () =>
      client.send(
        new CompleteMultipartUploadCommand({
          ...target,
          UploadId,
          MultipartUpload: { Parts },
          IfNoneMatch: "*",
        }),
      ),
    );
    // What a bucket without versions answers.
    return VersionId === "null" || VersionId === "" ? undefined : VersionId;
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
    throw error;
  }
}

async function sendParts(options: UploadOptions, uploadId: string): Promise<CompletedPart[]> {
  const reader = new BytesReader(options.source);
  const sent: Promise<CompletedPart>[] = [];
  // Used again and again: memory that waits to be collected would be many times as much.
  const buffers: Buffer[] = [];
  const giveUp = new AbortController();
  const signal = AbortSignal.any([options.signal, giveUp.signal]);
  try {
    for (let number = 1; number === 1 || !(await reader.isAtEnd()); number += 1) {
      if (number > mostParts) throw new Failure("storage", `the backup needs more than ${mostParts} parts`);
      const size = options.partSize(number);
      const slot = number % partsAtOnce;
      const buffer = buffers[slot]?.length === size ? buffers[slot] : Buffer.allocUnsafeSlow(size);
      buffers[slot] = buffer;
      const body = buffer.subarray(0, await reader.fill(buffer));
      const part = sendPart(options, uploadId, number, body, signal);
      part.catch(() => undefined);
      sent.push(part);
      await sent.at(-partsAtOnce);
    }
    return await Promise.all(sent);
  } catch (error) {
    giveUp.abort();
    await Promise.allSettled(sent);
    throw error;
  } finally {
    await reader.close();
  }
}

async function sendPart(
  { client, bucket, key }: ObjectAddress,
  uploadId: string,
  number: number,
  body: Buffer,
  signal: AbortSignal,
): Promise<CompletedPart> {
  const ChecksumCRC32 = checksumOf(body);
  const answer = await asked(`cannot upload part ${number} of ${key}`, () =>
    client.send(
      new UploadPartCommand({
        Bucket: bucket,
        Key: key,
        UploadId: uploadId,
        PartNumber: number,
        Body: body,
        ContentLength: body.length,
        ChecksumCRC32,
      }),
      { abortSignal: signal },
    ),
  );
  if (answer.ChecksumCRC32 !== undefined && answer.ChecksumCRC32 !== ChecksumCRC32) {
    throw new Failure(
      "storage",
      `cannot upload part ${number} of ${key}: it arrived with another checksum than it was sent with`,
    );
  }
  return { PartNumber: number, ETag: answer.ETag, ChecksumCRC32 };
}

/** Writes a small object that must not be there yet. */
export async function putNew(
  { client, bucket, key }: ObjectAddress,
  body: string,
  signal: AbortSignal,
  limits: { readonly requestTimeout?: number } = {},
): Promise<void> {
  await asked(`cannot write ${key}`, () =>
    client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: "application/json",
        IfNoneMatch: "*",
      }),
      { ...limits, abortSignal: signal },
    ),
  );
}

/**
 * Throws away the uploads under a prefix that nobody will end: only where the caller knows that nobody else uploads
 * there. The writer may lack the right to list them; then the bucket's own rule removes them later.
 *
 * @returns how many there were; undefined where they cannot be listed
 */
export async function dropUnfinished(
  client: S3Client,
  bucket: string,
  prefix: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  let dropped = 0;
  for (let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}; ; ) {
    const page = await client
      .send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...marker }), quickly(signal))
      .catch(() => undefined);
    signal.throwIfAborted();
    if (page === undefined) return undefined;
    for (const { Key, UploadId } of page.Uploads ?? []) {
      if (Key?.startsWith(prefix) !== true || UploadId === undefined) continue;
      await asked(`cannot drop the unfinished upload of ${Key}`, () =>
        client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }), quickly(signal)),
      );
      dropped += 1;
    }
    if (page.IsTruncated !== true) return dropped;
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}

const checksumOf = (body: Buffer): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString("base64");
};

async function asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw (error as { name?: unknown }).name === "AbortError" ? error : storageFailure(error, what);
  }
}
