import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Account } from "../account.ts";
import { found, readBody, unprocessable } from "../errors.ts";
import { dataCenters } from "../regions.ts";
import { changeCluster, noteEvent, readyCluster } from "./lifecycle.ts";
import type { Cluster, Replica } from "./model.ts";
import { availableVersions, includedStorageMib, nodeSize, planFault } from "./sizes.ts";

/** How a cluster's disk grows by itself. */
export const StorageAutoscaleBody = z.object({
  enabled: z.boolean(),
  threshold_percent: z
    .int()
    .min(15, "must be between 15 and 95")
    .max(95, "must be between 15 and 95")
    .optional(),
  increment_gib: z
    .int()
    .min(10, "must be between 10 and 500")
    .max(500, "must be between 10 and 500")
    .optional(),
});

const ResizeBody = z.object({ size: z.string(), num_nodes: z.int(), storage_size_mib: z.int().optional() });
const MigrateBody = z.object({ region: z.string(), private_network_uuid: z.string().optional() });
const UpgradeBody = z.object({ version: z.string() });
const AutoscaleBody = z.object({ storage: StorageAutoscaleBody.optional() });
const MaintenanceBody = z.object({
  day: z.enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]),
  hour: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, 'must be a time such as "04:00"'),
});

/** Disk after a resize: what is asked for, at least what the plan includes, never less than before. */
function storageAfter(before: number, size: string, asked: number | undefined): number {
  const included = includedStorageMib(size);
  const storage = asked ?? Math.max(before, included);
  if (storage < before) throw unprocessable(`storage_size_mib: must not shrink from ${before} to ${storage}`);
  if (storage < included) throw unprocessable(`storage_size_mib: must be at least ${included} for "${size}"`);
  return storage;
}

function refuseSmaller(before: string, after: string): void {
  if ((nodeSize(after)?.memory ?? 0) < (nodeSize(before)?.memory ?? 0)) {
    throw unprocessable(`size: must not shrink from "${before}" to "${after}"`);
  }
}

function resizeReplica(account: Account, cluster: Cluster, replica: Replica, body: unknown): void {
  const asked = readBody(ResizeBody, body);
  const fault = planFault(asked.size, asked.num_nodes);
  if (fault !== undefined) throw unprocessable(fault);
  if (asked.num_nodes !== 1) throw unprocessable("num_nodes: a replica has 1 node");
  refuseSmaller(replica.size, asked.size);
  const storageMib = storageAfter(replica.storageMib, asked.size, asked.storage_size_mib);
  changeCluster(account, cluster.id, (current) => ({
    ...current,
    replicas: current.replicas.map((other) =>
      other.id === replica.id
        ? { ...other, size: asked.size, storageMib, status: "resizing", wasSeen: false }
        : other,
    ),
  }));
}

function resizeCluster(account: Account, id: string, body: unknown): void {
  const cluster = readyCluster(account, id);
  const asked = readBody(ResizeBody, body);
  const fault = planFault(asked.size, asked.num_nodes);
  if (fault !== undefined) throw unprocessable(fault);
  refuseSmaller(cluster.size, asked.size);
  const storageMib = storageAfter(cluster.storageMib, asked.size, asked.storage_size_mib);
  changeCluster(account, id, (current) => ({
    ...current,
    size: asked.size,
    nodes: asked.num_nodes,
    storageMib,
    status: "resizing",
    wasSeen: false,
  }));
}

function migrateCluster(account: Account, id: string, body: unknown): void {
  const cluster = readyCluster(account, id);
  const asked = readBody(MigrateBody, body);
  const region = asked.region.toLowerCase();
  if (!dataCenters.includes(region)) throw unprocessable(`region: "${asked.region}" is not available`);
  const vpcId = asked.private_network_uuid || cluster.vpcId;
  changeCluster(account, id, (current) => ({
    ...current,
    region,
    vpcId,
    status: "migrating",
    wasSeen: false,
  }));
}

function upgradeCluster(account: Account, id: string, body: unknown): void {
  const cluster = readyCluster(account, id);
  const { version } = readBody(UpgradeBody, body);
  const versions = availableVersions(new Date());
  if (!versions.includes(version)) {
    throw unprocessable(`version: "${version}" is not available, choose one of ${versions.join(", ")}`);
  }
  if (Number(version) <= Number(cluster.version)) {
    throw unprocessable(`version: must be higher than ${cluster.version}, a downgrade is not possible`);
  }
  changeCluster(account, id, (current) => ({ ...current, version }));
  noteEvent(account, cluster, "cluster_update", `version ${version} was asked for`);
}

/** Serves what changes a running cluster: plan, region, version, maintenance window, growing disk. */
export function scalingRoutes(server: FastifyInstance, account: Account): void {
  server.put<{ Params: { id: string } }>("/v2/databases/:id/resize", async (request, reply) => {
    const { id } = request.params;
    const owner = account.clusters
      .list()
      .find(({ replicas }) => replicas.some((replica) => replica.id === id));
    const replica = owner?.replicas.find((candidate) => candidate.id === id);
    if (owner !== undefined && replica !== undefined) resizeReplica(account, owner, replica, request.body);
    else resizeCluster(account, id, request.body);
    return reply.code(202).send();
  });

  server.put<{ Params: { id: string } }>("/v2/databases/:id/migrate", async (request, reply) => {
    migrateCluster(account, request.params.id, request.body);
    return reply.code(202).send();
  });

  server.put<{ Params: { id: string } }>("/v2/databases/:id/upgrade", async (request, reply) => {
    upgradeCluster(account, request.params.id, request.body);
    return reply.code(204).send();
  });

  server.put<{ Params: { id: string } }>("/v2/databases/:id/maintenance", async (request, reply) => {
    const { id } = found(account.clusters.get(request.params.id));
    const { day, hour } = readBody(MaintenanceBody, request.body);
    const maintenance = { day, hour: hour.length === 5 ? `${hour}:00` : hour };
    changeCluster(account, id, (cluster) => ({ ...cluster, maintenance }));
    return reply.code(204).send();
  });

  server.get<{ Params: { id: string } }>("/v2/databases/:id/autoscale", async (request) => {
    const storage = found(account.clusters.get(request.params.id)).autoscale;
    // The description has it under "autoscale"; the published Go client reads it beside that.
    return { autoscale: { storage }, storage };
  });

  server.put<{ Params: { id: string } }>("/v2/databases/:id/autoscale", async (request, reply) => {
    const { id } = found(account.clusters.get(request.params.id));
    const autoscale = readBody(AutoscaleBody, request.body).storage ?? { enabled: false };
    changeCluster(account, id, (cluster) => ({ ...cluster, autoscale }));
    return reply.code(204).send();
  });
}
