import { type Command, Option } from "commander";
import { gateSaysNo } from "../exit-codes.ts";
import { environmentHelp, print, type ReleaseOptions, releaseSubcommand, withRelease } from "./common.ts";

interface Options extends ReleaseOptions {
  id?: string;
  to?: string;
  reason?: string;
}

/** `slipway release rollback`: back to the last release that was verified, and held there. */
export const rollbackCommand = (): Command =>
  releaseSubcommand("rollback", "go back to the release before, in one command, and hold the stack there")
    .option("--id <id>", "the release to go back to, by its id in the history")
    .addOption(new Option("--to <id>", "the same as --id").conflicts("id").hideHelp())
    .option("--reason <text>", "why, for the hold")
    .addHelpText(
      "after",
      `
The platform goes back by itself where its validation allows, else with the next pulumi up; the stack file gets the
older release in either case. The database is never touched: what migrations did stays.
${environmentHelp}

Exit codes: 0 back, 1 a platform refuses, 3 there is nothing to go back to.`,
    )
    .action(async (options: Options) => {
      const { rollback } = await import("../../operations/release/rollback.ts");
      const { rollbackText } = await import("../../operations/release/texts.ts");
      const { id: to = options.to, reason } = options;
      const result = await withRelease(options, (context) => rollback(context, { to, reason }));
      print(options, result, (done) => rollbackText(done, options.local));
      if (result.refused !== undefined) process.exitCode = gateSaysNo;
    });
