import { localCredential } from "../cloud/credential.ts";
import { LocalFault } from "../fault.ts";
import type { Progress } from "../progress.ts";
import { awaitDeployment, type Deployment } from "../providers/digitalocean/apps/deployment.ts";
import { Client } from "../providers/digitalocean/client.ts";

interface App {
  readonly id: string;
  readonly spec: { readonly name: string };
}

/** Time between two looks at a deployment, milliseconds. */
const pollInterval = 100;

/** Longest wait for one deployment, milliseconds: what the published provider waits. */
const deploymentLimit = 30 * 60_000;

/**
 * Deploys the stack's apps anew whose newest deployment failed. The engine does not: after a failed update the spec is
 * what it should be, so the next one finds nothing to do.
 *
 * @param digitalOcean - address of the local DigitalOcean API
 * @throws LocalFault with the failed steps and the end of their logs
 */
export async function mendDeployments(
  digitalOcean: string,
  stack: string,
  progress: Progress,
): Promise<void> {
  const connection = {
    endpoint: digitalOcean,
    token: localCredential,
    retries: 0,
    retryWaitMin: 0,
    retryWaitMax: 0,
  };
  const client = new Client(connection);
  const { apps = [] } = await client.send<{ apps?: App[] }>("GET", "/v2/apps?per_page=200");
  for (const { id, spec } of apps.filter((app) => app.spec.name.endsWith(`-${stack}`))) {
    const path = `/v2/apps/${id}/deployments`;
    const { deployments } = await client.send<{ deployments: Deployment[] }>("GET", `${path}?per_page=1`);
    if (!["ERROR", "CANCELED"].includes(deployments[0]?.phase ?? "")) continue;
    progress.say(`the last deployment of ${spec.name} failed: deploying it again`);
    const { deployment } = await client.send<{ deployment: Deployment }>("POST", path, { force_build: true });
    const operation = {
      changed: [],
      signal: AbortSignal.timeout(deploymentLimit),
      progress: (text: string): void => progress.show(`${spec.name}: ${text}`),
      warn: progress.say,
    };
    try {
      await awaitDeployment(
        { client, pollInterval },
        { id, name: spec.name, pending: deployment.id },
        operation,
      );
    } catch (error) {
      throw new LocalFault(
        `bringing up ${stack} failed:\n  ${error instanceof Error ? error.message : error}`,
        {
          cause: error,
        },
      );
    }
  }
}
