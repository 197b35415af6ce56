import type {
  AppRuntime,
  ComponentStatus,
  RunnableComponent,
  ServedApp,
} from "../apis/digitalocean/platform.ts";
import type { Collection, Store } from "../cloud/store.ts";
import { Turns } from "../cloud/turns.ts";
import { type ComponentFailure, Failures } from "./apps-failures.ts";
import { AppListener } from "./apps-listener.ts";
import { ComponentLog } from "./apps-log.ts";
import { maskerFor } from "./apps-masking.ts";
import { type ProgramOptions, type RunningProgram, runProgram, stopPrograms } from "./apps-program.ts";
import { type Backoff, usualBackoff, Worker } from "./apps-worker.ts";
import { freePort } from "./postgres-files.ts";
import { errorCode } from "./processes-errors.ts";

export interface AppsOptions {
  /** Keeps the apps' ports, so that an app has one address for its whole life. */
  readonly store: Store;
  /** Image repositories whose jobs and workers run for real, for example `ghcr.io/tinkertools/operations`. */
  readonly operationsImages: () => readonly string[];
  /** Path of backup/main.ts, the program of those images. */
  readonly backupProgram: string;
  /** Folder for one log file a component, named `<app>-<component>.log`. */
  readonly logDirectory: string;
  /** Variables that tell programs of this machine's services. Default: none. */
  readonly surroundings?: () => Readonly<Record<string, string>>;
  /** Told what a person should know, such as a port that had to change. Default: nobody is told. */
  readonly notice?: (text: string) => void;
  /** Milliseconds that a job may take. Default 600,000. */
  readonly jobLimit?: number;
  /** Milliseconds that a program has to end after SIGTERM. Default 10,000. */
  readonly patience?: number;
  /** @default - one second, doubled after each run that ended early, a minute at most */
  readonly backoff?: Backoff;
}

/** Exit code of `timeout` for a command that took too long. */
const tookTooLong = 124;

/**
 * Serves apps on this machine. Jobs and workers of the operations image run as processes, every other component is a
 * placeholder that answers in its place. The workers end with this process.
 */
export class LocalApps implements AppRuntime {
  private readonly options: AppsOptions;
  private readonly program: ProgramOptions;
  private readonly ports: Collection<number>;
  private readonly listeners = new Map<string, AppListener>();
  private readonly workers = new Map<string, Worker[]>();
  private readonly turns = new Turns();
  private readonly failed: Failures;
  private readonly clock: Collection<number>;

  constructor(options: AppsOptions) {
    this.options = options;
    this.failed = new Failures(options.logDirectory);
    this.clock = options.store.collection<number>("clock-ahead");
    this.ports = options.store.collection<number>("app-port");
    this.program = {
      program: options.backupProgram,
      running: options.store.collection<RunningProgram>("app-process"),
      patience: options.patience ?? 10_000,
      surroundings: options.surroundings ?? (() => ({})),
      clockAhead: () => this.clockAhead(),
    };
  }

  /** Milliseconds by which the clock of all workers is ahead of this machine's. */
  clockAhead(): number {
    return this.clock.get("all") ?? 0;
  }

  /** The components that ended with a fault and have not been well since; those that just start are waited for. */
  async failures(): Promise<ComponentFailure[]> {
    await Promise.all([...this.workers.values()].flat().map(({ settled }) => settled));
    return this.failed.list();
  }

  /** Sets the clock of all workers forward, those that are still to start included. */
  setClock(ahead: number): void {
    this.clock.put("all", ahead);
    for (const worker of [...this.workers.values()].flat()) worker.setClock(ahead);
  }

  /** Starts all workers again with this machine's clock: none can be set back while it runs. */
  async resetClock(): Promise<void> {
    this.clock.put("all", 0);
    await Promise.all([...this.workers.values()].flat().map((worker) => worker.restart()));
  }

  runJob(job: RunnableComponent): ReturnType<AppRuntime["runJob"]> {
    return this.turns.take(`${job.appId}/${job.name}`, async () => {
      const log = this.logOf(job);
      const runsAs = this.runsAs(job);
      if (runsAs === "process") {
        const exitCode = await this.runToEnd(job, log);
        this.failed.ended(job, exitCode, log.text());
        return { exitCode, log: log.text(), runsAs };
      }
      log.say(`placeholder: the job ${job.name} has no program in the local cloud and counts as done`);
      return { exitCode: 0, log: log.text(), runsAs };
    });
  }

  serve(app: ServedApp): ReturnType<AppRuntime["serve"]> {
    return this.turns.take(app.appId, async () => {
      const url = await this.listen(app);
      await this.stopWorkers(app.appId);
      for (const worker of app.components) if (worker.kind === "worker") this.failed.well(worker);
      const workers = app.components
        .filter((component) => component.kind === "worker" && this.runsAs(component) === "process")
        .map(
          (worker) =>
            new Worker(worker, this.logOf(worker), this.program, this.options.backoff ?? usualBackoff, {
              ended: (exitCode, log) => this.failed.ended(worker, exitCode, log),
              well: () => this.failed.well(worker),
            }),
        );
      this.workers.set(app.appId, workers);
      const components = app.components.map((one) => ({ name: one.name, runsAs: this.runsAs(one) }));
      return { url, components };
    });
  }

  async address(appId: string): Promise<string> {
    return addressOf(this.ports.get(appId) ?? (await this.reservePort(appId)));
  }

  stop(appId: string): Promise<void> {
    return this.turns.take(appId, async () => {
      await this.halt(appId);
      this.failed.forget(appId);
      this.ports.delete(appId);
    });
  }

  /** Stops every app; their addresses stay theirs. */
  async stopAll(): Promise<void> {
    const ids = new Set([...this.listeners.keys(), ...this.workers.keys()]);
    await Promise.all([...ids].map((appId) => this.turns.take(appId, () => this.halt(appId))));
    await stopPrograms(this.program);
  }

  private async halt(appId: string): Promise<void> {
    await Promise.all([this.listeners.get(appId)?.close(), this.stopWorkers(appId)]);
    this.listeners.delete(appId);
    await stopPrograms(this.program, appId);
  }

  /** The job's exit code, or that of `timeout` when it had to be stopped. */
  private async runToEnd(job: RunnableComponent, log: ComponentLog): Promise<number> {
    const limit = this.options.jobLimit ?? 600_000;
    const run = await runProgram(job, log, this.program);
    let isLate = false;
    const timer = setTimeout(() => {
      log.say(`stopped: the job took longer than ${limit / 1000} s`);
      isLate = true;
      run.stop().catch((error: unknown) => log.say(String(error)));
    }, limit);
    const exitCode = await run.ended;
    clearTimeout(timer);
    return isLate ? tookTooLong : exitCode;
  }

  private async stopWorkers(appId: string): Promise<void> {
    await Promise.all((this.workers.get(appId) ?? []).map((worker) => worker.stop()));
    this.workers.delete(appId);
  }

  private async listen(app: ServedApp): Promise<string> {
    const present = this.listeners.get(app.appId);
    if (present !== undefined) {
      present.show(app);
      return this.address(app.appId);
    }
    const listener = new AppListener(app);
    const port = this.ports.get(app.appId) ?? (await this.reservePort(app.appId));
    const listening = await listenOn(listener, port);
    if (listening !== port) {
      this.options.notice?.(
        `port ${port} is taken by another program: app ${app.appName} moves to port ${listening}`,
      );
      this.ports.put(app.appId, listening);
    }
    this.listeners.set(app.appId, listener);
    return addressOf(listening);
  }

  private async reservePort(appId: string): Promise<number> {
    const port = await freePort();
    // Another caller may have been faster.
    const present = this.ports.get(appId);
    if (present === undefined) this.ports.put(appId, port);
    return present ?? port;
  }

  /** Only jobs and workers run: the operations image has no component that serves requests. */
  private runsAs({ image, kind }: RunnableComponent): ComponentStatus["runsAs"] {
    const isProgram = kind === "job" || kind === "worker";
    return isProgram && image !== undefined && this.options.operationsImages().includes(image)
      ? "process"
      : "placeholder";
  }

  private logOf(component: RunnableComponent): ComponentLog {
    return new ComponentLog(this.failed.logOf(component), maskerFor(component.environment));
  }
}

/** Listens on this port, or on a free one where another program has it. */
async function listenOn(listener: AppListener, port: number): Promise<number> {
  try {
    return await listener.listen(port);
  } catch (error) {
    if (errorCode(error) === "EADDRINUSE") return listener.listen(0);
    throw error;
  }
}

function addressOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}
