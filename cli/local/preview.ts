import { rmSync } from "node:fs";
import type { Command } from "commander";
import { writePrivately } from "../../local/files.ts";
import { preview } from "../../local/stack/up.ts";
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
import { printUp } from "./print-up.ts";
import { type StackOptions, stackProgram, stackRequest } from "./request.ts";

/** `slipway local preview`: what `local up` would change. */
export function previewCommand(): Command {
  return namedStackCommand("preview", "show what `local up` would change, without changing it")
    .addOption(stackFileOption())
    .addOption(pluginsOption())
    .addOption(policyOption())
    .addOption(refreshOption())
    .addOption(jsonOption())
    .option(
      "--engine-json <file>",
      "keep what `pulumi preview --json` prints, for `slipway report` and `guard`",
    )
    .action(
      withOptions(async (options: StackOptions & { json?: boolean; engineJson?: string }) => {
        const local = context();
        tellOtherFile(local, options);
        const { engineJson } = options;
        await printUp({ ...options, isPreview: true }, local, async () => {
          const request = stackRequest("preview", options, local.secrets);
          if (engineJson === undefined) return await preview(local, request, stackProgram());
          // What an earlier preview left there would be taken for this one's.
          rmSync(engineJson, { force: true });
          return await preview(local, request, stackProgram(), (text) => writePrivately(engineJson, text));
        });
      }),
    );
}
