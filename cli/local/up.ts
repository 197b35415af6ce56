import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { LocalFault } from "../../local/fault.ts";
import { rememberStackFile } from "../../local/stack/stack-files.ts";
import { stackExists } from "../../local/stack/state-file.ts";
import { up } from "../../local/stack/up.ts";
import { jsonOption } from "../output-options.ts";
import {
  context,
  namedStackCommand,
  pluginsOption,
  policyOption,
  refreshOption,
  stackFileOption,
  tellOtherFile,
  withOptions,
} from "./context.ts";
import { tellHeld } from "./held.ts";
import { printUp } from "./print-up.ts";
import { type StackOptions, stackProgram, stackRequest } from "./request.ts";
import { rulesBroken } from "./rules-found.ts";

type Options = StackOptions & { json?: boolean; showSecrets?: boolean; state?: string };

/** `slipway local up`: what `npm start` runs. */
export function upCommand(): Command {
  return namedStackCommand("up", "bring a stack up on the local clouds, or bring it up to date")
    .addOption(stackFileOption())
    .addOption(pluginsOption())
    .addOption(policyOption())
    .addOption(refreshOption())
    .addOption(jsonOption())
    .option("--show-secrets", "print secret outputs in clear")
    .addHelpText(
      "after",
      "\nExit codes: 0 up; 1 a fault, also where a component of the app ended with one; 2 wrong options; 130 Ctrl-C.",
    )
    .option("--state <file>", "begin with this exported state, as `slipway restore-config` gives it back")
    .action(
      withOptions(async (options: Options) => {
        const local = context();
        tellOtherFile(local, options);
        // With --policy the engine asks the rules itself.
        const broken = options.policy ? undefined : () => rulesBroken(options);
        await printUp({ ...options, ...(broken && { broken }) }, local, async () => {
          const request = stackRequest("up", options, local.secrets);
          await tellHeld(local, options);
          const { stack, stackFile } = options;
          const state = options.state === undefined ? undefined : savedState(local.home, options);
          // Not before its settings were accepted: what was refused changed nothing, and is not what the stack has.
          const accepted = (): void => {
            if (stackFile !== undefined) rememberStackFile(local.home, stack, stackFile);
          };
          const report = await up(local, { ...request, state }, stackProgram(), accepted);
          // Not before it is up: a run that fails leaves the stack as its file from elsewhere has it.
          if (stackFile === undefined) rememberStackFile(local.home, stack, undefined);
          return report;
        });
      }),
    );
}

/** The text of a state for a stack that has none. */
function savedState(home: string, { stack, state = "" }: Options): string {
  if (stackExists(home, stack)) throw new LocalFault(`stack ${stack} has a state: leave --state out`);
  if (!existsSync(state)) throw new LocalFault(`--state ${state} must name a file that is there`);
  return readFileSync(state, "utf8");
}
