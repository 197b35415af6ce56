import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { callerOf } from "./accounts.ts";
import { GitHubError, notFound, parseBody, validationFailed } from "./errors.ts";
import { labelReply, pullReply, reviewReply } from "./pull-replies.ts";
import type { PullRecord, RepositoryRecord, ReviewRecord } from "./records.ts";
import { findRepository, refuseArchived } from "./repositories.ts";
import { type GitHubState, page, timestamp } from "./state.ts";

const NewPull = z.object({
  title: z.string(),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
});
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
    for (const [field, branch] of [
      ["head", head],
      ["base", base],
    ] as const)
      if (repository.branches[branch] === undefined) throw validationFailed("PullRequest", field, "invalid");
    const now = timestamp();
    const pull: PullRecord = {
      id: state.nextId(),
      repositoryId: repository.id,
      number: Math.max(0, ...pullsOf(repository).map(({ number }) => number)) + 1,
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
