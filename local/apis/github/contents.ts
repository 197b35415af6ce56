import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { resolveReference } from "./branches.ts";
import { fileAt, keepCommit, shaOf } from "./commits.ts";
import { GitHubError, notFound, parseBody } from "./errors.ts";
import type { RepositoryRecord } from "./records.ts";
import { findRepository, refuseArchived } from "./repositories.ts";
import { repositoryUrl } from "./repository-reply.ts";
import { rulesForBranch } from "./ruleset-rules.ts";
import { type GitHubState, timestamp } from "./state.ts";

const NewContent = z.object({
  message: z.string(),
  content: z.string(),
  sha: z.string().optional(),
  branch: z.string().optional(),
});

/** Serves the files of a repository, one at a time: what commits on branches changed through this API. */
export function contentRoutes(server: FastifyInstance, state: GitHubState): void {
  const pathOf = (request: FastifyRequest): string => (request.params as { "*": string })["*"];
  const fileReply = (request: FastifyRequest, repository: RepositoryRecord, path: string, text: string) => {
    const url = `${repositoryUrl(request, repository)}/contents/${path}`;
    const sha = shaOf(text);
    return {
      type: "file",
      encoding: "base64",
      size: Buffer.byteLength(text),
      name: path.split("/").at(-1),
      path,
      // GitHub breaks the lines of base64, as mail does.
      content: Buffer.from(text, "utf8").toString("base64").replace(/.{60}/g, "$&\n"),
      sha,
      url,
      git_url: `${repositoryUrl(request, repository)}/git/blobs/${sha}`,
      html_url: null,
      download_url: null,
      _links: { self: url, git: null, html: null },
    };
  };

  server.get<{ Querystring: { ref?: string } }>("/contents/*", async (request) => {
    const repository = findRepository(state, request);
    const commit = resolveReference(repository, request.query.ref ?? repository.defaultBranch);
    const path = pathOf(request);
    const text = commit === undefined ? undefined : fileAt(state, repository, commit, path);
    if (text === undefined) throw notFound();
    return fileReply(request, repository, path, text);
  });

  server.put("/contents/*", async (request, reply) => {
    const repository = findRepository(state, request);
    refuseArchived(repository);
    const wanted = parseBody(NewContent, request.body);
    const branch = wanted.branch ?? repository.defaultBranch;
    const head = repository.branches[branch];
    if (head === undefined) throw new GitHubError(404, `Branch ${branch} not found`);
    if (rulesForBranch(state, repository, branch).some((rule) => rule["type"] === "pull_request")) {
      throw new GitHubError(
        409,
        "Repository rule violations found\n\nChanges must be made through a pull request.\n\n",
      );
    }
    const path = pathOf(request);
    const present = fileAt(state, repository, head, path);
    if (present !== undefined && wanted.sha === undefined) {
      throw new GitHubError(422, `Invalid request.\n\n"sha" wasn't supplied.`);
    }
    if (present !== undefined && wanted.sha !== shaOf(present)) {
      throw new GitHubError(409, `${path} does not match ${wanted.sha}`);
    }
    const text = Buffer.from(wanted.content, "base64").toString("utf8");
    const commit = keepCommit(state, repository, {
      parents: [head],
      files: { [path]: text },
      message: wanted.message,
    });
    const branches = { ...repository.branches, [branch]: commit.sha };
    state.repositories.put(String(repository.id), { ...repository, branches, updatedAt: timestamp() });
    return reply.code(present === undefined ? 201 : 200).send({
      content: fileReply(request, repository, path, text),
      commit: { sha: commit.sha, message: commit.message, parents: [{ sha: head }] },
    });
  });
}
