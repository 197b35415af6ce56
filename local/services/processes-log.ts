import { copyFileSync, existsSync, statSync, truncateSync } from "node:fs";

/** Bytes that a log file may hold before it is moved aside. */
const logLimit = 5_000_000;

/**
 * Keeps a log file short: past the limit its text moves to `<file>.1`, over what was there. The file itself stays, so
 * that a process that appends to it goes on; lines written in the moment of the move may be lost.
 */
export function pruneLog(path: string, limit: number = logLimit): void {
  if (!existsSync(path) || statSync(path).size <= limit) return;
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
}
