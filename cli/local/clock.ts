import { Command, InvalidArgumentError, Option } from "commander";
import { jsonOption } from "../output-options.ts";
import { context } from "./context.ts";

interface Options {
  forward?: number;
  reset?: true;
  json?: true;
}

/** `slipway local clock`: sets the clock of the local apps' workers forward, so that what they do by schedule is done. */
export function clockCommand(): Command {
  return new Command("clock")
    .description("tell the clock of the local apps' workers and releases, or set it forward")
    .addOption(
      new Option(
        "--forward <time>",
        "by so much, such as 90m, 24h or 3d: what was due meanwhile is done once, now",
      )
        .argParser(duration)
        .conflicts("reset"),
    )
    .option("--reset", "start the workers again with this machine's clock")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Workers that run as real processes have this clock, and \`slipway release --local\`, where a release soaks by it, \`slipway
status --local\` and \`slipway backup\`. The local clouds and databases keep this machine's, and with it the moments that they
note down.`,
    )
    .action(async ({ forward, reset, json }: Options) => {
      const { cloud } = context();
      if (reset) await cloud.resetClock();
      const aheadMs = forward === undefined ? await cloud.clockAhead() : await cloud.forwardClock(forward);
      const time = new Date(Date.now() + aheadMs).toISOString();
      if (json) process.stdout.write(`${JSON.stringify({ time, aheadSeconds: aheadMs / 1000 })}\n`);
      else process.stdout.write(`${time}${aheadMs === 0 ? "" : `, ${aheadMs / 60_000} minutes ahead`}\n`);
      if (forward !== undefined && !json)
        process.stdout.write(
          "what was due is being done, where a worker runs: slipway local logs tells how it goes\n",
        );
    });
}

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function duration(text: string): number {
  const [, number, unit] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError("It must be a time such as 90m, 24h or 3d.");
  return Number(number) * units[unit as keyof typeof units];
}
