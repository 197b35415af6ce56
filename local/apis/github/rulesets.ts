import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { GitHubError, notFound, parseBody } from "./errors.ts";
import type { RepositoryRecord, RulesetRecord } from "./records.ts";
import { findRepository, refuseArchived } from "./repositories.ts";
import { repositoryUrl } from "./repository-reply.ts";
import { rulesForBranch } from "./ruleset-rules.ts";
import { type GitHubState, nodeId, page, timestamp } from "./state.ts";

type Json = Record<string, unknown>;

const pushRules = [
  "file_path_restriction",
  "max_file_path_length",
  "file_extension_restriction",
  "max_file_size",
] as const;

const branchRules = [
  "creation",
  "update",
  "deletion",
  "required_linear_history",
  "merge_queue",
  "required_deployments",
  "required_signatures",
  "pull_request",
  "required_status_checks",
  "non_fast_forward",
  "commit_message_pattern",
  "commit_author_email_pattern",
  "committer_email_pattern",
  "branch_name_pattern",
  "tag_name_pattern",
  "workflows",
  "code_scanning",
  "copilot_code_review",
] as const;

/** Rules that mean nothing without their parameters. */
const parametersNeeded = new Set<string>([
  ...pushRules,
  "merge_queue",
  "required_deployments",
  "pull_request",
  "required_status_checks",
  "workflows",
  "code_scanning",
]);

const Ruleset = z.object({
  name: z.string().min(1, "is empty").max(100, "is longer than 100 characters"),
  target: z.enum(["branch", "tag", "push"]).default("branch"),
  enforcement: z.enum(["disabled", "active", "evaluate"]),
  bypass_actors: z
    .array(
      z.object({
        actor_id: z.int().nullish(),
        actor_type: z.enum([
          "Integration",
          "OrganizationAdmin",
          "RepositoryRole",
          "Team",
          "DeployKey",
          "User",
        ]),
        bypass_mode: z.enum(["always", "pull_request", "exempt"]).default("always"),
      }),
    )
    .default([]),
  conditions: z
    .object({
      ref_name: z
        .object({ include: z.array(z.string()).default([]), exclude: z.array(z.string()).default([]) })
        .optional(),
    })
    .nullish(),
  rules: z
    .array(
      z.object({
        type: z.enum([...branchRules, ...pushRules]),
        parameters: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .default([]),
});

/** A rule as GitHub keeps it: what it fills in where a request leaves it out. */
function completeRule(rule: { type: string; parameters?: Json | undefined }): Json {
  const { type, parameters } = rule;
  if (type === "pull_request") {
    const methods = parameters?.allowed_merge_methods;
    const isSet = Array.isArray(methods) && methods.length > 0;
    return {
      type,
      parameters: {
        required_reviewers: [],
        ...parameters,
        allowed_merge_methods: isSet ? methods : ["merge", "squash", "rebase"],
      },
    };
  }
  return parameters === undefined ? { type } : { type, parameters };
}

/** Serves the rulesets of a repository and the rules that follow from them for a branch. */
export function rulesetRoutes(server: FastifyInstance, state: GitHubState): void {
  const rulesetsOf = (repository: RepositoryRecord): RulesetRecord[] =>
    state.rulesets.list().filter(({ repositoryId }) => repositoryId === repository.id);

  const find = (request: FastifyRequest): { repository: RepositoryRecord; ruleset: RulesetRecord } => {
    const repository = findRepository(state, request);
    const ruleset = state.rulesets.get((request.params as { ruleset: string }).ruleset);
    if (ruleset?.repositoryId !== repository.id) throw notFound();
    return { repository, ruleset };
  };

  const summary = (request: FastifyRequest, repository: RepositoryRecord, ruleset: RulesetRecord): Json => ({
    id: ruleset.id,
    name: ruleset.name,
    target: ruleset.target,
    source_type: "Repository",
    source: `${repository.owner}/${repository.name}`,
    enforcement: ruleset.enforcement,
    node_id: nodeId("RepositoryRuleset", ruleset.id),
    _links: {
      self: { href: `${repositoryUrl(request, repository)}/rulesets/${ruleset.id}` },
      html: {
        href: `${request.protocol}://${request.host}/${repository.owner}/${repository.name}/rules/${ruleset.id}`,
      },
    },
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
  });

  const whole = (request: FastifyRequest, repository: RepositoryRecord, ruleset: RulesetRecord): Json => ({
    ...summary(request, repository, ruleset),
    bypass_actors: ruleset.bypassActors,
    current_user_can_bypass: "never",
    conditions: ruleset.conditions,
    rules: ruleset.rules,
  });

  const settingsOf = (request: FastifyRequest, repository: RepositoryRecord, id?: number) => {
    refuseArchived(repository);
    const wanted = parseBody(Ruleset, request.body);
    if (rulesetsOf(repository).some((other) => other.name === wanted.name && other.id !== id)) {
      throw new GitHubError(422, "Validation Failed", { errors: ["Name must be unique"] });
    }
    const allowed: readonly string[] = wanted.target === "push" ? pushRules : branchRules;
    const faults = wanted.rules.flatMap(({ type, parameters }, index) => {
      if (!allowed.includes(type)) return [`Invalid rule '${type}': `];
      return parametersNeeded.has(type) && parameters === undefined
        ? [`Invalid property /rules/${index}: \`parameters\` is a required property.`]
        : [];
    });
    if (faults.length > 0) throw new GitHubError(422, "Validation Failed", { errors: faults });
    return {
      name: wanted.name,
      target: wanted.target,
      enforcement: wanted.enforcement,
      bypassActors: wanted.bypass_actors.map((actor) => ({ ...actor, actor_id: actor.actor_id ?? null })),
      conditions: wanted.conditions ?? null,
      rules: wanted.rules.map(completeRule),
      updatedAt: timestamp(),
    };
  };

  server.get("/rulesets", async (request) => {
    const repository = findRepository(state, request);
    return page(rulesetsOf(repository), request).map((ruleset) => summary(request, repository, ruleset));
  });

  server.post("/rulesets", async (request, reply) => {
    const repository = findRepository(state, request);
    const settings = settingsOf(request, repository);
    const ruleset: RulesetRecord = {
      id: state.nextId(),
      repositoryId: repository.id,
      ...settings,
      createdAt: settings.updatedAt,
    };
    state.rulesets.put(String(ruleset.id), ruleset);
    return reply.code(201).send(whole(request, repository, ruleset));
  });

  server.get("/rulesets/:ruleset", async (request) => {
    const { repository, ruleset } = find(request);
    return whole(request, repository, ruleset);
  });

  server.put("/rulesets/:ruleset", async (request) => {
    const { repository, ruleset } = find(request);
    const changed: RulesetRecord = { ...ruleset, ...settingsOf(request, repository, ruleset.id) };
    state.rulesets.put(String(changed.id), changed);
    return whole(request, repository, changed);
  });

  server.delete("/rulesets/:ruleset", async (request, reply) => {
    const { repository, ruleset } = find(request);
    refuseArchived(repository);
    state.rulesets.delete(String(ruleset.id));
    return reply.code(204).send();
  });

  server.get("/rules/branches/*", async (request) => {
    const repository = findRepository(state, request);
    return page(rulesForBranch(state, repository, (request.params as { "*": string })["*"]), request);
  });
}
