import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { accountReply } from "./account-replies.ts";
import { account, callerOf } from "./accounts.ts";
import { notFound, parseBody, validationFailed } from "./errors.ts";
import type { IssueRecord, RepositoryRecord } from "./records.ts";
import { findRepository, refuseArchived } from "./repositories.ts";
import { repositoryUrl } from "./repository-reply.ts";
import { type GitHubState, nextNumber, nodeId, page, timestamp } from "./state.ts";

/** Longest text of an issue, in characters; GitHub refuses a longer one. */
const longestBody = 65_536;

const NewIssue = z.object({ title: z.string(), body: z.string().nullish() });
const Change = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(["open", "closed"]).optional(),
  state_reason: z.enum(["completed", "not_planned", "reopened"]).nullish(),
});

/** Serves the issues of a repository, without its pull requests. */
export function issueRoutes(server: FastifyInstance, state: GitHubState): void {
  const issuesOf = (repository: RepositoryRecord): IssueRecord[] =>
    state.issues.list().filter(({ repositoryId }) => repositoryId === repository.id);
  const reply = (request: FastifyRequest, repository: RepositoryRecord, issue: IssueRecord) => {
    const author = account(state, issue.author, "User");
    return {
      id: issue.id,
      node_id: nodeId("Issue", issue.id),
      number: issue.number,
      url: `${repositoryUrl(request, repository)}/issues/${issue.number}`,
      html_url: `${request.protocol}://${request.host}/${repository.owner}/${repository.name}/issues/${issue.number}`,
      title: issue.title,
      body: issue.body,
      state: issue.closedAt === null ? "open" : "closed",
      state_reason: issue.closedAt === null ? null : "completed",
      user: author === undefined ? null : accountReply(request, author),
      labels: [],
      comments: state.comments
        .list()
        .filter((one) => one.repositoryId === repository.id && one.issue === issue.number).length,
      created_at: issue.createdAt,
      updated_at: issue.updatedAt,
      closed_at: issue.closedAt,
    };
  };
  const checked = (body: string | null): string | null => {
    if (body !== null && body.length > longestBody)
      throw validationFailed("Issue", "body", `body is too long (maximum is ${longestBody} characters)`);
    return body;
  };

  server.get<{ Querystring: { state?: string } }>("/issues", async (request) => {
    const repository = findRepository(state, request);
    const { state: wanted = "open" } = request.query;
    const found = issuesOf(repository).filter(
      ({ closedAt }) => wanted === "all" || (closedAt === null) === (wanted === "open"),
    );
    return page(found.reverse(), request).map((issue) => reply(request, repository, issue));
  });

  server.post("/issues", async (request, answer) => {
    const repository = findRepository(state, request);
    refuseArchived(repository);
    const { title, body } = parseBody(NewIssue, request.body);
    if (title.trim() === "") throw validationFailed("Issue", "title", "title can't be blank");
    const now = timestamp();
    const issue: IssueRecord = {
      id: state.nextId(),
      repositoryId: repository.id,
      number: nextNumber(state, repository.id),
      author: callerOf(request),
      title,
      body: checked(body ?? null),
      createdAt: now,
      updatedAt: now,
      closedAt: null,
    };
    state.issues.put(String(issue.id), issue);
    return answer.code(201).send(reply(request, repository, issue));
  });

  server.patch<{ Params: { issue: string } }>("/issues/:issue", async (request) => {
    const repository = findRepository(state, request);
    refuseArchived(repository);
    const issue = issuesOf(repository).find(({ number }) => String(number) === request.params.issue);
    if (issue === undefined) throw notFound();
    const { title = issue.title, body = issue.body, state: wanted } = parseBody(Change, request.body);
    const now = timestamp();
    const closedAt = wanted === undefined ? issue.closedAt : wanted === "closed" ? now : null;
    const changed: IssueRecord = { ...issue, title, body: checked(body), closedAt, updatedAt: now };
    state.issues.put(String(issue.id), changed);
    return reply(request, repository, changed);
  });
}
