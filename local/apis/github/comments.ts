import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { accountReply } from "./account-replies.ts";
import { account, callerOf, viewer } from "./accounts.ts";
import { notFound, parseBody, validationFailed } from "./errors.ts";
import type { CommentRecord, RepositoryRecord } from "./records.ts";
import { findRepository, refuseArchived } from "./repositories.ts";
import { repositoryUrl } from "./repository-reply.ts";
import { type GitHubState, nodeId, page, timestamp } from "./state.ts";

/** Longest comment, in characters; GitHub refuses a longer one. */
const longestBody = 65_536;

const Comment = z.object({ body: z.string() });

/** Serves comments on issues and pull requests. Every number is an issue: the local GitHub keeps none itself. */
export function commentRoutes(server: FastifyInstance, state: GitHubState): void {
  const bodyOf = (request: FastifyRequest): string => {
    const { body } = parseBody(Comment, request.body);
    if (body.length > longestBody) {
      throw validationFailed(
        "IssueComment",
        "body",
        `body is too long (maximum is ${longestBody} characters)`,
      );
    }
    if (body.trim() === "") throw validationFailed("IssueComment", "body", "body can't be blank");
    return body;
  };
  const issueOf = (request: FastifyRequest): number => {
    const number = Number((request.params as { issue: string }).issue);
    if (!Number.isInteger(number) || number < 1) throw notFound();
    return number;
  };
  const shownAccount = (request: FastifyRequest, login: string) => {
    const found = account(state, login, "User");
    return found === undefined ? null : accountReply(request, found);
  };
  const commentReply = (request: FastifyRequest, repository: RepositoryRecord, comment: CommentRecord) => {
    const url = repositoryUrl(request, repository);
    return {
      id: comment.id,
      node_id: nodeId("IssueComment", comment.id),
      url: `${url}/issues/comments/${comment.id}`,
      html_url: `${request.protocol}://${request.host}/${repository.owner}/${repository.name}/issues/${comment.issue}#issuecomment-${comment.id}`,
      issue_url: `${url}/issues/${comment.issue}`,
      body: comment.body,
      // Comments of a cloud of before know no author.
      user: shownAccount(request, comment.author ?? viewer),
      author_association: "OWNER",
      created_at: comment.createdAt,
      updated_at: comment.updatedAt,
      performed_via_github_app: null,
    };
  };

  server.get("/issues/:issue/comments", async (request) => {
    const repository = findRepository(state, request);
    const issue = issueOf(request);
    const comments = state.comments
      .list()
      .filter((comment) => comment.repositoryId === repository.id && comment.issue === issue);
    return page(comments, request).map((comment) => commentReply(request, repository, comment));
  });

  server.post("/issues/:issue/comments", async (request, reply) => {
    const repository = findRepository(state, request);
    refuseArchived(repository);
    const now = timestamp();
    const comment: CommentRecord = {
      id: state.nextId(),
      repositoryId: repository.id,
      issue: issueOf(request),
      author: callerOf(request),
      body: bodyOf(request),
      createdAt: now,
      updatedAt: now,
    };
    state.comments.put(String(comment.id), comment);
    return reply.code(201).send(commentReply(request, repository, comment));
  });

  const findComment = (request: FastifyRequest) => {
    const repository = findRepository(state, request);
    const known = state.comments.get((request.params as { comment: string }).comment);
    if (known?.repositoryId !== repository.id) throw notFound();
    refuseArchived(repository);
    return { repository, known };
  };
  server.patch("/issues/comments/:comment", async (request) => {
    const { repository, known } = findComment(request);
    const changed: CommentRecord = { ...known, body: bodyOf(request), updatedAt: timestamp() };
    state.comments.put(String(changed.id), changed);
    return commentReply(request, repository, changed);
  });

  server.delete("/issues/comments/:comment", async (request, reply) => {
    const { known } = findComment(request);
    state.comments.delete(String(known.id));
    return reply.code(204).send();
  });
}
