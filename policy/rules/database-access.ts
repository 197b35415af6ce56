import { each, ofType, type PolicyResource, type PolicyStack, type Rule, rule } from "../rule.ts";
import { at, isSame, isUnknown, list } from "../values.ts";
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

/** Rules about who reaches the managed Postgres. */
export const databaseAccessRules: readonly Rule[] = [
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

/** A private network may be as large as it likes; of the public addresses only a few are anybody's own. */
function isWide(source: string): boolean {
  if (isUnknown(source)) return false;
  // Some programs take the address of nothing for every address.
  if (/^(?:0(?:\.0){3}|[0:]*::?[0:]*)(?:\/\d+)?$/.test(source)) return true;
  if (source.includes(":")) return /\/(?:\d|[1-5]\d|6[0-3])$/.test(source);
  const range = rangeOf(source);
  return range === undefined || (range.last - range.first >= 256 && !privateRange(range));
}
