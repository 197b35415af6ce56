import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Store } from "../../cloud/store.ts";
import { RegistryError } from "./errors.ts";

interface ManifestRecord {
  readonly name: string;
  readonly digest: string;
  readonly mediaType: string;
  /** Base64: its digest is that of every byte. */
  readonly content: string;
}

/** Refuses a request that may not do something with a repository. */
export type Gate = (request: FastifyRequest, name: string, action: "pull" | "push") => void;

/** Bytes that a manifest may have (OCI distribution specification 1.1, "Pushing Manifests"). */
const mostBytes = 4 * 1024 * 1024;
const isDigest = /^sha256:[0-9a-f]{64}$/;
const isTag = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** Manifests and tags of repositories, whose names have slashes. */
export function manifestRoutes(server: FastifyInstance, store: Store, gate: Gate): void {
  const manifests = store.collection<ManifestRecord>("registry.manifest");
  const tags = store.collection<string>("registry.tag");
  const placeOf = (request: FastifyRequest) => {
    const [, name, reference] = /^\/v2\/([^?]+)\/manifests\/([^/?]+)$/.exec(request.url) ?? [];
    return name === undefined || reference === undefined ? undefined : { name, reference };
  };
  const unsupported = () => new RegistryError(404, "UNSUPPORTED", "the operation is unsupported");

  server.get("/v2/*", { exposeHeadRoute: true }, async (request, reply) => {
    const place = placeOf(request);
    if (place === undefined) throw unsupported();
    gate(request, place.name, "pull");
    const { name, reference } = place;
    const digest = isDigest.test(reference) ? reference : tags.get(`${name}:${reference}`);
    const found = digest === undefined ? undefined : manifests.get(`${name}@${digest}`);
    if (found === undefined) throw new RegistryError(404, "MANIFEST_UNKNOWN", "manifest unknown");
    return answered(reply, found);
  });

  server.put("/v2/*", { bodyLimit: mostBytes }, async (request, reply) => {
    const place = placeOf(request);
    if (place === undefined) throw unsupported();
    const { name, reference } = place;
    gate(request, name, "push");
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const digest = digestOf(body);
    if (isDigest.test(reference) ? reference !== digest : !isTag.test(reference))
      throw new RegistryError(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
    keep(store, name, reference, body, request.headers["content-type"]);
    return reply
      .code(201)
      .headers({ location: `/v2/${name}/manifests/${digest}`, "docker-content-digest": digest })
      .send();
  });

  server.delete("/v2/*", async (request, reply) => {
    const place = placeOf(request);
    if (place === undefined) throw unsupported();
    const { name, reference } = place;
    gate(request, name, "push");
    if (manifests.get(`${name}@${reference}`) === undefined)
      throw new RegistryError(404, "MANIFEST_UNKNOWN", "manifest unknown");
    manifests.delete(`${name}@${reference}`);
    return reply.code(202).send();
  });
}

const digestOf = (body: Buffer): string => `sha256:${createHash("sha256").update(body).digest("hex")}`;

function keep(store: Store, name: string, reference: string, body: Buffer, type?: string): string {
  const digest = digestOf(body);
  const record = { name, digest, mediaType: mediaTypeOf(body, type), content: body.toString("base64") };
  store.collection<ManifestRecord>("registry.manifest").put(`${name}@${digest}`, record);
  if (!isDigest.test(reference)) store.collection<string>("registry.tag").put(`${name}:${reference}`, digest);
  return digest;
}

/** Keeps an image without layers, the same for the same name and tag, and answers with its digest. */
export function keepMadeUpImage(store: Store, name: string, tag: string): string {
  if (!isTag.test(tag))
    throw new RegistryError(
      400,
      "TAG_INVALID",
      `${tag} must be letters, digits, dots, dashes or underscores`,
    );
  const config = Buffer.from(JSON.stringify({ os: "linux", architecture: "amd64", name, tag }));
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: digestOf(config),
      size: config.length,
    },
    layers: [],
    annotations: { "org.opencontainers.image.version": tag },
  };
  return keep(store, name, tag, Buffer.from(JSON.stringify(manifest)));
}

function answered(reply: FastifyReply, { digest, mediaType, content }: ManifestRecord): FastifyReply {
  return reply
    .headers({ "content-type": mediaType, "docker-content-digest": digest })
    .send(Buffer.from(content, "base64"));
}

/** What a manifest calls itself, else what the request called it. */
function mediaTypeOf(body: Buffer, type: string | undefined): string {
  let manifest: unknown;
  try {
    manifest = JSON.parse(body.toString("utf8"));
  } catch {
    throw new RegistryError(400, "MANIFEST_INVALID", "manifest invalid");
  }
  const own = (manifest as { mediaType?: unknown } | null)?.mediaType;
  return typeof own === "string" ? own : (type ?? "application/vnd.oci.image.manifest.v1+json");
}
