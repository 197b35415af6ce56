import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Account } from "./account.ts";
import { changeCluster } from "./databases/lifecycle.ts";
import { found, readBody, unprocessable } from "./errors.ts";
import { page } from "./http.ts";

/** A tag's name: 255 letters, numbers, colons, dashes and underscores at most. */
export const tagName = z
  .string()
  .max(255, "must have 255 characters at most")
  .regex(/^[a-zA-Z0-9_\-:]+$/, "must contain only letters, numbers, colons, dashes and underscores");

const CreateBody = z.object({ name: tagName });

const ResourcesBody = z.object({
  resources: z.array(z.object({ resource_id: z.string(), resource_type: z.string() })),
});

/** The tags, made where they do not exist yet, as the platform does for tags on new things. */
export function ensureTags(account: Account, names: readonly string[]): string[] {
  for (const name of names) account.tags.put(name, { name });
  return [...new Set(names)];
}

function tagView(account: Account, name: string): Record<string, unknown> {
  const count = account.clusters.list().filter(({ tags }) => tags.includes(name)).length;
  const none = { count: 0 };
  return {
    name,
    resources: {
      count,
      droplets: none,
      images: none,
      volumes: none,
      volume_snapshots: none,
      databases: { count },
    },
  };
}

/** Sets or takes a tag off database clusters, the only things here that have tags. */
function tagClusters(account: Account, name: string, body: unknown, isSet: boolean): void {
  found(account.tags.get(name));
  for (const { resource_id: id, resource_type: type } of readBody(ResourcesBody, body).resources) {
    if (type !== "database" || account.clusters.get(id) === undefined) {
      throw unprocessable(`resources: ${type} "${id}" does not exist`);
    }
    changeCluster(account, id, (cluster) => {
      const others = cluster.tags.filter((tag) => tag !== name);
      return { ...cluster, tags: isSet ? [...others, name] : others };
    });
  }
}

/** Serves tags and what carries them. */
export function tagRoutes(server: FastifyInstance, account: Account): void {
  type One = { Params: { name: string } };

  server.get("/v2/tags", async (request) =>
    page(
      request,
      "tags",
      account.tags.list().map(({ name }) => tagView(account, name)),
    ),
  );

  server.post("/v2/tags", async (request, reply) => {
    const { name } = readBody(CreateBody, request.body);
    ensureTags(account, [name]);
    return reply.code(201).send({ tag: tagView(account, name) });
  });

  server.get<One>("/v2/tags/:name", async (request) => ({
    tag: tagView(account, found(account.tags.get(request.params.name)).name),
  }));

  server.delete<One>("/v2/tags/:name", async (request, reply) => {
    const { name } = found(account.tags.get(request.params.name));
    for (const cluster of account.clusters.list()) {
      const tags = cluster.tags.filter((tag) => tag !== name);
      if (tags.length < cluster.tags.length) account.clusters.put(cluster.id, { ...cluster, tags });
    }
    account.tags.delete(name);
    return reply.code(204).send();
  });

  server.post<One>("/v2/tags/:name/resources", async (request, reply) => {
    tagClusters(account, request.params.name, request.body, true);
    return reply.code(204).send();
  });

  server.delete<One>("/v2/tags/:name/resources", async (request, reply) => {
    tagClusters(account, request.params.name, request.body, false);
    return reply.code(204).send();
  });
}
