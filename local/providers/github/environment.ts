import type { CheckFailure, Properties, ResourceHandler } from "../resource.ts";
import { isRecord } from "../values.ts";
import {
  type Account,
  environmentPath,
  fetchRepositoryId,
  replacedRepository,
  unlessMissing,
} from "./account.ts";
import type { Json } from "./client.ts";
import { buildId, escapePart, parseId, unescapePart } from "./ids.ts";

interface Reviewers {
  readonly teams?: readonly number[];
  readonly users?: readonly number[];
}

const maximumReviewers = 6;

function checkReviewers(inputs: Properties): CheckFailure[] {
  // In a preview the list or its parts may be unknown.
  const reviewers: unknown = Array.isArray(inputs.reviewers) ? inputs.reviewers[0] : undefined;
  const { teams, users } = isRecord(reviewers) ? reviewers : {};
  const count = (list: unknown): number => (Array.isArray(list) ? new Set(list).size : 0);
  return count(teams) + count(users) > maximumReviewers
    ? [
        {
          property: "reviewers",
          reason: `must have at most ${maximumReviewers} users and teams together`,
        },
      ]
    : [];
}

function requestBody(inputs: Properties): Json {
  const [reviewers = {}] = (inputs.reviewers as Reviewers[] | undefined) ?? [];
  const policy = inputs.deploymentBranchPolicy as
    | { protectedBranches: boolean; customBranchPolicies: boolean }
    | undefined;
  return {
    wait_timer: inputs.waitTimer ?? 0,
    can_admins_bypass: inputs.canAdminsBypass ?? true,
    prevent_self_review: inputs.preventSelfReview ?? false,
    reviewers: [
      ...(reviewers.teams ?? []).map((id) => ({ type: "Team", id })),
      ...(reviewers.users ?? []).map((id) => ({ type: "User", id })),
    ],
    deployment_branch_policy:
      policy === undefined
        ? null
        : {
            protected_branches: policy.protectedBranches,
            custom_branch_policies: policy.customBranchPolicies,
          },
  };
}

interface EnvironmentReply {
  readonly can_admins_bypass?: boolean;
  readonly protection_rules?: readonly {
    readonly type: string;
    readonly wait_timer?: number;
    readonly prevent_self_review?: boolean;
    readonly reviewers?: readonly {
      readonly type: "User" | "Team";
      readonly reviewer: { readonly id: number };
    }[];
  }[];
  readonly deployment_branch_policy?: {
    readonly protected_branches: boolean;
    readonly custom_branch_policies: boolean;
  } | null;
}

/**
 * What a reply says about an environment. GitHub leaves a rule out when it is off, and the published provider then
 * keeps the reviewers that it knew: so does this one, that both see the same drift.
 */
function settingsOf(reply: EnvironmentReply, known: Properties): Properties {
  const rule = (type: string) => reply.protection_rules?.find((candidate) => candidate.type === type);
  const waitTimer = rule("wait_timer")?.wait_timer;
  const required = rule("required_reviewers");
  const idsOf = (type: "User" | "Team"): number[] =>
    (required?.reviewers ?? []).filter((one) => one.type === type).map((one) => one.reviewer.id);
  const reviewers =
    required === undefined ? known.reviewers : [{ teams: idsOf("Team"), users: idsOf("User") }];
  const policy = reply.deployment_branch_policy ?? undefined;
  return {
    canAdminsBypass: reply.can_admins_bypass ?? true,
    preventSelfReview: required?.prevent_self_review ?? known.preventSelfReview ?? false,
    ...(waitTimer === undefined ? {} : { waitTimer }),
    ...(reviewers === undefined ? {} : { reviewers }),
    ...(policy === undefined
      ? {}
      : {
          deploymentBranchPolicy: {
            protectedBranches: policy.protected_branches,
            customBranchPolicies: policy.custom_branch_policies,
          },
        }),
  };
}

/** `github.RepositoryEnvironment`. */
export function environmentHandler(account: Account): ResourceHandler {
  const path = ({ repository, environment }: Properties): string =>
    environmentPath(account, repository, environment);
  const idOf = (inputs: Properties): string =>
    buildId(String(inputs.repository), escapePart(String(inputs.environment)));
  return {
    check: checkReviewers,
    replaces: (changed, state, inputs) => replacedRepository(account, changed, state, inputs),
    async create(inputs) {
      // Asked for first, so that nothing is half made where the repository is missing.
      const repositoryId = await fetchRepositoryId(account, inputs.repository);
      await account.client.send("PUT", path(inputs), requestBody(inputs));
      return { id: idOf(inputs), state: { ...inputs, repositoryId } };
    },
    async read(id, _inputs, state) {
      const [repositoryPart = "", environmentPart = ""] = parseId(id, "repository", "environment");
      const repository = state.repository ?? repositoryPart;
      const environment = state.environment ?? unescapePart(environmentPart);
      const reply = await unlessMissing(account.client.get(path({ repository, environment })));
      if (reply === undefined) return undefined;
      const repositoryId = state.repositoryId ?? (await fetchRepositoryId(account, repository));
      return {
        id,
        state: { repository, environment, repositoryId, ...settingsOf(reply.body, state) },
      };
    },
    async update(_id, inputs, state) {
      await account.client.send("PUT", path(inputs), requestBody(inputs));
      return { ...inputs, repositoryId: state.repositoryId };
    },
    async delete(_id, state) {
      await unlessMissing(account.client.send("DELETE", path(state)));
    },
    async find(inputs) {
      return (await unlessMissing(account.client.get(path(inputs)))) === undefined ? undefined : idOf(inputs);
    },
  };
}
