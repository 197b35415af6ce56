import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Account } from "../account.ts";
import { found, readBody, unprocessable } from "../errors.ts";
import { poolView } from "./cluster-view.ts";
import { changeCluster, readyCluster } from "./lifecycle.ts";
import type { Cluster, Pool } from "./model.ts";
import { usableConnections } from "./sizes.ts";

const fields = {
  mode: z.enum(["session", "transaction", "statement"]),
  size: z.int().min(1, "must be at least 1"),
  db: z.string(),
  user: z.string().optional(),
};

const CreateBody = z.object({
  name: z.string().min(3, "must have 3 to 60 characters").max(60, "must have 3 to 60 characters"),
  ...fields,
});

const UpdateBody = z.object(fields);

/** The pool, where its database and user exist and the connections of all pools are enough for it. */
function madePool(cluster: Cluster, asked: z.output<typeof CreateBody>): Pool {
  if (!cluster.databases.includes(asked.db)) {
    throw unprocessable(`db: database "${asked.db}" does not exist`);
  }
  const user = asked.user === "" ? undefined : asked.user;
  if (user !== undefined && !cluster.users.some(({ name }) => name === user)) {
    throw unprocessable(`user: user "${user}" does not exist`);
  }
  const others = cluster.pools.filter(({ name }) => name !== asked.name);
  const available = usableConnections(cluster.size) - others.reduce((sum, { size }) => sum + size, 0);
  if (asked.size > available) {
    throw unprocessable(`size: must be ${Math.max(available, 0)} at most, the connections that are left`);
  }
  return {
    name: asked.name,
    mode: asked.mode,
    size: asked.size,
    db: asked.db,
    ...(user === undefined ? {} : { user }),
  };
}

/** Serves connection pools. Their addresses lead straight to the database: this machine has no pooler. */
export function poolRoutes(server: FastifyInstance, account: Account): void {
  type One = { Params: { id: string; name: string } };
  const poolOf = ({ id, name }: One["Params"]): { cluster: Cluster; pool: Pool } => {
    const cluster = found(account.clusters.get(id));
    return { cluster, pool: found(cluster.pools.find((pool) => pool.name === name)) };
  };

  server.get<{ Params: { id: string } }>("/v2/databases/:id/pools", async (request) => {
    const cluster = found(account.clusters.get(request.params.id));
    return { pools: cluster.pools.map((pool) => poolView(cluster, pool)) };
  });

  server.post<{ Params: { id: string } }>("/v2/databases/:id/pools", async (request, reply) => {
    const cluster = readyCluster(account, request.params.id);
    const asked = readBody(CreateBody, request.body);
    if (cluster.pools.some(({ name }) => name === asked.name)) {
      throw unprocessable(`name: a pool named "${asked.name}" already exists`);
    }
    const pool = madePool(cluster, asked);
    changeCluster(account, cluster.id, (current) => ({ ...current, pools: [...current.pools, pool] }));
    return reply.code(201).send({ pool: poolView(cluster, pool) });
  });

  server.get<One>("/v2/databases/:id/pools/:name", async (request) => {
    const { cluster, pool } = poolOf(request.params);
    return { pool: poolView(cluster, pool) };
  });

  server.put<One>("/v2/databases/:id/pools/:name", async (request, reply) => {
    const { cluster, pool } = poolOf(request.params);
    const updated = madePool(cluster, { name: pool.name, ...readBody(UpdateBody, request.body) });
    changeCluster(account, cluster.id, (current) => ({
      ...current,
      pools: current.pools.map((other) => (other.name === pool.name ? updated : other)),
    }));
    return reply.code(204).send();
  });

  server.delete<One>("/v2/databases/:id/pools/:name", async (request, reply) => {
    const { cluster, pool } = poolOf(request.params);
    changeCluster(account, cluster.id, (current) => ({
      ...current,
      pools: current.pools.filter(({ name }) => name !== pool.name),
    }));
    return reply.code(204).send();
  });
}
