import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { measureModule, measureStarts, type Sample, spread } from "../test/bench/measurements.ts";

/** `npm run bench`: what slipway adds to the floor, on this machine. Nothing here fails; figures are for reading. */
const runs = Number(process.argv[2] ?? 10);
const home = join(tmpdir(), `slipway-bench-${process.pid}`);

process.stderr.write(`${runs} runs of each program, then three starts on a fresh local cloud\n`);
const floor = measureModule("floor.ts", [], runs);
const sdks = measureModule("sdks.ts", [], runs);
const graphs = ["dev", "staging", "production"].map(
  (stack) => [stack, measureModule("graph.ts", [stack], runs)] as const,
);

const loads = new Table({
  head: ["program load", "seconds", "MB", "over the floor"],
  style: { head: [], border: [] },
});
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
loads.push(row("floor: import @pulumi/pulumi", floor), row("import of all four SDKs", sdks));
for (const [stack, samples] of graphs) loads.push(row(`index.ts to full graph, ${stack}`, samples));
process.stdout.write(`${loads.toString()}\n`);

try {
  const starts = new Table({ head: ["local up, dev", "seconds"], style: { head: [], border: [] } });
  for (const [label, seconds] of measureStarts(home)) starts.push([label, seconds.toFixed(1)]);
  process.stdout.write(`${starts.toString()}\n`);
} finally {
  rmSync(home, { recursive: true, force: true });
}

function median(samples: readonly Sample[]): number {
  const sorted = samples.map(({ seconds }) => seconds).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
