import { Command } from "commander";
import { type MergedPull, mergePull } from "../../local/stack/pipeline.ts";
import { jsonOption } from "../output-options.ts";
import { context } from "./context.ts";
import { ownStacks } from "./own-stacks.ts";

/** `slipway local merge`: stands in for who approves a pull request, merges it and pulls. */
export function mergeCommand(): Command {
  return new Command("merge")
    .description("approve and merge a pull request of the local GitHub, and pull what it changed")
    .argument("<owner/repo#number>", "which pull request; its address will do too")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nA stack file of this machine that is as the branch had it is brought up to date; another one stays as it is.",
    )
    .action(async (named: string, { json }: { json?: boolean }) => {
      const local = context();
      const done = await mergePull(local, named, await ownStacks(local));
      process.stdout.write(json ? `${JSON.stringify(done, undefined, 2)}\n` : text(done));
    });
}

function text({ repository, number, branch, commit, pulled, kept }: MergedPull): string {
  const lines = [
    `${repository}#${number} is merged: ${branch} is at ${commit.slice(0, 12)}`,
    ...pulled.map((file) => `  ${file} has it too`),
    ...kept.map((file) => `  ${file} differs from what ${branch} had, and stays as it is: change it by hand`),
  ];
  return `${lines.join("\n")}\n`;
}
