import { isDeepStrictEqual } from "node:util";
import {
  at,
  isUnknown,
  listOf,
  numberOf,
  refused,
  textOf,
  type Values,
  type Weakening,
  type Weakens,
  warned,
} from "./weakening.ts";

/** Rules of a branch are met or not: a rule that goes, a number that falls and a check that is missing are weaker. */
const rulesetWeakens: Weakens = (before, after) => [
  ...(before["enforcement"] === "active" && after["enforcement"] !== "active"
    ? [refused("enforcement", `goes from active to ${after["enforcement"] ?? "nothing"}`, "keep it active")]
    : []),
  ...lost(before["rules"], after["rules"], []).map(({ path, was, is }) =>
    refused(
      "rules",
      `asks no more for ${path}${was === undefined ? "" : `: ${was} → ${is}`}`,
      "keep the rule",
    ),
  ),
  ...newElements(before["bypassActors"], after["bypassActors"]).map((actor) =>
    refused("bypassActors", `lets somebody pass by: ${actor}`, "let nobody pass by"),
  ),
  ...newElements(
    at(after, "conditions", "refName", "includes"),
    at(before, "conditions", "refName", "includes"),
  ).map((name) =>
    refused("conditions", `no longer holds for ${name}`, "keep the branch among its conditions"),
  ),
  ...newElements(
    at(before, "conditions", "refName", "excludes"),
    at(after, "conditions", "refName", "excludes"),
  ).map((name) =>
    refused("conditions", `no longer holds for ${name}`, "leave the branch out of its exceptions"),
  ),
];

interface Lost {
  path: string;
  was?: unknown;
  is?: unknown;
}

/** What of nested rules is not asked for any more. */
function lost(before: unknown, after: unknown, path: readonly string[]): Lost[] {
  const name = path.join(".");
  if (loosening.includes(path.at(-1) ?? ""))
    return before === true || after === undefined || after === false ? [] : [{ path: `${name} being off` }];
  if (before === true) return after === true ? [] : [{ path: name }];
  if (typeof before === "number")
    return typeof after === "number" && after >= before
      ? []
      : [{ path: name, was: before, is: after ?? "nothing" }];
  if (Array.isArray(before))
    return before
      .filter((one) => !listOf(after).some((other) => isElement(one, other)))
      .map((one) => ({ path: `${name} ${elementText(one)}` }));
  if (typeof before !== "object" || before === null) return [];
  return Object.entries(before).flatMap(([key, value]) => lost(value, at(after, key), [...path, key]));
}

/** Rules that are weaker where they are on. */
const loosening = ["doNotEnforceOnCreate", "updateAllowsFetchAndMerge"];

/** A check of one app alone is not met by a check of the same name of any other. */
function isElement(was: unknown, is: unknown): boolean {
  const app = at(was, "integrationId") ?? 0;
  return elementText(was) === elementText(is) && (app === 0 || at(is, "integrationId") === app);
}

/** Elements of the second list that are not in the first. */
function newElements(first: unknown, second: unknown): string[] {
  const known = new Set(listOf(first).map(elementText));
  return listOf(second)
    .map(elementText)
    .filter((one) => !known.has(one));
}

const elementText = (one: unknown): string =>
  typeof one === "string" ? one : String(at(one, "context") ?? JSON.stringify(one));

/** What stands between a workflow and the secrets of an environment. */
const environmentWeakens: Weakens = (before, after) => {
  const [were, are] = [reviewersOf(before), reviewersOf(after)];
  const [waited, waits] = [before, after].map(({ waitTimer }) => numberOf(waitTimer ?? 0)) as [
    number,
    number,
  ];
  return [
    ...(were.length > 0 && are.length === 0
      ? [refused("reviewers", "has no reviewers any more", "keep delivery.reviewers")]
      : were.join() !== are.join() && were.length > 0
        ? [warned("reviewers", "has other reviewers", "know who may let a deployment through")]
        : []),
    ...(before["preventSelfReview"] === true && after["preventSelfReview"] !== true && are.length > 0
      ? [
          refused(
            "preventSelfReview",
            "lets people review their own deployments",
            "keep delivery.preventSelfReview on",
          ),
        ]
      : []),
    // What is not said is on.
    ...(before["canAdminsBypass"] === false && after["canAdminsBypass"] !== false
      ? [refused("canAdminsBypass", "lets administrators pass by", "keep delivery.adminsMayBypass off")]
      : []),
    ...(!(waits >= waited)
      ? [
          refused(
            "waitTimer",
            `waits ${Number.isNaN(waits) ? "nobody knows how long" : `${waits} ${waits === 1 ? "minute" : "minutes"}`} instead of ${waited}`,
            "keep delivery.waitMinutes",
          ),
        ]
      : []),
    ...branchesOf(before["deploymentBranchPolicy"], after["deploymentBranchPolicy"]),
  ];
};

/** Which branches may deploy: those that are named, every protected one, or all. */
function branchesOf(was: unknown, is: unknown): Weakening[] {
  if (was === undefined || was === null || isDeepStrictEqual(was, is)) return [];
  const [named, guarded] = [at(is, "customBranchPolicies"), at(is, "protectedBranches")];
  if (named === true && guarded !== true) return [];
  const isNone = is === undefined || is === null || (named === false && guarded === false);
  const which = isNone
    ? "every branch"
    : guarded === true
      ? "every protected branch"
      : "branches that nobody knows";
  return [refused("deploymentBranchPolicy", `takes deployments from ${which}`, "keep delivery.branches")];
}

const reviewersOf = ({ reviewers }: Values): string[] =>
  listOf(reviewers)
    .flatMap((one) =>
      ["users", "teams"].flatMap((kind) =>
        listOf(at(one, kind)).map((id) => (isUnknown(id) ? "?" : `${kind} ${id}`)),
      ),
    )
    .sort();

/** Which branches and tags may deploy. */
const deploymentPolicyWeakens: Weakens = (before, after) =>
  ["branchPattern", "tagPattern"].flatMap((input): Weakening[] => {
    const [was, is] = [before[input], after[input]];
    if (is === undefined || is === was) return [];
    // A pattern is compared with none: who knows which of two holds for more.
    if (typeof is !== "string" || isUnknown(is) || /[*?[{\\!]/.test(is))
      return [
        refused(input, `takes deployments from ${textOf(is)}`, "name the branch or tag, without a star"),
      ];
    return was === undefined
      ? []
      : [warned(input, `takes deployments from ${is} instead of ${was}`, "know who may push to it")];
  });

/** What weakens the gates at GitHub, by the resource that does it. */
export const githubWeakenings: Readonly<Record<string, Weakens>> = {
  "github:index/repositoryRuleset:RepositoryRuleset": rulesetWeakens,
  "github:index/repositoryEnvironment:RepositoryEnvironment": environmentWeakens,
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy":
    deploymentPolicyWeakens,
};
