import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { resolveReference } from "./branches.ts";
import { GitHubError, notFound } from "./errors.ts";
import type { CommitRecord, RepositoryRecord } from "./records.ts";
import { findRepository } from "./repositories.ts";
import { repositoryUrl } from "./repository-reply.ts";
import { commitOf, type GitHubState, nodeId } from "./state.ts";

/** The object name that git gives a file of this text. */
export const shaOf = (text: string): string =>
  createHash("sha1")
    .update(`blob ${Buffer.byteLength(text)}\0`)
    .update(text)
    .digest("hex");

const keyOf = (repository: RepositoryRecord, sha: string): string => `${repository.id}/${sha}`;

/** Remembers a commit that was made through the API, with the files that it changed. */
export function keepCommit(
  state: GitHubState,
  repository: RepositoryRecord,
  commit: Omit<CommitRecord, "sha">,
): CommitRecord {
  const sha = commitOf(`${repository.id}/${state.nextId()}/${JSON.stringify(commit)}`);
  const record = { sha, ...commit };
  state.commits.put(keyOf(repository, sha), record);
  return record;
}

/** A commit and everything before it, the nearest first. */
export function ancestors(state: GitHubState, repository: RepositoryRecord, sha: string): string[] {
  const found: string[] = [];
  const open = [sha];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    if (found.includes(next)) continue;
    found.push(next);
    open.push(...(state.commits.get(keyOf(repository, next))?.parents ?? []));
  }
  return found;
}

/** A file as it is at a commit; undefined where no commit before it made one. */
export function fileAt(
  state: GitHubState,
  repository: RepositoryRecord,
  sha: string,
  path: string,
): string | undefined {
  for (const one of ancestors(state, repository, sha)) {
    const text = state.commits.get(keyOf(repository, one))?.files[path];
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The files that commits of one side changed and the other side does not have. */
export function changedFiles(
  state: GitHubState,
  repository: RepositoryRecord,
  base: string,
  head: string,
): Record<string, string> {
  const known = new Set(ancestors(state, repository, base));
  const own = ancestors(state, repository, head).filter((sha) => !known.has(sha));
  return Object.assign(
    {},
    ...own.reverse().map((sha) => state.commits.get(keyOf(repository, sha))?.files ?? {}),
  );
}

/** Whether a repository has a commit. The first one of a branch was made without a record of its own. */
export function isKnown(state: GitHubState, repository: RepositoryRecord, sha: string): boolean {
  if (state.commits.get(keyOf(repository, sha)) !== undefined) return true;
  const heads = Object.values(repository.branches);
  return heads.some((head) => ancestors(state, repository, head).includes(sha));
}

/** How one commit stands to another: what it has more, and what it lacks. */
export function comparison(state: GitHubState, repository: RepositoryRecord, base: string, head: string) {
  const [before, after] = [ancestors(state, repository, base), ancestors(state, repository, head)];
  const ahead = after.filter((sha) => !before.includes(sha));
  const behind = before.filter((sha) => !after.includes(sha));
  const status =
    ahead.length === 0
      ? behind.length === 0
        ? "identical"
        : "behind"
      : behind.length === 0
        ? "ahead"
        : "diverged";
  return { status, ahead, behind } as const;
}

/** Serves one commit, by its id or the branch that is at it. Who made it and when nobody keeps here. */
export function commitRoutes(server: FastifyInstance, state: GitHubState): void {
  server.get<{ Params: { ref: string } }>("/commits/:ref", async (request) => {
    const repository = findRepository(state, request);
    const { ref } = request.params;
    const sha = resolveReference(repository, ref);
    if (sha === undefined || !isKnown(state, repository, sha))
      throw new GitHubError(422, `No commit found for SHA: ${ref}`);
    const { message = "", parents = [], files = {} } = state.commits.get(keyOf(repository, sha)) ?? {};
    const url = repositoryUrl(request, repository);
    return {
      sha,
      node_id: nodeId("Commit", `${repository.id}:${sha}`),
      url: `${url}/commits/${sha}`,
      commit: { message, url: `${url}/git/commits/${sha}` },
      parents: parents.map((parent) => ({ sha: parent, url: `${url}/commits/${parent}` })),
      files: Object.entries(files).map(([filename, text]) => ({ filename, sha: shaOf(text) })),
    };
  });
}

/** Serves the comparison of two commits or branches, as far as the history goes that was made through the API. */
export function compareRoutes(server: FastifyInstance, state: GitHubState): void {
  server.get<{ Params: { basehead: string } }>("/compare/:basehead", async (request) => {
    const repository = findRepository(state, request);
    const [base = "", head = ""] = request.params.basehead.split("...");
    const [from, to] = [base, head].map((name) => resolveReference(repository, name));
    if (from === undefined || to === undefined) throw notFound();
    if (![from, to].every((sha) => isKnown(state, repository, sha))) throw notFound();
    const { status, ahead, behind } = comparison(state, repository, from, to);
    const url = repositoryUrl(request, repository);
    return {
      url: `${url}/compare/${request.params.basehead}`,
      status,
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: ahead.map((sha) => ({ sha, url: `${url}/commits/${sha}` })),
    };
  });
}
