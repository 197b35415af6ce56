import { formerPostgresVersions, postgresVersions } from "../../catalog/postgres-versions.ts";
import { each, eachProtected, ofType, type Rule, rule } from "../rule.ts";
import { at, list, texts } from "../values.ts";

const cluster = "digitalocean:index/databaseCluster:DatabaseCluster";

const day = 86_400_000;

/** Rules about what keeps the managed Postgres running. */
export const databaseUpkeepRules: readonly Rule[] = [
  rule(
    {
      id: "db-no-project",
      title: "A cluster is not moved by its own project setting",
      severity: "error",
      reason: "a change of projectId replaces the cluster, and its data is lost",
      source: "Pulumi DigitalOcean schema 4.80.1, willReplaceOnChanges of projectId",
    },
    each(cluster, ({ props }) =>
      props["projectId"] === undefined
        ? undefined
        : { message: "must not set projectId", fix: "assign it to its project with ProjectResources" },
    ),
  ),
  rule(
    {
      id: "db-maintenance",
      title: "A cluster is restarted at an hour that was chosen",
      severity: "error",
      reason: "otherwise the platform picks the hour, perhaps the busiest",
      source: "DigitalOcean, upgrade PostgreSQL clusters, 2026-11-21",
    },
    each(cluster, ({ props }) =>
      list(props["maintenanceWindows"]).length > 0
        ? undefined
        : { message: "must have a maintenance window", fix: "set database.maintenance" },
    ),
  ),
  rule(
    {
      id: "db-version",
      title: "Postgres is a version that is still repaired",
      severity: "error",
      reason: "after its end of life a version gets no repairs, and the platform upgrades it by force",
      source: "DigitalOcean API description of 2026-08-07, version_availability.pg",
    },
    each(cluster, ({ props }, { facts }) => {
      const end = endOfLife(props["version"]);
      return end !== undefined && end <= facts.today
        ? {
            message: `must be a version that lives: Postgres ${String(props["version"])} ended on ${end}`,
            fix: `set database.version to ${newest}`,
          }
        : undefined;
    }),
  ),
  rule(
    {
      id: "db-version-ends",
      title: "Postgres is not about to reach its end",
      severity: "warning",
      reason: "an upgrade wants a rehearsal, and the platform does not wait for it",
      source: "DigitalOcean API description of 2026-08-07, version_availability.pg",
    },
    each(cluster, ({ props }, { facts }) => {
      const end = endOfLife(props["version"]);
      const days = end === undefined ? Number.NaN : (Date.parse(end) - Date.parse(facts.today)) / day;
      return days > 0 && days <= 365
        ? {
            message: `must be upgraded within ${days} days: Postgres ${String(props["version"])} ends on ${end}`,
            fix: `rehearse database.version ${newest} in staging`,
          }
        : undefined;
    }),
  ),
  rule(
    {
      id: "db-standby",
      title: "In production a standby takes over",
      severity: "warning",
      reason: "with one node every failure and every maintenance is an outage of minutes",
      source: "reliability case I3; DigitalOcean, high availability of PostgreSQL clusters, 2026-11-21",
    },
    eachProtected(cluster, ({ props }) =>
      Number(props["nodeCount"] ?? 1) >= 2
        ? undefined
        : {
            message: "must have two nodes or more, so that one can fail",
            fix: "set database.standbyNodes to 1, where the budget allows it",
          },
    ),
  ),
  rule(
    {
      id: "db-alerts",
      title: "Somebody hears of a full disk",
      severity: "warning",
      reason: "a cluster whose disk is full refuses every write",
      source: "DigitalOcean, monitor PostgreSQL clusters, 2026-11-21",
    },
    eachProtected(cluster, (_, stack) =>
      ofType(stack, "digitalocean:index/monitorAlert:MonitorAlert").some(
        ({ props }) =>
          props["enabled"] !== false &&
          props["type"] === "v1/dbaas/alerts/disk_utilization_alerts" &&
          [...texts(at(props["alerts"], "emails")), ...list(at(props["alerts"], "slacks"))].length > 0,
      )
        ? undefined
        : {
            message: "must have an alert on its disk",
            fix: "set monitoring.database.diskPercent and emails",
          },
    ),
  ),
  rule(
    {
      id: "db-owner",
      title: "A pool has a user",
      severity: "error",
      reason: "without one it hands its caller's login on, and its address holds no password",
      source: "digitalocean/terraform-provider-digitalocean#868",
    },
    each("digitalocean:index/databaseConnectionPool:DatabaseConnectionPool", ({ props }) =>
      props["user"] === undefined ? { message: "must have a user", fix: "set the pool's user" } : undefined,
    ),
  ),
];

const newest = Object.keys(postgresVersions).at(-1) ?? "";

/** The day on which a version ends; versions that are sold no more end with it. */
function endOfLife(version: unknown): string | undefined {
  const known: Readonly<Record<string, { endOfLife: string }>> = postgresVersions;
  return known[String(version)]?.endOfLife ?? formerPostgresVersions[String(version)];
}
