import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { accountReply } from "./account-replies.ts";
import { account, viewer } from "./accounts.ts";
import { resolveReference } from "./branches.ts";
import { isKnown } from "./commits.ts";
import { statusReply, statusRoutes } from "./deployment-statuses.ts";
import { GitHubError, notFound, parseBody } from "./errors.ts";
import type { DeploymentRecord, RepositoryRecord } from "./records.ts";
import { findRepository, refuseArchived } from "./repositories.ts";
import { repositoryUrl } from "./repository-reply.ts";
import { type GitHubState, nodeId, page, timestamp } from "./state.ts";

const NewDeployment = z.object({
  ref: z.string(),
  task: z.string().default("deploy"),
  auto_merge: z.boolean().default(true),
  required_contexts: z.array(z.string()).nullish(),
  payload: z.union([z.record(z.string(), z.unknown()), z.string()]).default(""),
  environment: z.string().default("production"),
  description: z.string().nullish(),
  transient_environment: z.boolean().default(false),
  production_environment: z.boolean().optional(),
});

export interface FoundDeployment {
  readonly repository: RepositoryRecord;
  readonly deployment: DeploymentRecord;
}

/** The account that everything made through the API is shown as made by. */
export function creatorReply(state: GitHubState, request: FastifyRequest): Record<string, unknown> | null {
  const creator = account(state, viewer, "User");
  return creator === undefined ? null : accountReply(request, creator);
}

/** Serves the deployments of a repository and their statuses. */
export function deploymentRoutes(server: FastifyInstance, state: GitHubState): void {
  const find = (request: FastifyRequest): FoundDeployment => {
    const repository = findRepository(state, request);
    const deployment = state.deployments.get((request.params as { deployment: string }).deployment);
    if (deployment?.repositoryId !== repository.id) throw notFound();
    return { repository, deployment };
  };
  const deploymentReply = (request: FastifyRequest, { repository, deployment }: FoundDeployment) => {
    const url = repositoryUrl(request, repository);
    return {
      url: `${url}/deployments/${deployment.id}`,
      id: deployment.id,
      node_id: nodeId("Deployment", deployment.id),
      sha: deployment.sha,
      ref: deployment.ref,
      task: deployment.task,
      payload: deployment.payload,
      original_environment: deployment.originalEnvironment,
      environment: deployment.environment,
      description: deployment.description,
      creator: creatorReply(state, request),
      created_at: deployment.createdAt,
      updated_at: deployment.updatedAt,
      statuses_url: `${url}/deployments/${deployment.id}/statuses`,
      repository_url: url,
      transient_environment: deployment.isTransient,
      production_environment: deployment.isProduction,
      performed_via_github_app: null,
    };
  };
  const newestFirst = (repository: RepositoryRecord): DeploymentRecord[] =>
    state.deployments
      .list()
      .filter(({ repositoryId }) => repositoryId === repository.id)
      .reverse();

  server.get<{ Querystring: Record<string, string | undefined> }>("/deployments", async (request) => {
    const repository = findRepository(state, request);
    const fits = (deployment: DeploymentRecord): boolean =>
      (["sha", "ref", "task", "environment"] as const).every((field) => {
        const wanted = request.query[field] ?? "none";
        return wanted === "none" || wanted === deployment[field];
      });
    return page(newestFirst(repository).filter(fits), request).map((deployment) =>
      deploymentReply(request, { repository, deployment }),
    );
  });

  server.post("/deployments", async (request, reply) => {
    const repository = findRepository(state, request);
    refuseArchived(repository);
    const wanted = parseBody(NewDeployment, request.body);
    const sha = resolveReference(repository, wanted.ref);
    if (sha === undefined || !isKnown(state, repository, sha))
      throw new GitHubError(422, `No ref found for: ${wanted.ref}`);
    if (wanted.required_contexts !== null && wanted.required_contexts !== undefined) {
      // The local GitHub runs no checks, so none that is asked for by name can have passed.
      if (wanted.required_contexts.length > 0) {
        throw new GitHubError(409, "Conflict: Commit status checks failed for the ref.", {
          errors: wanted.required_contexts.map((context) => ({
            contexts: [{ context, state: "pending" }],
            resource: "Deployment",
            field: "required_contexts",
            code: "invalid",
          })),
        });
      }
    }
    const now = timestamp();
    const deployment: DeploymentRecord = {
      id: state.nextId(),
      repositoryId: repository.id,
      sha,
      ref: wanted.ref,
      task: wanted.task,
      payload: wanted.payload,
      originalEnvironment: wanted.environment,
      environment: wanted.environment,
      description: wanted.description ?? null,
      isTransient: wanted.transient_environment,
      isProduction: wanted.production_environment ?? wanted.environment === "production",
      createdAt: now,
      updatedAt: now,
      statuses: [],
    };
    state.deployments.put(String(deployment.id), deployment);
    return reply.code(201).send(deploymentReply(request, { repository, deployment }));
  });

  server.get("/deployments/:deployment", async (request) => deploymentReply(request, find(request)));

  server.delete("/deployments/:deployment", async (request, reply) => {
    const { repository, deployment } = find(request);
    const isOnly = newestFirst(repository).length === 1;
    if (!isOnly && deployment.statuses.at(-1)?.state !== "inactive") {
      throw new GitHubError(
        422,
        "We cannot delete an active deployment unless it is the only deployment in a given repository.",
      );
    }
    state.deployments.delete(String(deployment.id));
    return reply.code(204).send();
  });

  statusRoutes(server, state, find, (request, found, status) =>
    statusReply(request, found, status, creatorReply(state, request)),
  );
}
