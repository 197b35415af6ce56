import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Account, now } from "./account.ts";
import { ApiError, found, readBody, unprocessable } from "./errors.ts";
import { page } from "./http.ts";
import { dataCenters } from "./regions.ts";
import { freeRange, overlaps, rangeFault } from "./vpc-ranges.ts";

/** A private network. Field names are the API's. */
export interface Vpc {
  readonly id: string;
  readonly urn: string;
  readonly name: string;
  readonly description: string;
  readonly region: string;
  readonly ip_range: string;
  readonly default: boolean;
  readonly created_at: string;
}

const nameSchema = z
  .string()
  .regex(/^[a-zA-Z0-9\-.]+$/, "must contain only letters, numbers, dashes and periods");

const CreateBody = z.object({
  name: nameSchema,
  region: z.string(),
  description: z.string().max(255, "must have 255 characters at most").optional(),
  ip_range: z.string().optional(),
});

const UpdateBody = z.object({
  name: nameSchema.optional(),
  description: z.string().max(255, "must have 255 characters at most").optional(),
  default: z.boolean().optional(),
});

function newVpc(account: Account, asked: z.output<typeof CreateBody>, isDefault: boolean): Vpc {
  const id = randomUUID();
  const used = account.vpcs.list().map((vpc) => vpc.ip_range);
  const vpc: Vpc = {
    id,
    urn: `do:vpc:${id}`,
    name: asked.name,
    description: asked.description ?? "",
    region: asked.region,
    ip_range: asked.ip_range ?? freeRange(used),
    default: isDefault,
    created_at: now(),
  };
  account.vpcs.put(id, vpc);
  return vpc;
}

function createVpc(account: Account, asked: z.output<typeof CreateBody>): Vpc {
  if (!dataCenters.includes(asked.region)) throw unprocessable(`region: "${asked.region}" is not available`);
  const others = account.vpcs.list();
  if (others.some((vpc) => vpc.name === asked.name)) {
    throw unprocessable(`name: a VPC named "${asked.name}" already exists`);
  }
  if (asked.ip_range !== undefined) {
    const range = asked.ip_range;
    const fault = rangeFault(range);
    if (fault !== undefined) throw unprocessable(`ip_range: ${fault}`);
    if (others.some((vpc) => overlaps(vpc.ip_range, range))) {
      throw unprocessable("This range/size overlaps with another VPC network in your account");
    }
  }
  return newVpc(account, asked, false);
}

/** The network that things of a data centre join when they name none. Made when it is first needed. */
export function defaultVpc(account: Account, region: string): Vpc {
  const kept = account.vpcs.list().find((vpc) => vpc.default && vpc.region === region);
  return kept ?? newVpc(account, { name: `default-${region}`, region }, true);
}

/** What is inside a network: database clusters, and apps that were attached to it. */
function members(account: Account, id: string): { urn: string; name: string; created_at: string }[] {
  return [
    ...account.clusters
      .list()
      .filter((cluster) => cluster.vpcId === id)
      .map((cluster) => ({
        urn: `do:dbaas:${cluster.id}`,
        name: cluster.name,
        created_at: cluster.createdAt,
      })),
    ...account.apps
      .list()
      .filter((app) => app.spec.vpc?.id === id)
      .map((app) => ({ urn: `do:app:${app.id}`, name: app.spec.name, created_at: app.createdAt })),
  ];
}

function updateVpc(account: Account, id: string, body: unknown): Vpc {
  const vpc = found(account.vpcs.get(id));
  const asked = readBody(UpdateBody, body);
  const taken = account.vpcs.list().some((other) => other.id !== id && other.name === asked.name);
  if (taken) throw unprocessable(`name: a VPC named "${asked.name}" already exists`);
  if (asked.default === true) {
    for (const other of account.vpcs.list()) {
      if (other.region === vpc.region && other.default) {
        account.vpcs.put(other.id, { ...other, default: false });
      }
    }
  }
  const updated: Vpc = {
    ...vpc,
    name: asked.name ?? vpc.name,
    description: asked.description ?? vpc.description,
    // A region always has a default network: the flag moves, it is never taken away.
    default: vpc.default || asked.default === true,
  };
  account.vpcs.put(id, updated);
  return updated;
}

/** Serves private networks: names are unique, ranges do not overlap, a network with members cannot be deleted. */
export function vpcRoutes(server: FastifyInstance, account: Account): void {
  server.get("/v2/vpcs", async (request) => page(request, "vpcs", account.vpcs.list()));

  server.post("/v2/vpcs", async (request, reply) => {
    const vpc = createVpc(account, readBody(CreateBody, request.body));
    return reply.code(201).send({ vpc });
  });

  server.get<{ Params: { id: string } }>("/v2/vpcs/:id", async (request) => ({
    vpc: found(account.vpcs.get(request.params.id)),
  }));

  for (const method of ["PUT", "PATCH"] as const) {
    server.route<{ Params: { id: string } }>({
      method,
      url: "/v2/vpcs/:id",
      handler: async (request) => ({ vpc: updateVpc(account, request.params.id, request.body) }),
    });
  }

  server.delete<{ Params: { id: string } }>("/v2/vpcs/:id", async (request, reply) => {
    const vpc = found(account.vpcs.get(request.params.id));
    if (vpc.default) throw new ApiError(403, "Can not delete a default VPC");
    if (members(account, vpc.id).length > 0) throw new ApiError(403, "Can not delete VPC with members");
    account.vpcs.delete(vpc.id);
    return reply.code(204).send();
  });

  server.get<{ Params: { id: string } }>("/v2/vpcs/:id/members", async (request) => {
    const vpc = found(account.vpcs.get(request.params.id));
    return page(request, "members", members(account, vpc.id));
  });
}
