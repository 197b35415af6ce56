import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { LocalFault } from "./fault.ts";

/** Writes a file that only its owner can read. A reader sees the old text or the new one, never a part. */
export function writePrivately(path: string, text: string): void {
  const next = `${path}.${process.pid}.next`;
  writeFileSync(next, text, { mode: 0o600, flush: true });
  renameSync(next, path);
}

/**
 * Reads a JSON file of slipway's own; undefined where it is not there.
 *
 * @throws LocalFault when the text is no JSON
 */
export function readJson(path: string): unknown {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw new LocalFault(`${path} is no JSON: mend or remove it`);
    throw error;
  }
}
