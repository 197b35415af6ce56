import { type Account, now } from "../account.ts";
import type { RunnableComponent } from "../platform.ts";
import { Abandoned } from "../work.ts";
import { saveLog } from "./history.ts";
import { routesOf } from "./ingress.ts";
import type { AppRecord, DeploymentRecord, Phase, StepStatus } from "./model.ts";
import { jobsOf, markStep } from "./progress.ts";
import { runnableComponents } from "./runnable.ts";
import { type AppSpec, componentsOf } from "./spec.ts";

/** Thrown into a deployment that somebody canceled or whose app was deleted. */
export class Canceled extends Error {
  override readonly name = "Canceled";
}

/** A step that failed, with the platform's code for it. */
class StepFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What went wrong, in words. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether a deployment has to stop without a word, because the API or its app is gone. */
const isStop = (error: unknown): boolean => error instanceof Abandoned || error instanceof Canceled;

/** Puts a deployment into a phase. One that is gone counts as canceled. */
export function enterPhase(account: Account, id: string, phase: Phase): void {
  const deployment = account.deployments.get(id);
  if (deployment === undefined) throw new Canceled();
  const time = now();
  account.deployments.put(id, { ...deployment, phase, phaseSince: time, updatedAt: time });
}

/** One deployment on its way through the phases. */
export class Run {
  private readonly account: Account;
  private readonly id: string;
  private readonly appId: string;
  private readonly spec: AppSpec;
  private readonly canceled: Promise<never>;
  private isServed = false;
  private components: RunnableComponent[] = [];

  constructor(account: Account, deployment: DeploymentRecord, canceled: Promise<never>) {
    this.account = account;
    this.id = deployment.id;
    this.appId = deployment.appId;
    this.spec = deployment.spec;
    this.canceled = canceled;
  }

  async toEnd(): Promise<void> {
    try {
      await this.build();
      await this.deploy();
      this.activate();
    } catch (error) {
      if (isStop(error)) throw error;
      await this.fail(messageOf(error));
    }
  }

  /** Gives the runtime what the spec says; the app's address may be another one afterwards. */
  async serve(): Promise<void> {
    this.components = await this.wait(runnableComponents(this.account, this.app(), this.spec));
    await this.handOver();
  }

  private app(): AppRecord {
    const app = this.account.apps.get(this.appId);
    if (app === undefined) throw new Canceled();
    return app;
  }

  private wait<T>(slow: Promise<T>): Promise<T> {
    return Promise.race([this.account.work.wait(slow), this.canceled]);
  }

  private mark(
    path: readonly string[],
    status: StepStatus,
    reason?: { code: string; message: string },
  ): void {
    const deployment = this.account.deployments.get(this.id);
    if (deployment === undefined) throw new Canceled();
    const at = now();
    const steps = markStep(deployment.steps, {
      path,
      status,
      at,
      ...(reason === undefined ? {} : { reason }),
    });
    this.account.deployments.put(this.id, { ...deployment, steps, updatedAt: at });
  }

  private async step(paths: readonly (readonly string[])[], task: () => Promise<void>): Promise<void> {
    for (const path of paths) this.mark(path, "RUNNING");
    try {
      await task();
    } catch (error) {
      if (isStop(error)) throw error;
      const code = error instanceof StepFailure ? error.code : "InternalError";
      for (const path of paths) this.mark(path, "ERROR", { code, message: messageOf(error) });
      throw error;
    }
    for (const path of paths) this.mark(path, "SUCCESS");
  }

  private async build(): Promise<void> {
    enterPhase(this.account, this.id, "BUILDING");
    for (const { spec } of componentsOf(this.spec)) {
      saveLog(this.account, this.id, spec.name, "BUILD", "nothing is built on this machine\n");
    }
    this.mark(["build"], "SUCCESS");
    enterPhase(this.account, this.id, "PENDING_DEPLOY");
  }

  private async deploy(): Promise<void> {
    enterPhase(this.account, this.id, "DEPLOYING");
    await this.step([["deploy", "initialize"]], async () => {
      this.components = await this.wait(runnableComponents(this.account, this.app(), this.spec));
    });
    for (const job of jobsOf(this.spec, "PRE_DEPLOY")) await this.runJob(job.name);
    const served = componentsOf(this.spec)
      .filter(({ kind }) => kind !== "job")
      .map(({ spec }) => spec.name);
    for (const name of served) this.mark(["deploy", "components", name, "deploy"], "SUCCESS");
    await this.step(
      served.map((name) => ["deploy", "components", name, "wait"]),
      () => this.handOver(),
    );
    for (const job of jobsOf(this.spec, "POST_DEPLOY")) await this.runJob(job.name);
  }

  private async runJob(name: string): Promise<void> {
    await this.step([["deploy", "components", name]], async () => {
      const job = this.components.find((component) => component.name === name);
      if (job === undefined) throw new Error(`job "${name}" is not among the components`);
      const { exitCode, log } = await this.wait(this.account.runtime.runJob(job));
      saveLog(this.account, this.id, name, "DEPLOY", log);
      if (exitCode !== 0) {
        throw new StepFailure("DeployContainerExitNonZero", `job "${name}" ended with exit code ${exitCode}`);
      }
    });
  }

  private async handOver(): Promise<void> {
    const { appId, spec } = this;
    const components = this.components.filter(({ kind }) => kind !== "job");
    this.isServed = true;
    const served = await this.wait(
      this.account.runtime.serve({ appId, appName: spec.name, components, routes: routesOf(spec) }),
    );
    this.account.apps.put(appId, { ...this.app(), url: served.url, running: served.components });
    for (const { name, runsAs } of served.components) {
      saveLog(this.account, this.id, name, "RUN", `runs as a ${runsAs}, the app answers at ${served.url}\n`);
    }
  }

  private activate(): void {
    const app = this.app();
    const before = this.account.deployments.get(app.activeDeploymentId ?? "");
    if (before !== undefined && before.id !== this.id) enterPhase(this.account, before.id, "SUPERSEDED");
    this.mark(["deploy"], "SUCCESS");
    enterPhase(this.account, this.id, "ACTIVE");
    this.account.apps.put(app.id, { ...app, activeDeploymentId: this.id, activeSince: now() });
  }

  /** What was served before is served again, jobs for this case run, and the deployment ends as failed. */
  private async fail(message: string): Promise<void> {
    const steps = this.account.deployments.get(this.id)?.steps ?? [];
    if (!steps.some(({ status }) => status === "ERROR")) {
      this.mark(["deploy", "finalize"], "ERROR", { code: "InternalError", message });
    }
    for (const { name } of jobsOf(this.spec, "FAILED_DEPLOY")) {
      await this.attempt(name, () => this.runFailedJob(name));
    }
    if (this.isServed) await this.attempt("", () => this.serveBefore());
    enterPhase(this.account, this.id, "ERROR");
  }

  private async runFailedJob(name: string): Promise<void> {
    const job = this.components.find((component) => component.name === name);
    if (job === undefined) throw new Error("its variables could not be resolved");
    const { exitCode, log } = await this.wait(this.account.runtime.runJob(job));
    saveLog(this.account, this.id, name, "DEPLOY", `${log}ended with exit code ${exitCode}\n`);
  }

  private async serveBefore(): Promise<void> {
    const before = this.account.deployments.get(this.app().activeDeploymentId ?? "");
    if (before === undefined) await this.wait(this.account.runtime.stop(this.appId));
    else await new Run(this.account, before, this.canceled).serve();
  }

  /** Does what a failed deployment still has to do. A failure of that is kept in the log: the first one counts. */
  private async attempt(component: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (isStop(error)) throw error;
      saveLog(this.account, this.id, component, "DEPLOY", `could not be done: ${messageOf(error)}\n`);
    }
  }
}
