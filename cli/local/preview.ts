import type { Command } from "commander";
import { preview } from "../../local/up.ts";
import {
  configFileOption,
  context,
  jsonOption,
  namedStackCommand,
  pluginsOption,
  policyOption,
  withOptions,
} from "./context.ts";
import { printUp } from "./print-up.ts";
import { type StackOptions, stackProgram, stackRequest } from "./request.ts";

/** `slipway local preview`: what `local up` would change. */
export function previewCommand(): Command {
  return namedStackCommand("preview", "show what `local up` would change, without changing it")
    .addOption(configFileOption())
    .addOption(pluginsOption())
    .addOption(policyOption())
    .addOption(jsonOption())
    .action(
      withOptions(async (options: StackOptions & { json?: boolean }) => {
        const local = context();
        await printUp({ ...options, isPreview: true }, local, () =>
          preview(local, stackRequest("preview", options, local.secrets), stackProgram()),
        );
      }),
    );
}
