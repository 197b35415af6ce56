import type { Account } from "../account.ts";
import { projectOf } from "../projects.ts";
import {
  administrator,
  type Cluster,
  type DatabaseUser,
  firstDatabase,
  type Pool,
  type Replica,
} from "./model.ts";
import { versionAvailability } from "./sizes.ts";

/** How to reach a database. Field names are the API's. */
export interface Connection {
  readonly protocol: "postgresql";
  readonly uri: string;
  readonly database: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly ssl: true;
}

/**
 * The connection of a user to a database. Before the server listens its host and port are not known: the host is
 * empty then and the port 0.
 */
export function connection(
  server: { readonly host: string; readonly port: number } | undefined,
  user: { readonly name: string; readonly password: string } | undefined,
  database: string,
): Connection {
  const { host, port } = server ?? { host: "", port: 0 };
  const name = user?.name ?? "";
  const password = user?.password ?? "";
  const login = user === undefined ? "" : `${encodeURIComponent(name)}:${encodeURIComponent(password)}@`;
  return {
    protocol: "postgresql",
    uri: `postgresql://${login}${host}:${port}/${encodeURIComponent(database)}?sslmode=require`,
    database,
    host,
    port,
    user: name,
    password,
    ssl: true,
  };
}

const userOf = (cluster: Cluster, name: string): DatabaseUser | undefined =>
  cluster.users.find((user) => user.name === name);

/** A pool as the API shows it. Its address is the database's own: nothing pools on this machine. */
export function poolView(cluster: Cluster, pool: Pool): Record<string, unknown> {
  const address = connection(
    cluster.server,
    pool.user === undefined ? undefined : userOf(cluster, pool.user),
    pool.db,
  );
  return { ...pool, user: pool.user ?? "", connection: address, private_connection: address };
}

/** A replica as the API shows it. Its address is the primary's: this machine runs one server per cluster. */
export function replicaView(cluster: Cluster, replica: Replica): Record<string, unknown> {
  const address = connection(cluster.server, userOf(cluster, administrator), firstDatabase);
  return {
    id: replica.id,
    name: replica.name,
    region: replica.region,
    size: replica.size,
    status: replica.status,
    tags: replica.tags,
    created_at: replica.createdAt,
    private_network_uuid: replica.vpcId,
    storage_size_mib: replica.storageMib,
    connection: address,
    private_connection: address,
  };
}

/** A cluster as the API shows it. The version is the one that was asked for, so that plans stay silent. */
export function clusterView(account: Account, cluster: Cluster): Record<string, unknown> {
  const address = connection(cluster.server, userOf(cluster, administrator), firstDatabase);
  const life = versionAvailability.find(({ version }) => version === cluster.version);
  return {
    id: cluster.id,
    name: cluster.name,
    engine: "pg",
    version: cluster.version,
    semantic_version: cluster.server?.version ?? cluster.version,
    num_nodes: cluster.nodes,
    size: cluster.size,
    region: cluster.region,
    status: cluster.status,
    created_at: cluster.createdAt,
    private_network_uuid: cluster.vpcId,
    tags: cluster.tags,
    db_names: cluster.databases,
    users: cluster.users,
    connection: address,
    private_connection: address,
    ...(cluster.nodes > 1 ? { standby_connection: address, standby_private_connection: address } : {}),
    maintenance_window: { ...cluster.maintenance, pending: false },
    project_id: projectOf(account, `do:dbaas:${cluster.id}`),
    rules: cluster.rules,
    storage_size_mib: cluster.storageMib,
    autoscale: { storage: cluster.autoscale },
    storage_autoscale: cluster.autoscale,
    ...(life === undefined
      ? {}
      : { version_end_of_life: life.end_of_life, version_end_of_availability: life.end_of_availability }),
    // Not the platform's: tells a client that waits that it waits in vain.
    ...(cluster.failure === undefined ? {} : { status_reason: cluster.failure }),
  };
}
