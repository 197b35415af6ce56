import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Account } from "../account.ts";
import { found, notFound, readBody, unprocessable } from "../errors.ts";
import { newPassword } from "./clusters.ts";
import { changeCluster, inTurn, readyCluster } from "./lifecycle.ts";
import { administrator, type DatabaseUser, firstDatabase } from "./model.ts";
import { PostgresConfig, postgresParameters } from "./postgres-parameters.ts";

/** PostgreSQL keeps 63 bytes of a name. */
const name = z
  .string()
  .regex(
    /^[a-zA-Z_][a-zA-Z0-9_.-]{0,62}$/,
    "must have 1 to 63 letters, numbers, underscores, dashes or periods and start with a letter or an underscore",
  );

const DatabaseBody = z.object({ name });
const UserBody = z.object({ name, settings: z.record(z.string(), z.unknown()).optional() });
const SettingsBody = z.object({ settings: z.record(z.string(), z.unknown()).optional() });
const ConfigBody = z.object({ config: PostgresConfig });

async function createUser(account: Account, id: string, body: unknown): Promise<DatabaseUser> {
  const asked = readBody(UserBody, body);
  return inTurn(account, id, async () => {
    const cluster = readyCluster(account, id);
    if (cluster.users.some((user) => user.name === asked.name)) {
      throw unprocessable(`name: a user named "${asked.name}" already exists`);
    }
    const user: DatabaseUser = {
      name: asked.name,
      role: "normal",
      password: newPassword(),
      ...(asked.settings === undefined ? {} : { settings: asked.settings }),
    };
    await account.databaseServers.createUser(id, user.name, user.password);
    changeCluster(account, id, (current) => ({ ...current, users: [...current.users, user] }));
    return user;
  });
}

/** Changes one user and answers with what it is then. */
function changeUser(
  account: Account,
  id: string,
  userName: string,
  change: (user: DatabaseUser) => DatabaseUser,
): DatabaseUser {
  changeCluster(account, id, (cluster) => ({
    ...cluster,
    users: cluster.users.map((user) => (user.name === userName ? change(user) : user)),
  }));
  return found(account.clusters.get(id)?.users.find((user) => user.name === userName));
}

function userRoutes(server: FastifyInstance, account: Account): void {
  type One = { Params: { id: string; name: string } };
  const userOf = ({ id, name: userName }: One["Params"]): DatabaseUser =>
    found(found(account.clusters.get(id)).users.find((user) => user.name === userName));

  server.get<{ Params: { id: string } }>("/v2/databases/:id/users", async (request) => ({
    users: found(account.clusters.get(request.params.id)).users,
  }));

  server.post<{ Params: { id: string } }>("/v2/databases/:id/users", async (request, reply) =>
    reply.code(201).send({ user: await createUser(account, request.params.id, request.body) }),
  );

  server.get<One>("/v2/databases/:id/users/:name", async (request) => ({ user: userOf(request.params) }));

  server.put<One>("/v2/databases/:id/users/:name", async (request, reply) => {
    const user = userOf(request.params);
    const { settings } = readBody(SettingsBody, request.body);
    const changed = changeUser(account, request.params.id, user.name, ({ settings: _, ...rest }) => ({
      ...rest,
      ...(settings === undefined ? {} : { settings }),
    }));
    return reply.code(201).send({ user: changed });
  });

  server.post<One>("/v2/databases/:id/users/:name/reset_auth", async (request) => {
    const { id } = request.params;
    const user = userOf(request.params);
    const password = newPassword();
    await inTurn(account, id, () => account.databaseServers.createUser(id, user.name, password));
    return { user: changeUser(account, id, user.name, (current) => ({ ...current, password })) };
  });

  server.delete<One>("/v2/databases/:id/users/:name", async (request, reply) => {
    const { id } = request.params;
    const user = userOf(request.params);
    if (user.name === administrator) throw unprocessable(`${administrator} cannot be deleted`);
    await inTurn(account, id, () => account.databaseServers.dropUser(id, user.name));
    changeCluster(account, id, (cluster) => ({
      ...cluster,
      users: cluster.users.filter((other) => other.name !== user.name),
    }));
    return reply.code(204).send();
  });
}

async function createDatabase(account: Account, id: string, body: unknown): Promise<{ name: string }> {
  const asked = readBody(DatabaseBody, body);
  return inTurn(account, id, async () => {
    const cluster = readyCluster(account, id);
    if (cluster.databases.includes(asked.name)) {
      throw unprocessable(`name: a database named "${asked.name}" already exists`);
    }
    await account.databaseServers.createDatabase(id, asked.name);
    changeCluster(account, id, (current) => ({ ...current, databases: [...current.databases, asked.name] }));
    return { name: asked.name };
  });
}

function databaseRoutes(server: FastifyInstance, account: Account): void {
  type One = { Params: { id: string; name: string } };
  const databaseOf = ({ id, name: databaseName }: One["Params"]): string => {
    if (!found(account.clusters.get(id)).databases.includes(databaseName)) throw notFound();
    return databaseName;
  };

  server.get<{ Params: { id: string } }>("/v2/databases/:id/dbs", async (request) => ({
    dbs: found(account.clusters.get(request.params.id)).databases.map((database) => ({ name: database })),
  }));

  server.post<{ Params: { id: string } }>("/v2/databases/:id/dbs", async (request, reply) =>
    reply.code(201).send({ db: await createDatabase(account, request.params.id, request.body) }),
  );

  server.get<One>("/v2/databases/:id/dbs/:name", async (request) => ({
    db: { name: databaseOf(request.params) },
  }));

  server.delete<One>("/v2/databases/:id/dbs/:name", async (request, reply) => {
    const { id } = request.params;
    const database = databaseOf(request.params);
    if (database === firstDatabase) throw unprocessable(`${firstDatabase} cannot be deleted`);
    await inTurn(account, id, () => account.databaseServers.dropDatabase(id, database));
    changeCluster(account, id, (cluster) => ({
      ...cluster,
      databases: cluster.databases.filter((other) => other !== database),
    }));
    return reply.code(204).send();
  });
}

function configRoutes(server: FastifyInstance, account: Account): void {
  server.get<{ Params: { id: string } }>("/v2/databases/:id/config", async (request) => ({
    config: found(account.clusters.get(request.params.id)).config,
  }));

  server.patch<{ Params: { id: string } }>("/v2/databases/:id/config", async (request, reply) => {
    const { id } = request.params;
    const { config } = readBody(ConfigBody, request.body);
    await inTurn(account, id, async () => {
      readyCluster(account, id);
      const parameters = postgresParameters(config);
      if (Object.keys(parameters).length > 0) await account.databaseServers.configure(id, parameters);
      changeCluster(account, id, (cluster) => ({ ...cluster, config: { ...cluster.config, ...config } }));
    });
    return reply.code(200).send();
  });
}

/** Serves what is inside a cluster and real on this machine: users, databases, PostgreSQL settings. */
export function contentRoutes(server: FastifyInstance, account: Account): void {
  userRoutes(server, account);
  databaseRoutes(server, account);
  configRoutes(server, account);
}
