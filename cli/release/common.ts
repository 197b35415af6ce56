import { userInfo } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import { holdInterrupts } from "../../local/interrupts.ts";
import { progressOn } from "../../local/progress.ts";
import { OperationFault } from "../../operations/fault.ts";
import type { GitHubAccess } from "../../operations/github.ts";
import type { ReleaseContext } from "../../operations/release/context.ts";
import { jsonOption } from "../output-options.ts";
import { stackOption } from "../stack-option.ts";
import { type OwnOptions, withOwnOptions, withOwnOptionsInJson } from "./own-options.ts";

/** Options of every `slipway release` command. */
export interface ReleaseOptions {
  stack: string;
  stackFile?: string;
  local?: boolean;
  json?: boolean;
}

/** The option that has the local clouds asked. */
export const localOption = (): Option =>
  new Option("--local", "of the local clouds of this machine: no token is needed");

/** What every command's help ends with. */
export const environmentHelp = `
Needs DIGITALOCEAN_TOKEN (scopes app:read, to roll back app:update) and GITHUB_TOKEN (deployments: write; to begin
contents: read; to promote or roll back contents: write and pull-requests: write), with --local neither. Images are
looked up as REGISTRY_CREDENTIALS (user:token) says, else with these tokens. DIGITALOCEAN_API_URL, GITHUB_API_URL and
REGISTRY_URL name other addresses; SLIPWAY_API_TIMEOUT says how many seconds an answer may take, 15 where it is not
set.`;

/** A command about the releases of one stack. */
export function releaseSubcommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(stackOption().makeOptionMandatory())
    .option("--stack-file <file>", "settings, in the place of Pulumi.<stack>.yaml")
    .addOption(localOption())
    .addOption(jsonOption());
}

/** A number that a person types. */
export function count(text: string): number {
  const value = Number(text);
  if (!/^\d{1,3}$/.test(text) || value < 1)
    throw new InvalidArgumentError("It must be a whole number from 1 to 999.");
  return value;
}

/** Collects an option that may be given again. */
export const several = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** The file of a stack's settings where it is not its own; of a local stack the one that it was brought up with. */
export async function stackFileFor({
  stack,
  stackFile,
  local,
}: Pick<ReleaseOptions, "stack" | "local"> & { stackFile?: string | undefined }): Promise<
  string | undefined
> {
  if (!local) return stackFile;
  const { ownStackFile } = await import("../../local/stack/stack-files.ts");
  const { homeDirectory } = await import("../../local/home.ts");
  return ownStackFile(homeDirectory(), stack, stackFile);
}

/** Milliseconds after which a person is told what is under way. */
const quiet = 2000;

/** Prints a result as one document, or as a text; what it names next has the options of this command. */
export function print<T>(
  options: ReleaseOptions,
  result: T,
  text: (result: T) => string,
  own = ownOptions(options),
): void {
  process.stdout.write(
    options.json
      ? `${withOwnOptionsInJson(JSON.stringify(result, undefined, 2), own)}\n`
      : withOwnOptions(text(result), own),
  );
}

/** What commands that this one names have to repeat. */
const ownOptions = ({ stack, stackFile, local }: ReleaseOptions): OwnOptions => ({
  local,
  files: { [stack]: stackFile },
});

/**
 * Does work with the context of a stack; Ctrl-C stops it between two steps, after which it can be run again.
 *
 * @throws OperationFault where it was interrupted
 */
export async function withRelease<T>(
  options: ReleaseOptions,
  work: (context: ReleaseContext) => Promise<T>,
  own = ownOptions(options),
): Promise<T> {
  // Only these need the packages that speak to GitHub.
  const { gitHubAccess } = await import("../../operations/github.ts");
  const { digitalOceanAccess } = await import("../../operations/digitalocean.ts");
  const { registryAccess } = await import("../../operations/release/registry-ask.ts");
  const { recordPlace } = await import("../../operations/release/deployments.ts");
  const { settingsOfStack } = await import("../../operations/release/stack.ts");
  const settings = settingsOfStack(options.stack, await stackFileFor(options));
  const { clockOf, localEnvironment } = await import("../clouds.ts");
  const environment = options.local ? await localEnvironment() : process.env;
  const now = await clockOf(options.local);
  const access = gitHubAccess(environment);
  const platform = digitalOceanAccess(environment);
  const registry = registryAccess(environment);
  const interrupt = new AbortController();
  const progress = progressOn();
  const begun = performance.now();
  let patience: NodeJS.Timeout | undefined;
  const free = holdInterrupts(() => {
    patience ??= setTimeout(() => progress.say(endingText), quiet);
    interrupt.abort(new OperationFault("interrupted"));
  });
  try {
    return await work({
      settings,
      place: recordPlace({ ...access, signal: interrupt.signal }, settings),
      platform,
      registry,
      by: process.env["GITHUB_ACTOR"] || process.env["USER"] || userInfo().username,
      now,
      tell: (text) => {
        if (performance.now() - begun > quiet) progress.show(text);
      },
      signal: interrupt.signal,
    });
  } catch (error) {
    if (interrupt.signal.aborted) throw new OperationFault("interrupted", { cause: error });
    const { nextStep } = await import("../../operations/release/next-step.ts");
    if (!(error instanceof OperationFault)) throw error;
    const message = withOwnOptions(error.message, own);
    const next = nextStep(error);
    if (next === undefined && message === error.message) throw error;
    throw new OperationFault(next === undefined ? message : `${message}\n${next}`, { cause: error });
  } finally {
    clearTimeout(patience);
    free();
  }
}

const endingText =
  "it ends when what was sent last is answered, so that nothing is left of which nobody knows";

/** Does work that asks GitHub alone: that of the environment, or of the local clouds. */
export async function withGitHubAccess<T>(
  { local }: Pick<ReleaseOptions, "local">,
  work: (access: GitHubAccess) => Promise<T>,
): Promise<T> {
  const { gitHubAccess } = await import("../../operations/github.ts");
  const { localEnvironment } = await import("../clouds.ts");
  return await work(gitHubAccess(local ? await localEnvironment() : process.env));
}
