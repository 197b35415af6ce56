import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { accountReply, planOf, teamReply } from "./account-replies.ts";
import { accountById } from "./accounts.ts";
import { GitHubError, notFound, parseBody } from "./errors.ts";
import { policyRoutes } from "./policies.ts";
import type { EnvironmentRecord, RepositoryRecord } from "./records.ts";
import { findRepository, refuseArchived } from "./repositories.ts";
import { repositoryUrl } from "./repository-reply.ts";
import { forgetScope, scopeKey } from "./scopes.ts";
import { type GitHubState, nodeId, page, timestamp } from "./state.ts";

type Json = Record<string, unknown>;

// The published description lacks can_admins_bypass, which GitHub takes and gives (terraform-provider-github 6.13.0).
const EnvironmentBody = z.strictObject({
  wait_timer: z.int().min(0, "is less than 0").max(43_200, "is more than 43200").nullish(),
  prevent_self_review: z.boolean().nullish(),
  can_admins_bypass: z.boolean().nullish(),
  reviewers: z
    .array(z.object({ type: z.enum(["User", "Team"]), id: z.int() }))
    .max(6, "has more than 6 items")
    .nullish(),
  deployment_branch_policy: z
    .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullish(),
});

const storageKey = (repositoryId: number, name: string): string => `${repositoryId}/${name.toLowerCase()}`;

/** The environment that a request is about. Names are not case-sensitive. */
export function findEnvironment(
  state: GitHubState,
  request: FastifyRequest,
): { repository: RepositoryRecord; environment: EnvironmentRecord } {
  const repository = findRepository(state, request);
  const { environment: name } = request.params as { environment: string };
  const environment = state.environments.get(storageKey(repository.id, name));
  if (environment === undefined) throw notFound();
  return { repository, environment };
}

function branchPolicyOf(
  policy: { protected_branches: boolean; custom_branch_policies: boolean } | null | undefined,
): EnvironmentRecord["branchPolicy"] {
  if (policy === null || policy === undefined) return "all";
  if (policy.protected_branches === policy.custom_branch_policies) {
    throw new GitHubError(
      422,
      '"custom_branch_policies" and "protected_branches" cannot have the same value',
    );
  }
  return policy.protected_branches ? "protected" : "custom";
}

function reviewerReply(state: GitHubState, request: FastifyRequest, type: "User" | "Team", id: number): Json {
  const reviewer = accountById(state, type, id);
  if (reviewer === undefined) throw new GitHubError(422, `Reviewer ${id} is not a ${type.toLowerCase()}`);
  return { type, reviewer: type === "Team" ? teamReply(request, reviewer) : accountReply(request, reviewer) };
}

function environmentReply(
  state: GitHubState,
  request: FastifyRequest,
  repository: RepositoryRecord,
  environment: EnvironmentRecord,
): Json {
  const { id, name, ruleIds, reviewers, branchPolicy } = environment;
  const rule = (ruleId: number, type: string, rest: Json = {}): Json => ({
    id: ruleId,
    node_id: nodeId("Gate", ruleId),
    type,
    ...rest,
  });
  return {
    id,
    node_id: nodeId("Environment", id),
    name,
    url: `${repositoryUrl(request, repository)}/environments/${encodeURIComponent(name)}`,
    html_url: `${request.protocol}://${request.host}/${repository.owner}/${repository.name}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: environment.createdAt,
    updated_at: environment.updatedAt,
    can_admins_bypass: environment.canAdminsBypass,
    protection_rules: [
      ...(environment.waitMinutes > 0
        ? [rule(ruleIds.waitTimer, "wait_timer", { wait_timer: environment.waitMinutes })]
        : []),
      ...(reviewers.length > 0
        ? [
            rule(ruleIds.reviewers, "required_reviewers", {
              prevent_self_review: environment.preventSelfReview,
              reviewers: reviewers.map((reviewer) =>
                reviewerReply(state, request, reviewer.type, reviewer.id),
              ),
            }),
          ]
        : []),
      ...(branchPolicy === "all" ? [] : [rule(ruleIds.branchPolicy, "branch_policy")]),
    ],
    deployment_branch_policy:
      branchPolicy === "all"
        ? null
        : {
            protected_branches: branchPolicy === "protected",
            custom_branch_policies: branchPolicy === "custom",
          },
  };
}

/** Serves the environments of a repository and their branch and tag policies. */
export function environmentRoutes(server: FastifyInstance, state: GitHubState): void {
  server.get("/environments", async (request) => {
    const repository = findRepository(state, request);
    const all = state.environments.list().filter(({ repositoryId }) => repositoryId === repository.id);
    return {
      total_count: all.length,
      environments: page(all, request).map((one) => environmentReply(state, request, repository, one)),
    };
  });

  server.get("/environments/:environment", async (request) => {
    const { repository, environment } = findEnvironment(state, request);
    return environmentReply(state, request, repository, environment);
  });

  // What a request leaves out is reset: GitHub replaces all settings at once.
  server.put<{ Params: { environment: string } }>("/environments/:environment", async (request) => {
    const repository = findRepository(state, request);
    refuseArchived(repository);
    const wanted = parseBody(EnvironmentBody, request.body);
    const key = storageKey(repository.id, request.params.environment);
    if (request.params.environment.length > 255) throw new GitHubError(422, "Environment name is too long");
    const known = state.environments.get(key);
    const now = timestamp();
    const settings = {
      waitMinutes: wanted.wait_timer ?? 0,
      preventSelfReview: wanted.prevent_self_review ?? false,
      canAdminsBypass: wanted.can_admins_bypass ?? true,
      reviewers: wanted.reviewers ?? [],
      branchPolicy: branchPolicyOf(wanted.deployment_branch_policy),
      updatedAt: now,
    };
    const isBare = repository.isPrivate && planOf(repository.owner) !== "enterprise";
    if (isBare && (settings.reviewers.length > 0 || settings.waitMinutes > 0))
      throw new GitHubError(
        422,
        `Failed to create the environment protection rule. Please ensure the billing plan supports the ${settings.reviewers.length > 0 ? "required reviewers" : "wait timer"} protection rule.`,
      );
    for (const { type, id } of settings.reviewers) reviewerReply(state, request, type, id);
    const environment: EnvironmentRecord =
      known === undefined
        ? {
            id: state.nextId(),
            repositoryId: repository.id,
            name: request.params.environment,
            ruleIds: { waitTimer: state.nextId(), reviewers: state.nextId(), branchPolicy: state.nextId() },
            createdAt: now,
            ...settings,
          }
        : { ...known, ...settings };
    if (environment.branchPolicy !== "custom") forgetPolicies(state, environment.id);
    state.environments.put(key, environment);
    return environmentReply(state, request, repository, environment);
  });

  server.delete("/environments/:environment", async (request, reply) => {
    const { repository, environment } = findEnvironment(state, request);
    refuseArchived(repository);
    forgetPolicies(state, environment.id);
    forgetScope(state, scopeKey(repository, environment));
    state.environments.delete(storageKey(repository.id, environment.name));
    return reply.code(204).send();
  });

  policyRoutes(server, state, (request) => findEnvironment(state, request));
}

function forgetPolicies(state: GitHubState, environmentId: number): void {
  for (const policy of state.policies.list()) {
    if (policy.environmentId === environmentId) state.policies.delete(String(policy.id));
  }
}
