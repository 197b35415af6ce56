import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Account, now } from "../account.ts";
import { badRequest, found, readBody, unprocessable } from "../errors.ts";
import { alertsOf } from "./alerts.ts";
import type { Deployments } from "./deployments.ts";
import { settleDomains } from "./domains.ts";
import { deploymentsOf } from "./history.ts";
import type { AppRecord, DeploymentRecord } from "./model.ts";
import { componentsOf } from "./spec.ts";
import { deploymentView } from "./views.ts";

const Body = z.object({ deployment_id: z.string(), skip_pin: z.boolean().default(false) });

/** Deployments that an app can go back to (App Platform rollback documentation, 2026-08). */
const revisionLimit = 10;

interface Condition {
  readonly code: string;
  readonly message: string;
  readonly components?: readonly string[];
}

/** Why an app cannot go back to a deployment, if it cannot. */
function rollbackError(account: Account, app: AppRecord, target: DeploymentRecord): Condition | undefined {
  if (app.pinnedDeploymentId !== undefined) {
    return { code: "app_pinned", message: "the app is pinned by another rollback" };
  }
  if (target.phase === "ERROR" || target.phase === "CANCELED") {
    const result = target.phase === "ERROR" ? "failed" : "canceled";
    return {
      code: "incompatible_result",
      message: `deployment result "${result}" is unsuitable for rollback`,
    };
  }
  if (target.phase !== "SUPERSEDED") {
    return {
      code: "incompatible_phase",
      message: `deployment phase "${target.phase}" is unsuitable for rollback`,
    };
  }
  const succeeded = deploymentsOf(account, app.id).filter(({ phase }) => phase === "SUPERSEDED");
  if (succeeded.findIndex(({ id }) => id === target.id) >= revisionLimit) {
    return {
      code: "exceeded_revision_limit",
      message: `only the last ${revisionLimit} successful deployments are suitable for rollback`,
    };
  }
  if (JSON.stringify(target.spec.databases ?? []) !== JSON.stringify(app.spec.databases ?? [])) {
    return { code: "database_config_conflict", message: "the databases of the app have changed since" };
  }
  if (target.spec.region !== app.spec.region) {
    return { code: "region_conflict", message: "the region of the app has changed since" };
  }
  return undefined;
}

/** What going back does not bring back for certain. */
function rollbackWarnings(target: DeploymentRecord): Condition[] {
  const components = componentsOf(target.spec);
  const sites = components.filter(({ kind }) => kind === "static_site").map(({ spec }) => spec.name);
  const tagged = components
    .filter(({ spec }) => spec.image !== undefined && spec.image.digest === undefined)
    .map(({ spec }) => spec.name);
  return [
    ...(sites.length === 0
      ? []
      : [
          {
            code: "static_site_requires_rebuild",
            message: "static sites are built again.",
            components: sites,
          },
        ]),
    ...(tagged.length === 0
      ? []
      : [
          {
            code: "image_source_missing_digest",
            message:
              "one or more components are missing an image digest and are not guaranteed rollback to the old version.",
            components: tagged,
          },
        ]),
  ];
}

/** Serves going back to an earlier deployment: the app is held there until somebody commits or reverts. */
export function rollbackRoutes(server: FastifyInstance, account: Account, deployments: Deployments): void {
  type One = { Params: { id: string } };
  const targetOf = (app: AppRecord, id: string): DeploymentRecord => {
    const target = account.deployments.get(id);
    if (target?.appId !== app.id) throw unprocessable(`deployment_id: deployment "${id}" does not exist`);
    return target;
  };
  const pinnedOf = (app: AppRecord): DeploymentRecord => {
    const pinned = account.deployments.get(app.pinnedDeploymentId ?? "");
    if (pinned === undefined) throw badRequest("the app is not pinned by a rollback");
    return pinned;
  };
  const unpinned = ({ pinnedDeploymentId: _, ...app }: AppRecord): AppRecord => app;

  server.post<One>("/v2/apps/:id/rollback/validate", async (request) => {
    const app = found(account.apps.get(request.params.id));
    const target = targetOf(app, readBody(Body, request.body).deployment_id);
    const error = rollbackError(account, app, target);
    const warnings = rollbackWarnings(target);
    return {
      valid: error === undefined,
      ...(error === undefined ? {} : { error }),
      ...(warnings.length === 0 ? {} : { warnings }),
    };
  });

  server.post<One>("/v2/apps/:id/rollback", async (request) => {
    const app = found(account.apps.get(request.params.id));
    const asked = readBody(Body, request.body);
    const target = targetOf(app, asked.deployment_id);
    const error = rollbackError(account, app, target);
    if (error !== undefined) throw badRequest(error.message);
    const deployment = deployments.create(app, target.spec, {
      text: `rolled back to deployment ${target.id}`,
      type: "MANUAL_ROLLBACK",
      clonedFrom: target.id,
    });
    if (!asked.skip_pin) account.apps.put(app.id, { ...app, pinnedDeploymentId: deployment.id });
    return { deployment: deploymentView(deployment) };
  });

  server.post<One>("/v2/apps/:id/rollback/commit", async (request, reply) => {
    const app = found(account.apps.get(request.params.id));
    const { spec } = pinnedOf(app);
    const alerts = alertsOf(spec, app.alerts);
    settleDomains(account, { ...unpinned(app), spec, alerts, updatedAt: now() });
    return reply.code(200).send();
  });

  server.post<One>("/v2/apps/:id/rollback/revert", async (request) => {
    const app = found(account.apps.get(request.params.id));
    pinnedOf(app);
    const free = unpinned(app);
    account.apps.put(app.id, free);
    const cause = { text: "rollback reverted", type: "MANUAL" } as const;
    return { deployment: deploymentView(deployments.create(free, app.spec, cause)) };
  });
}
