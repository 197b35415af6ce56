import type { Command } from "commander";
import { up } from "../../local/stack/up.ts";
import {
  configFileOption,
  context,
  jsonOption,
  namedStackCommand,
  pluginsOption,
  policyOption,
  refreshOption,
  withOptions,
} from "./context.ts";
import { printUp } from "./print-up.ts";
import { type StackOptions, stackProgram, stackRequest } from "./request.ts";

type Options = StackOptions & { json?: boolean; showSecrets?: boolean };

/** `slipway local up`: what `npm start` runs. */
export function upCommand(): Command {
  return namedStackCommand("up", "bring a stack up on the local clouds, or bring it up to date")
    .addOption(configFileOption())
    .addOption(pluginsOption())
    .addOption(policyOption())
    .addOption(refreshOption())
    .addOption(jsonOption())
    .option("--show-secrets", "print secret outputs in clear")
    .action(
      withOptions(async (options: Options) => {
        const local = context();
        await printUp(options, local, () =>
          up(local, stackRequest("up", options, local.secrets), stackProgram()),
        );
      }),
    );
}
