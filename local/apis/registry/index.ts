import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { Store } from "../../cloud/store.ts";
import { refuseStrangers } from "../own-requests.ts";
import { keepJournal, type RequestJournal } from "../request-log.ts";
import { answerFailures, RegistryError } from "./errors.ts";
import { manifestRoutes } from "./manifests.ts";

const service = "local-registry";
const tokenSeconds = 300;

/**
 * A registry of images as far as slipway asks one: manifests by tag and digest, behind tokens. It stands for all
 * registries of the world, so names begin with the host of the one that is meant: `ghcr.io/acme/shop-api`. Layers are
 * neither taken nor kept. Whoever asks may read, as with public images; who writes has to say who they are.
 */
export function registryApi(options: { store: Store; journal: RequestJournal }): FastifyInstance {
  const server = Fastify({ routerOptions: { maxParamLength: 1000 } });
  const key = randomBytes(32);
  refuseStrangers(server);
  answerFailures(server);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, async (_: FastifyRequest, body: Buffer) => body);
  keepJournal(server, { api: "registry", journal: options.journal });

  server.get("/token", async (request) => {
    const query = new URL(request.url, "http://localhost").searchParams;
    const wanted = /^repository:(.+):([a-z,]+)$/.exec(query.get("scope") ?? "");
    const isKnown = /^Basic \S+$/i.test(request.headers.authorization ?? "");
    const actions = (wanted?.[2] ?? "")
      .split(",")
      .filter((one) => one === "pull" || (one === "push" && isKnown));
    const claims = Buffer.from(
      JSON.stringify({ name: wanted?.[1] ?? "", actions, until: Date.now() + tokenSeconds * 1000 }),
    ).toString("base64url");
    return { token: `${claims}.${signed(key, claims)}`, expires_in: tokenSeconds };
  });
  server.get("/v2/", async (request) => {
    demandToken(request, key);
    return {};
  });
  manifestRoutes(server, options.store, (request, name, action) =>
    demandToken(request, key, { name, action }),
  );
  return server;
}

const signed = (key: Buffer, text: string): string =>
  createHmac("sha256", key).update(text).digest("base64url");

/** Refuses a request without a token for what it wants, and says where one is to be had. */
function demandToken(request: FastifyRequest, key: Buffer, wanted?: { name: string; action: string }): void {
  const [, claims = "", mark = ""] =
    /^Bearer ([\w-]+)\.([\w-]+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const expected = Buffer.from(signed(key, claims));
  const given = Buffer.from(mark);
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
  const scope = wanted === undefined ? "" : `,scope="repository:${wanted.name}:${wanted.action}"`;
  const challenge = `Bearer realm="${request.protocol}://${request.host}/token",service="${service}"${scope}`;
  const refused = (code: string, text: string): RegistryError =>
    new RegistryError(401, code, text, { "www-authenticate": challenge });
  if (!isOurs) throw refused("UNAUTHORIZED", "authentication required");
  const { name, actions, until } = JSON.parse(Buffer.from(claims, "base64url").toString("utf8"));
  if (until < Date.now()) throw refused("UNAUTHORIZED", "the token has expired");
  if (wanted !== undefined && (name !== wanted.name || !actions.includes(wanted.action)))
    throw refused("DENIED", `requested access to ${wanted.name} is denied`);
}
