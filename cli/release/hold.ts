import type { Command } from "commander";
import { begunText, holdChangeText } from "../../operations/release/texts.ts";
import { gateSaysNo } from "../exit-codes.ts";
import {
  environmentHelp,
  print,
  type ReleaseOptions,
  releaseSubcommand,
  several,
  stackFileFor,
  withRelease,
} from "./common.ts";

/** `slipway release hold`: nothing goes forward until it is resumed. */
export const holdCommand = (): Command =>
  releaseSubcommand("hold", "keep what runs: nothing is promoted or brought up until it is resumed")
    .requiredOption("--reason <text>", "why, for those who find it held")
    .addHelpText("after", `${environmentHelp}\n\nExit codes: 0 held, 1 a platform refuses.`)
    .action(async (options: ReleaseOptions & { reason: string }) => {
      const { hold } = await import("../../operations/release/hold.ts");
      print(options, await withRelease(options, (context) => hold(context, options.reason)), holdChangeText);
    });

/** `slipway release resume`: the end of a hold. */
export const resumeCommand = (): Command =>
  releaseSubcommand("resume", "end the hold of a stack")
    .addHelpText("after", `${environmentHelp}\n\nExit codes: 0 free, 1 a platform refuses.`)
    .action(async (options: ReleaseOptions) => {
      const { resume } = await import("../../operations/release/hold.ts");
      print(options, await withRelease(options, resume), holdChangeText);
    });

/** `slipway release begin`: the gate before `pulumi up`. */
export const beginCommand = (): Command =>
  releaseSubcommand(
    "begin",
    "decide whether a stack may be brought up with what its file says, and record it",
  )
    .option(
      "--from-file <file>",
      "settings of the stack that releases come from, in the place of its own file",
    )
    .option(
      "--image <component=repository:tag>",
      "release this image by the digest that its tag has now, and write that into the stack file; repeatable",
      several,
    )
    .option(
      "--commit <commit>",
      "release what was built from this commit, or from the newest of this branch, and write that into the stack file",
    )
    .addHelpText(
      "after",
      `
An image whose tag is a version gives the release this version. Branches that the platform builds from are moved
forward to the release's commit, which must be in the product's repository. With slipway:promotion only what was
verified and soaked in the stack before is let through, what ran here verified, and what a rollback went back to; in a
workflow one of its approvers must have approved the pull request.
${environmentHelp}

Exit codes: 0 go on, 1 a platform refuses, or --image or --commit names what is not there, 3 held, pinned, not promoted,
not approved, a commit that is nowhere, or images that are not pinned by digest or not in their registry.`,
    )
    .action(async (options: ReleaseOptions & { fromFile?: string; image?: string[]; commit?: string }) => {
      const { beginWithImages } = await import("../../operations/release/begin-images.ts");
      const { pipelineOf } = await import("../../operations/release/approval.ts");
      const { namedImage } = await import("../../operations/release/images.ts");
      const { stackFileOf } = await import("../../operations/release/stack.ts");
      const named = { images: (options.image ?? []).map(namedImage), commit: options.commit };
      const file = stackFileOf(options.stack, await stackFileFor(options));
      const own = { local: options.local, files: { [options.stack]: options.stackFile } };
      const result = await withRelease(options, async (context) => {
        const from = {
          ...options,
          stack: context.settings.promotion?.from ?? "",
          stackFile: options.fromFile,
        };
        own.files[from.stack] = options.fromFile;
        const fromFile = from.stack === "" ? undefined : await stackFileFor(from);
        return await beginWithImages(context, file, named, fromFile, pipelineOf(process.env));
      });
      print(options, result, begunText, own);
      if (result.refused.length > 0) process.exitCode = gateSaysNo;
    });
