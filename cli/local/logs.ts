import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { followLogs, readLogs } from "../../local/logs.ts";
import { context } from "./context.ts";

/** `slipway local logs`: what the services and the app's components printed. */
export function logsCommand(): Command {
  return new Command("logs")
    .description("print the logs of the local services and of the app's components")
    .option("-f, --follow", "go on printing what comes, until Ctrl-C")
    .option("-n, --lines <count>", "last lines of each log", wholeNumber, 50)
    .action(async (options: { follow?: boolean; lines: number }) => {
      const directory = join(context().home, "logs");
      for (const line of readLogs(directory, options.lines)) process.stdout.write(`${line}\n`);
      if (options.follow) await followLogs(directory, (line) => process.stdout.write(`${line}\n`));
    });
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new InvalidArgumentError("It must be a whole number from 1 to 999999.");
  return Number(text);
}
