import { execFileSync } from "node:child_process";
import { join } from "node:path";

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
