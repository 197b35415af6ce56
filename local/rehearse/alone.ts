import { rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { LocalFault } from "../fault.ts";
import { readJson, writePrivately } from "../files.ts";
import { tryHold } from "../lock.ts";

const Holder = z.strictObject({ pid: z.int(), stack: z.string() });

/**
 * Does a rehearsal while no other process does one in the same home: what one has just lost, the other would take for what
 * has to come back. The commands of a rehearsal take the lock of all commands, so this is another one.
 *
 * @throws LocalFault where there is one already
 */
export async function rehearsingAlone<T>(
  { home, stack }: { readonly home: string; readonly stack: string },
  work: () => Promise<T>,
): Promise<T> {
  const file = join(home, "rehearsal-process.json");
  const release = tryHold(join(home, "rehearsal-lock.db"));
  if (release === undefined) {
    const holder = Holder.safeParse(readJson(file)).data;
    const who = holder === undefined ? "another process" : `process ${holder.pid}`;
    const what = holder === undefined ? "on this machine" : `stack ${holder.stack}`;
    throw new LocalFault(
      `${who} rehearses ${what}, and each would lose what the other brings back: nothing was done; wait until it has ended, or end it by Ctrl-C where it runs, then run this again`,
    );
  }
  try {
    writePrivately(file, JSON.stringify({ pid: process.pid, stack } satisfies z.input<typeof Holder>));
    return await work();
  } finally {
    rmSync(file, { force: true });
    release();
  }
}
