import { Command } from "commander";
import { type PulledStack, pullStack } from "../../local/stack/working-copy.ts";
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

/** `slipway local pull`: stands in for the `git pull` of a product's people. */
export function pullCommand(): Command {
  return new Command("pull")
    .description("bring a stack file of the local GitHub into the working copy, such as after a rollback")
    .addOption(stackOption("one stack; without it every local stack"))
    .addOption(stackFileOption())
    .option("--overwrite", "give up what the working copy changed in it")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExit codes: 0 it is here; 1 the working copy has changes of its own, or a fault.",
    )
    .action(async ({ overwrite, json, ...chosen }: Options) => {
      const local = context();
      const stacks = await chosenStacks(local, chosen);
      const done: PulledStack[] = [];
      for (const one of stacks) done.push(await pullStack(local, one, { overwrites: overwrite }));
      process.stdout.write(json ? `${JSON.stringify(done, undefined, 2)}\n` : done.map(text).join(""));
    });
}

const text = ({ stack, repository, branch, file, isChanged }: PulledStack): string =>
  isChanged
    ? `${stack}: ${file} is now as on ${branch} of ${repository}\n`
    : `${stack}: nothing changed, ${file} is as on ${branch} of ${repository}\n`;
