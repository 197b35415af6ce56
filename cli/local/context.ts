import { fileURLToPath } from "node:url";
import { Argument, Command, Option } from "commander";
import { CloudClient } from "../../local/cloud/client.ts";
import { forgetAccounts } from "../../local/environment.ts";
import { cacheDirectory, homeDirectory } from "../../local/home.ts";
import { progressOn } from "../../local/progress.ts";
import { LocalSecrets } from "../../local/stack/secrets.ts";
import type { SessionContext } from "../../local/stack/session.ts";
import { ownStackFile, rememberedStackFile } from "../../local/stack/stack-files.ts";
import { knownStacks } from "../../operations/known-stacks.ts";

export const stackOption = (): Option =>
  new Option("-s, --stack <name>", "the stack").choices(knownStacks()).default("dev");

export const stackFileOption = (): Option =>
  new Option("--stack-file <file>", "settings from this file instead of Pulumi.<stack>.yaml");

export const pluginsOption = (): Option =>
  new Option(
    "--plugins",
    "use the published provider plugins that are installed, against the same local clouds",
  );

export const policyOption = (): Option =>
  new Option("--policy", "stop where the stack breaks a rule (`slipway rules` lists them)");

export const refreshOption = (): Option =>
  new Option("--refresh", "look first at what the clouds hold, and mend what was changed or deleted there");

/** A command that takes a stack, by `--stack` only. */
export function stackCommand(name: string, description: string): Command {
  return new Command(name).description(description).addOption(stackOption());
}

/**
 * A command that takes a stack by `--stack staging`, and by the word `staging` alone: of `npm start --stack staging` npm
 * hands on no more than that.
 */
export function namedStackCommand(name: string, description: string): Command {
  const command = stackCommand(name, description).addArgument(new Argument("[stack]").choices(knownStacks()));
  command.usage("[options]");
  return command.hook("preAction", () => {
    const [word] = command.args;
    if (word === undefined) return;
    if (command.getOptionValueSource("stack") !== "default" && command.opts()["stack"] !== word)
      command.error(`error: one stack at a time: got ${word} and --stack ${command.opts()["stack"]}`);
    command.setOptionValue("stack", word);
  });
}

/** What the action of a `namedStackCommand` does with its options, whose stack the word has set. */
export function withOptions<T>(
  action: (options: T) => Promise<void>,
): (word: string, options: T) => Promise<void> {
  return (_word, options) => action(options);
}

/** Options that also name the file from elsewhere with which the stack was brought up, where none is named. */
export function withOwnFile<T extends { readonly stack: string; readonly stackFile?: string }>(
  { home, progress }: SessionContext,
  options: T,
): T {
  const stackFile = ownStackFile(home, options.stack, options.stackFile);
  if (stackFile === undefined || options.stackFile !== undefined) return options;
  progress.say(`settings: ${stackFile}, with which ${options.stack} was brought up`);
  return { ...options, stackFile };
}

/** Says so where a run has not the file from elsewhere with which its stack was brought up. */
export function tellOtherFile(
  { home, progress }: SessionContext,
  { stack, stackFile }: { readonly stack: string; readonly stackFile?: string },
): void {
  const before = rememberedStackFile(home, stack);
  if (before !== undefined && stackFile === undefined)
    progress.say(`${stack} was brought up with --stack-file ${before}, and now goes by its own settings`);
}

/** What every local command works with. */
export function context(): SessionContext {
  forgetAccounts();
  const home = homeDirectory();
  const program = fileURLToPath(new URL("../cloud.ts", import.meta.url));
  return {
    home,
    cache: cacheDirectory(),
    cloud: new CloudClient({ home, program }),
    secrets: new LocalSecrets(home),
    progress: progressOn(),
  };
}
