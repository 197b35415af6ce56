import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { callerOf } from "./accounts.ts";
import { changedFiles, keepCommit } from "./commits.ts";
import { GitHubError, notFound, parseBody, validationFailed } from "./errors.ts";
import { labelReply, pullReply, reviewReply } from "./pull-replies.ts";
import type { PullRecord, RepositoryRecord, ReviewRecord } from "./records.ts";
import { findRepository, refuseArchived } from "./repositories.ts";
import { type GitHubState, nextNumber, page, timestamp } from "./state.ts";

const NewPull = z.object({
  title: z.string(),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
});
const ChangedPull = z.object({ title: z.string().optional(), body: z.string().nullish() });
const NewLabels = z.object({ labels: z.array(z.string()).min(1) });
const NewReview = z.object({
  event: z.enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"]),
  body: z.string().default(""),
  commit_id: z.string().optional(),
});

const states = { APPROVE: "APPROVED", REQUEST_CHANGES: "CHANGES_REQUESTED", COMMENT: "COMMENTED" } as const;

interface FoundPull {
  readonly repository: RepositoryRecord;
  readonly pull: PullRecord;
}

/** Merges a pull request, and tells what the branch is at now and what the merge brought there. */
export function merged(
  state: GitHubState,
  repository: RepositoryRecord,
  pull: PullRecord,
): { sha: string; before: string; files: Record<string, string> } {
  const [base, head] = [repository.branches[pull.base], repository.branches[pull.head]];
  if (pull.mergedAt !== undefined || base === undefined || head === undefined)
    throw new GitHubError(405, "Pull Request is not mergeable");
  const message = `Merge pull request #${pull.number} from ${repository.owner}/${pull.head}`;
  const files = changedFiles(state, repository, base, head);
  const { sha } = keepCommit(state, repository, { parents: [base, head], files, message });
  const branches = { ...repository.branches, [pull.base]: sha };
  const now = timestamp();
  state.repositories.put(String(repository.id), { ...repository, branches, updatedAt: now });
  state.pulls.put(String(pull.id), { ...pull, mergedAt: now, mergeCommit: sha, updatedAt: now });
  return { sha, before: base, files };
}

/** Serves pull requests of branches of the same repository, with their labels and reviews. */
export function pullRoutes(server: FastifyInstance, state: GitHubState): void {
  const pullsOf = (repository: RepositoryRecord): PullRecord[] =>
    state.pulls.list().filter(({ repositoryId }) => repositoryId === repository.id);
  const find = (request: FastifyRequest): FoundPull => {
    const repository = findRepository(state, request);
    const { pull: wanted } = request.params as { pull: string };
    const pull = pullsOf(repository).find(({ number }) => String(number) === wanted);
    if (pull === undefined) throw notFound();
    return { repository, pull };
  };
  const keep = (pull: PullRecord): void => {
    state.pulls.put(String(pull.id), { ...pull, updatedAt: timestamp() });
  };

  server.post("/pulls", async (request, reply) => {
    const repository = findRepository(state, request);
    refuseArchived(repository);
    const { title, head, base, body } = parseBody(NewPull, request.body);
    if (
      pullsOf(repository).some((one) => one.mergedAt === undefined && one.head === head && one.base === base)
    )
      throw new GitHubError(422, "Validation Failed", {
        errors: [
          {
            resource: "PullRequest",
            code: "custom",
            message: `A pull request already exists for ${repository.owner}:${head}.`,
          },
        ],
      });
    for (const [field, branch] of [
      ["head", head],
      ["base", base],
    ] as const)
      if (repository.branches[branch] === undefined) throw validationFailed("PullRequest", field, "invalid");
    const now = timestamp();
    const pull: PullRecord = {
      id: state.nextId(),
      repositoryId: repository.id,
      number: nextNumber(state, repository.id),
      author: callerOf(request),
      title,
      body: body ?? null,
      head,
      base,
      labels: [],
      reviews: [],
      createdAt: now,
      updatedAt: now,
    };
    state.pulls.put(String(pull.id), pull);
    return reply.code(201).send(pullReply(request, state, repository, pull));
  });

  server.get<{ Querystring: { state?: string; head?: string; base?: string } }>("/pulls", async (request) => {
    const repository = findRepository(state, request);
    const { state: wanted = "open", head, base } = request.query;
    const fits = (pull: PullRecord): boolean =>
      (wanted === "all" || (pull.mergedAt === undefined) === (wanted === "open")) &&
      (head === undefined || head === `${repository.owner}:${pull.head}`) &&
      (base === undefined || base === pull.base);
    return page(pullsOf(repository).filter(fits).reverse(), request).map((pull) =>
      pullReply(request, state, repository, pull),
    );
  });

  // Those that brought a commit, as GitHub finds them: by the merge, and by the branch that is still open.
  server.get<{ Params: { ref: string } }>("/commits/:ref/pulls", async (request) => {
    const repository = findRepository(state, request);
    const { ref } = request.params;
    const found = pullsOf(repository).filter(
      (pull) =>
        pull.mergeCommit === ref || (pull.mergedAt === undefined && repository.branches[pull.head] === ref),
    );
    return page(found.reverse(), request).map((pull) => pullReply(request, state, repository, pull));
  });

  server.patch("/pulls/:pull", async (request) => {
    const { repository, pull } = find(request);
    const { title, body } = parseBody(ChangedPull, request.body);
    const changed = { ...pull, title: title ?? pull.title, body: body === undefined ? pull.body : body };
    keep(changed);
    return pullReply(request, state, repository, changed);
  });

  server.put("/pulls/:pull/merge", async (request) => {
    const { repository, pull } = find(request);
    const { sha } = merged(state, repository, pull);
    return { sha, merged: true, message: "Pull Request successfully merged" };
  });

  server.get("/pulls/:pull", async (request) => {
    const { repository, pull } = find(request);
    return pullReply(request, state, repository, pull);
  });

  server.get("/pulls/:pull/reviews", async (request) => {
    const { repository, pull } = find(request);
    return page(pull.reviews, request).map((review) => reviewReply(request, state, repository, pull, review));
  });

  server.post("/pulls/:pull/reviews", async (request) => {
    const { repository, pull } = find(request);
    const { event, body, commit_id: commit } = parseBody(NewReview, request.body);
    const author = callerOf(request);
    if (event !== "COMMENT" && author === pull.author)
      throw new GitHubError(422, "Unprocessable Entity", {
        errors: ["Can not approve your own pull request"],
      });
    const review: ReviewRecord = {
      id: state.nextId(),
      author,
      state: states[event],
      body,
      commit: commit ?? repository.branches[pull.head] ?? "",
      submittedAt: timestamp(),
    };
    keep({ ...pull, reviews: [...pull.reviews, review] });
    return reviewReply(request, state, repository, pull, review);
  });

  server.get("/issues/:pull/labels", async (request) => {
    const { repository, pull } = find(request);
    return page(pull.labels, request).map((name) => labelReply(request, repository, name));
  });

  server.post("/issues/:pull/labels", async (request) => {
    const { repository, pull } = find(request);
    const { labels } = parseBody(NewLabels, request.body);
    const all = [...new Set([...pull.labels, ...labels])];
    keep({ ...pull, labels: all });
    return all.map((name) => labelReply(request, repository, name));
  });
}
