import type { Command } from "commander";
import { shownText } from "../../operations/release/words.ts";
import { environmentHelp, print, type ReleaseOptions, releaseSubcommand, withRelease } from "./common.ts";

/** `slipway release show`: what a stack is to run, what it runs, and what was said about it. */
export const showCommand = (): Command =>
  releaseSubcommand("show", "compare what a stack is to run with what runs, with its verification and hold")
    .addHelpText(
      "after",
      `${environmentHelp}\n\nExit codes: 0 shown, 1 a platform refuses or the stack file has faults.`,
    )
    .action(async (options: ReleaseOptions) => {
      const { showRelease } = await import("../../operations/release/show.ts");
      print(options, await withRelease(options, showRelease), shownText);
    });
