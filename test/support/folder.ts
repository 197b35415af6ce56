import { mkdtempSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const memory = "/dev/shm";

/** What all suites that run at once may need there, in bytes. */
const enough = 2 * 1024 ** 3;

/**
 * A new folder for databases and whole local clouds, in memory where there is room: a database is some hundred files,
 * and a disk takes longer to make them than PostgreSQL does. No program can be started from it on every machine.
 */
export function roomyFolder(prefix: string): string {
  return mkdtempSync(join(hasRoom() ? memory : tmpdir(), prefix));
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= enough;
  } catch {
    return false;
  }
}
