import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Account, now } from "../account.ts";
import { found, readBody, unprocessable } from "../errors.ts";
import { dataCenters } from "../regions.ts";
import { ensureTags, tagName } from "../tags.ts";
import { defaultVpc } from "../vpcs.ts";
import { replicaView } from "./cluster-view.ts";
import { changeCluster, looked, readyCluster } from "./lifecycle.ts";
import type { Cluster, Replica } from "./model.ts";
import { includedStorageMib, nodeSize } from "./sizes.ts";

const Body = z.object({
  name: z.string().min(3, "must have 3 to 63 characters").max(63, "must have 3 to 63 characters"),
  region: z.string().optional(),
  size: z.string().optional(),
  private_network_uuid: z.string().optional(),
  tags: z.array(tagName).optional(),
  storage_size_mib: z.int().optional(),
});

function madeReplica(account: Account, cluster: Cluster, asked: z.output<typeof Body>): Replica {
  const size = asked.size || cluster.size;
  const region = (asked.region || cluster.region).toLowerCase();
  if (cluster.replicas.some(({ name }) => name === asked.name)) {
    throw unprocessable(`name: a replica named "${asked.name}" already exists`);
  }
  const memory = nodeSize(size)?.memory;
  if (memory === undefined) throw unprocessable(`size: "${size}" is not available`);
  if (memory < (nodeSize(cluster.size)?.memory ?? 0)) {
    throw unprocessable(`size: must be at least the primary's "${cluster.size}"`);
  }
  if (!dataCenters.includes(region)) throw unprocessable(`region: "${region}" is not available`);
  const network = region === cluster.region ? cluster.vpcId : defaultVpc(account, region).id;
  return {
    id: randomUUID(),
    name: asked.name,
    region,
    size,
    vpcId: asked.private_network_uuid || network,
    tags: ensureTags(account, asked.tags ?? []),
    storageMib: asked.storage_size_mib ?? Math.max(cluster.storageMib, includedStorageMib(size)),
    createdAt: now(),
    status: "creating",
    wasSeen: false,
  };
}

const withReplicas = (
  account: Account,
  id: string,
  change: (replicas: readonly Replica[]) => readonly Replica[],
): void => changeCluster(account, id, (cluster) => ({ ...cluster, replicas: change(cluster.replicas) }));

/** Serves read-only replicas. Their addresses are the primary's: this machine runs one server per cluster. */
export function replicaRoutes(server: FastifyInstance, account: Account): void {
  type One = { Params: { id: string; name: string } };
  const lookAt = (cluster: Cluster, replica: Replica): Record<string, unknown> => {
    const after = looked(replica, true);
    withReplicas(account, cluster.id, (all) => all.map((other) => (other.id === replica.id ? after : other)));
    return replicaView(cluster, after);
  };
  const replicaOf = ({ id, name }: One["Params"]): { cluster: Cluster; replica: Replica } => {
    const cluster = found(account.clusters.get(id));
    return { cluster, replica: found(cluster.replicas.find((replica) => replica.name === name)) };
  };

  server.get<{ Params: { id: string } }>("/v2/databases/:id/replicas", async (request) => {
    const cluster = found(account.clusters.get(request.params.id));
    return { replicas: cluster.replicas.map((replica) => lookAt(cluster, replica)) };
  });

  server.post<{ Params: { id: string } }>("/v2/databases/:id/replicas", async (request, reply) => {
    const cluster = readyCluster(account, request.params.id);
    const replica = madeReplica(account, cluster, readBody(Body, request.body));
    withReplicas(account, cluster.id, (all) => [...all, replica]);
    return reply.code(201).send({ replica: replicaView(cluster, replica) });
  });

  server.get<One>("/v2/databases/:id/replicas/:name", async (request) => {
    const { cluster, replica } = replicaOf(request.params);
    return { replica: lookAt(cluster, replica) };
  });

  server.delete<One>("/v2/databases/:id/replicas/:name", async (request, reply) => {
    const { cluster, replica } = replicaOf(request.params);
    withReplicas(account, cluster.id, (all) => all.filter((other) => other.id !== replica.id));
    return reply.code(204).send();
  });
}
