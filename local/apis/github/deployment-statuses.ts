import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { FoundDeployment } from "./deployments.ts";
import { notFound, parseBody } from "./errors.ts";
import type { DeploymentRecord, DeploymentState, DeploymentStatusRecord } from "./records.ts";
import { repositoryUrl } from "./repository-reply.ts";
import { type GitHubState, nodeId, page, timestamp } from "./state.ts";

type Json = Record<string, unknown>;

const NewStatus = z.object({
  state: z.enum(["error", "failure", "inactive", "in_progress", "queued", "pending", "success"]),
  description: z.string().max(140, "is longer than 140 characters").default(""),
  environment: z.string().optional(),
  environment_url: z.string().default(""),
  log_url: z.string().optional(),
  target_url: z.string().default(""),
  auto_inactive: z.boolean().default(true),
});

/** A deployment status as GitHub shows it. */
export function statusReply(
  request: FastifyRequest,
  { repository, deployment }: FoundDeployment,
  status: DeploymentStatusRecord,
  creator: Json | null,
): Json {
  const url = repositoryUrl(request, repository);
  return {
    url: `${url}/deployments/${deployment.id}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId("DeploymentStatus", status.id),
    state: status.state,
    creator,
    description: status.description,
    environment: status.environment,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: `${url}/deployments/${deployment.id}`,
    repository_url: url,
    performed_via_github_app: null,
  };
}

/** Serves the statuses of deployments; the last one is the state that a deployment is in. */
export function statusRoutes(
  server: FastifyInstance,
  state: GitHubState,
  find: (request: FastifyRequest) => FoundDeployment,
  show: (request: FastifyRequest, found: FoundDeployment, status: DeploymentStatusRecord) => Json,
): void {
  const add = (
    deployment: DeploymentRecord,
    status: { state: DeploymentState } & Partial<DeploymentStatusRecord>,
  ): DeploymentStatusRecord => {
    const now = timestamp();
    const added: DeploymentStatusRecord = {
      description: "",
      environment: deployment.environment,
      environmentUrl: "",
      logUrl: "",
      ...status,
      id: state.nextId(),
      createdAt: now,
    };
    state.deployments.put(String(deployment.id), {
      ...deployment,
      environment: added.environment,
      updatedAt: now,
      statuses: [...deployment.statuses, added],
    });
    return added;
  };
  const retireOthers = (current: DeploymentRecord, environment: string): void => {
    for (const other of state.deployments.list()) {
      if (other.repositoryId !== current.repositoryId || other.id >= current.id) continue;
      if (other.environment !== environment || other.isTransient || other.isProduction) continue;
      if (other.statuses.at(-1)?.state === "success") add(other, { state: "inactive" });
    }
  };

  server.get("/deployments/:deployment/statuses", async (request) => {
    const found = find(request);
    const newestFirst = [...found.deployment.statuses].reverse();
    return page(newestFirst, request).map((status) => show(request, found, status));
  });

  server.post("/deployments/:deployment/statuses", async (request, reply) => {
    const found = find(request);
    const wanted = parseBody(NewStatus, request.body);
    const status = add(found.deployment, {
      state: wanted.state,
      description: wanted.description,
      environment: wanted.environment ?? found.deployment.environment,
      environmentUrl: wanted.environment_url,
      logUrl: wanted.log_url ?? wanted.target_url,
    });
    if (wanted.state === "success" && wanted.auto_inactive)
      retireOthers(found.deployment, status.environment);
    return reply.code(201).send(show(request, found, status));
  });

  server.get<{ Params: { status: string } }>("/deployments/:deployment/statuses/:status", async (request) => {
    const found = find(request);
    const status = found.deployment.statuses.find(({ id }) => String(id) === request.params.status);
    if (status === undefined) throw notFound();
    return show(request, found, status);
  });
}
