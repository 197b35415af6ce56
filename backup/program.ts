import { Command, CommanderError } from "commander";
import type { CommandContext, Output } from "./command.ts";
import { addCommands } from "./commands.ts";
import type { Environment } from "./environment.ts";
import { exitCodes, Failure, Interrupted } from "./failure.ts";
import { Log, printable } from "./log.ts";
import { toolVersion } from "./version.ts";

/** What whoever starts a command sets, and a person does not. */
export interface RunCommandOptions {
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
  /** Whether a command that was asked for JSON prints one document where it fails, too. @default false */
  readonly endsInDocument?: boolean;
}

/** How a command failed. */
interface Ending {
  readonly exitCode: number;
  readonly outcome: string;
  readonly message: string;
}

/** Runs one command and answers with its exit code. */
export async function runCommand(
  args: readonly string[],
  environment: Environment,
  output: Output,
  {
    signal = new AbortController().signal,
    now = () => new Date(),
    endsInDocument = false,
  }: RunCommandOptions = {},
): Promise<number> {
  const isHeld = endsInDocument && args.includes("--json");
  const held: string[] = [];
  const isForPerson = output.isTerminal === true && args[0] !== "schedule" && !args.includes("--json");
  const log = new Log({
    write: (line) => output.complain(printable(line)),
    show: isForPerson && output.show ? (line) => output.show?.(printable(line)) : undefined,
    format: isForPerson ? "text" : "json",
    now,
  });
  try {
    const say = (line: string) =>
      isHeld ? void held.push(line) : output.say(isForPerson ? printable(line) : line);
    await program({ environment, output: { ...output, say }, log, signal, now }).parseAsync([...args], {
      from: "user",
    });
    for (const text of held) output.say(text);
    return exitCodes.done[0];
  } catch (error) {
    const isHelp = error instanceof CommanderError && error.exitCode === 0;
    if (isHelp) for (const text of held) output.say(text);
    if (isHelp) return exitCodes.done[0];
    const ending = told(error, args[0], output, log);
    if (isHeld) output.say(JSON.stringify({ ...documentIn(held.join("\n")), ...ending }));
    return ending.exitCode;
  }
}

/** What a command had printed when it failed: a list has a name then, a report is one already. */
export function documentIn(text: string): object {
  if (text === "") return {};
  const document: unknown = JSON.parse(text);
  return Array.isArray(document) ? { result: document } : (document as object);
}

/** Says what went wrong, without secrets and without a stack. */
function told(error: unknown, command: string | undefined, output: Output, log: Log): Ending {
  const message = log.clean(error instanceof Error ? error.message : String(error));
  // It has said so itself.
  if (error instanceof CommanderError) return { exitCode: exitCodes.usage[0], outcome: "usage", message };
  if (error instanceof Interrupted) {
    log.error(message, { command });
    return { exitCode: error.exitCode, outcome: "interrupted", message };
  }
  const outcome = error instanceof Failure ? error.outcome : "unexpected";
  // What a person types wrong has one line for each fault.
  if (outcome === "environment" || command === "prepare") output.complain(`${command}: ${message}`);
  else log.error(message, { command, outcome, exitCode: exitCodes[outcome][0] });
  return { exitCode: exitCodes[outcome][0], outcome, message };
}

function program(context: CommandContext): Command {
  const { output } = context;
  const command = new Command("node backup/main.ts")
    .description("prepares databases, backs them up, and shows that the backups restore")
    .version(toolVersion)
    .addHelpText("after", () => `\n${variablesText()}\n\n${exitCodesText()}`)
    .configureOutput({
      writeOut: (text) => output.say(text.trimEnd()),
      writeErr: (text) => output.complain(text.trimEnd()),
    });
  addCommands(command, context);
  for (const part of command.commands) part.exitOverride().allowExcessArguments(false);
  return command.exitOverride();
}

/** Variables and what they mean; every command names the ones that it lacks. */
const variables: Readonly<Record<string, string>> = {
  DATABASE_ADMIN_URL:
    "prepare: the administrator's URL, postgresql://user:password@host:port/database?sslmode=require",
  DATABASE_PREPARATION: 'prepare: JSON, {"databases": [{"name", "owner", "extensions": [...]}]}',
  DATABASE_WAIT_SECONDS:
    "prepare, optional: how long to wait for the server and other runs, 0 to 600, default 120",
  DATABASE_URL: "run, schedule, maintain: the database; straight to the server, not through a pool",
  DATABASE_CA_CERT: "optional: PEM text; the server's certificate must then be signed by it",
  TARGET_DATABASE_URL: "restore: the database to restore into; with TARGET_DATABASE_CA_CERT",
  SCRATCH_DATABASE_URL:
    "drill: a server where a database can be made and dropped; with SCRATCH_DATABASE_CA_CERT",
  BACKUP_IDENTITIES: "verify, restore, drill: secret keys of age, one a line",
  REPORT_SIGNING_KEY: "drill, optional: PEM text of the Ed25519 key that signs the report",
  BACKUP_SETTINGS: 'JSON, {"bucket", "region", "cluster", "recipients": ["age1..."], ...}',
  BACKUP_SETTINGS_FILE: "in its place: the path of a file with that JSON",
  AWS_ACCESS_KEY_ID: "key of the bucket's writer for run, of its reader for the rest",
  AWS_SECRET_ACCESS_KEY: "its secret half",
  AWS_SESSION_TOKEN: "optional: where the key is a temporary one",
  BACKUP_HEARTBEAT_URL: "schedule, optional: gets a POST after every backup",
  PORT: "schedule, optional: where /health is answered, default 8080",
  POSTGRES_BIN: "optional: folder of pg_dump, pg_restore and psql where they are not on PATH",
};

function variablesText(): string {
  const lines = Object.entries(variables).map(([variable, meaning]) => `  ${variable}  ${meaning}`);
  return ["Environment variables:", ...lines].join("\n");
}

function exitCodesText(): string {
  const lines = Object.values(exitCodes).map(([code, meaning]) => `  ${code}  ${meaning}`);
  return ["Exit codes:", ...lines, "  130, 143  ended by SIGINT, SIGTERM"].join("\n");
}
