import type { FastifyRequest } from "fastify";
import type { RepositoryRecord } from "./records.ts";
import { baseUrl, nodeId } from "./state.ts";

type Json = Record<string, unknown>;

/** Parts of a repository that have a link of their own: name of the field → what follows the repository's own link. */
const links: Readonly<Record<string, string>> = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

/** Where a repository is reached in this API. */
export function repositoryUrl(request: FastifyRequest, { owner, name }: RepositoryRecord): string {
  return `${baseUrl(request)}/repos/${owner}/${name}`;
}

/** A repository as GitHub shows it. What slipway never looks at is the same for all of them. */
export function repositoryReply(request: FastifyRequest, repository: RepositoryRecord, owner: Json): Json {
  const { id, name, createdAt, updatedAt } = repository;
  const url = repositoryUrl(request, repository);
  const web = `${request.protocol}://${request.host}/${repository.owner}/${name}`;
  return {
    id,
    node_id: nodeId("Repository", id),
    name,
    full_name: `${repository.owner}/${name}`,
    private: repository.isPrivate,
    visibility: repository.isPrivate ? "private" : "public",
    owner,
    ...(repository.ownerType === "Organization" ? { organization: owner } : {}),
    description: repository.description,
    html_url: web,
    url,
    ...Object.fromEntries(Object.entries(links).map(([field, rest]) => [field, `${url}${rest}`])),
    clone_url: `${web}.git`,
    git_url: `${web.replace(/^https?/, "git")}.git`,
    ssh_url: `git@${request.hostname}:${repository.owner}/${name}.git`,
    svn_url: web,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    default_branch: repository.defaultBranch,
    archived: repository.isArchived,
    disabled: false,
    fork: false,
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    has_downloads: true,
    forks: 0,
    forks_count: 0,
    open_issues: 0,
    open_issues_count: 0,
    stargazers_count: 0,
    subscribers_count: 0,
    network_count: 0,
    watchers: 0,
    watchers_count: 0,
    size: 0,
    permissions: { admin: true, maintain: true, push: true, triage: true, pull: true },
    created_at: createdAt,
    updated_at: updatedAt,
    pushed_at: createdAt,
  };
}
