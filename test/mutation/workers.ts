import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Reply, Task } from "./worker.ts";

const parallel = 2;
/** A mutant with which one suite takes longer runs for ever: it counts as found. A machine with other work to do needs more patience. */
const patienceMs = Number(process.env["SLIPWAY_MUTATION_PATIENCE"] ?? 15) * 1000;
/** Modules that were loaded anew are never let go, so a worker ends after so many tasks. */
const longestLife = 250;

export type Became = "survived" | "killed" | "timed out";

export interface Outcome {
  became: Became;
  /** The suite that failed and what it said; none where the process itself ended. */
  failure?: string;
}

/** Bytes that a file of a mutant may have: one that writes for ever would fill the disk within a minute. */
const longestFile = 1024 ** 3;

function startWorker(folder: string): ChildProcess {
  const worker = fork(fileURLToPath(new URL("worker.ts", import.meta.url)), {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    env: { ...process.env, TMPDIR: folder },
  });
  // What it starts has the same limit. Where there is no such program, there is none.
  spawnSync("prlimit", ["--pid", String(worker.pid), `--fsize=${longestFile}`], { stdio: "ignore" });
  return worker;
}

/** Lets workers do all tasks, by their ids; a task survives whose tests all pass. */
export async function outcomes(tasks: readonly Task[]): Promise<Map<number, Outcome>> {
  const left = [...tasks];
  const found = new Map<number, Outcome>();
  const folder = mkdtempSync(join(tmpdir(), "slip-"));
  const work = async (): Promise<void> => {
    let worker = startWorker(folder);
    for (let done = 1, task = left.shift(); task !== undefined; task = left.shift(), done++) {
      const outcome = await asked(worker, task);
      found.set(task.id, outcome);
      if (worker.exitCode !== null || outcome.became === "timed out" || done % longestLife === 0) {
        worker.kill("SIGKILL");
        worker = startWorker(folder);
      }
    }
    worker.kill();
  };
  try {
    await Promise.all(Array.from({ length: parallel }, work));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  return found;
}

/** What became of a mutant; one that ends its process is found too. */
function asked(worker: ChildProcess, task: Task): Promise<Outcome> {
  const { promise, resolve: settle } = Promise.withResolvers<Outcome>();
  const timer = setTimeout(() => settle({ became: "timed out" }), patienceMs);
  const onMessage = (reply: Reply) => {
    if (reply === "a suite passed") timer.refresh();
    else
      settle(
        reply.failure === undefined ? { became: "survived" } : { became: "killed", failure: reply.failure },
      );
  };
  const onExit = () => settle({ became: "killed" });
  worker.on("message", onMessage).once("exit", onExit);
  worker.send(task);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.off("message", onMessage).off("exit", onExit);
  });
}
