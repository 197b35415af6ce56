import { Command } from "commander";
import { type CommittedStack, commitStack } from "../../local/stack/pipeline.ts";
import { refuseUnlessCurrent } from "../../local/stack/working-copy.ts";
import { jsonOption } from "../output-options.ts";
import { stackOption } from "../stack-option.ts";
import { context, stackFileOption } from "./context.ts";
import { chosenStacks } from "./own-stacks.ts";

interface Options {
  stack?: string;
  stackFile?: string;
  overwrite?: true;
  json?: boolean;
}

/** `slipway local commit`: stands in for the commits of a product's people. */
export function commitCommand(): Command {
  return new Command("commit")
    .description("put the stack files, and the branches that they speak of, into the local GitHub")
    .argument("[files...]", "files of the product to put beside them")
    .addOption(stackOption("one stack; without it every local stack"))
    .addOption(stackFileOption())
    .option("--overwrite", "also where a stack file there has changed since this machine had it")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nRulesets are not asked: it stands for a person who merges a change of one's own, and not for slipway.",
    )
    .action(async (files: string[], { overwrite, json, ...chosen }: Options) => {
      const local = context();
      const stacks = await chosenStacks(local, chosen);
      // All of them before the first is written.
      if (!overwrite) for (const one of stacks) await refuseUnlessCurrent(local, one);
      const done: CommittedStack[] = [];
      for (const one of stacks) done.push(await commitStack(local, one, files));
      process.stdout.write(json ? `${JSON.stringify(done, undefined, 2)}\n` : done.map(text).join(""));
    });
}

function text({ stack, repository, branch, commit, changed, made }: CommittedStack): string {
  const what = changed.length === 0 ? "nothing changed" : changed.join(", ");
  const branches = made.length === 0 ? "" : `; made ${made.join(", ")}`;
  return `${stack}: ${what} on ${branch} of ${repository}, which is at ${commit.slice(0, 12)}${branches}\n`;
}
