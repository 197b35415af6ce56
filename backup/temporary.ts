import { Failure } from "./failure.ts";

/**
 * Writes what other programs need as a file.
 *
 * @throws Failure that says where it cannot be written, and what to do
 */
export function writtenTo<T>(folder: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new Failure(
      "environment",
      `a small file cannot be written to ${folder}: ${(error as { message: string }).message}; it must be a folder that is there and has room (TMPDIR names another), and files must be allowed to grow (ulimit -f)`,
    );
  }
}
