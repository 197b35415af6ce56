import { join } from "node:path";
import { Interrupted } from "../../backup/failure.ts";
import { runCommand } from "../../backup/program.ts";
import { homeDirectory } from "../../local/home.ts";
import { holdInterrupts } from "../../local/interrupts.ts";
import { progressOn } from "../../local/progress.ts";
import { stackExists } from "../../local/stack/state-file.ts";
import {
  type Around,
  BackupAccess,
  type BackupCommand,
  inPlaceCall,
  programCalls,
} from "../../operations/backup/access.ts";
import { pulumiOutputs } from "../../operations/backup/outputs.ts";
import { OperationFault } from "../../operations/fault.ts";
import { runEngine } from "../engine.ts";
import { type CallDocument, mergedDocument } from "./merged.ts";
import type { StackPlace } from "./stack-place.ts";

/** Does a command of the backup program for a stack; resolves with its exit code, the first that is not 0. */
export async function runBackup(
  command: BackupCommand,
  place: StackPlace & { database?: string; inPlace?: true },
  args: readonly string[],
): Promise<number> {
  const { access, around, now } = await reached(place);
  const calls = place.inPlace
    ? [inPlaceCall(access, around, place.database)]
    : programCalls(command, access, around, place.database);
  const interruption = new AbortController();
  const release = holdInterrupts((signal) =>
    interruption.abort(new Interrupted(signal === "SIGTERM" ? "SIGTERM" : "SIGINT")),
  );
  const isJson = args.includes("--json");
  const documents: CallDocument[] = [];
  let exitCode = 0;
  try {
    for (const { databases, environment } of calls) {
      const own = calls.length > 1 ? withOwnReport(args, databases[0] ?? "") : args;
      const said: string[] = [];
      const say = isJson ? (line: string) => void said.push(line) : output.say;
      const code = await runCommand(
        [command, ...own],
        environment,
        { ...output, say },
        {
          signal: interruption.signal,
          now,
          endsInDocument: true,
        },
      );
      if (isJson) documents.push({ exitCode: code, text: said.join("\n") });
      exitCode ||= code;
    }
  } finally {
    release();
    // What was done before one failed, or a signal came, was done.
    if (isJson) output.say(mergedDocument(documents, calls.length > 1));
  }
  return exitCode;
}

/** Reports of several databases are in folders of their own. */
function withOwnReport(args: readonly string[], database: string): readonly string[] {
  const at = args.indexOf("--report") + 1;
  return at === 0 ? args : args.with(at, join(args[at] ?? "", encodeURIComponent(database)));
}

const { say: complain, show } = progressOn();
const output = {
  say: (line: string) => void process.stdout.write(`${line}\n`),
  complain,
  show,
  isTerminal: process.stderr.isTTY === true,
};

/** The backups of a stack, of the local cloud or by its real outputs, and the clock of who makes them. */
export async function reached(
  place: StackPlace,
): Promise<{ access: BackupAccess; around: Around; now: () => Date }> {
  const { stack } = place;
  const own = process.env;
  const isLocal = place.local ?? (place.real ? false : stackExists(homeDirectory(), stack));
  const { outputs, around, now } = isLocal
    ? await (await import("./local.ts")).localBackups(stack)
    : { outputs: await pulumiOutputs(stack, runEngine), around: {}, now: () => new Date() };
  const access = BackupAccess.safeParse(outputs["backupAccess"]);
  if (!access.success)
    throw new OperationFault(
      `stack ${stack} has no backups to reach: it needs slipway:backups and slipway:database, and to be brought up once with them`,
    );
  if (!isLocal || process.stderr.isTTY)
    process.stderr.write(`stack ${stack}, ${isLocal ? "of the local cloud" : "of the accounts"}\n`);
  return { access: access.data, around: { stack, own, ...around }, now };
}
