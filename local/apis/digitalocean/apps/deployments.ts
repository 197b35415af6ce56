import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { type Account, now } from "../account.ts";
import { Abandoned } from "../work.ts";
import { deploymentsOf, pruneDeployments, saveLog } from "./history.ts";
import { type AppRecord, type DeploymentRecord, isOpen } from "./model.ts";
import { plannedSteps } from "./progress.ts";
import { Canceled, enterPhase, messageOf, Run } from "./run.ts";
import { type AppSpec, componentsOf } from "./spec.ts";

/** Why a deployment is made. */
export interface Cause {
  readonly text: string;
  readonly type: DeploymentRecord["causeType"];
  readonly clonedFrom?: string;
}

/** The commit that a branch of a repository at GitHub, `owner/name`, is at. */
export type HeadOf = (repository: string, branch: string) => string | undefined;

/** Makes apps run as their specs say: one deployment of an app after the other, each to its end. */
export class Deployments {
  private readonly account: Account;
  private readonly cancels = new Map<string, (reason: Canceled) => void>();

  private readonly headOf: HeadOf;

  constructor(account: Account, headOf: HeadOf = () => undefined) {
    this.account = account;
    this.headOf = headOf;
  }

  /** Makes a deployment and starts it as soon as those before it have ended. */
  create(app: AppRecord, spec: AppSpec, cause: Cause): DeploymentRecord {
    const time = now();
    const previous = deploymentsOf(this.account, app.id)[0];
    const deployment: DeploymentRecord = {
      id: randomUUID(),
      appId: app.id,
      spec,
      cause: cause.text,
      causeType: cause.type,
      phase: "PENDING_BUILD",
      steps: plannedSteps(spec),
      createdAt: time,
      updatedAt: time,
      phaseSince: time,
      ...(previous === undefined ? {} : { previousId: previous.id }),
      commits: this.commitsOf(spec, cause.clonedFrom),
      ...(cause.clonedFrom === undefined ? {} : { clonedFrom: cause.clonedFrom }),
    };
    this.account.deployments.put(deployment.id, deployment);
    pruneDeployments(this.account, app);
    this.begin(deployment);
    return deployment;
  }

  /** What the branches are at now; a rollback builds what was built before. */
  private commitsOf(spec: AppSpec, clonedFrom: string | undefined): Record<string, string> {
    const before = clonedFrom === undefined ? undefined : this.account.deployments.get(clonedFrom)?.commits;
    if (before !== undefined) return { ...before };
    return Object.fromEntries(
      componentsOf(spec).flatMap(({ spec: { name, github } }) => {
        const commit = this.headOf(github?.repo ?? "", github?.branch ?? "");
        return commit === undefined ? [] : [[name, commit]];
      }),
    );
  }

  /** Stops a deployment that has not ended. What serves requests stays. */
  cancel(deployment: DeploymentRecord): void {
    this.cancels.get(deployment.id)?.(new Canceled());
    const current = this.account.deployments.get(deployment.id);
    if (current !== undefined && isOpen(current)) enterPhase(this.account, current.id, "CANCELED");
  }

  /** Serves what was active before the API was closed, then runs again what had not ended. */
  async resume(): Promise<void> {
    for (const app of this.account.apps.list()) {
      const active = this.account.deployments.get(app.activeDeploymentId ?? "");
      if (active !== undefined) await this.serveAgain(app, active);
    }
    for (const deployment of this.account.deployments.list().filter(isOpen)) {
      const steps = plannedSteps(deployment.spec);
      this.account.deployments.put(deployment.id, { ...deployment, phase: "PENDING_BUILD", steps });
      this.begin(deployment);
    }
  }

  private begin({ id, appId }: DeploymentRecord): void {
    const { work } = this.account;
    work.start(async () => {
      // The reply to the request that asked for it still shows it as pending: clients follow it by that.
      await work.wait(setImmediate());
      await work.inTurn(`app/${appId}`, () => this.run(id));
    });
  }

  private async run(id: string): Promise<void> {
    const deployment = this.account.deployments.get(id);
    if (deployment === undefined || !isOpen(deployment)) return;
    const canceled = Promise.withResolvers<never>();
    canceled.promise.catch(() => {});
    this.cancels.set(id, canceled.reject);
    try {
      await new Run(this.account, deployment, canceled.promise).toEnd();
    } catch (error) {
      if (!(error instanceof Canceled)) throw error;
    } finally {
      this.cancels.delete(id);
    }
  }

  private async serveAgain(app: AppRecord, active: DeploymentRecord): Promise<void> {
    try {
      await new Run(this.account, active, Promise.withResolvers<never>().promise).serve();
    } catch (error) {
      if (error instanceof Abandoned) throw error;
      this.account.apps.put(app.id, { ...app, running: [] });
      saveLog(this.account, active.id, "", "RUN", `could not be started again: ${messageOf(error)}\n`);
    }
  }
}
