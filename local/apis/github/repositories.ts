import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { accountReply } from "./account-replies.ts";
import { account, viewer } from "./accounts.ts";
import { GitHubError, notFound, parseBody, validationFailed } from "./errors.ts";
import type { RepositoryRecord } from "./records.ts";
import { repositoryReply } from "./repository-reply.ts";
import { baseUrl, commitOf, type GitHubState, timestamp } from "./state.ts";

/** The part of a path that names a repository: by its owner and name, or by its id. */
export interface RepositoryParams {
  readonly owner?: string;
  readonly repo?: string;
  readonly repositoryId?: string;
}

const fullName = ({ owner, name }: Pick<RepositoryRecord, "owner" | "name">): string =>
  `${owner}/${name}`.toLowerCase();

/**
 * The repository that a request is about. A former name is answered with the redirect to the repository's id that
 * GitHub gives after a rename.
 */
export function findRepository(state: GitHubState, request: FastifyRequest): RepositoryRecord {
  const { owner = "", repo = "", repositoryId } = request.params as RepositoryParams;
  if (repositoryId !== undefined) {
    const found = state.repositories.get(repositoryId);
    if (found === undefined) throw notFound();
    return found;
  }
  const wanted = fullName({ owner, name: repo });
  const all = state.repositories.list();
  const found = all.find((candidate) => fullName(candidate) === wanted);
  if (found !== undefined) return found;
  const moved = all.find(({ formerNames }) => formerNames.includes(wanted));
  if (moved === undefined) throw notFound();
  const rest = request.url.split("/repos/")[1]?.replace(/^[^/?]+\/[^/?]+/, "") ?? "";
  throw new GitHubError(
    request.method === "GET" ? 301 : 307,
    request.method === "GET" ? "Moved Permanently" : "Temporary Redirect",
    { headers: { location: `${baseUrl(request)}/repositories/${moved.id}${rest}` } },
  );
}

/** Refuses a change of an archived repository, as GitHub does. */
export function refuseArchived({ isArchived }: RepositoryRecord): void {
  if (isArchived) throw new GitHubError(403, "Repository was archived so is read-only.");
}

const namePattern = /^[\w.-]{1,100}$/;

const NewRepository = z.object({
  name: z.string().regex(namePattern, "has characters that a name cannot have"),
  description: z.string().nullish(),
  private: z.boolean().default(false),
});

const ChangedRepository = z.object({
  name: z.string().regex(namePattern, "has characters that a name cannot have").optional(),
  description: z.string().nullish(),
  private: z.boolean().optional(),
  archived: z.boolean().optional(),
  default_branch: z.string().optional(),
});

/** From this day on GitHub gives new repositories subjects with ids in them (docs.github.com, read 2026-11-21). */
const immutableSubjectsSince = "2026-07-15";

/** Serves repositories of an organization and of the token's user. */
export function ownerRoutes(server: FastifyInstance, state: GitHubState): void {
  const create = (
    request: FastifyRequest,
    login: string,
    type: "User" | "Organization",
  ): RepositoryRecord => {
    const owner = account(state, login, type);
    if (owner === undefined || owner.type !== type) throw notFound();
    const wanted = parseBody(NewRepository, request.body);
    if (
      state.repositories
        .list()
        .some((other) => fullName(other) === fullName({ owner: login, name: wanted.name }))
    ) {
      throw validationFailed("Repository", "name", "name already exists on this account");
    }
    const now = timestamp();
    const id = state.nextId();
    const repository: RepositoryRecord = {
      id,
      owner: owner.login,
      ownerType: type,
      name: wanted.name,
      formerNames: [],
      isPrivate: wanted.private,
      isArchived: false,
      description: wanted.description ?? null,
      defaultBranch: "main",
      branches: { main: commitOf(`${id}/main`) },
      oidc: { useDefault: true, claimKeys: [], isImmutable: now >= immutableSubjectsSince },
      createdAt: now,
      updatedAt: now,
    };
    // A name that is taken again no longer leads to the repository that had it before.
    for (const other of state.repositories.list()) {
      const formerNames = other.formerNames.filter((name) => name !== fullName(repository));
      if (formerNames.length < other.formerNames.length) {
        state.repositories.put(String(other.id), { ...other, formerNames });
      }
    }
    state.repositories.put(String(id), repository);
    return repository;
  };
  server.post<{ Params: { org: string } }>("/orgs/:org/repos", async (request, reply) => {
    const repository = create(request, request.params.org, "Organization");
    return reply.code(201).send(repositoryReply(request, repository, ownerReply(state, request, repository)));
  });
  server.post("/user/repos", async (request, reply) => {
    const repository = create(request, viewer, "User");
    return reply.code(201).send(repositoryReply(request, repository, ownerReply(state, request, repository)));
  });
}

/** The owner of a repository as GitHub shows it. */
export function ownerReply(
  state: GitHubState,
  request: FastifyRequest,
  repository: RepositoryRecord,
): Record<string, unknown> {
  const owner = account(state, repository.owner, repository.ownerType);
  if (owner === undefined) throw notFound();
  return accountReply(request, owner);
}

/** Serves one repository. */
export function repositoryRoutes(server: FastifyInstance, state: GitHubState): void {
  server.get("/", async (request) => {
    const repository = findRepository(state, request);
    return repositoryReply(request, repository, ownerReply(state, request, repository));
  });

  server.patch("/", async (request) => {
    const repository = findRepository(state, request);
    const wanted = parseBody(ChangedRepository, request.body);
    if (wanted.archived !== false) refuseArchived(repository);
    const branch = wanted.default_branch ?? repository.defaultBranch;
    if (repository.branches[branch] === undefined) {
      throw validationFailed("Repository", "default_branch", `The branch ${branch} was not found.`);
    }
    const name = wanted.name ?? repository.name;
    const isRenamed = fullName({ owner: repository.owner, name }) !== fullName(repository);
    const all = state.repositories.list();
    if (isRenamed && all.some((other) => fullName(other) === fullName({ owner: repository.owner, name }))) {
      throw validationFailed("Repository", "name", "name already exists on this account");
    }
    const changed: RepositoryRecord = {
      ...repository,
      name,
      formerNames: isRenamed ? [...repository.formerNames, fullName(repository)] : repository.formerNames,
      description: wanted.description === undefined ? repository.description : wanted.description,
      isPrivate: wanted.private ?? repository.isPrivate,
      isArchived: wanted.archived ?? repository.isArchived,
      defaultBranch: branch,
      updatedAt: timestamp(),
    };
    state.repositories.put(String(changed.id), changed);
    return repositoryReply(request, changed, ownerReply(state, request, changed));
  });
}
