import { expect, test } from "@jest/globals";
import { postgresLifetimes } from "../../catalog/postgres-versions.ts";
import { readSettings } from "../../components/config.ts";
import { SettingsError } from "../../components/internal/settings.ts";
import { stackConfig, stackLines } from "../support/settings.ts";

const product = { name: "shop", repository: "acme/shop" };
const image = { registry: "ghcr", repository: "acme/api", tag: "1" };
const withApi = (more: object) => ({ app: { services: { api: { image, ...more } } } });
const scaled = (size: string, autoscaling: object) => withApi({ size, autoscaling });
const runs = (runCommand: string) => ({
  app: { jobs: { work: { kind: "preDeploy", image, runCommand } } },
});
const noSuchScaling =
  "must be left out: the platform scales by neither memory nor errors and has no pause to choose; use cpuPercent, and alerts or monitoring.checks for the rest";
const scalesDedicated =
  "is shared and the platform scales dedicated sizes only; did you mean size apps-d-1vcpu-1gb?";

test.each<[string, Record<string, unknown>, string[]]>([
  [
    "autoscaling of a shared size",
    scaled("apps-s-1vcpu-2gb", { min: 1, max: 5 }),
    [`app.services.api.autoscaling: must be left out: apps-s-1vcpu-2gb ${scalesDedicated}`],
  ],
  [
    "autoscaling of Basic 1 GB",
    scaled("apps-s-1vcpu-1gb", { min: 1, max: 3 }),
    [`app.services.api.autoscaling: must be left out: apps-s-1vcpu-1gb ${scalesDedicated}`],
  ],
  [
    "two instances of a size that runs alone",
    withApi({ size: "apps-s-1vcpu-0.5gb", instances: 2 }),
    [
      "app.services.api.instances: must be 1: apps-s-1vcpu-0.5gb runs alone; did you mean size apps-s-1vcpu-1gb?",
    ],
  ],
  [
    "scaling by other measures and with a pause",
    scaled("apps-d-1vcpu-1gb", { min: 1, max: 3, cooldownSeconds: 60, memoryPercent: 80, errorRate: 5 }),
    [
      `app.services.api.autoscaling.cooldownSeconds: ${noSuchScaling}`,
      `app.services.api.autoscaling.memoryPercent: ${noSuchScaling}`,
      `app.services.api.autoscaling.errorRate: ${noSuchScaling}`,
    ],
  ],
  [
    "scaling by requests and response time",
    scaled("apps-d-1vcpu-1gb", { min: 1, max: 3, requestsPerSecond: 60, p95Ms: 800 }),
    [
      "app.services.api.autoscaling.requestsPerSecond: must be left out: the platform can scale services by it, but its provider cannot declare that; use cpuPercent",
      "app.services.api.autoscaling.p95Ms: must be left out: the platform can scale services by it, but its provider cannot declare that; use cpuPercent",
    ],
  ],
  [
    "an alert on errors",
    withApi({ alerts: [{ measure: "errorRate", value: 5 }] }),
    [
      "app.services.api.alerts[0].measure: must be one of cpuPercent, memoryPercent, restarts; the platform measures no error rate: watch the health path with monitoring.checks",
    ],
  ],
  [
    "an alert of the app on errors",
    { app: { services: { api: { image } }, alerts: ["errorRate"] } },
    [
      "app.alerts[0]: must be one of deploymentFailed, deploymentLive, deploymentStarted, deploymentCanceled, domainFailed, domainLive, autoscaleFailed, autoscaleSucceeded; the platform measures no error rate: watch the health path with monitoring.checks",
    ],
  ],
  [
    "a cluster inside the app",
    { app: { services: { api: { image } }, databases: [{ size: "db-s-1vcpu-1gb", num_nodes: 2 }] } },
    [
      "app.databases: must be left out: the cluster is slipway:database, with size, standbyNodes and databases of its own",
    ],
  ],
  [
    "a number of nodes",
    { network: {}, database: { num_nodes: 2 } },
    ["database.num_nodes: must be standbyNodes, the number of nodes beside the primary: 1 for two nodes"],
  ],
  [
    "a block of secrets",
    { secrets: { secretKey: "hunter2" } },
    [
      "secrets: must be left out: each secret is a key of its own, set with: pulumi config set --secret slipway:<name>",
    ],
  ],
  [
    "routes of a component",
    withApi({ routes: [{ path: "/" }] }),
    [
      "app.services.api.routes: must be left out: the platform no longer wants routes in components; write a rule in app.ingress",
    ],
  ],
  [
    "a user made with SQL",
    runs('psql "$DATABASE_ADMIN_URL" -c "create user shop"'),
    [
      "app.jobs.work.runCommand: must not create users with SQL, which App Platform cannot bind: list them in database.users",
    ],
  ],
  [
    "ALTER SYSTEM",
    runs("psql -c 'ALTER SYSTEM SET work_mem = 1'"),
    [
      "app.jobs.work.runCommand: must not use ALTER SYSTEM, for which managed Postgres gives nobody the rights: use database.postgres",
    ],
  ],
  [
    "a secret in plain text",
    withApi({ environment: { SECRET_KEY: "hunter2" } }),
    [
      "app.services.api.environment.SECRET_KEY: must not be in plain text: write { secret: secretKey } and set it with: pulumi config set --secret slipway:secretKey (or { value: …, isPublic: true } if everybody may read it)",
    ],
  ],
  [
    "a rollback that does not exist",
    runs("doctl apps deployments rollback $APP"),
    [
      "app.jobs.work.runCommand: must not call `doctl apps deployments rollback`, which does not exist: set the earlier digest in slipway:release and run `pulumi up`",
    ],
  ],
  [
    "a restore that does not exist",
    runs("doctl databases backups restore $DB"),
    [
      "app.jobs.work.runCommand: must not call `doctl databases backups restore`, which does not exist: `doctl databases fork` makes a new cluster from a backup, and the connections must be switched to it",
    ],
  ],
  [
    "a rebuild as a rollback",
    runs("doctl apps create-deployment $APP --force-rebuild"),
    [
      "app.jobs.work.runCommand: must not use --force-rebuild to roll back, since it builds what is configured now: set the earlier digest in slipway:release and run `pulumi up`",
    ],
  ],
  [
    "Basic XS for 12 USD",
    withApi({ size: "Basic XS", priceUsd: 12 }),
    [
      'app.services.api.size: must be a size that is still sold; "Basic XS" is now apps-s-1vcpu-1gb-fixed, which runs alone, for 10 USD a month',
      "app.services.api.priceUsd: must be left out: prices are in catalog/ (apps-s-1vcpu-1gb-fixed 10, apps-s-1vcpu-1gb 12, apps-s-1vcpu-2gb 25 USD a month)",
    ],
  ],
  [
    "Basic S for 24 USD",
    withApi({ size: "Basic S", monthlyCostUsd: 24 }),
    [
      'app.services.api.size: must be a size that is still sold; "Basic S" is now apps-s-1vcpu-2gb, for 25 USD a month',
      "app.services.api.monthlyCostUsd: must be left out: prices are in catalog/ (apps-s-1vcpu-1gb-fixed 10, apps-s-1vcpu-1gb 12, apps-s-1vcpu-2gb 25 USD a month)",
    ],
  ],
  [
    "a database back in 15 minutes",
    { network: {}, database: {}, recovery: { databaseMinutes: 15 } },
    [
      "recovery.databaseMinutes: must be at least 20: a restore makes a new cluster (10 minutes, assumed), fills it (5, assumed), and the app gets its address by another pulumi up (5 minutes, assumed); got 15",
    ],
  ],
  [
    "backups of 30 days without any outside the platform",
    { network: {}, database: {}, recovery: { databaseMinutes: 20, reachDays: 30 } },
    [
      "recovery.reachDays: must be at most 7: the platform's own backups reach back 7 days, and none outside it is kept longer; got 30",
    ],
  ],
  [
    "logs of 30 days",
    { app: { services: { api: { image } }, logRetentionDays: 30 } },
    [
      "app.logRetentionDays: must be left out: the platform keeps no logs for a time that can be chosen; send them to a destination with app.logs, which keeps them as long as it is told",
    ],
  ],
  [
    "a version of Postgres that has ended",
    { network: {}, database: { version: "14" } },
    ['database.version: must be one of 15, 16, 17; the platform has created no "14" since 2026-05-12'],
  ],
])("%s is refused, with the reason and what works", (_, given, expected) => {
  expect(stackLines({ product, ...given })).toEqual(expected);
});

test("Postgres 15 is refused from the day on which the platform ends it", () => {
  const linesOn = (today: string): string => {
    try {
      readSettings("dev", stackConfig({ product, network: {}, database: { version: "15" } }), { today });
      return "";
    } catch (error) {
      return error instanceof SettingsError ? error.message : String(error);
    }
  };
  const { endOfLife = "" } = postgresLifetimes["15"] ?? {};
  expect(linesOn("2026-11-21")).toBe("");
  expect(linesOn(endOfLife)).toBe(
    `stack dev has invalid settings:\n  database.version: must be newer: the platform has run no "15" since ${endOfLife}`,
  );
});
