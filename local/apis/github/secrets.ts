import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { GitHubError, notFound, parseBody } from "./errors.ts";
import type { SecretRecord } from "./records.ts";
import { keyOf, opened } from "./sealing.ts";
import { type GitHubState, page, timestamp } from "./state.ts";

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;

const SealedSecret = z.object({
  encrypted_value: z.string().regex(base64, `does not match ${base64}`),
  key_id: z.string(),
});

/** Largest secret or variable, in bytes (docs.github.com, "Secrets reference", read 2026-11-21). */
const maximumBytes = 48 * 1024;

/** Refuses a name that a secret or variable cannot have, and gives it in the upper case that GitHub keeps. */
export function checkedName(kind: "Secret" | "Variable", name: string): string {
  if (!/^[a-z_][a-z0-9_]*$/i.test(name)) {
    throw new GitHubError(
      422,
      `${kind} names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).`,
    );
  }
  if (/^github_/i.test(name)) throw new GitHubError(422, `${kind} names must not start with GITHUB_.`);
  return name.toUpperCase();
}

/** Refuses a value that is larger than GitHub keeps. */
export function refuseLarge(kind: "Secret" | "Variable", value: string): void {
  if (Buffer.byteLength(value) > maximumBytes) {
    throw new GitHubError(422, `${kind} value is too large (maximum is 48 KB)`);
  }
}

const secretReply = ({ name, createdAt, updatedAt }: SecretRecord): Record<string, unknown> => ({
  name,
  created_at: createdAt,
  updated_at: updatedAt,
});

/** Serves the secrets below one path. Their values come in sealed and are never given out. */
export function secretRoutes(
  server: FastifyInstance,
  state: GitHubState,
  path: string,
  scopeOf: (request: FastifyRequest) => string,
): void {
  const find = (request: FastifyRequest): SecretRecord => {
    const { name } = request.params as { name: string };
    const found = state.secrets.get(`${scopeOf(request)}/${name.toUpperCase()}`);
    if (found === undefined) throw notFound();
    return found;
  };

  server.get(path, async (request) => {
    const scope = scopeOf(request);
    const secrets = state.secrets.list().filter((secret) => secret.scope === scope);
    return { total_count: secrets.length, secrets: page(secrets, request).map(secretReply) };
  });

  server.get(`${path}/public-key`, async (request) => {
    const { keyId, publicKey } = keyOf(state, scopeOf(request));
    return { key_id: keyId, key: publicKey };
  });

  server.get(`${path}/:name`, async (request) => secretReply(find(request)));

  server.put<{ Params: { name: string } }>(`${path}/:name`, async (request, reply) => {
    const scope = scopeOf(request);
    const name = checkedName("Secret", request.params.name);
    const sent = parseBody(SealedSecret, request.body);
    const key = keyOf(state, scope);
    const value = sent.key_id === key.keyId ? opened(key, sent.encrypted_value) : undefined;
    if (value === undefined) {
      throw new GitHubError(422, "Bad request - validation failed due to an improperly encrypted secret");
    }
    refuseLarge("Secret", value);
    const known = state.secrets.get(`${scope}/${name}`);
    const now = timestamp();
    state.secrets.put(`${scope}/${name}`, {
      scope,
      name,
      value,
      createdAt: known?.createdAt ?? now,
      updatedAt: now,
    });
    return known === undefined ? reply.code(201).send({}) : reply.code(204).send();
  });

  server.delete(`${path}/:name`, async (request, reply) => {
    const { scope, name } = find(request);
    state.secrets.delete(`${scope}/${name}`);
    return reply.code(204).send();
  });
}
