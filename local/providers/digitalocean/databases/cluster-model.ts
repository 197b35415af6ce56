import { compact, unlessEmpty } from "../handler.ts";
import { type Connection, unlessBlank, uriOf } from "./connection.ts";

/** When and by how much the storage grows by itself. */
export interface Autoscale {
  enabled: boolean;
  thresholdPercent?: number;
  incrementGib?: number;
}

/** What a program says about a cluster. */
export interface ClusterInputs {
  name: string;
  engine: string;
  version?: string;
  size: string;
  region: string;
  nodeCount: number;
  privateNetworkUuid?: string;
  projectId?: string;
  storageSizeMib?: string;
  storageAutoscale?: Autoscale;
  maintenanceWindows?: { day: string; hour: string }[];
  backupRestore?: { databaseName: string; backupCreatedAt?: string };
  tags?: string[];
  sqlMode?: string;
  evictionPolicy?: string;
}

/** What is known of a cluster. */
export interface ClusterState extends ClusterInputs {
  clusterUrn: string;
  host?: string;
  privateHost?: string;
  port?: number;
  uri?: string;
  privateUri?: string;
  database?: string;
  user?: string;
  password?: string;
  metricsEndpoints: string[];
}

/** A cluster as the API answers it. */
export interface Cluster {
  id: string;
  name: string;
  engine: string;
  version: string;
  size: string;
  region: string;
  num_nodes: number;
  status: string;
  /** Only the local cloud tells why a cluster does not start; the platform goes on trying. */
  status_reason?: string;
  storage_size_mib?: number;
  storage_autoscale?: ApiAutoscale;
  private_network_uuid?: string;
  project_id?: string;
  tags?: string[] | null;
  maintenance_window?: { day: string; hour: string };
  connection?: Connection;
  private_connection?: Connection;
  metrics_endpoints?: { host: string; port: number }[];
}

/** `Autoscale` as the API takes and answers it. */
export interface ApiAutoscale {
  enabled: boolean;
  threshold_percent?: number;
  increment_gib?: number;
}

/** The request that makes a cluster. */
export function createBody(inputs: ClusterInputs): object {
  return compact({
    name: inputs.name,
    engine: inputs.engine,
    version: inputs.version,
    size: inputs.size,
    region: inputs.region.toLowerCase(),
    num_nodes: inputs.nodeCount,
    tags: unlessEmpty(inputs.tags),
    private_network_uuid: inputs.privateNetworkUuid,
    project_id: inputs.projectId,
    storage_size_mib: inputs.storageSizeMib === undefined ? undefined : Number(inputs.storageSizeMib),
    storage_autoscale:
      inputs.storageAutoscale === undefined ? undefined : autoscaleBody(inputs.storageAutoscale),
    backup_restore:
      inputs.backupRestore === undefined
        ? undefined
        : compact({
            database_name: inputs.backupRestore.databaseName,
            backup_created_at: inputs.backupRestore.backupCreatedAt,
          }),
  });
}

/** The API's form of the storage growth rule. */
export function autoscaleBody(autoscale: Autoscale): ApiAutoscale {
  return compact<ApiAutoscale>({
    enabled: autoscale.enabled,
    threshold_percent: autoscale.thresholdPercent,
    increment_gib: autoscale.incrementGib,
  });
}

/**
 * A cluster as the program sees it.
 *
 * @param known - what was given or read before, for what the API does not tell again
 */
export function clusterState(
  database: Cluster,
  known: Partial<ClusterState>,
  autoscale: ApiAutoscale | undefined,
): ClusterState {
  const { connection, private_connection: inside, maintenance_window: window } = database;
  const password = unlessBlank(connection?.password) ?? known.password;
  return compact<ClusterState>({
    name: database.name,
    engine: database.engine,
    version: database.version,
    size: database.size,
    region: database.region,
    nodeCount: database.num_nodes,
    storageSizeMib: String(database.storage_size_mib ?? 0),
    tags: database.tags ?? [],
    privateNetworkUuid: database.private_network_uuid,
    projectId: database.project_id,
    clusterUrn: `do:dbaas:${database.id}`,
    metricsEndpoints: (database.metrics_endpoints ?? []).map(
      ({ host, port }) => `https://${host}:${port}/metrics`,
    ),
    // What the provider reads only where it was asked for.
    maintenanceWindows:
      known.maintenanceWindows !== undefined && window !== undefined
        ? [{ day: window.day, hour: window.hour }]
        : undefined,
    storageAutoscale:
      known.storageAutoscale !== undefined && autoscale !== undefined
        ? compact<Autoscale>({
            enabled: autoscale.enabled,
            thresholdPercent: autoscale.threshold_percent,
            incrementGib: autoscale.increment_gib,
          })
        : undefined,
    backupRestore: known.backupRestore,
    sqlMode: known.sqlMode,
    evictionPolicy: known.evictionPolicy,
    host: connection?.host,
    port: connection?.port,
    uri: connection === undefined ? undefined : uriOf(connection, password),
    database: connection?.database,
    user: connection?.user,
    password,
    privateHost: inside?.host,
    privateUri: inside === undefined ? undefined : uriOf(inside, password),
  });
}
