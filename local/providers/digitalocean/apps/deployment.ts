import type { Operation } from "../../resource.ts";
import type { Context } from "../handler.ts";
import { waitUntil } from "../wait.ts";

/** One step of a deployment. */
export interface Step {
  name: string;
  status: string;
  component_name?: string;
  reason?: { code?: string; message?: string };
  steps?: Step[];
}

/** One attempt to bring an app to its spec. */
export interface Deployment {
  id: string;
  phase: string;
  progress?: { error_steps?: number; success_steps?: number; total_steps?: number; steps?: Step[] };
}

/** How many lines of a component's log an error shows. */
const shownLines = 20;

/**
 * Waits for the deployment that a create or an update of the app has begun.
 *
 * @throws with the failed steps and the end of their logs when the deployment fails
 */
export async function awaitDeployment(
  context: Context,
  app: { id: string; name: string; pending: string | undefined },
  operation: Operation,
): Promise<void> {
  const { client, pollInterval } = context;
  const { signal } = operation;
  const path = `/v2/apps/${app.id}/deployments`;
  let id = app.pending;
  const failed = await waitUntil(
    `the deployment of app ${app.name}`,
    async (): Promise<Deployment | "done" | undefined> => {
      if (id === undefined) {
        const { deployments } = await client.send<{ deployments: Deployment[] }>(
          "GET",
          `${path}?per_page=20`,
          undefined,
          signal,
        );
        id = deployments[0]?.id;
        if (id === undefined) return undefined;
      }
      const { deployment } = await client.send<{ deployment: Deployment }>(
        "GET",
        `${path}/${id}`,
        undefined,
        signal,
      );
      const { steps = [], error_steps: errors = 0, ...progress } = deployment.progress ?? {};
      if (steps.every(({ status }) => status === "SUCCESS")) return "done";
      if (errors > 0) return deployment;
      operation.progress(
        `deployment ${deployment.phase.toLowerCase()} (${progress.success_steps ?? 0} of ${progress.total_steps ?? 0} steps)`,
      );
      return undefined;
    },
    { operation, interval: pollInterval },
  );
  if (failed === "done") return;
  throw new Error(await failureText(context, app, failed, signal));
}

async function failureText(
  context: Context,
  app: { id: string; name: string },
  deployment: Deployment,
  signal: AbortSignal,
): Promise<string> {
  const steps = failedSteps(deployment.progress?.steps ?? []);
  const components = [...new Set(steps.flatMap(({ component_name: name }) => name ?? []))];
  const tails = await Promise.all(
    components.map((name) => logTail(context, app.id, deployment.id, name, signal)),
  );
  const lines = steps.map(({ name, component_name: component, reason }) => {
    const where = component === undefined || component === name ? name : `${component}, step ${name}`;
    return `  ${where}: ${reason?.message ?? reason?.code ?? "failed"}`;
  });
  return [
    `deployment ${deployment.id} of app ${app.name} failed`,
    ...lines,
    ...tails.flat(),
    "mend it and run the update again: what failed is then deployed anew",
  ].join("\n");
}

/** The steps that failed themselves, not the groups around them. */
function failedSteps(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => {
    const inner = failedSteps(step.steps ?? []);
    if (inner.length > 0) return inner;
    return step.status === "ERROR" ? [step] : [];
  });
}

async function logTail(
  { client }: Context,
  app: string,
  deployment: string,
  component: string,
  signal: AbortSignal,
): Promise<string[]> {
  for (const type of ["DEPLOY", "RUN", "BUILD"]) {
    const path = `/v2/apps/${app}/deployments/${deployment}/components/${encodeURIComponent(component)}/logs`;
    const logs = await client.find<{ historic_urls?: string[] }>(`${path}?type=${type}`, signal);
    const url = logs?.historic_urls?.[0];
    if (url === undefined) continue;
    const response = await fetch(url, { signal });
    const lines = response.ok ? (await response.text()).split("\n").filter((line) => line !== "") : [];
    if (lines.length > 0) {
      return [`  end of the log of ${component}:`, ...lines.slice(-shownLines).map((line) => `    ${line}`)];
    }
  }
  return [];
}
