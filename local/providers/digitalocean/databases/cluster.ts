import type { CheckFailure, Operation, ResourceHandler } from "../../resource.ts";
import { unknown } from "../../values.ts";
import { type Context, compact, handler, stillThere, unlessEmpty } from "../handler.ts";
import { waitUntil } from "../wait.ts";
import { applyClusterChanges } from "./cluster-changes.ts";
import { type Connection, unlessBlank, uriOf } from "./connection.ts";

export interface Autoscale {
  enabled: boolean;
  thresholdPercent?: number;
  incrementGib?: number;
}

export interface Inputs {
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

export interface State extends Inputs {
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

interface Cluster {
  id: string;
  name: string;
  engine: string;
  version: string;
  size: string;
  region: string;
  num_nodes: number;
  status: string;
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

interface ApiAutoscale {
  enabled: boolean;
  threshold_percent?: number;
  increment_gib?: number;
}

/** A managed database cluster. */
export function databaseCluster(context: Context): ResourceHandler {
  const { client, pollInterval } = context;

  const read = async (id: string, known: Partial<Inputs> & Partial<State>, signal: AbortSignal) => {
    const reply = await client.find<{ database: Cluster }>(`/v2/databases/${id}`, signal);
    if (reply === undefined) return undefined;
    const { database } = reply;
    let autoscale = database.storage_autoscale;
    if (known.storageAutoscale !== undefined && autoscale === undefined) {
      const path = `/v2/databases/${id}/autoscale`;
      autoscale = (
        await client.send<{ autoscale: { storage?: ApiAutoscale } }>("GET", path, undefined, signal)
      ).autoscale.storage;
    }
    return { id, state: stateOf(database, known, autoscale) };
  };

  const awaitOnline = (id: string, name: string, operation: Operation) =>
    waitUntil(
      `database cluster ${name} to be online`,
      async () => {
        // The cluster can answer 404 right after it was made.
        const reply = await client.find<{ database: Cluster }>(`/v2/databases/${id}`, operation.signal);
        if (reply?.database.status === "online") return reply.database;
        operation.progress(`database cluster ${name} is ${reply?.database.status ?? "not visible yet"}`);
        return undefined;
      },
      { operation, interval: pollInterval },
    );

  return handler<Inputs, State>({
    check: clusterFailures,
    equal: (property, old, wanted) => property === "maintenanceWindows" && sameWindows(old, wanted),
    create: async (inputs, operation) => {
      const { database } = await client.send<{ database: Cluster }>(
        "POST",
        "/v2/databases",
        createBody(inputs),
        operation.signal,
      );
      await awaitOnline(database.id, inputs.name, operation);
      const window = inputs.maintenanceWindows?.[0];
      if (window !== undefined) {
        await client.send("PUT", `/v2/databases/${database.id}/maintenance`, window, operation.signal);
      }
      const known = { ...inputs, ...compact({ password: unlessBlank(database.connection?.password) }) };
      return stillThere(await read(database.id, known, operation.signal), `database cluster ${inputs.name}`);
    },
    read: (id, inputs, state, { signal }) => read(id, { ...state, ...inputs }, signal),
    update: async (id, inputs, state, operation) => {
      await applyClusterChanges(context, id, { inputs, state, operation }, () =>
        awaitOnline(id, inputs.name, operation),
      );
      const known = { ...inputs, ...compact({ password: state.password }) };
      return stillThere(await read(id, known, operation.signal), `database cluster ${inputs.name}`).state;
    },
    delete: async (id, _state, { signal }) => {
      await client.send("DELETE", `/v2/databases/${id}`, undefined, signal);
    },
    find: async ({ name }) => {
      const all = await client.list<Cluster>("/v2/databases", "databases");
      return all.find((one) => one.name === name)?.id;
    },
  });
}

function clusterFailures(inputs: Inputs): CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (unlessBlank(inputs.version) === undefined) {
    failures.push({ property: "version", reason: "must be given, it is required" });
  }
  const isCache = [unknown, "redis", "valkey"].includes(inputs.engine);
  if (unlessBlank(inputs.sqlMode) !== undefined && ![unknown, "mysql"].includes(inputs.engine)) {
    failures.push({ property: "sqlMode", reason: "must be left out, only MySQL clusters have it" });
  }
  if (unlessBlank(inputs.evictionPolicy) !== undefined && !isCache) {
    failures.push({
      property: "evictionPolicy",
      reason: "must be left out, only Redis and Valkey clusters have it",
    });
  }
  return failures;
}

function createBody(inputs: Inputs): object {
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

function stateOf(
  database: Cluster,
  known: Partial<Inputs> & Partial<State>,
  autoscale: ApiAutoscale | undefined,
): State {
  const { connection, private_connection: inside, maintenance_window: window } = database;
  const password = unlessBlank(connection?.password) ?? known.password;
  return compact<State>({
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

/** The API answers an hour with seconds, `13:00:00` for `13:00`. */
function sameWindows(old: unknown, wanted: unknown): boolean {
  const normal = (value: unknown): string =>
    JSON.stringify(
      ((value ?? []) as { day: string; hour: string }[]).map(({ day, hour }) => [
        day,
        hour.split(":").slice(0, 2).join(":"),
      ]),
    );
  return normal(old) === normal(wanted);
}
