import type { CheckFailure, Properties, ResourceHandler } from "../resource.ts";
import { isRecord } from "../values.ts";
import { type Account, fetchRepository, repositoryPath, unlessMissing } from "./account.ts";
import { GitHubFailure, type Json, type Reply } from "./client.ts";
import { parseId } from "./ids.ts";
import { checkRules, rulesFromApi, rulesToApi } from "./ruleset-rules.ts";

interface Actor {
  readonly actorId?: number;
  readonly actorType: string;
  readonly bypassMode: string;
}

interface Conditions {
  readonly refName?: { readonly includes: readonly string[]; readonly excludes: readonly string[] };
}

/** The order of actors means nothing where their ids tell them apart. */
function sameActors(old: unknown, wanted: unknown): boolean {
  const sorted = (value: unknown): string =>
    JSON.stringify(
      ((value ?? []) as Actor[])
        .map(({ actorId = 0, actorType, bypassMode }) => ({ actorId, actorType, bypassMode }))
        .sort((left, right) => right.actorId - left.actorId),
    );
  return sorted(old) === sorted(wanted);
}

function checkConditions(inputs: Properties): CheckFailure[] {
  const conditions = inputs.conditions as Conditions | undefined;
  return inputs.target === "push" && conditions?.refName !== undefined
    ? [{ property: "conditions.refName", reason: "must be left out with target push" }]
    : [];
}

/** Actors as they are kept: an id that does not exist is 0. */
function knownActors({ bypassActors }: Properties): Properties {
  if (!Array.isArray(bypassActors)) return {};
  return { bypassActors: bypassActors.map((actor: Actor) => ({ actorId: 0, ...actor })) };
}

/** The wanted settings with the merge methods that GitHub has chosen, where nobody chooses others. */
function withMergeMethods(inputs: Properties, state: Properties): Properties {
  const pullRequestOf = (rules: unknown): unknown => (isRecord(rules) ? rules.pullRequest : undefined);
  const wanted = pullRequestOf(inputs.rules);
  const known = pullRequestOf(state.rules);
  if (!isRecord(inputs.rules) || !isRecord(wanted) || !isRecord(known)) return inputs;
  const allowedMergeMethods = wanted.allowedMergeMethods ?? known.allowedMergeMethods;
  return { ...inputs, rules: { ...inputs.rules, pullRequest: { ...wanted, allowedMergeMethods } } };
}

function requestBody(inputs: Properties): Json {
  const actors = (inputs.bypassActors ?? []) as Actor[];
  const conditions = inputs.conditions as Conditions | undefined;
  return {
    name: inputs.name,
    target: inputs.target,
    source_type: "Repository",
    source: inputs.repository,
    enforcement: inputs.enforcement,
    bypass_actors: actors.map(({ actorId = 0, actorType, bypassMode }) => ({
      ...(actorId === 0 ? {} : { actor_id: actorId }),
      actor_type: actorType,
      bypass_mode: bypassMode,
    })),
    ...(conditions === undefined
      ? {}
      : {
          conditions: {
            ref_name: {
              include: conditions.refName?.includes ?? [],
              exclude: conditions.refName?.excludes ?? [],
            },
          },
        }),
    rules: rulesToApi((inputs.rules ?? {}) as Properties),
  };
}

/** What GitHub decides: ids, the tag of the reply, and the rules with what it filled in. */
function decided({ body, etag }: Reply): Properties {
  return {
    rules: rulesFromApi((body.rules ?? []) as Json[]),
    rulesetId: body.id,
    nodeId: body.node_id,
    etag,
  };
}

function settingsOf({ body }: Reply): Properties {
  const actors = (body.bypass_actors ?? []) as Json[];
  const conditions = body.conditions as { ref_name?: { include: string[]; exclude: string[] } } | null;
  const refName = conditions?.ref_name;
  return {
    name: body.name,
    target: body.target,
    enforcement: body.enforcement,
    ...(actors.length === 0
      ? {}
      : {
          bypassActors: actors.map((actor) => ({
            actorId: actor.actor_id ?? 0,
            actorType: actor.actor_type,
            bypassMode: actor.bypass_mode,
          })),
        }),
    ...(refName === undefined
      ? {}
      : { conditions: { refName: { includes: refName.include, excludes: refName.exclude } } }),
  };
}

/** `github.RepositoryRuleset`. */
export function rulesetHandler(account: Account): ResourceHandler {
  const { client, owner } = account;
  const path = (repository: unknown): string => `${repositoryPath(account, repository)}/rulesets`;
  const isArchived = async (repository: unknown): Promise<boolean> =>
    (await fetchRepository(account, repository)).archived === true;
  return {
    check: (inputs) => [...checkConditions(inputs), ...checkRules(inputs)],
    equal: (property, old, wanted) => property === "bypassActors" && sameActors(old, wanted),
    async create(inputs) {
      const { repository } = inputs;
      if (await isArchived(repository)) {
        throw new Error(`the repository ${owner}/${repository} must not be archived`);
      }
      const reply = await client.send("POST", path(repository), requestBody(inputs));
      return { id: String(reply.body.id), state: { ...inputs, ...knownActors(inputs), ...decided(reply) } };
    },
    async read(id, _inputs, state) {
      const [first = "", second] = id.includes(":") ? parseId(id, "repository", "ruleset_id") : [id];
      const rulesetId = second ?? first;
      const repository =
        state.repository ?? (second === undefined ? undefined : (await fetchRepository(account, first)).name);
      if (repository === undefined) {
        throw new Error(`the id must be <repository>:<ruleset_id>, got ${id}`);
      }
      const known = typeof state.etag === "string" && state.etag !== "" ? state.etag : undefined;
      const reply = await unlessMissing(
        client.get(`${path(repository)}/${rulesetId}`, known === undefined ? {} : { "if-none-match": known }),
      );
      if (reply === undefined) return undefined;
      if (reply.status === 304) return { id: rulesetId, state };
      return { id: rulesetId, state: { repository, ...settingsOf(reply), ...decided(reply) } };
    },
    async update(id, inputs, state) {
      const { repository } = inputs;
      // An archived repository refuses every change: what it holds stays, as with the published provider.
      if (await isArchived(repository)) return { ...state, ...inputs };
      const reply = await client.send(
        "PUT",
        `${path(repository)}/${id}`,
        requestBody(withMergeMethods(inputs, state)),
      );
      return { ...inputs, ...knownActors(inputs), ...decided(reply) };
    },
    async delete(id, state) {
      try {
        await client.send("DELETE", `${path(state.repository)}/${id}`);
      } catch (error) {
        const isReadOnly =
          error instanceof GitHubFailure && error.status === 403 && /archived/i.test(error.message);
        if (!isReadOnly) throw error;
      }
    },
    async find(inputs) {
      const rulesets = await unlessMissing(client.list(path(inputs.repository)));
      const same = rulesets?.find(({ name }) => name === inputs.name);
      return same === undefined ? undefined : String(same.id);
    },
  };
}
