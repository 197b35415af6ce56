import { DatabaseCluster } from "@pulumi/digitalocean/databaseCluster.js";
import { DatabaseConnectionPool } from "@pulumi/digitalocean/databaseConnectionPool.js";
import { DatabaseDb } from "@pulumi/digitalocean/databaseDb.js";
import { DatabaseFirewall } from "@pulumi/digitalocean/databaseFirewall.js";
import { DatabasePostgresqlConfig } from "@pulumi/digitalocean/databasePostgresqlConfig.js";
import { DatabaseReplica } from "@pulumi/digitalocean/databaseReplica.js";
import { DatabaseUser } from "@pulumi/digitalocean/databaseUser.js";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { dataCentres } from "../catalog/regions.ts";
import { appUsers } from "./database.rules.ts";
import { DatabaseSettings } from "./database.settings.ts";
import { adopting } from "./internal/adoption.ts";
import { nameLimits, physicalName } from "./internal/names.ts";
import { parseSettings } from "./internal/settings.ts";
import type { Region } from "./internal/values.ts";
import { postgresConfig } from "./postgres.settings.ts";

export interface DatabaseArgs extends z.input<typeof DatabaseSettings> {
  /** Region of the app; the cluster is in the data centre beside it. */
  region: Region;
  /** The private network's id. */
  networkId: pulumi.Input<string>;
  /** The private network's addresses, which are the ones that may connect. */
  networkRange: pulumi.Input<string>;
  /** What the names at the platform start with. @default - the component's name */
  namedAs?: string | undefined;
}

/** How one database is reached; both addresses hold the owner's password. */
export interface DatabaseAccess {
  owner: string;
  /** From outside the private network, where the firewall lets it. */
  publicUrl: pulumi.Output<string>;
  /** From inside the private network. */
  privateUrl: pulumi.Output<string>;
}

/**
 * A Postgres cluster that only its private network may reach, with databases, users and pools.
 *
 * With `protect` the cluster, its databases and its users also outlive the stack. The firewall always stays: deleting it
 * would mean an empty list of rules, which lets everyone in.
 *
 * @example
 * new Database("tinkertools-db", {
 *   region: "nyc", networkId: network.id, networkRange: network.ipRange,
 *   databases: { tinkertools: { owner: "tinkertools_app" } },
 * });
 */
export class Database extends pulumi.ComponentResource {
  public readonly clusterId: pulumi.Output<string>;
  /** The name that an app attaches the cluster by. */
  public readonly clusterName: pulumi.Output<string>;
  /** The name that projects know the cluster by. */
  public readonly clusterUrn: pulumi.Output<string>;
  /** Host name for everyone. */
  public readonly host: pulumi.Output<string>;
  /** Host name inside the private network. */
  public readonly privateHost: pulumi.Output<string>;
  public readonly port: pulumi.Output<number>;
  /** Address of `doadmin` for everyone; secret. */
  public readonly uri: pulumi.Output<string>;
  /** Address of `doadmin` inside the private network; secret. */
  public readonly privateUri: pulumi.Output<string>;
  /** Address of `doadmin` by the way that the settings chose; secret. */
  public readonly adminUrl: pulumi.Output<string>;
  /** How each database is reached by its owner; the addresses are secret. */
  public readonly databases: Readonly<Record<string, DatabaseAccess>>;
  /** Every user besides `doadmin`, sorted. */
  public readonly appUsers: readonly string[];

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    const { region, networkId, networkRange, namedAs = name, ...input } = args;
    const settings = parseSettings(DatabaseSettings, input, name);
    super("slipway:index:Database", name, { region, ...settings }, opts);

    const retainOnDelete = opts?.protect === true;
    const adopted = settings.import;
    const adoptedPart = (kind: "databases" | "users" | "pools", part: string) =>
      adopting(adopted?.[kind].includes(part) ? `${adopted.id},${part}` : undefined);
    const cluster = new DatabaseCluster(
      name,
      {
        name: settings.name ?? physicalName([namedAs, pulumi.getStack()], nameLimits.databaseCluster),
        engine: "pg",
        version: settings.version,
        size: settings.size,
        region: dataCentres[region],
        nodeCount: 1 + settings.standbyNodes,
        privateNetworkUuid: networkId,
        maintenanceWindows: [settings.maintenance],
      },
      // A change of network or project would replace the cluster and lose its data; its storage grows by itself.
      {
        parent: this,
        retainOnDelete,
        ignoreChanges: ["privateNetworkUuid", "projectId", "storageSizeMib"],
        ...adopting(adopted?.id),
      },
    );
    const clusterId = cluster.id;

    // First of all: a cluster without rules takes logins from everywhere.
    const firewall = new DatabaseFirewall(
      `${name}-firewall`,
      { clusterId, rules: firewallRules(networkRange, settings.connection) },
      { parent: this, retainOnDelete: true },
    );
    const inside = { parent: this, retainOnDelete, dependsOn: [firewall] };
    // No data is in these, so that a protected cluster must still let them be changed and taken out.
    const open = { parent: this, protect: false, dependsOn: [firewall] };

    const users = appUsers(settings).map((user) => ({
      name: user,
      resource: new DatabaseUser(
        `${name}-user-${user}`,
        { clusterId, name: user },
        { ...inside, ...adoptedPart("users", user) },
      ),
    }));
    const databases = Object.keys(settings.databases).map(
      (database) =>
        new DatabaseDb(
          `${name}-db-${database}`,
          { clusterId, name: database },
          { ...inside, ...adoptedPart("databases", database) },
        ),
    );
    for (const [pool, { database, ...rest }] of Object.entries(settings.pools))
      new DatabaseConnectionPool(
        `${name}-pool-${pool}`,
        { clusterId, name: pool, dbName: database, ...rest },
        {
          ...open,
          dependsOn: [firewall, ...users.map(({ resource }) => resource), ...databases],
          ...adoptedPart("pools", pool),
        },
      );
    const config = postgresConfig(settings.postgres);
    if (Object.keys(config).length > 0)
      new DatabasePostgresqlConfig(`${name}-postgres`, { clusterId, ...config }, open);
    for (const [replica, { size = settings.size, region: elsewhere = region }] of Object.entries(
      settings.replicas,
    ))
      new DatabaseReplica(
        `${name}-replica-${replica}`,
        {
          clusterId,
          name: physicalName([namedAs, replica, pulumi.getStack()], nameLimits.databaseCluster),
          size,
          region: dataCentres[elsewhere],
          // The network exists in its own data centre only.
          ...(elsewhere === region ? { privateNetworkUuid: networkId } : {}),
        },
        { ...open, ignoreChanges: ["privateNetworkUuid", "storageSizeMib"] },
      );

    this.clusterId = clusterId;
    this.clusterName = cluster.name;
    this.clusterUrn = cluster.clusterUrn;
    this.host = cluster.host;
    this.privateHost = cluster.privateHost;
    this.port = cluster.port;
    this.uri = pulumi.secret(cluster.uri);
    this.privateUri = pulumi.secret(cluster.privateUri);
    this.adminUrl = settings.connection.kind === "private" ? this.privateUri : this.uri;
    this.appUsers = appUsers(settings);
    this.databases = Object.fromEntries(
      users.flatMap(({ name: owner, resource: { password } }) => {
        const url = (database: string, host: pulumi.Output<string>) =>
          pulumi.secret(
            pulumi
              .all([host, cluster.port, password])
              .apply(([at, port, secret]) =>
                databaseUrl({ owner, password: secret, host: at, port, database }),
              ),
          );
        return Object.entries(settings.databases)
          .filter(([, database]) => database.owner === owner)
          .map(([database]): [string, DatabaseAccess] => [
            database,
            { owner, publicUrl: url(database, cluster.host), privateUrl: url(database, cluster.privateHost) },
          ]);
      }),
    );
    this.registerOutputs({
      clusterId: this.clusterId,
      clusterName: this.clusterName,
      clusterUrn: this.clusterUrn,
      host: this.host,
      privateHost: this.privateHost,
      port: this.port,
      uri: this.uri,
      privateUri: this.privateUri,
      adminUrl: this.adminUrl,
      databases: this.databases,
      appUsers: this.appUsers,
    });
  }
}

/** Who may connect: the private network and, with a public connection, the addresses that it lists. */
export function firewallRules(
  networkRange: pulumi.Input<string>,
  connection: z.output<typeof DatabaseSettings>["connection"],
): { type: string; value: pulumi.Input<string> }[] {
  const addresses = connection.kind === "public" ? connection.addresses : [];
  return [networkRange, ...addresses].map((value) => ({ type: "ip_addr", value }));
}

/** The address of a database, with every part escaped as URLs want it. */
export function databaseUrl(parts: {
  owner: string;
  password: string;
  host: string;
  port: number;
  database: string;
}): string {
  const { owner, password, host, port, database } = parts;
  const login = `${encodeURIComponent(owner)}:${encodeURIComponent(password)}`;
  return `postgresql://${login}@${host}:${port}/${encodeURIComponent(database)}?sslmode=require`;
}
