import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** One run of a program: seconds and megabytes at its peak. */
export interface Sample {
  readonly seconds: number;
  readonly megabytes: number;
}

const here = import.meta.dirname;

/** Runs a module of this folder in fresh processes; one run first fills the compile cache. */
export function measureModule(file: string, args: readonly string[], runs: number): Sample[] {
  const command = [join(here, "measure.mjs"), join(here, file), ...args];
  const once = (): Sample =>
    JSON.parse(
      execFileSync(process.execPath, ["--disable-warning=ExperimentalWarning", ...command], {
        encoding: "utf8",
      }),
    );
  once();
  return Array.from({ length: runs }, once);
}

/** Seconds of the first `local up`, the second and the third, whole processes, on a home of their own. */
export function measureStarts(home: string): [label: string, seconds: number][] {
  const slipway = (args: readonly string[]): number => {
    const from = performance.now();
    execFileSync(
      process.execPath,
      [join(here, "..", "..", "cli", "with-packages.mjs"), "cli/main.ts", ...args],
      {
        env: { ...process.env, SLIPWAY_HOME: home },
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    return (performance.now() - from) / 1000;
  };
  try {
    return [
      ["first, nothing running", slipway(["local", "up"])],
      ["second, no change", slipway(["local", "up"])],
      ["third, no change", slipway(["local", "up"])],
    ];
  } finally {
    slipway(["local", "down"]);
  }
}

/** Least, middle and greatest of some figures. */
export function spread(figures: readonly number[], digits: number): string {
  const sorted = [...figures].sort((a, b) => a - b);
  const [least, middle, greatest] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return [least, middle, greatest].map((figure) => (figure ?? Number.NaN).toFixed(digits)).join(" / ");
}

const root = join(here, "..", "..");

/** Runs of `slipway` as a person starts it, whole processes; `exitCode` is what it must end with. */
export function measureCommand(args: readonly string[], exitCode: number, runs: number): Sample[] {
  const peak = pathToFileURL(join(here, "peak.mjs")).href;
  const once = (): Sample => {
    const from = performance.now();
    const { status, output } = spawnSync(
      process.execPath,
      ["--import", peak, join(root, "cli", "with-packages.mjs"), ...args],
      { cwd: root, encoding: "utf8", stdio: ["ignore", "ignore", "pipe", "pipe"] },
    );
    const seconds = (performance.now() - from) / 1000;
    if (status !== exitCode) throw new Error(`${args.join(" ")} ended with ${status}:\n${output[2]}`);
    return { seconds, megabytes: Number(output[3]) };
  };
  once();
  return Array.from({ length: runs }, once);
}

/** Seconds of the commands of releases, whole processes, with the sum of the way to the preview of a promotion. */
export function measureReleases(runs: number): [label: string, seconds: number[]][] {
  const command = ["--disable-warning=ExperimentalWarning", join(here, "releases.ts"), String(runs)];
  const output = execFileSync(process.execPath, command, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const measured: Record<string, number[]> = JSON.parse(output);
  const way = Object.entries(measured).filter(([label]) => !label.includes("rollback"));
  const sums = Array.from({ length: way[0]?.[1].length ?? 0 }, (_, run) =>
    way.reduce((sum, [, seconds]) => sum + (seconds[run] ?? 0), 0),
  );
  return [
    ...way,
    ["from staging to the preview of the promotion", sums],
    ...Object.entries(measured).slice(way.length),
  ];
}

/** What graphs of so many resources take. */
export interface Growth {
  sizes: { resources: number; seconds: number }[];
  megabytes: number;
}

/** Plans stacks of these sizes in a process of their own. */
export function measureGrowth(sizes: readonly number[]): Growth {
  const command = ["--disable-warning=ExperimentalWarning", join(here, "growth.ts"), ...sizes.map(String)];
  return JSON.parse(execFileSync(process.execPath, command, { encoding: "utf8" }));
}

/** The exponent by which time grows with size: 1 is in proportion. */
export function growthExponent({ sizes }: Growth): number {
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (first === undefined || last === undefined) return Number.NaN;
  return Math.log(last.seconds / first.seconds) / Math.log(last.resources / first.resources);
}
