import {
  at,
  isUnknown,
  listOf,
  refused,
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
  if (before === true) return after === true ? [] : [{ path: name }];
  if (typeof before === "number")
    return typeof after === "number" && after >= before
      ? []
      : [{ path: name, was: before, is: after ?? "nothing" }];
  if (Array.isArray(before))
    return newElements(after, before).map((element) => ({ path: `${name} ${element}` }));
  if (typeof before !== "object" || before === null) return [];
  return Object.entries(before).flatMap(([key, value]) => lost(value, at(after, key), [...path, key]));
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
  const [waited, waits] = [before, after].map(({ waitTimer }) => Number(waitTimer ?? 0)) as [number, number];
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
    ...(waits < waited
      ? [
          refused(
            "waitTimer",
            `waits ${waits} ${waits === 1 ? "minute" : "minutes"} instead of ${waited}`,
            "keep delivery.waitMinutes",
          ),
        ]
      : []),
    ...(before["deploymentBranchPolicy"] !== undefined && after["deploymentBranchPolicy"] === undefined
      ? [refused("deploymentBranchPolicy", "takes deployments from every branch", "keep delivery.branches")]
      : []),
  ];
};

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
    if (String(is).includes("*") && !String(was).includes("*"))
      return [refused(input, `takes deployments from ${is}`, "name the branch or tag, without a star")];
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
