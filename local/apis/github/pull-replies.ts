import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { accountReply } from "./account-replies.ts";
import { account, viewer } from "./accounts.ts";
import type { PullRecord, RepositoryRecord, ReviewRecord } from "./records.ts";
import { ownerReply } from "./repositories.ts";
import { repositoryReply, repositoryUrl } from "./repository-reply.ts";
import { type GitHubState, nodeId } from "./state.ts";

type Json = Record<string, unknown>;

const userReply = (request: FastifyRequest, state: GitHubState, login: string): Json | null => {
  const found = account(state, login, "User");
  return found === undefined ? null : accountReply(request, found);
};

/** Everybody but a login that begins with `outsider` may write to every repository. */
const associationOf = (login: string): string =>
  login === viewer ? "OWNER" : login.startsWith("outsider") ? "NONE" : "COLLABORATOR";

const webUrl = (request: FastifyRequest, { owner, name }: RepositoryRecord): string =>
  `${request.protocol}://${request.host}/${owner}/${name}`;

/** A label as GitHub shows it; its colour is the same for all of them. */
export function labelReply(request: FastifyRequest, repository: RepositoryRecord, name: string): Json {
  const id = createHash("sha256").update(name).digest().readUInt32BE(0);
  return {
    id,
    node_id: nodeId("Label", id),
    url: `${repositoryUrl(request, repository)}/labels/${encodeURIComponent(name)}`,
    name,
    description: null,
    color: "ededed",
    default: false,
  };
}

/** A review as GitHub shows it. */
export function reviewReply(
  request: FastifyRequest,
  state: GitHubState,
  repository: RepositoryRecord,
  pull: PullRecord,
  review: ReviewRecord,
): Json {
  const pullUrl = `${repositoryUrl(request, repository)}/pulls/${pull.number}`;
  const html = `${webUrl(request, repository)}/pull/${pull.number}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId("PullRequestReview", review.id),
    user: userReply(request, state, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pullUrl,
    author_association: associationOf(review.author),
    _links: { html: { href: html }, pull_request: { href: pullUrl } },
    submitted_at: review.submittedAt,
    commit_id: review.commit,
  };
}

/** A pull request as GitHub shows it. It has no commits to count, since the local GitHub keeps no files. */
export function pullReply(
  request: FastifyRequest,
  state: GitHubState,
  repository: RepositoryRecord,
  pull: PullRecord,
): Json {
  const { id, number, author, title, body, labels, createdAt, updatedAt } = pull;
  const root = repositoryUrl(request, repository);
  const url = `${root}/pulls/${number}`;
  const html = `${webUrl(request, repository)}/pull/${number}`;
  const repo = repositoryReply(request, repository, ownerReply(state, request, repository));
  const user = userReply(request, state, author);
  const sideOf = (branch: string) => ({
    label: `${repository.owner}:${branch}`,
    ref: branch,
    sha: repository.branches[branch] ?? "",
    user: repo["owner"],
    repo,
  });
  const links = {
    comments: `${root}/issues/${number}/comments`,
    commits: `${url}/commits`,
    html,
    issue: `${root}/issues/${number}`,
    review_comment: `${root}/pulls/comments{/number}`,
    review_comments: `${url}/comments`,
    self: url,
    statuses: `${root}/statuses/${repository.branches[pull.head] ?? ""}`,
  };
  return {
    id,
    node_id: nodeId("PullRequest", id),
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: links.issue,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    number,
    state: pull.mergedAt === undefined ? "open" : "closed",
    locked: false,
    title,
    body,
    user,
    labels: labels.map((name) => labelReply(request, repository, name)),
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: sideOf(pull.head),
    base: sideOf(pull.base),
    author_association: associationOf(author),
    auto_merge: null,
    draft: false,
    created_at: createdAt,
    updated_at: updatedAt,
    closed_at: pull.mergedAt ?? null,
    merged_at: pull.mergedAt ?? null,
    merged: pull.mergedAt !== undefined,
    merged_by: null,
    merge_commit_sha: pull.mergeCommit ?? null,
    mergeable: true,
    mergeable_state: "clean",
    rebaseable: true,
    maintainer_can_modify: false,
    comments: 0,
    review_comments: 0,
    commits: 1,
    additions: 0,
    deletions: 0,
    changed_files: 0,
  };
}
