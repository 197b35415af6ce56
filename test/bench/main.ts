import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { plainTable } from "../../cli/plain-table.ts";
import {
  growthExponent,
  measureCommand,
  measureGrowth,
  measureModule,
  measureReleases,
  measureStarts,
  type Sample,
  spread,
} from "./measurements.ts";
import { writePreviews } from "./previews.ts";

/**
 * `npm run bench [-- PART] [RUNS]`: what slipway adds to the floor, on this machine. Nothing here fails; figures are for
 * reading, and only their ratios to the floor of the same run say anything.
 */
const parts = { load, plan, report, growth, starts, release };
const given = process.argv.slice(2);
const runs = Number(given.find((argument) => /^\d+$/.test(argument)) ?? 10);
const chosen = given.filter((argument) => !/^\d+$/.test(argument));
const home = mkdtempSync(join(tmpdir(), "slipway-bench-"));

const unknown = chosen.find((name) => !(name in parts));
if (unknown !== undefined) {
  process.stderr.write(`${unknown} must be one of ${Object.keys(parts).join(", ")}\n`);
  process.exitCode = 2;
} else
  try {
    for (const [name, part] of Object.entries(parts))
      if (chosen.length === 0 || chosen.includes(name)) {
        process.stderr.write(`${name}: ${runs} runs of each program\n`);
        process.stdout.write(`${part()}\n\n`);
      }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }

/** From the import of a module to its end, in fresh processes with a filled compile cache. */
function load(): string {
  const floor = measureModule("floor.ts", [], runs);
  const rows = [
    row("floor: import of @pulumi/pulumi", floor, floor),
    row("import of all four SDKs", measureModule("sdks.ts", [], runs), floor),
    ...["dev", "staging", "production"].map((stack) =>
      row(`index.ts to full graph, ${stack}`, measureModule("graph.ts", [stack], runs), floor),
    ),
    // Without what cli/without-serializers.ts leaves out of the SDK for slipway's own commands.
    row(
      "the same as plain `pulumi` loads it",
      measureModule("graph.ts", ["production", "plain"], runs),
      floor,
    ),
  ];
  return plainTable(rows, ["program load", "seconds", "MB", "to the floor"]);
}

/** Whole processes, from their start to their end. */
function plan(): string {
  const wrong = join(home, "Pulumi.staging.yaml");
  const staging = readFileSync(join(import.meta.dirname, "..", "..", "Pulumi.staging.yaml"), "utf8");
  writeFileSync(wrong, staging.replace("size: db-s-1vcpu-1gb", "size: db-s-1vcpu-1g"));
  const floor = measureCommand(["test/bench/floor.ts"], 0, runs);
  const slipway = (label: string, args: readonly string[], exitCode: number) =>
    row(label, measureCommand(["cli/main.ts", ...args], exitCode, runs), floor);
  const rows = [
    row("floor: import of @pulumi/pulumi", floor, floor),
    slipway("plan --stack all, three stacks", ["plan", "--stack", "all"], 0),
    slipway("plan, a stack file with one mistake", ["plan", "--stack-file", wrong], 1),
  ];
  return plainTable(rows, ["whole process", "seconds", "MB", "to the floor"]);
}

/** Whole processes that make the comment of a pull request. */
function report(): string {
  const floor = measureCommand(["test/bench/floor.ts"], 0, runs);
  const rows = [40, 500].map((resources) => {
    const previews = writePreviews(home, resources).flatMap((one) => ["--preview", one]);
    const samples = measureCommand(["cli/main.ts", "report", ...previews], 0, runs);
    return row(`report, three stacks of ${resources} changes`, samples, floor);
  });
  const all = [row("floor: import of @pulumi/pulumi", floor, floor), ...rows];
  return plainTable(all, ["whole process", "seconds", "MB", "to the floor"]);
}

/** Graphs of growing size, without an engine. */
function growth(): string {
  const measured = measureGrowth([125, 250, 500, 1000, 2000]);
  const rows = measured.sizes.map(({ resources, seconds }) => [String(resources), seconds.toFixed(2)]);
  const exponent = growthExponent(measured).toFixed(2);
  const table = plainTable(rows, ["resources of a graph", "seconds"]);
  return `${table}\nseconds grow with resources to the power of ${exponent}; ${measured.megabytes.toFixed(0)} MB at most`;
}

/** The whole local way, on a home of its own. */
function starts(): string {
  const rows = measureStarts(home).map(([label, seconds]) => [label, seconds.toFixed(1)]);
  return plainTable(rows, ["local up, dev", "seconds"]);
}

/** A release from staging to the preview of its promotion, and back; whole processes, against the local clouds. */
function release(): string {
  const floor = measureCommand(["test/bench/floor.ts"], 0, Math.min(runs, 3));
  const load = loadavg()[0]?.toFixed(1);
  const rows = measureReleases(Math.min(runs, 3)).map(([label, seconds]) => [
    label,
    spread(seconds, 2),
    `× ${(middle(seconds) / median(floor)).toFixed(2)}`,
  ]);
  const table = plainTable(
    [
      [
        "floor: import of @pulumi/pulumi",
        spread(
          floor.map(({ seconds }) => seconds),
          2,
        ),
        "× 1.00",
      ],
      ...rows,
    ],
    ["whole process", "seconds", "to the floor"],
  );
  return `${table}\nload of the machine at the time: ${load} on ${availableParallelism()} processors`;
}

function row(label: string, samples: readonly Sample[], floor: readonly Sample[]): string[] {
  const figures = (of: (sample: Sample) => number, digits: number) => spread(samples.map(of), digits);
  return [
    label,
    figures(({ seconds }) => seconds, 2),
    figures(({ megabytes }) => megabytes, 0),
    `× ${(median(samples) / median(floor)).toFixed(2)}`,
  ];
}

function median(samples: readonly Sample[]): number {
  return middle(samples.map(({ seconds }) => seconds));
}

function middle(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
