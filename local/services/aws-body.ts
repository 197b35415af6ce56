import { createReadStream } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { Body } from "./aws-writes.ts";

/** Bytes up to which a body is held in memory and in the journal's database. */
const inlineLimit = 64 * 1024;

/**
 * Reads a request body to its end: into memory where it is small, else into a file, which is on disk when this
 * resolves and is removed when the body breaks off.
 *
 * @param newFile - called at most once, for the path of that file
 */
export async function readBody(source: AsyncIterable<Buffer>, newFile: () => string): Promise<Body> {
  const held: Buffer[] = [];
  let size = 0;
  let file: string | undefined;
  let handle: FileHandle | undefined;
  try {
    for await (const chunk of source) {
      size += chunk.length;
      held.push(chunk);
      if (size <= inlineLimit) continue;
      file ??= newFile();
      handle ??= await open(file, "wx", 0o600);
      for (const bytes of held.splice(0)) await handle.appendFile(bytes);
    }
    await handle?.sync();
  } catch (error) {
    if (file !== undefined) await rm(file, { force: true });
    throw error;
  } finally {
    await handle?.close();
  }
  return file === undefined ? { bytes: Buffer.concat(held) } : { file, size };
}

/** Removes the file of a body that nobody keeps. */
export async function dropBody(body: Body): Promise<void> {
  if ("file" in body) await rm(body.file, { force: true });
}

export function sizeOf(body: Body): number {
  return "bytes" in body ? body.bytes.length : body.size;
}

/** The bytes where they are in memory. */
export function bytesOf(body: Body): Buffer | undefined {
  return "bytes" in body ? body.bytes : undefined;
}

/** The bytes to send; a file is read anew at each call. */
export function contentOf(body: Body): Buffer | Readable {
  return "bytes" in body ? body.bytes : createReadStream(body.file);
}
