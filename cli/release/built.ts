import { existsSync, readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { clockOf } from "../clouds.ts";
import {
  count,
  print,
  type ReleaseOptions,
  releaseSubcommand,
  several,
  stackFileFor,
  withGitHubAccess,
} from "./common.ts";

interface ProposeOptions extends ReleaseOptions {
  digest: string[];
  commit: string;
  release?: string;
  repository?: string;
  base?: string;
}

/** `slipway release propose`: what a product's pipeline built gets its pull request. */
export const proposeCommand = (): Command =>
  releaseSubcommand("propose", "open the pull request that gives a stack what was just built")
    .requiredOption("--digest <component=digest>", "an image that was pushed; repeatable", several)
    .requiredOption("--commit <commit>", "what it was built from")
    .option("--release <version>", "the version that people read")
    .option("--repository <owner/repo>", "where the stack files are; else as slipway:promotion says")
    .option("--base <branch>", "where the pull request goes; else the branch that deploys the stack")
    .addHelpText(
      "after",
      `
Only the block slipway:release of the stack's file is changed, on one branch for each commit. Run again, it brings the
pull request that is open up to date.

Needs GITHUB_TOKEN with contents: write and pull-requests: write there; GITHUB_API_URL names another address.

Exit codes: 0 open or there already, 1 a platform refuses or the file has faults.`,
    )
    .action(async (options: ProposeOptions) => {
      const { builtOf, proposalText, propose } = await import("../../operations/release/propose.ts");
      const { configurationPlace } = await import("../../operations/release/promote.ts");
      const { repositoryNamed } = await import("../../operations/issues.ts");
      const { settingsOfStack } = await import("../../operations/release/stack.ts");
      const { stack, repository, base } = options;
      const built = builtOf(options.digest, options.commit, options.release);
      if (repository !== undefined) repositoryNamed("--repository", repository);
      const settings = settingsOfStack(stack, await stackFileFor(options));
      const now = await clockOf(options.local);
      const proposal = await withGitHubAccess(options, async (access) => {
        const place = configurationPlace(settings, access);
        const home = repository ?? `${place.owner}/${place.repo}`;
        const to = base ?? settings.delivery?.branch ?? place.base;
        return await propose({ access, stack, repository: home, base: to }, built, now);
      });
      print(options, proposal, proposalText);
    });

/** `slipway release prune`: old images go, but for those of recorded releases. */
export const pruneCommand = (): Command =>
  releaseSubcommand("prune", "delete old images from GitHub's registry that no recorded release names")
    .addOption(new Option("--days <number>", "of how many days all are kept").argParser(count).default(90))
    .option("--dry-run", "show it and do nothing")
    .addHelpText(
      "after",
      `
What a recorded release or a stack file names stays, so that every release can still be rolled back to; so does what has
no tag, since it may be a part of an image that is kept. Without a single recorded release nothing is deleted.

Needs GITHUB_TOKEN with deployments: read and packages: write, which no fine-grained token has: a workflow's own, or a
classic one with delete:packages.

Exit codes: 0 done, 1 a platform refuses, or nothing is recorded.`,
    )
    .action(async (options: ReleaseOptions & { days: number; dryRun?: boolean }) => {
      const { prune, prunedText } = await import("../../operations/release/prune.ts");
      const { allStacks } = await import("../../operations/known-stacks.ts");
      const { settingsOfStack, stackFileOf } = await import("../../operations/release/stack.ts");
      const file = await stackFileFor(options);
      const files = [...allStacks().map((stack) => stackFileOf(stack, undefined)), ...(file ? [file] : [])];
      const texts = files.filter((path) => existsSync(path)).map((path) => readFileSync(path, "utf8"));
      const settings = settingsOfStack(options.stack, file);
      const now = await clockOf(options.local);
      const pruned = await withGitHubAccess(options, (access) =>
        prune({ access, settings, files: texts, now }, options.days, options.dryRun ?? false),
      );
      print(options, pruned, prunedText);
    });
