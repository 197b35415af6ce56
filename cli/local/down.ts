import type { Command } from "commander";
import { down, stop } from "../../local/stack/down.ts";
import { jsonOption } from "../output-options.ts";
import {
  context,
  namedStackCommand,
  pluginsOption,
  stackFileOption,
  withOptions,
  withOwnFile,
} from "./context.ts";
import { type StackOptions, stackRequest } from "./request.ts";

/** `slipway local down`: the end of a local stack, or only of the services. */
export function downCommand(): Command {
  return namedStackCommand(
    "down",
    "destroy a local stack, and stop and wipe the local clouds when no stack uses them any more",
  )
    .addOption(stackFileOption())
    .addOption(pluginsOption())
    .option(
      "--keep",
      "only stop the services, of all stacks: state and data stay, and the next `local up` goes on",
    )
    .addOption(jsonOption())
    .action(
      withOptions(async (options: StackOptions & { keep?: boolean; json?: boolean }) => {
        const local = context();
        if (options.keep) {
          await stop(local);
          print(options.json, { result: "stopped" }, "the local clouds are stopped; state and data are kept");
          return;
        }
        const report = await down(local, stackRequest("down", withOwnFile(local, options), local.secrets));
        const rest =
          report.remaining.length === 0
            ? "the local clouds are stopped and wiped"
            : `the local clouds go on for ${report.remaining.join(", ")}`;
        print(
          options.json,
          { result: "succeeded", ...report },
          `${report.stack}: ${report.changes.delete} deleted; ${rest}`,
        );
      }),
    );
}

function print(json: boolean | undefined, document: unknown, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(document, undefined, 2) : text}\n`);
}
