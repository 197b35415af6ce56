import { setTimeout as delay } from "node:timers/promises";
import type { RunnableComponent } from "../apis/digitalocean/platform.ts";
import type { ComponentLog } from "./apps-log.ts";
import { type ProgramOptions, type Run, runProgram } from "./apps-program.ts";

/** Milliseconds before the next start, by the number of runs that ended too early in a row. */
export type Backoff = (failures: number) => number;

/** One second, then twice as long each time, a minute at most. */
export const usualBackoff: Backoff = (failures) => Math.min(60_000, 1000 * 2 ** (failures - 1));

/** A run this long, in milliseconds, counts as a good one. */
const goodRun = 60_000;

/** Most programs that cannot run have ended after so many milliseconds. */
const soon = 1000;

/** Told how the runs of a worker go. */
export interface WorkerWatch {
  /** A run ended, with what the log held then. */
  ended(exitCode: number, log: string): void;
  /** A run goes on for long enough. */
  well(): void;
}

/** Keeps a worker's program running until it is stopped: whenever it ends, it is started again after a while. */
export class Worker {
  private readonly stopping = new AbortController();
  private readonly supervision: Promise<void>;
  private readonly first = Promise.withResolvers<void>();
  private run: Run | undefined;

  constructor(
    component: RunnableComponent,
    log: ComponentLog,
    options: ProgramOptions,
    backoff: Backoff,
    watch: WorkerWatch,
  ) {
    this.supervision = this.supervise(component, log, options, backoff, watch)
      .catch((error: unknown) => {
        log.say(`cannot be kept running: ${error instanceof Error ? error.message : String(error)}`);
      })
      .finally(this.first.resolve);
  }

  /** Resolves once its first run has ended, or has gone on for a second. */
  get settled(): Promise<void> {
    return this.first.promise;
  }

  /** Ends the program and its supervision. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.run?.stop();
    await this.supervision;
  }

  /** Sets the clock of its program forward. */
  setClock(ahead: number): void {
    this.run?.setClock(ahead);
  }

  /** Ends its program, which is started again. */
  async restart(): Promise<void> {
    await this.run?.stop();
  }

  private async supervise(
    component: RunnableComponent,
    log: ComponentLog,
    options: ProgramOptions,
    backoff: Backoff,
    watch: WorkerWatch,
  ): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 1; !signal.aborted; failures += 1) {
      const start = Date.now();
      this.run = await runProgram(component, log, options);
      // Stopped while it was starting, when there was nothing to stop yet.
      if (signal.aborted) await this.run.stop();
      const timers = [setTimeout(this.first.resolve, soon), setTimeout(() => watch.well(), goodRun).unref()];
      const exitCode = await this.run.ended;
      for (const timer of timers) clearTimeout(timer);
      if (signal.aborted) return log.say("stopped");
      watch.ended(exitCode, log.text());
      this.first.resolve();
      if (Date.now() - start > goodRun) failures = 1;
      const pause = backoff(failures);
      log.say(`ended with exit code ${exitCode}, starts again in ${pause / 1000} s`);
      await paused(pause, signal);
    }
  }
}

async function paused(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
