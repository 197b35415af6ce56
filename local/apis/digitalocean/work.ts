import { Turns } from "../../cloud/turns.ts";

/** Thrown into work that outlived the API: nothing may be written any more, the next start continues it. */
export class Abandoned extends Error {
  override readonly name = "Abandoned";
}

/** What goes on after a request was answered: servers that start, deployments that run. */
export class Work {
  private readonly end = Promise.withResolvers<never>();
  private readonly running = new Set<Promise<void>>();
  private readonly turns = new Turns();
  private isClosed = false;

  constructor() {
    this.end.promise.catch(() => {});
  }

  /** Starts a task that keeps its own failures; what it does not expect is a warning of the process. */
  start(task: () => Promise<void>): void {
    const promise = task()
      .catch((error: unknown) => {
        if (!(error instanceof Abandoned))
          process.emitWarning(error instanceof Error ? error : String(error));
      })
      .finally(() => this.running.delete(promise));
    this.running.add(promise);
  }

  /** Waits for something slow, unless the API closes first: then it throws {@link Abandoned}. */
  wait<T>(slow: Promise<T>): Promise<T> {
    return Promise.race([this.end.promise, slow]);
  }

  /** Does one task of a key after the other, in the order in which they came. */
  inTurn<T>(key: string, task: () => Promise<T>): Promise<T> {
    return this.turns.take(key, () => (this.isClosed ? this.end.promise : task()));
  }

  /** Abandons what runs and returns when it has noticed. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.end.reject(new Abandoned("the API was closed"));
    await Promise.all(this.running);
  }
}
