import { randomBytes, randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Account, now } from "../account.ts";
import { conflict, found, readBody } from "../errors.ts";
import { page } from "../http.ts";
import { assign, findProject, unassign } from "../projects.ts";
import { appRegions } from "../regions.ts";
import { alertsOf } from "./alerts.ts";
import type { Deployments } from "./deployments.ts";
import { forgetDomains, settleDomains, withDomainTypes } from "./domains.ts";
import { deploymentsOf, forgetDeployment } from "./history.ts";
import { withIngress } from "./ingress.ts";
import { type AppRecord, isOpen } from "./model.ts";
import { removeDevDatabases } from "./runnable.ts";
import { sealedSpec } from "./secrets.ts";
import { oneSizeView, sizeViews } from "./sizes.ts";
import { type AppSpec, componentsOf, readSpec } from "./spec.ts";
import { checkSpec } from "./spec-rules.ts";
import { appView } from "./views.ts";

const Body = z.object({ spec: z.unknown().optional(), project_id: z.string().optional() });

/** A spec as the account keeps it: checked, routing in its ingress, every secret sealed. */
export function acceptedSpec(account: Account, value: unknown, appId?: string): AppSpec {
  const spec = readSpec(value);
  checkSpec(account, spec, appId);
  const key = Buffer.from(account.identity.sealingKey, "base64");
  return sealedSpec(key, withIngress(withDomainTypes(spec)));
}

/** Refuses to change an app that a rollback holds where it is. */
export function refusePinned(app: AppRecord): void {
  if (app.pinnedDeploymentId === undefined) return;
  throw conflict(
    `app "${app.spec.name}" is pinned to deployment ${app.pinnedDeploymentId} by a rollback: commit or revert it first`,
  );
}

async function createApp(account: Account, deployments: Deployments, body: unknown): Promise<AppRecord> {
  const asked = readBody(Body, body);
  const spec = acceptedSpec(account, asked.spec);
  const project = findProject(account, asked.project_id);
  const id = randomUUID();
  const time = now();
  const app: AppRecord = {
    id,
    spec,
    url: await account.runtime.address(id),
    defaultHost: `${spec.name}-${randomBytes(3).toString("hex").slice(0, 5)}.ondigitalocean.app`,
    createdAt: time,
    updatedAt: time,
    alerts: alertsOf(spec, []),
    domains: [],
    running: [],
  };
  assign(account, `do:app:${id}`, project.id);
  const settled = settleDomains(account, app);
  deployments.create(settled, spec, { text: "initial deployment", type: "MANUAL" });
  return settled;
}

function updateApp(account: Account, deployments: Deployments, id: string, body: unknown): AppRecord {
  const app = found(account.apps.get(id));
  refusePinned(app);
  const spec = acceptedSpec(account, readBody(Body, body).spec, id);
  const updated = settleDomains(account, {
    ...app,
    spec,
    updatedAt: now(),
    alerts: alertsOf(spec, app.alerts),
  });
  deployments.create(updated, spec, { text: "app spec updated", type: "MANUAL" });
  return updated;
}

async function deleteApp(account: Account, deployments: Deployments, id: string): Promise<void> {
  found(account.apps.get(id));
  const all = deploymentsOf(account, id);
  for (const deployment of all.filter(isOpen)) deployments.cancel(deployment);
  account.apps.delete(id);
  for (const deployment of all) forgetDeployment(account, deployment.id);
  forgetDomains(account, id);
  unassign(account, `do:app:${id}`);
  await account.runtime.stop(id);
  await removeDevDatabases(account, id);
}

/** Instances of the components that run now. */
function instances(app: AppRecord, spec: AppSpec): Record<string, unknown>[] {
  const running = app.running.map(({ name }) => name);
  return componentsOf(spec).flatMap((component) => {
    if (component.kind !== "service" && component.kind !== "worker") return [];
    const { name, instance_count: count, autoscaling } = component.spec;
    if (!running.includes(name)) return [];
    return Array.from({ length: autoscaling?.min_instance_count ?? count ?? 1 }, (_, index) => ({
      component_name: name,
      component_type: component.kind.toUpperCase(),
      instance_name: `${name}-${app.id.slice(0, 8)}-${index}`,
      instance_alias: `${name}-${index}`,
    }));
  });
}

/** Serves apps themselves, and what an app can be made of. */
export function appRoutes(server: FastifyInstance, account: Account, deployments: Deployments): void {
  type One = { Params: { id: string } };

  server.get("/v2/apps", async (request) =>
    page(
      request,
      "apps",
      account.apps.list().map((app) => appView(account, app)),
    ),
  );

  // One after the other: names are unique, and asking for the address takes a while.
  server.post("/v2/apps", async (request) => {
    const app = await account.work.inTurn("apps", () => createApp(account, deployments, request.body));
    return { app: appView(account, app) };
  });

  server.get<One>("/v2/apps/:id", async (request) => ({
    app: appView(account, found(account.apps.get(request.params.id))),
  }));

  server.put<One>("/v2/apps/:id", async (request) => ({
    app: appView(account, updateApp(account, deployments, request.params.id, request.body)),
  }));

  server.delete<One>("/v2/apps/:id", async (request) => {
    await deleteApp(account, deployments, request.params.id);
    return { id: request.params.id };
  });

  server.get<One>("/v2/apps/:id/instances", async (request) => {
    const app = found(account.apps.get(request.params.id));
    const active = account.deployments.get(app.activeDeploymentId ?? "");
    return { instances: active === undefined ? [] : instances(app, active.spec) };
  });

  server.get<One>("/v2/apps/:id/health", async (request) => {
    const app = found(account.apps.get(request.params.id));
    const active = account.deployments.get(app.activeDeploymentId ?? "");
    const names =
      active === undefined ? [] : instances(app, active.spec).map((one) => String(one["component_name"]));
    const components = [...Map.groupBy(names, (name) => name)].map(([name, running]) => ({
      name,
      // Nothing is measured here: what stands for a component uses next to nothing.
      cpu_usage_percent: 1,
      memory_usage_percent: 1,
      replicas_desired: running.length,
      replicas_ready: running.length,
      state: "HEALTHY",
    }));
    return { app_health: { components } };
  });

  server.get("/v2/apps/regions", async () => ({ regions: appRegions }));

  server.get("/v2/apps/tiers/instance_sizes", async () => ({ instance_sizes: sizeViews() }));

  server.get<{ Params: { slug: string } }>("/v2/apps/tiers/instance_sizes/:slug", async (request) => ({
    instance_size: found(oneSizeView(request.params.slug)),
  }));
}
