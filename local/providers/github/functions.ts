import type { FunctionHandler, Properties } from "../resource.ts";
import type { Account } from "./account.ts";
import type { Json } from "./client.ts";
import { goTime } from "./times.ts";

/** A value of a reply as the published provider shows it: text that is null is empty. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

type Argument = "a text" | "a whole number" | "true or false";

const fits: Readonly<Record<Argument, (value: unknown) => boolean>> = {
  "a text": (value) => typeof value === "string",
  "a whole number": Number.isInteger,
  "true or false": (value) => typeof value === "boolean",
};

/** Refuses arguments that a look-up does not have; the first is the one that it needs. */
function refuseOthers(args: Properties, known: Readonly<Record<string, Argument>>): void {
  const [needed] = Object.keys(known);
  for (const name of needed === undefined ? [] : [needed, ...Object.keys(args)]) {
    const kind = known[name];
    if (kind === undefined) throw new Error(`${name} must be left out: there is no such input`);
    if (args[name] === undefined && name === needed) throw new Error(`${name} must be given, it is required`);
    if (args[name] !== undefined && !fits[kind](args[name])) throw new Error(`${name} must be ${kind}`);
  }
}

/** `github.getUser`. An empty name means the user whom the token belongs to. */
export function getUser({ client }: Account): FunctionHandler {
  return async (args) => {
    refuseOthers(args, { username: "a text" });
    const name = textOf(args.username);
    const { body: user } = await client.get(name === "" ? "user" : `users/${encodeURIComponent(name)}`);
    const login = textOf(user.login);
    const gpgKeys = await client.list(`users/${login}/gpg_keys`);
    const sshKeys = await client.list(`users/${login}/keys`);
    return {
      id: String(user.id),
      username: name,
      login,
      avatarUrl: textOf(user.avatar_url),
      gravatarId: textOf(user.gravatar_id),
      siteAdmin: user.site_admin === true,
      name: textOf(user.name),
      company: textOf(user.company),
      blog: textOf(user.blog),
      location: textOf(user.location),
      email: textOf(user.email),
      bio: textOf(user.bio),
      gpgKeys: gpgKeys.map((key) => textOf(key.public_key)),
      sshKeys: sshKeys.map((key) => textOf(key.key)),
      publicRepos: user.public_repos ?? 0,
      publicGists: user.public_gists ?? 0,
      followers: user.followers ?? 0,
      following: user.following ?? 0,
      createdAt: goTime(user.created_at),
      updatedAt: goTime(user.updated_at),
      suspendedAt: goTime(user.suspended_at ?? undefined),
      nodeId: textOf(user.node_id),
    };
  };
}

async function teamContent({ client }: Account, path: string): Promise<Properties> {
  const members = await client.list(`${path}/members`);
  const repositories = await client.list(`${path}/repos`);
  return {
    members: members.map(({ login }) => login),
    repositories: repositories.map(({ name }) => name),
    repositoriesDetaileds: repositories.map((repository: Json) => ({
      repoId: repository.id,
      repoName: repository.name,
      roleName: textOf(repository.role_name),
    })),
  };
}

/** `github.getTeam`. */
export function getTeam(account: Account): FunctionHandler {
  return async (args) => {
    refuseOthers(args, {
      slug: "a text",
      membershipType: "a text",
      resultsPerPage: "a whole number",
      summaryOnly: "true or false",
    });
    const slug = textOf(args.slug);
    const { membershipType = "all", summaryOnly = false, resultsPerPage = 100 } = args;
    if (membershipType !== "all" && membershipType !== "immediate") {
      throw new Error(`membershipType must be all or immediate, got ${membershipType}`);
    }
    if (membershipType === "immediate" && summaryOnly !== true) {
      throw new Error(
        "getTeam must have membershipType all or summaryOnly: immediate members are only told by GraphQL, which the published plugin speaks (--plugins)",
      );
    }
    const path = `orgs/${encodeURIComponent(account.owner)}/teams/${encodeURIComponent(slug)}`;
    const { body: team } = await account.client.get(path);
    const content =
      summaryOnly === true
        ? { members: [], repositories: [], repositoriesDetaileds: [] }
        : await teamContent(account, path);
    return {
      id: String(team.id),
      slug,
      name: textOf(team.name),
      description: textOf(team.description),
      privacy: textOf(team.privacy),
      notificationSetting: textOf(team.notification_setting),
      permission: textOf(team.permission),
      nodeId: textOf(team.node_id),
      membershipType,
      summaryOnly,
      resultsPerPage,
      ...content,
    };
  };
}
