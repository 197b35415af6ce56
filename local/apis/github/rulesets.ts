import type { FastifyInstance, FastifyRequest } from "fastify";
import { planOf } from "./account-replies.ts";
import { GitHubError, notFound, parseBody } from "./errors.ts";
import type { RepositoryRecord, RulesetRecord } from "./records.ts";
import { findRepository, refuseArchived } from "./repositories.ts";
import { repositoryUrl } from "./repository-reply.ts";
import { branchRules, completeRule, parametersNeeded, pushRules, Ruleset } from "./ruleset-body.ts";
import { rulesForBranch } from "./ruleset-rules.ts";
import { type GitHubState, nodeId, page, timestamp } from "./state.ts";

type Json = Record<string, unknown>;

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
    const { owner, isPrivate } = findRepository(state, request);
    if (isPrivate && planOf(owner) === "free")
      throw new GitHubError(
        403,
        "Upgrade to GitHub Pro or make this repository public to enable this feature.",
      );
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
