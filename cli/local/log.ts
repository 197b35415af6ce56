import type { Command } from "commander";
import { requestLine } from "../../local/cloud/request-lines.ts";
import { jsonOption } from "../output-options.ts";
import { context, namedStackCommand, withOptions } from "./context.ts";

/** `slipway local log`: what the local clouds were asked in the last run. */
export function logCommand(): Command {
  return namedStackCommand(
    "log",
    "print the requests that the local clouds got in the last run, secrets masked",
  )
    .addOption(jsonOption())
    .option("--writes", "only requests that changed something")
    .action(
      withOptions(async (options: { stack: string; json?: boolean; writes?: boolean }) => {
        const { run, requests } = await context().cloud.requests(options.stack);
        const shown = options.writes ? requests.filter(({ effect }) => effect === "write") : requests;
        const text = options.json
          ? JSON.stringify({ run, requests: shown }, undefined, 2)
          : shown.map(requestLine).join("\n");
        process.stdout.write(`${text}${text === "" ? "" : "\n"}`);
      }),
    );
}
