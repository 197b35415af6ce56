import { Command, InvalidArgumentError, Option } from "commander";
import { addCommands } from "../backup/commands.ts";
import { exitCodes } from "../backup/failure.ts";
import type { BackupCommand } from "../operations/backup/access.ts";
import { type StackPlace, whichStack, withPlace } from "./backup/stack-place.ts";
import type { WatchLimits } from "./backup/watch.ts";
import { gateSaysNo } from "./exit-codes.ts";
import { jsonOption } from "./output-options.ts";

const offered: readonly string[] = [
  "run",
  "list",
  "verify",
  "restore",
  "drill",
  "maintain",
] satisfies BackupCommand[];

/** `slipway backup`: the backup program, with the addresses and keys that a stack's outputs hold. */
export function backupCommand(): Command {
  const command = new Command("backup")
    .description(
      "back a stack's databases up, look at the backups, prove that they restore, and restore them",
    )
    .addHelpText("after", `\n${exitCodesText()}`);
  for (const part of programCommands()) {
    const options = [...part.options];
    if (part.name() === "restore")
      part.option("--in-place", "into the stack's own database, which has to be empty; no address is needed");
    withPlace(part)
      .addHelpText("after", `\n${notes[part.name()] ?? ""}${whichStack}`)
      .action(async () => {
        const { runBackup } = await import("./backup/run.ts");
        const place = part.opts<StackPlace & { database?: string; inPlace?: true }>();
        process.exitCode = await runBackup(part.name() as BackupCommand, place, given(part, options));
      });
    command.addCommand(part);
  }
  return command.addCommand(watchCommand());
}

/** The watch from another place than the worker's: a backup that never came tells nobody itself. */
function watchCommand(): Command {
  return withPlace(new Command("watch"))
    .description(
      "tell whether the newest verified backup of every database is young enough, and its last drill",
    )
    .addOption(new Option("--hours <hours>", "how old a backup may be").argParser(positiveNumber).default(26))
    .addOption(
      new Option(
        "--drill-days <days>",
        "how old the last drill of each database that passed may be, by its record in the bucket or recovery.drill of the stack file; without it no drill is judged",
      ).argParser(positiveNumber),
    )
    .addOption(
      new Option(
        "--config-days <days>",
        "how old the saved configuration may be; without it it is not judged",
      ).argParser(positiveNumber),
    )
    .option("--issue <owner/repo>", "keep one issue there open while something is late; needs GITHUB_TOKEN")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `\nA backup counts when \`backup verify\` or a drill has read it whole, and noted that in the bucket. One that was only read\nwith --sealed counts and is told as sealed: it is there unchanged, and nobody saw that it opens. One that was found damaged\nis red until it is found good, or a younger one was opened and is whole.\n${whichStack}\nSLACK_WEBHOOK_URL, where it is set, is told of what is late.\nExit codes: 0 fine, 1 the stack or its bucket cannot be reached, 3 something is late, damaged or from the future.`,
    )
    .action(async (options: StackPlace & WatchLimits & { issue?: string; json?: true }) => {
      const { watch } = await import("./backup/watch.ts");
      const watched = await watch(options, options);
      const { databases, late, isFine, ...rest } = watched;
      if (options.json)
        process.stdout.write(`${JSON.stringify({ ...rest, isFine, databases, late }, undefined, 2)}\n`);
      else if (isFine)
        for (const { database, ageHours, verified, isSealed } of databases)
          process.stdout.write(
            isSealed
              ? `${database}: the newest sealed backup is ${ageHours} hours old, ${verified}; nobody opened it\n`
              : `${database}: the newest verified backup is ${ageHours} hours old, ${verified}\n`,
          );
      else for (const line of late) process.stdout.write(`${line}\n`);
      if (!isFine) process.exitCode = gateSaysNo;
      const { tellWatch } = await import("./backup/watch-told.ts");
      await tellWatch(watched, options);
    });
}

function positiveNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError("It must be a whole number from 1 to 9999.");
  return Number(text);
}

const notes: Readonly<Record<string, string>> = {
  verify: "BACKUP_IDENTITIES holds the secret keys of age, --sealed needs none; a local stack has its own.\n",
  restore:
    "Of a stack with several databases --database has to say which.\nTARGET_DATABASE_URL says where to, or --in-place; a local stack has databases of its own:\nnpm run -s slipway -- local psql --admin -- -c 'create database again'\n",
  drill:
    "Without --database it is every database of the stack, one after the other; --report has a folder for each then.\nSCRATCH_DATABASE_URL is a server where a database can be made; a local stack takes its own.\nBACKUP_IDENTITIES holds the secret keys of age; a local stack has its own.\n",
};

/** The program's own commands with their options, so that what it learns is learnt here. */
function programCommands(): Command[] {
  const program = new Command();
  addCommands(program, { output: {} } as Parameters<typeof addCommands>[1]);
  return program.commands.filter((part) => offered.includes(part.name()));
}

/** The options that a person gave, as the program takes them. */
function given(part: Command, options: readonly Option[]): string[] {
  return options.flatMap((option) => {
    const name = option.attributeName();
    const long = option.long ?? "";
    if (part.getOptionValueSource(name) !== "cli") return [];
    const value: unknown = part.getOptionValue(name);
    if (option.isBoolean() || option.negate) return [long];
    return [long, value instanceof Date ? value.toISOString() : String(value)];
  });
}

function exitCodesText(): string {
  const lines = Object.values(exitCodes).map(([code, meaning]) => `  ${code}  ${meaning}`);
  return ["Exit codes:", ...lines, "  1  a fault of the stack or this machine", "  2  usage"].join("\n");
}
