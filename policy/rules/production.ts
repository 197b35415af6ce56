import { nameLimits } from "../../components/internal/names.ts";
import { each, eachProtected, inProtected, ofType, type Rule, rule } from "../rule.ts";
import { isUnknown } from "../values.ts";

const cluster = "digitalocean:index/databaseCluster:DatabaseCluster";

/** What holds something that no program can make again. */
const protectedTypes = [
  cluster,
  "digitalocean:index/databaseDb:DatabaseDb",
  "digitalocean:index/databaseUser:DatabaseUser",
  "digitalocean:index/domain:Domain",
  "digitalocean:index/vpc:Vpc",
  "digitalocean:index/app:App",
  "aws:s3/bucket:Bucket",
];

const keptTypes = protectedTypes.filter((type) => !/:(?:Vpc|App)$/.test(type));

/** The types whose names are limited, with the input that holds the name. */
const limits = [
  ["digitalocean:index/databaseCluster:DatabaseCluster", "name", nameLimits.databaseCluster],
  ["digitalocean:index/vpc:Vpc", "name", nameLimits.vpc],
  ["aws:s3/bucket:Bucket", "bucket", nameLimits.bucket],
  ["aws:iam/user:User", "name", nameLimits.iamUser],
  ["aws:iam/role:Role", "name", nameLimits.iamRole],
] as const;

/** Rules that hold in production, and about names that fail there only. */
export const productionRules: readonly Rule[] = [
  rule(
    {
      id: "prod-protect",
      title: "In production nothing that holds data can be deleted or replaced",
      severity: "error",
      reason: "a rename or a lost block of the stack file deletes the database",
      source: "reliability case I3; Pulumi, resource option protect, 2026-11-21",
    },
    inProtected((stack) =>
      protectedTypes.flatMap((type) =>
        each(type, ({ options }) =>
          options.protect === false
            ? { message: "must be protected", fix: "set protect, through its component" }
            : undefined,
        )(stack),
      ),
    ),
  ),
  rule(
    {
      id: "prod-retain",
      title: "In production data outlives the stack",
      severity: "error",
      reason: "protection is lifted by whoever takes a resource out of the program on purpose",
      source: "reliability case I3; Pulumi, resource option retainOnDelete, 2026-11-21",
    },
    inProtected((stack) =>
      keptTypes.flatMap((type) =>
        each(type, ({ options }) =>
          options.retainOnDelete === false
            ? { message: "must stay when the stack is destroyed", fix: "set retainOnDelete" }
            : undefined,
        )(stack),
      ),
    ),
  ),
  rule(
    {
      id: "prod-watched",
      title: "Production is asked from outside whether it is there",
      severity: "warning",
      reason: "the platform's own health check sees neither DNS nor certificate",
      source: "DigitalOcean, create uptime checks, 2026-11-21",
    },
    eachProtected("digitalocean:index/app:App", (_, stack) => {
      const alerts = ofType(stack, "digitalocean:index/uptimeAlert:UptimeAlert");
      return alerts.some(({ props }) => ["down", "down_global"].includes(String(props["type"])))
        ? undefined
        : { message: "must have an uptime check with an alert", fix: "set monitoring.checks" };
    }),
  ),
  rule(
    {
      id: "prod-backups",
      title: "In production the database has a copy elsewhere",
      severity: "error",
      reason: "the platform's backups end with the cluster, and with the account",
      source: "DigitalOcean, restore PostgreSQL clusters from backups, 2026-11-21",
    },
    eachProtected(cluster, (_, stack) =>
      ofType(stack, "aws:s3/bucket:Bucket").length > 0
        ? undefined
        : { message: "must have backups at another provider", fix: "set slipway:backups" },
    ),
  ),
  rule(
    {
      id: "prod-point-in-time",
      title: "What point-in-time recovery does and does not",
      severity: "info",
      reason: "who plans with it must know that it takes a switch to another cluster",
      source: "DigitalOcean, restore PostgreSQL clusters from backups, 2026-05-28",
    },
    eachProtected(cluster, () => ({
      message: "goes back to any minute of the last 7 days, always as a new cluster",
      fix: "rehearse the switch: same or larger size, firewall, standby and replicas are set up again",
    })),
  ),
  rule(
    {
      id: "name-length",
      title: "Names fit their platform",
      severity: "error",
      reason: "a name that is too long is refused in the middle of an update",
      source:
        "DigitalOcean API description of 2026-08-07; AWS, bucket naming rules and IAM quotas, 2026-11-21",
    },
    (stack) => [
      ...limits.flatMap(([type, input, most]) =>
        each(type, ({ props }) => tooLong(props[input], most))(stack),
      ),
      ...each("digitalocean:index/app:App", ({ props }) =>
        tooLong(Reflect.get(Object(props["spec"]), "name"), nameLimits.app),
      )(stack),
    ],
  ),
];

function tooLong(name: unknown, most: number) {
  return typeof name === "string" && !isUnknown(name) && name.length > most
    ? {
        message: `must have a name of at most ${most} characters; ${name} has ${name.length}`,
        fix: "shorten product.name",
      }
    : undefined;
}
