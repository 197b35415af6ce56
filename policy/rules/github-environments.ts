import {
  each,
  eachProtected,
  ofType,
  type PolicyResource,
  type PolicyStack,
  type Rule,
  rule,
} from "../rule.ts";
import { at, isSame, list } from "../values.ts";
import { looksSecret } from "./app-spec.ts";

const environment = "github:index/repositoryEnvironment:RepositoryEnvironment";

const page = "GitHub, managing environments for deployment, 2026-11-21";

const variables = [
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
  "github:index/actionsVariable:ActionsVariable",
];

/**
 * Whether an environment is beside one that deploys, for an operation that changes nothing: previews run on any branch and
 * drills by the clock, so nobody approves them.
 */
function isBeside(stack: PolicyStack, { props }: PolicyResource, ...operations: string[]): boolean {
  return ofType(stack, environment).some((other) =>
    operations.some(
      (operation) => props["environment"] === `${String(other.props["environment"])}-${operation}`,
    ),
  );
}

/** Rules about gates and branches at GitHub. */

/** Rules about the gates of deployments at GitHub, and what they hand to workflows. */
export const githubEnvironmentRules: readonly Rule[] = [
  rule(
    {
      id: "gh-reviewers",
      title: "Somebody approves a deployment to production",
      severity: "error",
      reason: "whoever can push can otherwise deploy",
      source: `${page}; zizmor secrets-outside-env`,
    },
    eachProtected(environment, (one, stack) =>
      isBeside(stack, one, "preview", "drill") ||
      list(one.props["reviewers"]).some(
        (group) => [...list(at(group, "users")), ...list(at(group, "teams"))].length > 0,
      )
        ? undefined
        : {
            message: "must have reviewers",
            fix: "set delivery.reviewers; a private repository needs GitHub Enterprise for it",
          },
    ),
  ),
  rule(
    {
      id: "gh-self-review",
      title: "Nobody approves a deployment of their own",
      severity: "error",
      reason: "one stolen account would be enough for production",
      source: page,
    },
    eachProtected(environment, (one, stack) =>
      one.props["preventSelfReview"] === true || isBeside(stack, one, "preview", "drill")
        ? undefined
        : {
            message: "must prevent self review",
            fix: "set delivery.preventSelfReview to true, with reviewers",
          },
    ),
  ),
  rule(
    {
      id: "gh-admin-bypass",
      title: "The gate is for administrators too",
      severity: "error",
      reason: "the accounts that are worth most would pass without anybody knowing",
      source: `${page} (on unless it is turned off)`,
    },
    eachProtected(environment, ({ props }) =>
      props["canAdminsBypass"] === false
        ? undefined
        : { message: "must not let administrators bypass it", fix: "set delivery.adminsMayBypass to false" },
    ),
  ),
  rule(
    {
      id: "gh-branch-policy",
      title: "Only one branch, or certain tags, deploy to production",
      severity: "error",
      reason: "any branch with a changed workflow could otherwise deploy what nobody reviewed",
      source: page,
    },
    eachProtected(environment, (one, stack) => {
      const { name, props } = one;
      if (isBeside(stack, one, "preview")) return undefined;
      const patterns = ofType(
        stack,
        "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
      )
        .filter((policy) => isSame(policy.props["environment"], props["environment"]))
        .map((policy) => policy.props["branchPattern"] ?? policy.props["tagPattern"]);
      const isProtected = at(props["deploymentBranchPolicy"], "protectedBranches") === true;
      const isForAll = (pattern: unknown): boolean => /^[*?/]+$/.test(String(pattern));
      if (isProtected || patterns.some((pattern) => !isForAll(pattern)))
        return patterns.some(isForAll)
          ? { message: "must not let every branch deploy", fix: `take the pattern * out of ${name}` }
          : undefined;
      return { message: "must let certain branches or tags deploy only", fix: "set delivery.branch" };
    }),
  ),
  rule(
    {
      id: "gh-plain-secret",
      title: "A workflow's secret is no variable",
      severity: "error",
      reason: "variables are shown to everybody who reads the repository, and in every log",
      source: "CKV_GIT_4; GIT-0002",
    },
    (stack) =>
      variables.flatMap((type) =>
        each(type, ({ props }) =>
          looksSecret(props["variableName"], props["value"])
            ? {
                message: `must keep ${String(props["variableName"])} secret`,
                fix: "move it from variables to secrets",
              }
            : undefined,
        )(stack),
      ),
  ),
  rule(
    {
      id: "gh-sealed-secret",
      title: "A workflow's secret is not in the program",
      severity: "error",
      reason: "what is written in the program is in its history for ever, and in the state in clear",
      source: "CKV_GIT_4; GIT-0002",
    },
    (stack) =>
      [
        "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
        "github:index/actionsSecret:ActionsSecret",
      ].flatMap((type) =>
        each(type, ({ props }) =>
          looksSecret("TOKEN", props["value"] ?? props["plaintextValue"])
            ? { message: "must get its value as a secret", fix: "wrap the value in pulumi.secret" }
            : undefined,
        )(stack),
      ),
  ),
];
