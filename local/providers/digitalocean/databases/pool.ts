import type { ResourceHandler } from "../../resource.ts";
import { type Context, compact, handler, importedParts, stillThere } from "../handler.ts";
import { type Connection, unlessBlank, uriOf } from "./connection.ts";

interface Inputs {
  clusterId: string;
  name: string;
  mode: string;
  size: number;
  dbName: string;
  user?: string;
}

interface State extends Inputs {
  host?: string;
  port?: number;
  uri?: string;
  password?: string;
  privateHost?: string;
  privateUri?: string;
}

interface Pool {
  name: string;
  user?: string;
  mode: string;
  size: number;
  db: string;
  connection?: Connection;
  private_connection?: Connection;
}

/** One connection pool of a cluster. Its id is `<cluster>/<name>`. */
export function databaseConnectionPool({ client }: Context): ResourceHandler {
  const read = async (clusterId: string, name: string, knownPassword?: string, signal?: AbortSignal) => {
    const path = `/v2/databases/${clusterId}/pools/${encodeURIComponent(name)}`;
    const reply = await client.find<{ pool: Pool }>(path, signal);
    if (reply === undefined) return undefined;
    return { id: `${clusterId}/${name}`, state: stateOf(clusterId, reply.pool, knownPassword) };
  };
  return handler<Inputs, State>({
    create: async (inputs, { signal }) => {
      const { clusterId, name, mode, size, dbName, user } = inputs;
      const body = compact({ name, mode, size, db: dbName, user: unlessBlank(user) });
      const { pool } = await client.send<{ pool: Pool }>(
        "POST",
        `/v2/databases/${clusterId}/pools`,
        body,
        signal,
      );
      const made = await read(clusterId, name, pool.connection?.password, signal);
      return stillThere(made, `connection pool ${name}`);
    },
    read: (id, inputs, state, { signal }) => {
      const { clusterId, name, password } = { ...state, ...inputs };
      const [cluster, pool] =
        clusterId === undefined || name === undefined ? partsOfPoolId(id) : [clusterId, name];
      return read(cluster, pool, password, signal);
    },
    // Every input replaces the pool, so nothing is left to update.
    update: async (_id, _inputs, state) => state,
    delete: async (_id, { clusterId, name }, { signal }) => {
      const path = `/v2/databases/${clusterId}/pools/${encodeURIComponent(name)}`;
      await client.send("DELETE", path, undefined, signal);
    },
    find: async ({ clusterId, name }) => (await read(clusterId, name))?.id,
  });
}

function partsOfPoolId(id: string): [string, string] {
  const imported = importedParts(id);
  if (imported !== undefined) return imported;
  const slash = id.indexOf("/");
  if (slash < 0)
    throw new Error(`the id must be the cluster's id and the pool's name joined with a comma, got ${id}`);
  return [id.slice(0, slash), id.slice(slash + 1)];
}

function stateOf(clusterId: string, pool: Pool, knownPassword: string | undefined): State {
  const { connection, private_connection: inside } = pool;
  const password = unlessBlank(connection?.password) ?? knownPassword;
  return compact<State>({
    clusterId,
    name: pool.name,
    user: unlessBlank(pool.user),
    mode: pool.mode,
    size: pool.size,
    dbName: pool.db,
    host: connection?.host,
    port: connection?.port,
    password,
    uri: connection === undefined ? undefined : uriOf(connection, password),
    privateHost: inside?.host,
    privateUri: inside === undefined ? undefined : uriOf(inside, password),
  });
}
