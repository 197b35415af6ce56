import { setTimeout as pause } from "node:timers/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { allStacks } from "../operations/known-stacks.ts";
import type { StackStatus } from "../operations/status.ts";
import { clockOf } from "./clouds.ts";
import { jsonOption } from "./output-options.ts";
import { plainTable } from "./plain-table.ts";
import { stacksOption } from "./stack-option.ts";
import { watch } from "./watch.ts";

interface StatusOptions {
  stack: string;
  local?: boolean;
  watch?: boolean;
  every: number;
  json?: boolean;
}

/** `slipway status`: all stacks at a glance. */
export function statusCommand(): Command {
  return new Command("status")
    .description(
      "show of each stack its release, health, promotion, hold, backup, drill, drift, cost and delivery",
    )
    .addOption(stacksOption().default("all"))
    .option("--local", "the stacks on the local clouds of this machine")
    .option("--watch", "show it again and again, for a screen on the wall")
    .addOption(new Option("--every <seconds>", "how often with --watch").argParser(seconds).default(60))
    .addOption(jsonOption().conflicts("watch"))
    .addHelpText(
      "after",
      `
It only reads. What is not known says why below the table: a token that is missing, a stack that is not up. With --local
times are told by the clock of \`slipway local clock\`.

With --watch a terminal is cleared before each table; anything else gets one table below the other. Ctrl-C ends it.

Exit codes: 0 shown, also where something is not known; 1 a fault; 130 Ctrl-C.`,
    )
    .action(async (options: StatusOptions) => {
      if (options.watch)
        return await watch({
          show: async () => {
            const now = await clockOf(options.local);
            return await text(await statusOf(options, now), now());
          },
          write: (shown) => void process.stdout.write(shown),
          isTerminal: process.stdout.isTTY === true,
          wait: () => pause(options.every * 1000),
        });
      const now = await clockOf(options.local);
      const stacks = await statusOf(options, now);
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ version: 1, stacks }, undefined, 2)}\n`
          : await text(stacks, now()),
      );
    });
}

function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value < 5) throw new InvalidArgumentError("It must be at least 5 seconds.");
  return value;
}

async function statusOf({ stack, local }: StatusOptions, now: () => Date): Promise<StackStatus[]> {
  const { stackStatus } = await import("../operations/status.ts");
  const { statusSources } = await import("../operations/status/sources.ts");
  const { stackConfiguration } = await import("../operations/stack-settings.ts");
  const { cloudsOf, localClouds, localStacks } = await import("./clouds.ts");
  const { ownStackFile } = await import("../local/stack/stack-files.ts");
  const { homeDirectory } = await import("../local/home.ts");
  const { stateOf } = await import("./drift.ts");
  const { findBackups } = await import("./backup/found.ts");
  const names = stack !== "all" ? [stack] : local ? await localStacks() : allStacks();
  const clouds = local ? await localClouds() : await cloudsOf(process.env);
  return Promise.all(
    names.map((name) => {
      const { settings, awsRegion } = stackConfiguration(
        name,
        local ? ownStackFile(homeDirectory(), name, undefined) : undefined,
      );
      return stackStatus(
        name,
        statusSources({
          settings,
          awsRegion,
          clouds,
          findBackups,
          state: () => stateOf(name, local === true),
          home: process.env["GITHUB_REPOSITORY"] || settings.product.repository,
          now,
        }),
      );
    }),
  );
}

async function text(stacks: readonly StackStatus[], now: Date): Promise<string> {
  const { statusTable } = await import("../operations/status/text.ts");
  const { head, rows, delivery, reasons } = statusTable(stacks, now);
  const below = reasons.map((reason) => `not known for ${reason}\n`).join("");
  const figures = delivery.rows.length === 0 ? "" : `\n${plainTable(delivery.rows, delivery.head)}\n`;
  return `${plainTable(rows, head)}\n${figures}${below}`;
}
