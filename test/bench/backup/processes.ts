import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** What a command took, its children included. */
export interface Taken {
  readonly seconds: number;
  /** Seconds of processor of the command and everything that it started. */
  readonly cpu: number;
  /** Megabytes at the peak of all its processes together; what they share counts once. */
  readonly megabytes: number;
  /** Megabytes at the peak of its largest process. */
  readonly largest: number;
  readonly output: string;
}

export interface Command {
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Milliseconds between two looks at memory: a look costs the processor a millisecond. */
const pause = 200;

/** Runs a script of bash to its end. Memory is looked at from time to time, so a short peak can be missed. */
export async function taken({ script, environment }: Command): Promise<Taken> {
  const timed = `TIMEFORMAT='%R %U %S'; set -o pipefail; time { ${script}; }`;
  const child = spawn("bash", ["-c", timed], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let complaints = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
  const ended = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? -1)));
  let [megabytes, largest, isOver] = [0, 0, false];
  const watching = (async () => {
    while (!isOver) {
      const sizes = treeOf(child.pid ?? 0).map(proportionalSize);
      megabytes = Math.max(
        megabytes,
        sizes.reduce((sum, size) => sum + size, 0),
      );
      largest = Math.max(largest, ...sizes);
      await delay(pause);
    }
  })();
  const code = await ended;
  isOver = true;
  await watching;
  const lines = complaints.trimEnd().split("\n");
  const [seconds = 0, user = 0, system = 0] = (lines.pop() ?? "").split(" ").map(Number);
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${lines.join("\n")}`);
  return { seconds, cpu: user + system, megabytes, largest, output };
}

/** A process and all that came from it. */
function treeOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = textOf(`/proc/${name}/stat`);
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (pid === root || isOurs(parents.get(pid)));
  return [...parents.keys()].filter(isOurs);
}

function proportionalSize(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0;
  return Number(kilobytes) / 1000;
}

/** Seconds of processor that a process's ended children took. */
export function cpuOfChildren(pid: number): number {
  const stat = textOf(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process has ended.
    return "";
  }
}
