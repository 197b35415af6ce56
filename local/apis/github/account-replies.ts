import type { FastifyRequest } from "fastify";
import type { AccountRecord } from "./records.ts";
import { baseUrl, nodeId } from "./state.ts";

type Json = Record<string, unknown>;

/** A user or organization as GitHub shows it inside other objects. */
export function accountReply(request: FastifyRequest, { id, login, type }: AccountRecord): Json {
  const url = `${baseUrl(request)}/users/${login}`;
  return {
    login,
    id,
    node_id: nodeId(type, id),
    avatar_url: `${baseUrl(request)}/avatars/${id}`,
    gravatar_id: "",
    url,
    html_url: `${request.protocol}://${request.host}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
  };
}

/** A user as GitHub shows it. */
export function userReply(request: FastifyRequest, user: AccountRecord): Json {
  return {
    ...accountReply(request, user),
    name: null,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: user.createdAt,
    updated_at: user.createdAt,
  };
}

/** The plan of an owner, told by how the login ends (`acme-team`): nobody pays in the local cloud. */
export const planOf = (login: string): string => /-(free|pro|team)$/.exec(login)?.[1] ?? "enterprise";

/** An organization as GitHub shows it. */
export function organizationReply(request: FastifyRequest, organization: AccountRecord): Json {
  const { id, login, type, createdAt } = organization;
  const url = `${baseUrl(request)}/orgs/${login}`;
  return {
    login,
    id,
    node_id: nodeId(type, id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${baseUrl(request)}/avatars/${id}`,
    description: null,
    html_url: `${request.protocol}://${request.host}/${login}`,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    type,
    created_at: createdAt,
    updated_at: createdAt,
    archived_at: null,
  };
}

/** A team as GitHub shows it, also inside other objects. */
export function teamReply(request: FastifyRequest, { id, login }: AccountRecord): Json {
  const [organization = "", slug = ""] = login.split("/");
  const url = `${baseUrl(request)}/orgs/${organization}/teams/${slug}`;
  return {
    id,
    node_id: nodeId("Team", id),
    url,
    html_url: `${request.protocol}://${request.host}/orgs/${organization}/teams/${slug}`,
    name: slug,
    slug,
    description: "",
    privacy: "closed",
    notification_setting: "notifications_enabled",
    permission: "pull",
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: "organization",
    parent: null,
  };
}
