import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Account } from "../account.ts";
import { found, readBody } from "../errors.ts";
import { acceptedSpec } from "./routes.ts";
import { defaultSize, instanceSize } from "./sizes.ts";
import { type AppSpec, componentsOf, readSpec } from "./spec.ts";

const Body = z.object({ spec: z.unknown().optional(), app_id: z.string().optional() });

/** Static sites of an account that cost nothing (App Platform prices, 2026-08). */
const freeStaticSites = 3;

/** USD a month of a static site after the free ones, and of a dev database (App Platform prices, 2026-08). */
const prices = { staticSite: 3, devDatabase: 7 };

/**
 * What an app costs at least, in whole USD a month: without transfer, clusters and jobs, which are billed while they
 * run. Apps of static sites alone are free for the first three of the account.
 */
function monthlyCost(spec: AppSpec, otherStaticApps: number): number {
  const running = componentsOf(spec).flatMap((component) => {
    if (component.kind !== "service" && component.kind !== "worker") return [];
    const { instance_size_slug: slug, instance_count: count, autoscaling } = component.spec;
    const each = instanceSize(slug ?? defaultSize)?.usdPerMonth ?? 0;
    return [each * (autoscaling?.min_instance_count ?? count ?? 1)];
  });
  const devDatabases = (spec.databases ?? []).filter(({ production }) => production !== true).length;
  const isPaidSite = isStatic(spec) && otherStaticApps >= freeStaticSites;
  return running.reduce(
    (sum, cost) => sum + cost,
    devDatabases * prices.devDatabase + (isPaidSite ? prices.staticSite : 0),
  );
}

const isStatic = (spec: AppSpec): boolean => componentsOf(spec).every(({ kind }) => kind === "static_site");

/** The first name after the asked one that no app has. */
function freeName(account: Account, name: string): string {
  const taken = account.apps.list().map((app) => app.spec.name);
  for (let number = 2; ; number++) {
    const candidate = `${name.slice(0, 28)}-${number}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

/** Serves the check of a spec before it is used, with its price. */
export function proposeRoute(server: FastifyInstance, account: Account): void {
  server.post("/v2/apps/propose", async (request) => {
    const asked = readBody(Body, request.body);
    const appId = asked.app_id === undefined ? undefined : found(account.apps.get(asked.app_id)).id;
    const { name } = readSpec(asked.spec);
    const isTaken = account.apps.list().some((app) => app.id !== appId && app.spec.name === name);
    const suggestion = isTaken ? freeName(account, name) : undefined;
    const spec = acceptedSpec(
      account,
      suggestion === undefined ? asked.spec : { ...readSpec(asked.spec), name: suggestion },
      appId,
    );
    const otherStaticApps = account.apps
      .list()
      .filter((app) => app.id !== appId && isStatic(app.spec)).length;
    return {
      app_name_available: !isTaken,
      ...(suggestion === undefined ? {} : { app_name_suggestion: suggestion }),
      app_is_static: isStatic(spec),
      existing_static_apps: String(otherStaticApps),
      max_free_static_apps: String(freeStaticSites),
      spec: { ...spec, name },
      app_cost: monthlyCost(spec, otherStaticApps),
    };
  });
}
