import { randomBytes, randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Account, now } from "../account.ts";
import { found, readBody, unprocessable } from "../errors.ts";
import { assign, findProject, unassign } from "../projects.ts";
import { dataCenters } from "../regions.ts";
import { ensureTags, tagName } from "../tags.ts";
import { defaultVpc } from "../vpcs.ts";
import { clusterView } from "./cluster-view.ts";
import { FirewallRules, madeRules } from "./firewall.ts";
import { type ClusterStarter, inTurn, lookAt, noteEvent } from "./lifecycle.ts";
import { administrator, type Cluster, firstDatabase } from "./model.ts";
import { StorageAutoscaleBody } from "./scaling.ts";
import { availableVersions, defaultVersion, includedStorageMib, planFault } from "./sizes.ts";

const CreateBody = z.object({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{2,62}$/,
      "must have 3 to 63 lower-case letters, numbers or dashes and start with a letter",
    ),
  engine: z.string(),
  version: z.string().optional(),
  size: z.string(),
  region: z.string(),
  num_nodes: z.int(),
  private_network_uuid: z.string().optional(),
  project_id: z.string().optional(),
  tags: z.array(tagName).optional(),
  storage_size_mib: z.int().optional(),
  storage_autoscale: StorageAutoscaleBody.optional(),
  autoscale: z.object({ storage: StorageAutoscaleBody.optional() }).optional(),
  rules: FirewallRules.optional(),
  backup_restore: z.object({ database_name: z.string() }).optional(),
});

/** A password as the platform makes them: letters, digits, underscores. */
export const newPassword = (): string => `AVNS_${randomBytes(18).toString("base64url").replaceAll("-", "_")}`;

function checkCluster(account: Account, asked: z.output<typeof CreateBody>): void {
  const fault = planFault(asked.size, asked.num_nodes);
  if (asked.engine !== "pg") throw unprocessable(`engine: "${asked.engine}" is not available, only pg is`);
  if (account.clusters.list().some((cluster) => cluster.name === asked.name)) {
    throw unprocessable(`name: a cluster named "${asked.name}" already exists`);
  }
  const versions = availableVersions(new Date());
  if (asked.version !== undefined && !versions.includes(asked.version)) {
    throw unprocessable(`version: "${asked.version}" is not available, choose one of ${versions.join(", ")}`);
  }
  if (fault !== undefined) throw unprocessable(fault);
  if (!dataCenters.includes(asked.region.toLowerCase())) {
    throw unprocessable(`region: "${asked.region}" is not available`);
  }
  if (asked.backup_restore !== undefined) {
    throw unprocessable("backup_restore: there are no platform backups on this machine");
  }
  if ((asked.storage_size_mib ?? Number.POSITIVE_INFINITY) < includedStorageMib(asked.size)) {
    throw unprocessable(
      `storage_size_mib: must be at least ${includedStorageMib(asked.size)} for "${asked.size}"`,
    );
  }
}

function networkOf(account: Account, region: string, asked: string | undefined): string {
  if (asked === undefined || asked === "") return defaultVpc(account, region).id;
  const vpc = account.vpcs.get(asked);
  if (vpc === undefined) throw unprocessable(`private_network_uuid: VPC "${asked}" does not exist`);
  if (vpc.region !== region) {
    throw unprocessable(
      `private_network_uuid: VPC "${vpc.name}" is in ${vpc.region}, the cluster in ${region}`,
    );
  }
  return vpc.id;
}

function createCluster(account: Account, body: unknown): Cluster {
  const asked = readBody(CreateBody, body);
  checkCluster(account, asked);
  const id = randomUUID();
  const region = asked.region.toLowerCase();
  const project = findProject(account, asked.project_id);
  const cluster: Cluster = {
    id,
    name: asked.name,
    version: asked.version ?? defaultVersion,
    size: asked.size,
    nodes: asked.num_nodes,
    region,
    vpcId: networkOf(account, region, asked.private_network_uuid),
    tags: ensureTags(account, asked.tags ?? []),
    storageMib: asked.storage_size_mib ?? includedStorageMib(asked.size),
    createdAt: now(),
    maintenance: { day: "tuesday", hour: "04:00:00" },
    autoscale: asked.storage_autoscale ?? asked.autoscale?.storage ?? { enabled: false },
    rules: madeRules(account, id, asked.rules ?? [], []),
    users: [{ name: administrator, role: "primary", password: newPassword() }],
    databases: [firstDatabase],
    pools: [],
    replicas: [],
    config: {},
    status: "creating",
    wasSeen: false,
  };
  account.clusters.put(id, cluster);
  assign(account, `do:dbaas:${id}`, project.id);
  noteEvent(account, cluster, "cluster_create");
  return cluster;
}

/** Serves clusters themselves: made, looked at, deleted. */
export function clusterRoutes(server: FastifyInstance, account: Account, starter: ClusterStarter): void {
  server.get<{ Querystring: { tag_name?: string } }>("/v2/databases", async (request) => {
    const tag = request.query.tag_name;
    const clusters = account.clusters.list().filter(({ tags }) => tag === undefined || tags.includes(tag));
    return { databases: clusters.map(({ id }) => clusterView(account, lookAt(account, starter, id))) };
  });

  server.post("/v2/databases", async (request, reply) => {
    const cluster = createCluster(account, request.body);
    starter.begin(cluster.id);
    return reply.code(201).send({ database: clusterView(account, cluster) });
  });

  server.get<{ Params: { id: string } }>("/v2/databases/:id", async (request) => ({
    database: clusterView(account, lookAt(account, starter, request.params.id)),
  }));

  server.delete<{ Params: { id: string } }>("/v2/databases/:id", async (request, reply) => {
    const cluster = found(account.clusters.get(request.params.id));
    await inTurn(account, cluster.id, () => account.databaseServers.remove(cluster.id));
    account.clusters.delete(cluster.id);
    unassign(account, `do:dbaas:${cluster.id}`);
    noteEvent(account, cluster, "cluster_delete");
    return reply.code(204).send();
  });

  server.get<{ Params: { id: string } }>("/v2/databases/:id/events", async (request) => {
    const { id } = found(account.clusters.get(request.params.id));
    const events = account.clusterEvents.list().filter(({ clusterId }) => clusterId === id);
    return { events: events.map(({ clusterId: _, ...event }) => event) };
  });
}
