import { Command } from "commander";
import { gateSaysNo } from "../exit-codes.ts";
import { jsonOption } from "../output-options.ts";
import { stackOption } from "../stack-option.ts";
import { environmentHelp, localOption, print, stackFileFor, withRelease } from "./common.ts";

interface Options {
  from: string;
  to: string;
  fromFile?: string;
  toFile?: string;
  preview?: string;
  local?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/** `slipway release promote`: what was verified in one stack goes to the next, by a pull request. */
export const promoteCommand = (): Command =>
  new Command("promote")
    .description("open the pull request that gives a verified and soaked release to the next stack")
    .addOption(stackOption("where it was verified", "--from <stack>").makeOptionMandatory())
    .addOption(stackOption("where it goes", "--to <stack>").makeOptionMandatory())
    .option("--from-file <file>", "settings, in the place of Pulumi.<from>.yaml")
    .option("--to-file <file>", "settings that name the repository, in the place of Pulumi.<to>.yaml")
    .option(
      "--preview <stack=file>",
      "what `pulumi preview --json` printed for it, the file alone or with the stack; a stale one is refused",
    )
    .option("--dry-run", "show the evidence and open nothing")
    .addOption(localOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Only the block slipway:release of the next stack's file is changed, on a branch of its own. Run again, it brings the
pull request that is open up to date.
${environmentHelp}

Exit codes: 0 open or there already, 1 a platform refuses or a file has faults, 3 refused, with every reason.`,
    )
    .action(async (options: Options) => {
      const { promote } = await import("../../operations/release/promote.ts");
      const { promotionPreview } = await import("../../operations/release/promote-preview.ts");
      const { promotionText } = await import("../../operations/release/texts.ts");
      const preview =
        options.preview === undefined
          ? undefined
          : promotionPreview(options.to, options.preview.replace(`${options.to}=`, ""));
      const stack = {
        stack: options.from,
        ...(options.local ? { local: true } : {}),
        ...(options.fromFile === undefined ? {} : { stackFile: options.fromFile }),
      };
      const { to, dryRun } = options;
      const toFile = await stackFileFor({ ...stack, stack: to, stackFile: options.toFile });
      const own = { local: options.local, files: { [options.from]: options.fromFile, [to]: options.toFile } };
      const asked = { to, toFile, preview, isDry: dryRun ?? false };
      const result = await withRelease(stack, (context) => promote(context, asked), own);
      print({ ...stack, ...(options.json ? { json: true } : {}) }, result, promotionText, own);
      if (result.refused.length > 0) process.exitCode = gateSaysNo;
    });
