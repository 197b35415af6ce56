import { type Operation, PartialFailure, type ResourceHandler } from "../../resource.ts";
import { ApiError } from "../client.ts";
import { type Context, compact, handler, stillThere, unlessEmpty } from "../handler.ts";
import { waitUntil } from "../wait.ts";
import { type Connection, unlessBlank, uriOf } from "./connection.ts";
import { partsOf } from "./contents.ts";

interface Inputs {
  clusterId: string;
  name: string;
  region?: string;
  size?: string;
  tags?: string[];
  privateNetworkUuid?: string;
  storageSizeMib?: string;
}

interface State extends Inputs {
  uuid: string;
  host?: string;
  port?: number;
  uri?: string;
  database?: string;
  user?: string;
  password?: string;
  privateHost?: string;
  privateUri?: string;
}

interface Replica {
  id: string;
  name: string;
  status: string;
  region?: string;
  size?: string;
  tags?: string[] | null;
  private_network_uuid?: string;
  storage_size_mib?: number;
  connection?: Connection;
  private_connection?: Connection;
}

/** A read-only copy of a cluster. Its id is `<cluster>/replicas/<name>`. */
export function databaseReplica({ client, pollInterval }: Context): ResourceHandler {
  const replicas = (clusterId: string): string => `/v2/databases/${clusterId}/replicas`;
  const look = async (clusterId: string, name: string, signal?: AbortSignal) =>
    (await client.find<{ replica: Replica }>(`${replicas(clusterId)}/${encodeURIComponent(name)}`, signal))
      ?.replica;
  const read = async (clusterId: string, name: string, knownPassword?: string, signal?: AbortSignal) => {
    const replica = await look(clusterId, name, signal);
    if (replica === undefined) return undefined;
    return { id: `${clusterId}/replicas/${name}`, state: stateOf(clusterId, replica, knownPassword) };
  };
  const awaitOnline = (clusterId: string, name: string, operation: Operation) =>
    waitUntil(
      `replica ${name} to be online`,
      async () => {
        const replica = await look(clusterId, name, operation.signal);
        return replica?.status === "online" ? replica : undefined;
      },
      { operation, interval: pollInterval },
    );

  return handler<Inputs, State>({
    create: async (inputs, operation) => {
      const { clusterId, name } = inputs;
      const body = compact({
        name,
        region: unlessBlank(inputs.region),
        size: unlessBlank(inputs.size),
        tags: unlessEmpty(inputs.tags),
        private_network_uuid: inputs.privateNetworkUuid,
        storage_size_mib: inputs.storageSizeMib === undefined ? undefined : Number(inputs.storageSizeMib),
      });
      const made = await waitUntil(
        `database cluster ${clusterId} to have the backup that replica ${name} starts from`,
        async () => {
          try {
            return await client.send<{ replica: Replica }>(
              "POST",
              replicas(clusterId),
              body,
              operation.signal,
            );
          } catch (error) {
            // A new cluster is online before its first backup is there.
            if (error instanceof ApiError && error.status === 412) return undefined;
            throw error;
          }
        },
        { operation, interval: pollInterval },
      );
      try {
        await awaitOnline(clusterId, name, operation);
      } catch (error) {
        // As with a cluster: the next run must know that it is there.
        const message = error instanceof Error ? error.message : String(error);
        throw new PartialFailure(message, { id: `${clusterId}/replicas/${name}`, state: { ...inputs } });
      }
      const password = made.replica.connection?.password;
      return stillThere(await read(clusterId, name, password, operation.signal), `replica ${name}`);
    },
    read: (id, inputs, state, { signal }) => {
      const { clusterId, name } = partsOf("replicas", id, { ...state, ...inputs });
      return read(clusterId, name, state.password, signal);
    },
    update: async (_id, inputs, state, operation) => {
      const { clusterId, name } = inputs;
      // A replica whose start was not waited for is updated without a change.
      if (operation.changed.length === 0) await awaitOnline(clusterId, name, operation);
      if (operation.changed.includes("size") || operation.changed.includes("storageSizeMib")) {
        const body = compact({
          size: inputs.size,
          num_nodes: 1,
          storage_size_mib: inputs.storageSizeMib === undefined ? undefined : Number(inputs.storageSizeMib),
        });
        await client.send("PUT", `/v2/databases/${state.uuid}/resize`, body, operation.signal);
        await awaitOnline(clusterId, name, operation);
      }
      return stillThere(await read(clusterId, name, state.password, operation.signal), `replica ${name}`)
        .state;
    },
    delete: async (_id, { clusterId, name }, { signal }) => {
      const path = `${replicas(clusterId)}/${encodeURIComponent(name)}`;
      await client.send("DELETE", path, undefined, signal);
    },
    find: async ({ clusterId, name }) => (await read(clusterId, name))?.id,
  });
}

function stateOf(clusterId: string, replica: Replica, knownPassword: string | undefined): State {
  const { connection, private_connection: inside } = replica;
  const password = unlessBlank(connection?.password) ?? knownPassword;
  return compact<State>({
    clusterId,
    name: replica.name,
    uuid: replica.id,
    region: replica.region,
    size: replica.size,
    tags: replica.tags ?? [],
    privateNetworkUuid: replica.private_network_uuid,
    storageSizeMib: String(replica.storage_size_mib ?? 0),
    host: connection?.host,
    port: connection?.port,
    database: connection?.database,
    user: connection?.user,
    password,
    uri: connection === undefined ? undefined : uriOf(connection, password),
    privateHost: inside?.host,
    privateUri: inside === undefined ? undefined : uriOf(inside, password),
  });
}
