import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { OperationFault } from "./fault.ts";

/** Largest file that is read, bytes: the preview of a stack of 500 resources has a fortieth of it. */
const largest = 100 * 1024 * 1024;

/**
 * The text of a file that somebody named. What is no plain file could keep its reader for ever, and is not opened.
 *
 * @param subject - what the file is called in faults, "--preview dev=preview.json"
 * @throws OperationFault where it is not there, no plain file, larger than `most` bytes, cannot be read or is no UTF-8
 */
export function readNamedFile(path: string, subject: string, most = largest): string {
  const bytes = bytesOf(path, subject, most);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new OperationFault(`${subject} must be UTF-8 text`);
  }
}

function bytesOf(path: string, subject: string, most: number): Buffer {
  let file: number | undefined;
  try {
    // Neither a pipe without a writer nor a terminal may stop the command.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const facts = fstatSync(file);
    if (!facts.isFile())
      throw new OperationFault(
        `${subject} must name a plain file, not a folder, pipe or device: write what is read to a file first`,
      );
    return readUpTo(file, facts.size, subject, most);
  } catch (error) {
    if (error instanceof OperationFault) throw error;
    const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
    if (["ENOENT", "ENOTDIR"].includes(code))
      throw new OperationFault(`${subject} must name a file that is there`);
    throw new OperationFault(`${subject} must name a file that can be read (${code})`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** A file that tells a size of 0 may be one that the kernel makes up, without an end. */
function readUpTo(file: number, size: number, subject: string, most: number): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  for (;;) {
    const part = Buffer.alloc(Math.max(65_536, Math.min(size, most) + 1 - length));
    const read = readSync(file, part);
    if (read === 0) return Buffer.concat(parts, length);
    parts.push(part.subarray(0, read));
    length += read;
    if (length > most) throw new OperationFault(`${subject} must have at most ${most} bytes`);
  }
}
