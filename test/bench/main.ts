import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureModule, measureStarts, type Sample, spread } from "../test/bench/measurements.ts";
import { plainTable } from "./plain-table.ts";

/** `npm run bench`: what slipway adds to the floor, on this machine. Nothing here fails; figures are for reading. */
const runs = Number(process.argv[2] ?? 10);
const home = join(tmpdir(), `slipway-bench-${process.pid}`);

process.stderr.write(`${runs} runs of each program, then three starts on a fresh local cloud\n`);
const floor = measureModule("floor.ts", [], runs);
const sdks = measureModule("sdks.ts", [], runs);
const graphs = ["dev", "staging", "production"].map(
  (stack) => [stack, measureModule("graph.ts", [stack], runs)] as const,
);

const row = (label: string, samples: readonly Sample[]): string[] => [
  label,
  spread(
    samples.map(({ seconds }) => seconds),
    2,
  ),
  spread(
    samples.map(({ megabytes }) => megabytes),
    0,
  ),
  `× ${(median(samples) / median(floor)).toFixed(2)}`,
];
const loads = [
  row("floor: import of @pulumi/pulumi", floor),
  row("import of all four SDKs", sdks),
  ...graphs.map(([stack, samples]) => row(`index.ts to full graph, ${stack}`, samples)),
];
process.stdout.write(`${plainTable(loads, ["program load", "seconds", "MB", "to the floor"])}\n\n`);

try {
  const starts = measureStarts(home).map(([label, seconds]) => [label, seconds.toFixed(1)]);
  process.stdout.write(`${plainTable(starts, ["local up, dev", "seconds"])}\n`);
} finally {
  rmSync(home, { recursive: true, force: true });
}

function median(samples: readonly Sample[]): number {
  const sorted = samples.map(({ seconds }) => seconds).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
