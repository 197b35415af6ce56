import type { FastifyInstance, FastifyRequest } from "fastify";
import { ApiError, unprocessable } from "./errors.ts";

/** Absence and null mean the same to the API: its clients send either. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, withoutNulls(inner)]),
  );
}

/** Takes JSON bodies, and empty ones that are called JSON: the published client names a type on every DELETE. */
export function readJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser("error", "error");
  server.removeContentTypeParser("application/json");
  server.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body.trim() === "") return done(null, undefined);
    void parse(request, body, (error, value) => done(error, withoutNulls(value)));
  });
}

/** Refuses requests without a token. Which token it is does not matter: the machine has one account. */
export function requireToken(request: FastifyRequest): void {
  if (!/^Bearer +\S+$/i.test(request.headers.authorization ?? "")) {
    throw new ApiError(401, "Unable to authenticate you.");
  }
}

function positive(value: unknown, name: string, fallback: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw unprocessable(`${name} must be a positive integer`);
  return number;
}

/** Address under which the client reached this server, without a slash at its end. */
export const origin = (request: FastifyRequest): string => `http://${request.host}`;

/** One page of a list under its key, with the links and the total that go with it. 20 a page, 200 at most. */
export function page(
  request: FastifyRequest,
  key: string,
  items: readonly unknown[],
): Record<string, unknown> {
  const query = new URL(request.url, origin(request)).searchParams;
  const size = Math.min(positive(query.get("per_page") ?? undefined, "per_page", 20), 200);
  const number = positive(query.get("page") ?? undefined, "page", 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (target: number): string => {
    const url = new URL(request.url, origin(request));
    url.searchParams.set("page", String(target));
    return url.href;
  };
  const pages = {
    ...(number > 1 ? { first: link(1), prev: link(number - 1) } : {}),
    ...(number < last ? { next: link(number + 1), last: link(last) } : {}),
  };
  return {
    [key]: items.slice((number - 1) * size, number * size),
    links: Object.keys(pages).length === 0 ? {} : { pages },
    meta: { total: items.length },
  };
}
