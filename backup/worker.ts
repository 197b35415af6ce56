import { exitCodes, Failure } from "./failure.ts";
import type { Log } from "./log.ts";

/** Something that the worker does again and again. */
export interface Task {
  readonly name: string;
  readonly work: () => Promise<void>;
  /** Seconds to wait before each further try; none for a task that simply comes again. */
  readonly retryAfter: readonly number[];
}

export interface WorkerOptions {
  readonly log: Log;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** A number from 0 to 1, for the spread of starts. */
  readonly random: () => number;
  readonly pause: (seconds: number) => Promise<void>;
  readonly jitterSeconds: number;
}

/** What is known of a task. */
export interface TaskState {
  readonly lastSuccess?: string;
  readonly lastFailure?: { readonly at: string; readonly outcome: string };
  readonly isRunning: boolean;
}

/** Does tasks one at a time: one that comes while another runs waits for it, one that waits already comes once. */
export class Worker {
  readonly states = new Map<string, TaskState>();
  private readonly options: WorkerOptions;
  private readonly waiting = new Set<string>();
  private turn: Promise<void> = Promise.resolve();

  constructor(options: WorkerOptions) {
    this.options = options;
  }

  /** Does a task when its turn comes; resolves when it is done, however that went. */
  async trigger(task: Task): Promise<void> {
    const { log, pause, random, jitterSeconds, signal } = this.options;
    if (this.waiting.has(task.name)) {
      log.warn("skipped, it is waiting or running already", { task: task.name });
      return;
    }
    this.waiting.add(task.name);
    const done = this.turn.then(async () => {
      if (!signal.aborted) await pause(Math.round(random() * jitterSeconds));
      await this.attempt(task);
    });
    this.turn = done;
    try {
      await done;
    } finally {
      this.waiting.delete(task.name);
    }
  }

  /** Resolves when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    await this.turn;
  }

  private async attempt(task: Task): Promise<void> {
    const { log, pause, now, signal } = this.options;
    for (let tries = 0; !signal.aborted; tries += 1) {
      this.know(task, { isRunning: true });
      try {
        await task.work();
        this.know(task, { isRunning: false, lastSuccess: now().toISOString() });
        return;
      } catch (error) {
        const outcome = signal.aborted
          ? "interrupted"
          : error instanceof Failure
            ? error.outcome
            : "unexpected";
        this.know(task, { isRunning: false, lastFailure: { at: now().toISOString(), outcome } });
        if (signal.aborted) return;
        const exitCode = exitCodes[outcome as keyof typeof exitCodes][0];
        log.error((error as { message: string }).message, { task: task.name, outcome, exitCode });
        const seconds = task.retryAfter[tries];
        if (seconds === undefined) return;
        log.info("tries again", { task: task.name, seconds });
        await pause(seconds);
      }
    }
  }

  private know(task: Task, state: TaskState): void {
    this.states.set(task.name, { ...this.states.get(task.name), ...state });
  }
}
