import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { DigitalOceanAccess } from "../digitalocean.ts";
import { OperationFault } from "../fault.ts";
import { filled, type GitHubAccess, Refusal, withGitHub } from "../github.ts";
import type { Notes } from "./finding.ts";

/** A platform that does not let this token see something. */
export class NotAllowed extends Error {
  override readonly name = "NotAllowed";
}

/** Looks at something; where the token may not see it, that is noted, and nothing else is told about it. */
export async function looking(notes: Notes, resource: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof NotAllowed)) throw error;
    notes.unknown(resource, error.message);
  }
}

/** What a platform answers, in the form that is known of it. */
export function formOf<S extends z.ZodType>(schema: S, body: unknown, what: string): z.output<S> {
  const checked = schema.safeParse(body);
  if (checked.success) return checked.data;
  const at = checked.error.issues[0]?.path.join(".") || "its top";
  throw new OperationFault(`${what} answered in a form that is not known, at ${at}`);
}

const tries = 4;
const pageSize = 200;

/** What a GET of DigitalOcean answers; undefined where there is no such thing. Asks again where it says later. */
export async function lookAtDigitalOcean<S extends z.ZodType>(
  access: DigitalOceanAccess & { wait?: (milliseconds: number) => Promise<unknown> },
  path: string,
  schema: S,
): Promise<z.output<S> | undefined> {
  const what = `GET ${path}`;
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(`${access.endpoint}${path}`, {
      headers: { authorization: `Bearer ${access.token}`, accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(access.timeout ?? 15_000),
    }).catch(() => undefined);
    if (response?.status === 404) return undefined;
    if (response?.status === 401)
      throw new OperationFault(`${what} answered 401: the token is wrong or has expired`);
    if (response?.status === 403)
      throw new NotAllowed(`${what} answered 403: the token lacks the scope to read it`);
    if (response?.ok) return formOf(schema, await response.json().catch(() => undefined), what);
    const isPassing = response === undefined || response.status === 429 || response.status >= 500;
    if (!isPassing || attempt === tries)
      throw new OperationFault(`${what} ${response ? `answered ${response.status}` : "was not answered"}`);
    const after = Number(response?.headers.get("retry-after"));
    await (access.wait ?? pause)(Math.min(after > 0 ? after * 1000 : 500 * 2 ** attempt, 60_000));
  }
}

/** Every entry of a list of DigitalOcean; undefined where what it belongs to is not there. */
export async function listAtDigitalOcean<S extends z.ZodType>(
  access: DigitalOceanAccess,
  path: string,
  key: string,
  entry: S,
): Promise<z.output<S>[] | undefined> {
  const form = z.object({ [key]: z.array(entry).nullish() });
  const all: z.output<S>[] = [];
  for (let page = 1; ; page += 1) {
    const body = await lookAtDigitalOcean(access, `${path}?per_page=${pageSize}&page=${page}`, form);
    if (body === undefined) return undefined;
    const entries = (body[key] ?? []) as z.output<S>[];
    all.push(...entries);
    if (entries.length < pageSize) return all;
  }
}

/** What a GET of GitHub answers; undefined where there is no such thing. */
export function lookAtGitHub<S extends z.ZodType>(
  access: GitHubAccess,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  schema: S,
): Promise<z.output<S> | undefined> {
  return withGitHub(access, async (ask) => {
    try {
      return formOf(schema, (await ask(`GET ${route}`, parameters)).data, `GET ${route}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 404) return undefined;
      if (error.status === 403 && error.later(1) === undefined)
        throw new NotAllowed(
          `GET ${filled(route, parameters)} answered 403: the token lacks the permission to read it`,
        );
      throw error;
    }
  });
}
