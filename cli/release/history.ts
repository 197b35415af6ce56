import { type Command, Option } from "commander";
import { figuresText, historyRows } from "../../operations/release/texts.ts";
import { unfinishedLines } from "../../operations/release/words.ts";
import { plainTable } from "../plain-table.ts";
import {
  count,
  environmentHelp,
  print,
  type ReleaseOptions,
  releaseSubcommand,
  withRelease,
} from "./common.ts";

/** `slipway release history`: the recorded releases of a stack. */
export const historyCommand = (): Command =>
  releaseSubcommand("history", "list the recorded releases of a stack, the newest first")
    .addOption(new Option("--limit <number>", "how many").argParser(count).default(30))
    .addHelpText("after", `${environmentHelp}\n\nExit codes: 0 listed, 1 a platform refuses.`)
    .action(async (options: ReleaseOptions & { limit: number }) => {
      const { readRecords } = await import("../../operations/release/records.ts");
      const { readHold } = await import("../../operations/release/holds.ts");
      const { unfinishedRollback } = await import("../../operations/release/show.ts");
      const { stack } = options;
      const [releases, hold] = await withRelease(options, ({ place }) =>
        Promise.all([readRecords(place, options.limit), readHold(place)]),
      );
      const unfinished = unfinishedRollback(hold, releases);
      const document = { version: 1, stack, releases, ...(unfinished && { unfinishedRollback: unfinished }) };
      print(options, document, () => {
        const table =
          releases.length === 0
            ? `${stack} has no recorded release`
            : plainTable(historyRows(releases), ["when", "id", "release", "way", "state", "what was said"]);
        return [table, ...unfinishedLines(stack, unfinished), ""].join("\n");
      });
    });

/** `slipway release figures`: how delivery goes. */
export const figuresCommand = (): Command =>
  releaseSubcommand(
    "figures",
    "deployment frequency, lead time, change failure rate, time to restore, availability",
  )
    .addOption(new Option("--days <number>", "of how many days").argParser(count).default(30))
    .addHelpText("after", `${environmentHelp}\n\nExit codes: 0 told, 1 a platform refuses.`)
    .action(async (options: ReleaseOptions & { days: number }) => {
      const { figures } = await import("../../operations/release/figures.ts");
      print(options, await withRelease(options, (context) => figures(context, options.days)), figuresText);
    });
