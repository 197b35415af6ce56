import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { LocalFault } from "../fault.ts";
import { readJson, writePrivately } from "../files.ts";
import { tryHold } from "../lock.ts";
import { isRunning, type ProcessIdentity } from "../services/processes-identity.ts";

/** Longest wait for another local cloud of the same home to end, milliseconds. */
const endLimit = 20_000;

const processFile = (home: string): string => join(home, "cloud-process.json");

/**
 * Makes this process the one local cloud of a home, as long as it runs. Two would keep the same state behind each
 * other's back.
 *
 * @returns gives the home back
 * @throws LocalFault where another one does not end
 */
export async function takeHome(home: string, identity: ProcessIdentity): Promise<() => void> {
  for (const end = Date.now() + endLimit; ; await delay(100)) {
    const release = tryHold(join(home, "cloud-lock.db"));
    if (release !== undefined) {
      writePrivately(processFile(home), `${JSON.stringify(identity)}\n`);
      return () => {
        rmSync(processFile(home), { force: true });
        release();
      };
    }
    if (Date.now() > end) throw new LocalFault(`another local cloud works in ${home} and does not end`);
  }
}

const Identity = z.strictObject({ pid: z.int(), started: z.string() });

/** The process that works in a home, also one that is still starting. */
export async function processAt(home: string): Promise<ProcessIdentity | undefined> {
  const identity = Identity.safeParse(readJson(processFile(home)));
  return identity.success && (await isRunning(identity.data)) ? identity.data : undefined;
}
