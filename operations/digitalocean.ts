import type { z } from "zod";
import { apiAccess, type Environment } from "./api-access.ts";
import { OperationFault } from "./fault.ts";

/** How to reach the DigitalOcean API. */
export interface DigitalOceanAccess {
  /** Without a slash at its end. */
  endpoint: string;
  token: string;
  /** Milliseconds that one answer may take. @default - 15 seconds */
  timeout?: number;
}

const patience = 15_000;
const mostPages = 100;

/**
 * Where the API is and with which token, by the environment: `DIGITALOCEAN_TOKEN` or `DIGITALOCEAN_ACCESS_TOKEN`, and
 * `DIGITALOCEAN_API_URL` for another place than DigitalOcean's own. A token leaves this machine by https only.
 *
 * @throws OperationFault when there is no token, or the address is none to send one to
 */
export const digitalOceanAccess = (environment: Environment): DigitalOceanAccess =>
  apiAccess(environment, {
    address: ["DIGITALOCEAN_API_URL", "https://api.digitalocean.com"],
    tokens: ["DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"],
    howToGet:
      "make a token with the scopes app:read and database:read at https://cloud.digitalocean.com/account/api/tokens and export it",
  });

/**
 * Every page of what a GET answers, each checked by a schema.
 *
 * @throws OperationFault when there is no answer, a refusal, or one of another form
 */
export async function readPages<S extends z.ZodType>(
  access: DigitalOceanAccess,
  path: string,
  schema: S,
): Promise<z.output<S>[]> {
  const pages: z.output<S>[] = [];
  for (let next: string | undefined = `${access.endpoint}${path}`; next !== undefined; ) {
    if (pages.length === mostPages) throw new OperationFault(`GET ${path} has more than ${mostPages} pages`);
    const body = await read(access, path, next);
    const checked = schema.safeParse(body);
    if (!checked.success) {
      const at = checked.error.issues[0]?.path.join(".") ?? "";
      throw new OperationFault(`GET ${path} answered in a form that is not known, at ${at || "its top"}`);
    }
    pages.push(checked.data);
    next = nextPage(body, access.endpoint);
  }
  return pages;
}

async function read(
  { token, timeout = patience }: DigitalOceanAccess,
  path: string,
  url: string,
): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(timeout),
    });
    if (response.ok) return await response.json();
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    const reason = isLate
      ? `within ${timeout / 1000} s`
      : "in a readable way: check the network and DIGITALOCEAN_API_URL";
    throw new OperationFault(`GET ${path} was not answered ${reason}`, { cause: error });
  }
  const refusals: Readonly<Record<number, string>> = {
    401: "the token is wrong or has expired",
    403: "the token lacks a scope: it needs app:read and database:read",
    429: "too many requests: wait an hour at most",
  };
  throw new OperationFault(
    `GET ${path} answered ${response.status}${response.status in refusals ? `: ${refusals[response.status]}` : ""}`,
  );
}

/** The address of the next page, as long as it is at the same place: a token goes nowhere else. */
function nextPage(body: unknown, endpoint: string): string | undefined {
  const next = (body as { links?: { pages?: { next?: unknown } } } | null)?.links?.pages?.next;
  if (typeof next !== "string") return undefined;
  return URL.parse(next)?.origin === new URL(endpoint).origin ? next : undefined;
}
