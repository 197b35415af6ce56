import { z } from "zod";
import { reservedRoles } from "../catalog/platform-limits.ts";
import { postgresExtensions } from "../catalog/postgres-extensions.ts";
import { databaseRules } from "./database.rules.ts";
import { adoptedId } from "./internal/adoption.ts";
import { shown } from "./internal/faults.ts";
import { Reason } from "./internal/reasons.ts";
import { ruled } from "./internal/rules.ts";
import { DatabaseSize, PostgresVersion, Region, SqlName, text } from "./internal/values.ts";
import { PostgresSettings } from "./postgres.settings.ts";

const givenUsers = ["doadmin", "postgres"];
const givenDatabases = ["defaultdb", "postgres", "template0", "template1", "_dodb"];

const without = (schema: typeof SqlName, given: readonly string[]) =>
  schema.refine((name) => !given.includes(name), {
    error: ({ input }) => `must not be ${String(input)}: every cluster has one already`,
  });

const UserName = without(SqlName, givenUsers).refine((name) => !reservedRoles.test(name), {
  error: ({ input }) => `must not be ${String(input)}: Postgres keeps that for itself`,
});
const DatabaseName = without(SqlName, givenDatabases);

/** Pool names: 3 to 60 characters in the API (description of 2026-08-07), 63 in the provider; the stricter counts. */
const PoolName = text(
  /^[a-z][a-z0-9_-]{2,59}$/,
  "must be 3 to 60 lower-case letters, digits, hyphens and underscores, with a letter first, such as api-pool",
).meta({ examples: ["api-pool"] });

const ReplicaName = text(
  /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){2,39}$/,
  "must be 3 to 40 lower-case letters, digits and single hyphens, with a letter first, such as reports",
).meta({ examples: ["reports"] });

const ExtensionName = z.enum(postgresExtensions);

/** Addresses of nothing, of this machine, of private networks and of groups. Source: IANA, IPv4 special-purpose registry, 2026-11-21. */
const unroutable =
  /^(?:0|10|127|22[4-9]|23\d|24\d|25[0-5])\.|^(?:169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;

/** The platform takes 100 sources and no IPv6; the network is one. Source: DigitalOcean, trusted sources, 2026-11-21. */
const PublicAddress = z
  .ipv4({ error: "must be an IPv4 address such as 203.0.113.7", abort: true })
  .refine((address) => !unroutable.test(address), {
    error: ({ input }) =>
      `must be an address that somebody has on the internet, such as 203.0.113.7; got ${shown(input)}`,
  })
  .meta({ examples: ["203.0.113.7"] });

const Connection = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("private").describe("Only through the private network of the stack.") }),
  z.strictObject({
    kind: z.literal("public").describe("From the internet, from the listed addresses and no others."),
    reason: Reason("must say why the private network does not do, in a sentence")
      .describe("Why the private network does not do.")
      .meta({ examples: ["The reporting team connects from its own office."] }),
    addresses: z
      .array(PublicAddress)
      .min(1, "must list the addresses to connect from: the firewall admits no others")
      .max(99)
      .describe(
        "Public addresses that connect, such as the app's dedicated ones; the firewall admits no others.",
      ),
  }),
]);

const ClusterName = text(
  /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){2,62}$/,
  "must be 3 to 63 lower-case letters, digits and single hyphens, with a letter first, such as tinkertools-db",
).meta({ examples: ["tinkertools-db"] });

/** A cluster that is there already, with what is in it; what is not listed is made in it. */
const ImportedCluster = z.strictObject({
  id: adoptedId("cluster").unwrap().describe("Id of the cluster, as `doctl databases list` shows it."),
  databases: z
    .array(SqlName)
    .default([])
    .describe("Its databases that are there already; each must be one of `databases`."),
  users: z
    .array(SqlName)
    .default([])
    .describe("Its users that are there already; each must be one of `users` or an owner."),
  pools: z
    .array(PoolName)
    .default([])
    .describe("Its pools that are there already; each must be one of `pools`."),
});

const DatabaseBlock = z.strictObject({
  version: PostgresVersion.default("16").describe(
    "Major version; a newer one is an upgrade in place that cannot be undone.",
  ),
  size: DatabaseSize.default("db-s-1vcpu-1gb").describe("Size of each node; it can grow but never shrink."),
  standbyNodes: z.int().min(0).max(2).default(0).describe("Nodes that take over when the primary fails."),
  replicas: z
    .record(
      ReplicaName,
      z
        .strictObject({
          size: DatabaseSize.optional().describe("Size of the replica. Default: the size of the primary."),
          region: Region.optional().describe("Region of the replica. Default: the region of the product."),
        })
        .describe("A copy of the cluster that is only read."),
    )
    .default({})
    .describe("Read replicas by name."),
  databases: z
    .record(
      DatabaseName,
      z
        .strictObject({
          owner: UserName.describe("User that owns the database and everything in it."),
          extensions: z
            .array(ExtensionName)
            .default([])
            .describe("Extensions of Postgres that are created in it.")
            .meta({ examples: [["pg_trgm", "pgcrypto"]] }),
        })
        .describe("A database of the cluster."),
    )
    .default({})
    .describe("Databases by name, each owned by one user, who is made where `users` does not list it."),
  users: z.array(UserName).default([]).describe("Users that own no database."),
  pools: z
    .record(
      PoolName,
      z
        .strictObject({
          database: SqlName.describe("Database that the pool's connections are to; one of `databases`."),
          user: SqlName.describe("User that the pool's connections log in as; one of `users` or an owner."),
          mode: z
            .enum(["transaction", "session", "statement"])
            .default("transaction")
            .describe("A transaction pool cannot carry prepared statements, advisory locks or pg_dump."),
          size: z.int().min(1).describe("Connections that the pool may hold."),
        })
        .describe("A connection pool of PgBouncer before one database."),
    )
    .default({})
    .describe("Connection pools by name."),
  postgres: PostgresSettings.default({}).describe("Settings of the server itself."),
  maintenance: z
    .strictObject({
      day: z
        .enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
        .describe("Day of the week, by UTC."),
      hour: text(/^(?:[01]\d|2[0-3]):00$/, 'must be a full hour of the day in quotes, such as "03:00"')
        .describe("Full hour of that day, in UTC and in quotes.")
        .meta({ examples: ["03:00"] }),
    })
    .default({ day: "sunday", hour: "03:00" })
    .describe("The weekly hour, UTC, in which the platform may restart the cluster."),
  connection: Connection.default({ kind: "private" }).describe("How people and programs reach the database."),
  name: ClusterName.optional().describe(
    "Name of the cluster; another name is another cluster, without the data of this one. Default: the product's name, `db` and the stack's name.",
  ),
  import: ImportedCluster.optional().describe(
    "A cluster to take over: `name` must be the name that it has, and region and network its own.",
  ),
});
/** A Postgres cluster, checked and complete. */
export type DatabaseSettings = z.output<typeof DatabaseBlock>;

/** What a stack file may say about the Postgres cluster. */
export const DatabaseSettings = ruled(DatabaseBlock, databaseRules);
