import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Does the work while no other process does work under the same lock file. SQLite's file lock is the kernel's, so it
 * is gone with the process that held it, however that ended.
 *
 * @param waiting - told once when another process holds the lock
 */
export async function exclusively<T>(
  lockFile: string,
  work: () => Promise<T>,
  waiting: () => void,
): Promise<T> {
  const database = new DatabaseSync(lockFile);
  try {
    for (let told = false; !tryBegin(database); told = true) {
      if (!told) waiting();
      await delay(200);
    }
    return await work();
  } finally {
    database.close();
  }
}

/** Takes the lock if nobody has it, and keeps it until the returned function is called or this process ends. */
export function tryHold(lockFile: string): (() => void) | undefined {
  const database = new DatabaseSync(lockFile);
  if (tryBegin(database)) return () => database.close();
  database.close();
  return undefined;
}

function tryBegin(database: DatabaseSync): boolean {
  try {
    database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

/** SQLITE_BUSY: another connection holds the lock (https://www.sqlite.org/rescode.html, 2026-11-21). */
const busy = 5;

function isBusy(error: unknown): boolean {
  return typeof error === "object" && error !== null && "errcode" in error && error.errcode === busy;
}
