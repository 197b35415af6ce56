import { isDeepStrictEqual } from "node:util";
import {
  at,
  isNew,
  isSet,
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
  ...unclear(before, after),
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

/** Lists of which nobody knows before `up` what is in them. */
const unclear = (before: Values, after: Values): Weakening[] =>
  isNew(before)
    ? []
    : [["bypassActors"], ["conditions", "refName", "includes"], ["conditions", "refName", "excludes"]]
        .filter((path) => isSet(at(after, ...path)) && !Array.isArray(at(after, ...path)))
        .map((path) =>
          refused(path[0] ?? "", `has ${path.join(".")} that nobody knows before up`, "name them one by one"),
        );

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
  if (typeof before === "number") {
    const [least, most] = limits.includes(path.at(-1) ?? "") ? [after, before] : [before, after];
    return typeof after === "number" && Number(most) >= Number(least)
      ? []
      : [{ path: name, was: before, is: after ?? "nothing" }];
  }
  // What a pattern or a condition of a rule says is compared with nothing else.
  if (typeof before === "string" || path.at(-1) === "negate")
    return before === after ? [] : [{ path: name, was: before, is: after ?? "nothing" }];
  if (Array.isArray(before))
    return before
      .filter((one) => !listOf(after).some((other) => isElement(one, other)))
      .map((one) => ({ path: `${name} ${elementText(one)}` }));
  if (typeof before !== "object" || before === null) return [];
  return Object.entries(before).flatMap(([key, value]) => lost(value, at(after, key), [...path, key]));
}

/** Numbers that are weaker where they are larger. */
const limits = ["maxFileSize", "maxFilePathLength"];

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
      : were.length > 0
        ? reviewersChange(were, are)
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

/** One of them is enough for a deployment: whoever is new among them opens it. */
function reviewersChange(were: readonly string[], are: readonly string[]): Weakening[] {
  const added = are.filter((one) => !were.includes(one) || one === unknownReviewer);
  const gone = were.filter((one) => !are.includes(one));
  return [
    ...added.map((one) =>
      refused(
        "reviewers",
        one === unknownReviewer
          ? "has reviewers that nobody knows before up"
          : `lets ${one} approve deployments as well`,
        "keep delivery.reviewers",
      ),
    ),
    ...(gone.length === 0
      ? []
      : [
          warned(
            "reviewers",
            `has fewer reviewers: without ${gone.join(" and ")}`,
            "know who may let a deployment through",
          ),
        ]),
  ];
}

const unknownReviewer = "?";

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

const reviewerKinds = { users: "the user", teams: "the team" } as const;

const reviewersOf = ({ reviewers }: Values): string[] =>
  listOf(reviewers)
    .flatMap((one) =>
      (["users", "teams"] as const).flatMap((kind) =>
        listOf(at(one, kind)).map((id) => (isUnknown(id) ? unknownReviewer : `${reviewerKinds[kind]} ${id}`)),
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
      : [refused(input, `takes deployments from ${is} instead of ${was}`, "know who may push to it")];
  });

/** What weakens the gates at GitHub, by the resource that does it. */
export const githubWeakenings: Readonly<Record<string, Weakens>> = {
  "github:index/repositoryRuleset:RepositoryRuleset": rulesetWeakens,
  "github:index/repositoryEnvironment:RepositoryEnvironment": environmentWeakens,
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy":
    deploymentPolicyWeakens,
};
