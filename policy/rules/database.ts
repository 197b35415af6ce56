import { formerPostgresVersions, postgresVersions } from "../../catalog/postgres-versions.ts";
import {
  each,
  eachProtected,
  ofType,
  type PolicyResource,
  type PolicyStack,
  type Rule,
  rule,
} from "../rule.ts";
import { at, isSame, isUnknown, list, texts } from "../values.ts";
import { privateRange, rangeOf } from "./ranges.ts";

const cluster = "digitalocean:index/databaseCluster:DatabaseCluster";
const firewall = "digitalocean:index/databaseFirewall:DatabaseFirewall";

/**
 * The firewalls of a cluster. Its id is known only after the first run, so they are recognised by the component that
 * both are part of.
 */
const firewallsOf = (stack: PolicyStack, of: PolicyResource): PolicyResource[] =>
  ofType(stack, firewall).filter(({ options }) => options.parent === of.options.parent);

const sources = ({ props }: PolicyResource): { type: string; value: string }[] =>
  list(props["rules"]).map((one) => ({ type: String(at(one, "type")), value: String(at(one, "value")) }));

const day = 86_400_000;

/** Rules about the managed Postgres. */
export const databaseRules: readonly Rule[] = [
  rule(
    {
      id: "db-firewall",
      title: "A cluster trusts some sources",
      severity: "error",
      reason: "a cluster without rules takes logins from every address",
      source: "DigitalOcean, secure PostgreSQL clusters, 2026-11-21",
    },
    each(cluster, (one, stack) =>
      firewallsOf(stack, one).some((wall) => sources(wall).length > 0)
        ? undefined
        : { message: "must have a firewall with at least one source", fix: "give it a DatabaseFirewall" },
    ),
  ),
  rule(
    {
      id: "db-one-firewall",
      title: "A cluster has one firewall",
      severity: "error",
      reason: "each firewall writes the whole list, so two overwrite each other at every run",
      source: "digitalocean/terraform-provider-digitalocean#1005",
    },
    each(cluster, (one, stack) => {
      const walls = firewallsOf(stack, one);
      return walls.length > 1
        ? {
            message: `must have one firewall; got ${walls.map(({ name }) => name).join(", ")}`,
            fix: "put all sources into one of them",
          }
        : undefined;
    }),
  ),
  rule(
    {
      id: "db-open-to-all",
      title: "No cluster trusts whole parts of the internet",
      severity: "error",
      reason: "passwords are guessed by whoever may try",
      source: "reliability case I3; DigitalOcean, secure PostgreSQL clusters, 2026-11-21",
    },
    each(firewall, (one) =>
      sources(one)
        .filter(({ type, value }) => type === "ip_addr" && isWide(value))
        .map(({ value }) => ({
          message: `must not trust ${value}`,
          fix: "list single addresses, or use the private network (database.connection)",
        })),
    ),
  ),
  rule(
    {
      id: "db-firewall-kept",
      title: "A firewall outlives its stack",
      severity: "error",
      reason: "deleting it writes an empty list: the cluster is open until it is gone itself",
      source: "terraform-provider-digitalocean, database_firewall delete, 2026-08",
    },
    each(firewall, ({ options }) =>
      options.retainOnDelete === false
        ? { message: "must stay when the stack is destroyed", fix: "set retainOnDelete" }
        : undefined,
    ),
  ),
  rule(
    {
      id: "db-private-network",
      title: "A cluster is in a private network from its first day",
      severity: "error",
      reason: "a later change of network replaces the cluster, and its data is lost",
      source: "Pulumi DigitalOcean schema 4.80.1, willReplaceOnChanges of privateNetworkUuid",
    },
    each(cluster, ({ props }) =>
      props["privateNetworkUuid"] === undefined
        ? { message: "must be in a private network", fix: "set privateNetworkUuid (slipway:network)" }
        : undefined,
    ),
  ),
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
  rule(
    {
      id: "db-replica-network",
      title: "A replica beside its primary is in the same private network",
      severity: "error",
      reason: "outside it the replica answers on a public address only",
      source: "DigitalOcean, read-only nodes of PostgreSQL clusters, 2026-11-21",
    },
    each("digitalocean:index/databaseReplica:DatabaseReplica", ({ props }, stack) => {
      const isBeside = ofType(stack, "digitalocean:index/vpc:Vpc").some((network) =>
        isSame(network.props["region"], props["region"]),
      );
      return isBeside && props["privateNetworkUuid"] === undefined
        ? { message: "must be in the private network of its region", fix: "set privateNetworkUuid" }
        : undefined;
    }),
  ),
];

const newest = Object.keys(postgresVersions).at(-1) ?? "";

/** The day on which a version ends; versions that are sold no more end with it. */
function endOfLife(version: unknown): string | undefined {
  const known: Readonly<Record<string, { endOfLife: string }>> = postgresVersions;
  return known[String(version)]?.endOfLife ?? formerPostgresVersions[String(version)];
}

/** A private network may be as large as it likes; of the public addresses only a few are anybody's own. */
function isWide(source: string): boolean {
  if (isUnknown(source)) return false;
  // Some programs take the address of nothing for every address.
  if (/^(?:0(?:\.0){3}|[0:]*::?[0:]*)(?:\/\d+)?$/.test(source)) return true;
  if (source.includes(":")) return /\/(?:\d|[1-5]\d|6[0-3])$/.test(source);
  const range = rangeOf(source);
  return range === undefined || (range.last - range.first >= 256 && !privateRange(range));
}
