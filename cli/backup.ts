import { Command, Option } from "commander";
import { addCommands } from "../backup/commands.ts";
import { exitCodes } from "../backup/failure.ts";
import type { BackupCommand } from "../operations/backup/access.ts";
import { knownStacks } from "../operations/stack-settings.ts";

const offered: readonly string[] = [
  "run",
  "list",
  "verify",
  "restore",
  "drill",
  "maintain",
] satisfies BackupCommand[];

/** Where a stack is looked for. */
export interface StackPlace {
  stack: string;
  local?: true;
  real?: true;
}

/** `slipway backup`: the backup program, with the addresses and keys that a stack's outputs hold. */
export function backupCommand(): Command {
  const command = new Command("backup")
    .description(
      "back a stack's databases up, look at the backups, prove that they restore, and restore them",
    )
    .addHelpText("after", `\n${exitCodesText()}`);
  for (const part of programCommands()) {
    const options = [...part.options];
    part
      .addOption(new Option("-s, --stack <name>", "the stack").choices(knownStacks).default("dev"))
      .addOption(new Option("--local", "the stack of the local cloud").conflicts("real"))
      .option("--real", "the stack of the accounts, by `pulumi stack output`")
      .addHelpText("after", `\n${notes[part.name()] ?? ""}${whichStack}`)
      .action(async () => {
        const { runBackup } = await import("./backup/run.ts");
        const place = part.opts<StackPlace & { database?: string }>();
        process.exitCode = await runBackup(part.name() as BackupCommand, place, given(part, options));
      });
    command.addCommand(part);
  }
  return command;
}

const whichStack =
  "Without --local and --real it is the local cloud's stack where that is up, else the real one.";

const notes: Readonly<Record<string, string>> = {
  verify: "BACKUP_IDENTITIES holds the secret keys of age; a local stack has its own.\n",
  restore:
    "TARGET_DATABASE_URL says where to; a local stack has databases of its own:\nnpm run -s slipway -- local psql --admin -- -c 'create database again'\n",
  drill:
    "SCRATCH_DATABASE_URL is a server where a database can be made; a local stack takes its own.\nBACKUP_IDENTITIES holds the secret keys of age; a local stack has its own.\n",
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
    if (option.isBoolean()) return [long];
    return [long, value instanceof Date ? value.toISOString() : String(value)];
  });
}

function exitCodesText(): string {
  const lines = Object.values(exitCodes).map(([code, meaning]) => `  ${code}  ${meaning}`);
  return ["Exit codes:", ...lines, "  1  a fault of the stack or this machine", "  2  usage"].join("\n");
}
