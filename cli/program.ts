import { Command, CommanderError } from "commander";
import { Failure } from "../backup/failure.ts";
import { SettingsError } from "../components/internal/settings.ts";
import { EngineFailure } from "../local/engine/command.ts";
import { LocalFault } from "../local/fault.ts";
import { interruptedExitCode, takeInterrupts } from "../local/interrupts.ts";
import { OperationFault } from "../operations/fault.ts";
import packageFile from "../package.json" with { type: "json" };
import { backupCommand } from "./backup.ts";
import { catalogCommand } from "./catalog.ts";
import { costCommand } from "./cost.ts";
import { doctorCommand } from "./doctor.ts";
import { driftCommand } from "./drift.ts";
import { exitCodesText, fault, ok, usageOf } from "./exit-codes.ts";
import { withTodaysNames } from "./former-options.ts";
import { guardCommand } from "./guard.ts";
import { asksForJson, type Ending, failureLines, withDocument } from "./json-failure.ts";
import { planCommand } from "./plan.ts";
import { releaseCommand } from "./release.ts";
import { reportCommand } from "./report.ts";
import { restoreConfigCommand, saveConfigCommand } from "./restore-config.ts";
import { rulesCommand } from "./rules.ts";
import { schemaCommand } from "./schema.ts";
import { secretsCommand } from "./secrets.ts";
import { statusCommand } from "./status.ts";
import { systemFault } from "./system-faults.ts";

/** What a person can mend, told in words without a stack trace. */
const mendable = [SettingsError, LocalFault, EngineFailure, OperationFault, Failure];

/** The `slipway` command. Resolves with its exit code; what a person can mend is told in words, without a stack trace. */
export async function runCli(given: readonly string[]): Promise<number> {
  takeInterrupts();
  const args = withTodaysNames(given);
  return asksForJson(args) ? withDocument(() => run(args)) : (await run(args)).exitCode;
}

async function run(args: readonly string[]): Promise<Ending> {
  try {
    const command = await program(args);
    await command.parseAsync([...args], { from: "user" });
    return { exitCode: Number(process.exitCode ?? ok), errors: [] };
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0
        ? { exitCode: ok, errors: [] }
        : { exitCode: usageOf(args), errors: failureLines(error) };
    const interrupted = interruptedExitCode();
    const isMendable = mendable.some((kind) => error instanceof kind);
    if (isMendable && interrupted !== undefined)
      return told("interrupted: run it again to go on", interrupted);
    if (isMendable && error instanceof Error) return told(error.message, fault, failureLines(error));
    const text = systemFault(error);
    if (text === undefined) throw error;
    return told(text, fault);
  }
}

function told(text: string, exitCode: number, errors: Ending["errors"] = [{ message: text }]): Ending {
  process.stderr.write(`${readable(text)}\n`);
  return { exitCode, errors };
}

/** Names of files may hold what steers a terminal or turns the order of what is read. */
const readable = (text: string): string => text.replaceAll(/[^\P{Cc}\n\t]|\p{Cf}/gu, "\u{fffd}");

/** The command with its parts, for who runs it and for who looks at what it takes. */
export async function program(args: readonly string[]): Promise<Command> {
  const command = new Command("slipway")
    .description(packageFile.description)
    .version(packageFile.version)
    .exitOverride()
    // An option belongs to the command that it stands behind: `cost` and `cost diff` have some of the same name.
    .enablePositionalOptions()
    .showHelpAfterError("(slipway --help lists the commands)")
    .addHelpText("after", `\n${exitCodesText}`);
  const local = command
    .command("local")
    .description("run the whole program on this machine, on the real engine, without an account")
    .addHelpText("after", "\nnpm start is `slipway local up --stack dev`.");
  // Only these load the engine's SDK, which takes longer than everything that a wrong stack file needs.
  if (args.includes("local"))
    for (const part of (await import("./local/index.ts")).localCommands) local.addCommand(part());
  for (const part of [
    planCommand,
    rulesCommand,
    reportCommand,
    guardCommand,
    releaseCommand,
    driftCommand,
    statusCommand,
    costCommand,
    catalogCommand,
    schemaCommand,
    secretsCommand,
    () => backupCommand().addCommand(saveConfigCommand()),
    restoreConfigCommand,
    doctorCommand,
  ])
    command.addCommand(part());
  const parts = command.commands.flatMap(({ commands }) => commands);
  for (const part of [command, ...command.commands, ...parts]) part.exitOverride();
  return command;
}
