import { type CheckFailure, type Operation, PartialFailure, type ResourceHandler } from "../../resource.ts";
import { unknown } from "../../values.ts";
import { type Context, compact, handler, stillThere } from "../handler.ts";
import { waitUntil } from "../wait.ts";
import { applyClusterChanges } from "./cluster-changes.ts";
import {
  type ApiAutoscale,
  type Cluster,
  type ClusterInputs,
  type ClusterState,
  clusterState,
  createBody,
} from "./cluster-model.ts";
import { unlessBlank } from "./connection.ts";

/** A managed database cluster. */
export function databaseCluster(context: Context): ResourceHandler {
  const { client, pollInterval } = context;

  const read = async (id: string, known: Partial<ClusterState>, signal: AbortSignal) => {
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
    return { id, state: clusterState(database, known, autoscale) };
  };

  const awaitOnline = (id: string, name: string, operation: Operation) =>
    waitUntil(
      `database cluster ${name} to be online`,
      async () => {
        // The cluster can answer 404 right after it was made.
        const reply = await client.find<{ database: Cluster }>(`/v2/databases/${id}`, operation.signal);
        if (reply?.database.status === "online") return reply.database;
        if (reply?.database.status_reason !== undefined)
          throw new Error(`database cluster ${name} does not start: ${reply.database.status_reason}`);
        operation.progress(`database cluster ${name} is ${reply?.database.status ?? "not visible yet"}`);
        return undefined;
      },
      { operation, interval: pollInterval },
    );

  return handler<ClusterInputs, ClusterState>({
    check: clusterFailures,
    equal: (property, old, wanted) => property === "maintenanceWindows" && sameWindows(old, wanted),
    create: async (inputs, operation) => {
      const { database } = await client.send<{ database: Cluster }>(
        "POST",
        "/v2/databases",
        createBody(inputs),
        operation.signal,
      );
      try {
        await awaitOnline(database.id, inputs.name, operation);
      } catch (error) {
        // Interrupted or late, too: without its id in the state the next run would make the cluster again.
        const message = error instanceof Error ? error.message : String(error);
        throw new PartialFailure(message, { id: database.id, state: { ...inputs } });
      }
      const window = inputs.maintenanceWindows?.[0];
      if (window !== undefined) {
        await client.send("PUT", `/v2/databases/${database.id}/maintenance`, window, operation.signal);
      }
      const known = { ...inputs, ...compact({ password: unlessBlank(database.connection?.password) }) };
      return stillThere(await read(database.id, known, operation.signal), `database cluster ${inputs.name}`);
    },
    read: (id, inputs, state, { signal }) => read(id, { ...state, ...inputs }, signal),
    update: async (id, inputs, state, operation) => {
      // A cluster whose start had failed is updated without a change.
      if (operation.changed.length === 0) await awaitOnline(id, inputs.name, operation);
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

function clusterFailures(inputs: ClusterInputs): CheckFailure[] {
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
