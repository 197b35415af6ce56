import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { followLogs, readLogs } from "../../local/logs.ts";
import { refuseUnlessUp, stackState } from "../../local/stack/state.ts";
import { knownStacks } from "../../operations/known-stacks.ts";
import { context } from "./context.ts";

/** `slipway local logs`: what the services and the app's components printed. */
export function logsCommand(): Command {
  return new Command("logs")
    .description("print the logs of the local services and of the app's components")
    .option("-f, --follow", "go on printing what comes, until Ctrl-C")
    .option("-n, --lines <count>", "last lines of each log", wholeNumber, 50)
    .addOption(new Option("-s, --stack <name>", "only the app of this stack").choices(knownStacks()))
    .action(async ({ follow, lines, stack }: { follow?: boolean; lines: number; stack?: string }) => {
      const { home } = context();
      const directory = join(home, "logs");
      const prefixes = stack === undefined ? undefined : logsOf(home, stack);
      for (const line of readLogs(directory, lines, prefixes)) process.stdout.write(`${line}\n`);
      if (follow) await followLogs(directory, (line) => process.stdout.write(`${line}\n`), prefixes);
    });
}

/** How the names of the logs of a stack's apps begin. */
function logsOf(home: string, stack: string): string[] {
  refuseUnlessUp(home, stack);
  return stackState(home, stack).apps.map((app) => `${app}-`);
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new InvalidArgumentError("It must be a whole number from 1 to 999999.");
  return Number(text);
}
