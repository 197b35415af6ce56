import type { Account } from "../account.ts";
import type { AppRecord, DeploymentRecord, LogRecord, LogType } from "./model.ts";

/** Deployments of one app that are remembered, with their logs. */
const deploymentsKept = 20;

/** Characters of one component's log that are remembered: its end. */
const logKept = 256 * 1024;

/** Deployments of an app, the newest first. */
export const deploymentsOf = (account: Account, appId: string): DeploymentRecord[] =>
  account.deployments
    .list()
    .filter((deployment) => deployment.appId === appId)
    .reverse();

/** Logs of a deployment. */
export const logsOf = (account: Account, deploymentId: string): LogRecord[] =>
  account.logs.list().filter((log) => log.deploymentId === deploymentId);

/** Keeps what a component wrote, in place of what it wrote before in the same deployment. */
export function saveLog(
  account: Account,
  deploymentId: string,
  component: string,
  type: LogType,
  text: string,
): void {
  const id = `${deploymentId}/${component}/${type}`;
  account.logs.put(id, { id, deploymentId, component, type, text: text.slice(-logKept) });
}

/** Forgets a deployment and its logs. */
export function forgetDeployment(account: Account, id: string): void {
  for (const log of logsOf(account, id)) account.logs.delete(log.id);
  account.deployments.delete(id);
}

/** Forgets old deployments of an app, never the one that it runs or is held at. */
export function pruneDeployments(account: Account, app: AppRecord): void {
  for (const { id } of deploymentsOf(account, app.id).slice(deploymentsKept)) {
    if (id !== app.activeDeploymentId && id !== app.pinnedDeploymentId) forgetDeployment(account, id);
  }
}
