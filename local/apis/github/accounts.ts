import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { organizationReply, planOf, teamReply, userReply } from "./account-replies.ts";
import { notFound } from "./errors.ts";
import type { AccountRecord } from "./records.ts";
import { type GitHubState, timestamp } from "./state.ts";

/** Who every token of the local cloud belongs to, but those that say `as-<login>`. */
export const viewer = "local-developer";

/** The login of whoever sent a request. */
export const callerOf = (request: FastifyRequest): string =>
  /^\S+\s+as-([a-z\d-]+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? viewer;

const loginPattern = /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i;
const slugPattern = /^[a-z\d][a-z\d_-]{0,99}$/;

/** A stable number for a name, so that the same login has the same id on every machine. */
function idOf(kind: string, name: string): number {
  return (createHash("sha256").update(`${kind}:${name.toLowerCase()}`).digest().readUInt32BE(0) >>> 4) + 1;
}

function remember(state: GitHubState, type: AccountRecord["type"], login: string): AccountRecord {
  const key = login.toLowerCase();
  const known = state.accounts.get(key);
  if (known !== undefined) return known;
  const id = idOf(type === "Team" ? "team" : "account", login);
  const account: AccountRecord = { id, login, type, createdAt: timestamp() };
  state.accounts.put(key, account);
  return account;
}

/**
 * The account of a login. There is no sign-up in the local cloud: any well-formed login exists from the first time
 * somebody asks for it, as what it was first asked for (user or organization), with an id made from its name.
 */
export function account(
  state: GitHubState,
  login: string,
  type: "User" | "Organization",
): AccountRecord | undefined {
  if (!loginPattern.test(login)) return undefined;
  return remember(state, login.toLowerCase() === viewer ? "User" : type, login);
}

/** The team of an organization. Like accounts, any well-formed team exists. */
export function team(state: GitHubState, organization: string, slug: string): AccountRecord | undefined {
  if (!loginPattern.test(organization) || !slugPattern.test(slug)) return undefined;
  return remember(state, "Team", `${organization}/${slug}`);
}

/**
 * The account behind a numeric id, which GitHub needs for reviewers. An id that nobody looked up before belongs to
 * somebody all the same, under a made-up name; an id of the other kind is refused as on GitHub.
 */
export function accountById(
  state: GitHubState,
  type: "User" | "Team",
  id: number,
): AccountRecord | undefined {
  const known = state.accounts.list().find((candidate) => candidate.id === id);
  if (known !== undefined) return known.type === type ? known : undefined;
  return { id, login: type === "Team" ? `unknown/team-${id}` : `user-${id}`, type, createdAt: timestamp() };
}

const planReply = (login: string) => ({ name: planOf(login), space: 976_562_499, private_repos: 999_999 });

/** Serves users, organizations and teams. */
export function accountRoutes(server: FastifyInstance, state: GitHubState): void {
  const orNotFound = (found: AccountRecord | undefined): AccountRecord => {
    if (found === undefined) throw notFound();
    return found;
  };
  const findTeam = (params: { org: string; slug: string }): AccountRecord =>
    orNotFound(team(state, params.org, params.slug));

  server.get("/user", async (request) =>
    userReply(request, orNotFound(account(state, callerOf(request), "User"))),
  );
  server.get<{ Params: { login: string } }>("/users/:login", async (request) =>
    userReply(request, orNotFound(account(state, request.params.login, "User"))),
  );
  for (const keys of ["gpg_keys", "keys"]) {
    server.get<{ Params: { login: string } }>(`/users/:login/${keys}`, async (request) => {
      orNotFound(account(state, request.params.login, "User"));
      return [];
    });
  }
  server.get<{ Params: { org: string } }>("/orgs/:org", async (request) => {
    const found = orNotFound(account(state, request.params.org, "Organization"));
    if (found.type !== "Organization") throw notFound();
    return { ...organizationReply(request, found), plan: planReply(found.login) };
  });
  server.get<{ Params: { org: string; slug: string } }>("/orgs/:org/teams/:slug", async (request) => {
    const found = findTeam(request.params);
    const owner = orNotFound(account(state, request.params.org, "Organization"));
    return {
      ...teamReply(request, found),
      members_count: 0,
      repos_count: 0,
      created_at: found.createdAt,
      updated_at: found.createdAt,
      organization: organizationReply(request, owner),
    };
  });
  for (const list of ["members", "repos"]) {
    server.get<{ Params: { org: string; slug: string } }>(
      `/orgs/:org/teams/:slug/${list}`,
      async (request) => {
        findTeam(request.params);
        return [];
      },
    );
  }
}
