import { type Command, InvalidArgumentError, Option } from "commander";
import type { CommandContext } from "./command.ts";
import type { RestoreConfigOptions } from "./config.ts";
import type { DrillOptions } from "./drill.ts";
import type { DrillReport } from "./drill-report.ts";
import type { RunOptions } from "./run.ts";
import type { VerifyOptions } from "./verify.ts";

/** Adds every command with its options; what a command does is loaded when it is asked for, to save memory and time. */
export function addCommands(program: Command, context: CommandContext): void {
  const { output } = context;
  program
    .command("prepare")
    .description(
      "give databases their extensions, and their owners the right to create in schema public; safe to repeat",
    )
    .action(async () => {
      const { prepare } = await import("./prepare.ts");
      await untilAborted(prepare(context), context.signal);
    });
  program
    .command("run")
    .description("back the databases up into the bucket")
    .addOption(
      new Option(
        "--previous-bytes <bytes>",
        "size of the last dump: one of less than half is a failure",
      ).argParser(wholeNumber),
    )
    .option("--json", "print the manifests as one JSON document")
    .action(async ({ previousBytes, json }: { previousBytes?: number; json?: true }) => {
      const { run } = await import("./run.ts");
      const tell: RunOptions["tell"] = (manifests) => {
        if (json) output.say(JSON.stringify(manifests));
        else
          for (const { database, id, object } of manifests)
            output.say(`${database} ${id} ${object.bytes} bytes`);
      };
      await run(context, { previousBytes: () => previousBytes, tell });
    });
  program
    .command("save-config")
    .description("back up a piece of configuration: an exported stack, an app's spec, a DNS zone")
    .requiredOption("--config <name>", "what it is, for example stack-production")
    .requiredOption("--file <path>", "where it is; /dev/stdin for what is piped in")
    .option("--json", "print the manifest as one JSON document")
    .action(async ({ config, file, json }: { config: string; file: string; json?: true }) => {
      const { saveConfig } = await import("./config.ts");
      const manifest = await saveConfig(context, config, file);
      output.say(json ? JSON.stringify(manifest) : `${config} ${manifest.id} ${manifest.object.bytes} bytes`);
    });
  program
    .command("restore-config")
    .description("read a piece of configuration back, whole or not at all")
    .requiredOption("--config <name>", "what it is, for example stack-production")
    .requiredOption("--output <path>", "the file to make; it must not be there yet")
    .option("--id <id>", "the backup with this id")
    .addOption(atOption())
    .option("--json", "print what was done as one JSON document")
    .action(async ({ json, ...options }: RestoreConfigOptions & { json?: true }) => {
      const { restoreConfig } = await import("./config.ts");
      const { id, bytes } = await restoreConfig(context, options);
      const { config, output: file } = options;
      output.say(
        json ? JSON.stringify({ config, id, bytes, file }) : `${config} ${id} is in ${file}, ${bytes} bytes`,
      );
    });
  program
    .command("list")
    .description("tell the backups in the bucket, and when they go")
    .addOption(databaseOption())
    .addOption(configOption())
    .option("--json", "print them as one JSON document")
    .action(async ({ json, ...which }: { database?: string; config?: string; json?: true }) => {
      const { list, listLines } = await import("./list.ts");
      const listed = await list(context, which);
      if (json) output.say(JSON.stringify(listed.flatMap(({ backups }) => backups)));
      else
        for (const one of listed)
          for (const line of listLines(one, which.config !== undefined)) output.say(line);
    });
  program
    .command("verify")
    .description(
      "read the newest backup, or the one that is named, to its end and compare it with its manifest",
    )
    .addOption(databaseOption())
    .addOption(configOption())
    .option("--id <id>", "the backup with this id")
    .addOption(atOption())
    .option("--all", "every backup that fits")
    .addOption(
      new Option("--unverified", "only those that nobody verified yet, and damaged ones").conflicts("config"),
    )
    .addOption(
      new Option(
        "--sealed",
        "compare the object with its manifest, which needs no key: it is there unchanged, but nobody saw that it opens",
      ).conflicts("config"),
    )
    .option("--json", "print the results as one JSON document")
    .action(async ({ json, ...options }: VerifyFlags) => {
      const tell: VerifyOptions["tell"] = (results) => {
        if (json) output.say(JSON.stringify(results));
        else
          for (const { database, id, result } of results)
            output.say([database, id, result].filter((word) => word !== undefined).join(" "));
      };
      const { config } = options;
      if (config === undefined) await (await import("./verify.ts")).verify(context, { ...options, tell });
      else await (await import("./config.ts")).verifyConfig(context, { ...options, config, tell });
    });
  program
    .command("restore")
    .description("put a backup into the empty database of TARGET_DATABASE_URL, whole or not at all")
    .addOption(databaseOption())
    .option("--id <id>", "the backup with this id")
    .addOption(atOption())
    .option("--skip-damaged", "take the newest that verifies, which reads it twice")
    .option("--no-owner", "restore neither owners nor rights: everything belongs to who restores")
    .option("--replace", "drop what the backup holds too from a target that is not empty")
    .option("--confirm <host/database>", "needed where the target is production, and with --replace")
    .addOption(
      new Option("--disk-bytes <bytes>", "size of the target's disk, to check it").argParser(wholeNumber),
    )
    .option("--json", "print what was done as one JSON document")
    .action(async ({ json, owner, replace, skipDamaged, ...options }: RestoreFlags) => {
      const flags = { keepsOwners: owner, isReplaced: replace === true, skipsDamaged: skipDamaged === true };
      const { restore } = await import("./restore.ts");
      const restored = await restore(context, { ...options, ...flags });
      if (json) output.say(JSON.stringify(restored));
      else
        output.say(
          `${restored.id} is in ${restored.target}: ${restored.tables} tables, ${restored.seconds} s`,
        );
    });
  program
    .command("drill")
    .description(
      "restore the newest backup into a database of its own, compare it, measure, and drop it again",
    )
    .addOption(databaseOption())
    .option("--assertions <file>", "SQL of the owner: every column of every result must be true")
    .addOption(
      new Option(
        "--report <folder>",
        "write drill.json, drill.md and, with REPORT_SIGNING_KEY, drill.json.sig",
      ).argParser(folderName),
    )
    .option("--json", "print the report as one JSON document")
    .action(async ({ json, ...options }: Omit<DrillOptions, "tell"> & { json?: true }) => {
      const { drill } = await import("./drill.ts");
      const { reportJson, reportText } = await import("./drill-report.ts");
      const isSigned =
        options.report !== undefined && context.environment["REPORT_SIGNING_KEY"] !== undefined;
      const tell = (report: DrillReport) =>
        output.say((json ? reportJson(report) : reportText(report, isSigned)).trimEnd());
      await drill(context, { ...options, tell });
    });
  program
    .command("maintain")
    .description("VACUUM, ANALYZE and REINDEX CONCURRENTLY every table of the databases")
    .option("--json", "print what was done as one JSON document")
    .action(async ({ json }: { json?: true }) => {
      const { maintain } = await import("./maintain.ts");
      const done = await maintain(context);
      if (json) output.say(JSON.stringify(done));
      else
        for (const { database, tables, seconds } of done)
          output.say(`${database} ${tables} tables, ${seconds} s`);
    });
  program
    .command("schedule")
    .description("do run and maintain by the settings' schedule until a signal comes, and answer on /health")
    .action(async () => {
      const { schedule } = await import("./schedule.ts");
      await schedule(context);
    });
}

interface ChoiceFlags {
  database?: string;
  config?: string;
  id?: string;
  at?: Date;
}

interface VerifyFlags extends ChoiceFlags {
  all?: true;
  unverified?: true;
  sealed?: true;
  json?: true;
}

interface RestoreFlags extends ChoiceFlags {
  owner: boolean;
  replace?: true;
  skipDamaged?: true;
  confirm?: string;
  diskBytes?: number;
  json?: true;
}

const databaseOption = () =>
  new Option(
    "--database <name>",
    "the database that was backed up, where the settings do not name it",
  ).argParser(databaseName);

function databaseName(text: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > 0 && bytes <= 63) return text;
  throw new InvalidArgumentError("It must be a name of 1 to 63 bytes, for example tinkertools.");
}

function folderName(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("It must be the path of a folder, for example drill.");
}

const configOption = () =>
  new Option("--config <name>", "a piece of configuration in place of databases").conflicts("database");

const atOption = () =>
  new Option("--at <time>", "the newest backup that began at or before this time").argParser(timeOf);

const timeForm =
  /^(\d{4}-\d\d-\d\d)([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d))?$/;

/** A time of a day without its zone would be another one on another machine, and 30 February one of March. */
export function timeOf(text: string): Date {
  const [, day] = timeForm.exec(text) ?? [];
  if (day === undefined)
    throw new InvalidArgumentError("It must be a time with its zone, such as 2026-11-21T03:00:00Z.");
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day))
    throw new InvalidArgumentError(`It must be a day that there is, and ${day} is none.`);
  return new Date(text);
}

/** For work that need not clean up: a signal ends it at once. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    }),
  ]);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}
