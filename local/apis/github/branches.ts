import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { comparison } from "./commits.ts";
import { GitHubError, notFound, parseBody, validationFailed } from "./errors.ts";
import type { RepositoryRecord } from "./records.ts";
import { findRepository, refuseArchived } from "./repositories.ts";
import { repositoryUrl } from "./repository-reply.ts";
import { rulesForBranch } from "./ruleset-rules.ts";
import { type GitHubState, nodeId, page, timestamp } from "./state.ts";

type Json = Record<string, unknown>;

const objectName = /^[0-9a-f]{40}$/;

const NewReference = z.object({ ref: z.string(), sha: z.string() });
const MovedReference = z.object({ sha: z.string(), force: z.boolean().default(false) });

/** The commit that a branch or a full object name stands for. The local GitHub keeps no files and no tags. */
export function resolveReference(repository: RepositoryRecord, ref: string): string | undefined {
  return objectName.test(ref) ? ref : repository.branches[ref.replace(/^refs\/heads\//, "")];
}

/** The commit that a branch of `owner/name` is at, for whoever builds it. */
export const headOf =
  (state: GitHubState) =>
  (repository: string, branch: string): string | undefined =>
    state.repositories
      .list()
      .find((one) => `${one.owner}/${one.name}`.toLowerCase() === repository.toLowerCase())?.branches[branch];

function referenceReply(request: FastifyRequest, repository: RepositoryRecord, name: string): Json {
  const url = `${repositoryUrl(request, repository)}/git`;
  const sha = repository.branches[name];
  return {
    ref: `refs/heads/${name}`,
    node_id: nodeId("Ref", `${repository.id}:refs/heads/${name}`),
    url: `${url}/refs/heads/${name}`,
    object: { type: "commit", sha, url: `${url}/commits/${sha}` },
  };
}

/** Serves branches, and git references as far as they are branches. */
export function branchRoutes(server: FastifyInstance, state: GitHubState): void {
  const find = (request: FastifyRequest): { repository: RepositoryRecord; name: string; sha: string } => {
    const repository = findRepository(state, request);
    const name = (request.params as { "*": string })["*"];
    const sha = repository.branches[name];
    if (sha === undefined) throw notFound();
    return { repository, name, sha };
  };
  const move = (repository: RepositoryRecord, name: string, sha: string): RepositoryRecord => {
    refuseArchived(repository);
    if (!objectName.test(sha)) throw new GitHubError(422, "Object does not exist");
    const branches = { ...repository.branches, [name]: sha };
    const changed: RepositoryRecord = { ...repository, branches, updatedAt: timestamp() };
    state.repositories.put(String(changed.id), changed);
    return changed;
  };

  const branchReply = (request: FastifyRequest, repository: RepositoryRecord, name: string): Json => {
    const sha = repository.branches[name];
    const isProtected = rulesForBranch(state, repository, name).length > 0;
    const url = `${repositoryUrl(request, repository)}/commits/${sha}`;
    return { name, commit: { sha, url }, protected: isProtected };
  };

  server.get("/branches", async (request) => {
    const repository = findRepository(state, request);
    return page(Object.keys(repository.branches).sort(), request).map((name) =>
      branchReply(request, repository, name),
    );
  });

  server.get("/git/ref/heads/*", async (request) => {
    const { repository, name } = find(request);
    return referenceReply(request, repository, name);
  });

  server.get("/branches/*", async (request) => {
    const { repository, name } = find(request);
    return branchReply(request, repository, name);
  });

  server.post("/git/refs", async (request, reply) => {
    const repository = findRepository(state, request);
    const wanted = parseBody(NewReference, request.body);
    const name = /^refs\/heads\/(.+)$/.exec(wanted.ref)?.[1];
    if (name === undefined) throw validationFailed("Reference", "ref", "must be refs/heads/<name>");
    if (repository.branches[name] !== undefined) throw new GitHubError(422, "Reference already exists");
    return reply.code(201).send(referenceReply(request, move(repository, name, wanted.sha), name));
  });

  server.patch("/git/refs/heads/*", async (request) => {
    const { repository, name } = find(request);
    const { sha, force } = parseBody(MovedReference, request.body);
    const known = state.commits.get(`${repository.id}/${sha}`);
    if (
      !force &&
      known !== undefined &&
      ["behind", "diverged"].includes(
        comparison(state, repository, repository.branches[name] ?? "", sha).status,
      )
    ) {
      throw new GitHubError(422, "Update is not a fast forward");
    }
    return referenceReply(request, move(repository, name, sha), name);
  });
}
