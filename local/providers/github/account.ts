import type { Limits, Properties } from "../resource.ts";
import { unknown } from "../values.ts";
import { GitHubClient, isMissing, type Json } from "./client.ts";
import type { Settings } from "./settings.ts";

/** The owner whose repositories the provider manages, and the way to them. */
export interface Account {
  readonly client: GitHubClient;
  readonly owner: string;
}

/** Finds out whose repositories are managed, and that the API answers for them. */
export async function connect(settings: Settings, limits?: Limits): Promise<Account> {
  const client = new GitHubClient(settings, limits);
  const owner = settings.owner ?? String((await client.get("user")).body.login);
  try {
    await client.get(`orgs/${encodeURIComponent(owner)}`);
  } catch (error) {
    // The owner is a user then.
    if (!isMissing(error))
      throw new Error(
        `github:owner must be an account that the token may read, got ${owner}: ${text(error)}`,
      );
  }
  return { client, owner };
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Path of a repository, for requests. */
export function repositoryPath({ owner }: Account, repository: unknown): string {
  return `repos/${owner}/${repository}`;
}

/** Path of an environment, for requests. */
export function environmentPath(account: Account, repository: unknown, environment: unknown): string {
  return `${repositoryPath(account, repository)}/environments/${encodeURIComponent(String(environment))}`;
}

export async function fetchRepository(account: Account, repository: unknown): Promise<Json> {
  return (await account.client.get(repositoryPath(account, repository))).body;
}

export async function fetchRepositoryId(account: Account, repository: unknown): Promise<number> {
  return Number((await fetchRepository(account, repository)).id);
}

/**
 * Whether a changed `repository` is another one. GitHub decides: the same id under the new name was a rename, which
 * changes nothing; another id or none means that everything has to be made again there.
 */
export async function replacedRepository(
  account: Account,
  changed: readonly string[],
  state: Properties,
  inputs: Properties,
): Promise<string[]> {
  if (!changed.includes("repository")) return [];
  if (inputs.repository === unknown) return ["repository"];
  try {
    const id = await fetchRepositoryId(account, inputs.repository);
    return id === state.repositoryId ? [] : ["repository"];
  } catch (error) {
    if (isMissing(error)) return ["repository"];
    throw error;
  }
}

/** The result of a request, or undefined where the API says that the thing is not there. */
export async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
