import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { LocalFault } from "../fault.ts";
import { readJson, writePrivately } from "../files.ts";
import type { Progress } from "../progress.ts";
import { stackExists } from "../stack/state-file.ts";
import { type Loss, losses } from "./losses.ts";

/** Rows and checksum of every table, by database and table. */
const Contents = z.record(
  z.string(),
  z.record(z.string(), z.object({ rows: z.int(), checksum: z.string() })),
);
export type Contents = z.output<typeof Contents>;

/** What a rehearsal that was interrupted left: what the databases held when it began. */
const RehearsalRecord = z.strictObject({ contents: Contents });

/** What a rehearsal needs of the rest of the program. */
export interface Surroundings {
  readonly home: string;
  readonly stack: string;
  readonly isProtected: boolean;
  /** Minutes that the recovery of each loss may take. */
  readonly objectives: Readonly<Record<Loss, number>>;
  readonly progress: Progress;
  /** Does a command of slipway as a person would. @throws LocalFault where it fails */
  command(args: readonly string[]): Promise<void>;
  /** @throws LocalFault where the stack is held, or could not be brought up with its settings as they are */
  refuseUnlessAccepted(): Promise<void>;
  /** What the databases hold, of one moment each. */
  contents(): Promise<Contents>;
  /** Host and database behind each name, as a confirmation has them. */
  addresses(): Promise<Readonly<Record<string, string>>>;
  /** @throws LocalFault where the stack was not made on this machine */
  refuseUnlessOurs(): Promise<void>;
  /** Writes rows into every database that are to come back. */
  writeRows(): Promise<void>;
  /** Takes those rows away again. */
  removeRows(): Promise<void>;
  /** @throws LocalFault where the app does not answer */
  askApp(): Promise<void>;
  lose(loss: Loss): Promise<void>;
  /** Seconds of a clock that only goes forward. */
  seconds(): number;
}

/** How the recovery from one loss went. */
export interface Recovered {
  readonly loss: Loss;
  readonly seconds: number;
  readonly objectiveMinutes: number;
  readonly isInTime: boolean;
  readonly steps: readonly { readonly command: string; readonly seconds: number }[];
}

export interface Rehearsed {
  readonly stack: string;
  readonly result: "passed" | "too slow";
  readonly databases: number;
  readonly tables: number;
  readonly rows: number;
  readonly recoveries: readonly Recovered[];
}

/**
 * Loses the database, the app, and everything with the state, one after the other, and brings each back with the commands
 * that a person would use. Its databases then hold what they held, row by row; addresses are other ones.
 *
 * @throws LocalFault where something did not come back as it was
 */
export async function rehearse(around: Surroundings): Promise<Rehearsed> {
  const { stack, progress } = around;
  // Of a stack whose state is gone there is nothing to compare the settings with, and nothing to lose either.
  if (stackExists(around.home, stack)) await around.refuseUnlessAccepted();
  await endInterrupted(around);
  await around.refuseUnlessOurs();
  progress.say(`rows are written into the databases of ${stack}, and backed up with all others`);
  await around.writeRows();
  await around.command(["backup", "run", "--stack", stack, "--local"]);
  await around.command(["backup", "save-config", "--stack", stack, "--local"]);
  const before = await around.contents();
  writePrivately(
    recordFile(around),
    JSON.stringify({ contents: before } satisfies z.input<typeof RehearsalRecord>),
  );
  const recoveries: Recovered[] = [];
  for (const loss of losses) {
    progress.say(`${lostText[loss]}`);
    await around.lose(loss);
    recoveries.push(await recovered(around, loss, before));
  }
  await finish(around);
  const tables = Object.values(before).flatMap((database) => Object.values(database));
  return {
    stack,
    result: recoveries.every(({ isInTime }) => isInTime) ? "passed" : "too slow",
    databases: Object.keys(before).length,
    tables: tables.length,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    recoveries,
  };
}

const lostText: Readonly<Record<Loss, string>> = {
  database: "the database cluster is deleted, and its own backups with it",
  app: "the app is deleted",
  everything: "everything at DigitalOcean is deleted, and the engine's state",
};

const recordFile = ({ home, stack }: Surroundings): string => join(home, "runs", `rehearsal-${stack}.json`);

/** Brings a stack back that a rehearsal before this one left without something. */
async function endInterrupted(around: Surroundings): Promise<void> {
  const file = recordFile(around);
  if (!existsSync(file)) return;
  around.progress.say("an earlier rehearsal was interrupted: bringing back first what it took");
  const { contents } = RehearsalRecord.parse(readJson(file));
  await bringBack(around, []);
  await assertSame(around, contents);
  await finish(around);
}

/** Takes the rows away, backs up again, and verifies it: the newest backup must not be one that holds them. */
async function finish(around: Surroundings): Promise<void> {
  const { stack, progress } = around;
  await around.removeRows();
  rmSync(recordFile(around), { force: true });
  const left = Object.values(await around.contents());
  if (left.every((tables) => Object.keys(tables).length > 0))
    await around.command(["backup", "run", "--stack", stack, "--local"]);
  else
    progress.say(
      "the newest backup holds the rehearsal's table too: a database has no other, and without one there is nothing to back up",
    );
  await around.command(["backup", "verify", "--stack", stack, "--local"]);
}

async function recovered(around: Surroundings, loss: Loss, before: Contents): Promise<Recovered> {
  const steps: { command: string; seconds: number }[] = [];
  const from = around.seconds();
  await bringBack(around, steps);
  await assertSame(around, before);
  await around.askApp();
  const seconds = around.seconds() - from;
  const objectiveMinutes = around.objectives[loss];
  around.progress.say(`${loss}: back after ${seconds.toFixed(1)} s, every row the same`);
  return { loss, seconds, objectiveMinutes, isInTime: seconds <= objectiveMinutes * 60, steps };
}

/** The commands of the runbooks, whichever of them are needed. */
async function bringBack(around: Surroundings, steps: { command: string; seconds: number }[]): Promise<void> {
  const { home, stack, isProtected } = around;
  const command = async (...args: string[]): Promise<void> => {
    const from = around.seconds();
    await around.command(args);
    steps.push({ command: `slipway ${args.join(" ")}`, seconds: around.seconds() - from });
  };
  if (stackExists(home, stack)) await command("local", "up", "--stack", stack, "--refresh");
  else {
    const file = join(home, "runs", `state-${stack}.json`);
    rmSync(file, { force: true });
    const place = ["--stack", stack, "--local", "--without-state", "--new-account"];
    await command("restore-config", ...place, "--output", file);
    await command("local", "up", "--stack", stack, "--state", file);
    rmSync(file);
  }
  const addresses = await around.addresses();
  for (const [database, tables] of Object.entries(await around.contents())) {
    if (Object.keys(tables).length > 0) continue;
    const confirmation = isProtected ? ["--confirm", addresses[database] ?? ""] : [];
    const which = ["--stack", stack, "--local", "--database", database, "--in-place"];
    await command("backup", "restore", ...which, ...confirmation);
  }
}

async function assertSame(around: Surroundings, before: Contents): Promise<void> {
  const after = await around.contents();
  const names = new Set(
    [before, after].flatMap((side) =>
      Object.entries(side).flatMap(([database, tables]) =>
        Object.keys(tables).map((table) => [database, table].join(" ")),
      ),
    ),
  );
  const shown = (side: Contents, name: string): string => {
    const [database = "", table = ""] = name.split(" ");
    const found = side[database]?.[table];
    return found === undefined ? "nothing" : `${found.rows} rows, checksum ${found.checksum}`;
  };
  for (const name of names) {
    const [was, is] = [shown(before, name), shown(after, name)];
    if (was !== is)
      throw new LocalFault(
        `${name} did not come back as it was: ${is} in place of ${was}; the backup has it still: \`slipway backup list --stack ${around.stack}\``,
      );
  }
}
