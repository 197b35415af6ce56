import { z } from "zod";
import type { GitHubAccess } from "../github.ts";
import { type Notes, told } from "./finding.ts";
import { lookAtGitHub, looking } from "./look.ts";
import { type StateResource, textOf } from "./state.ts";

const Ruleset = z.looseObject({
  enforcement: z.string(),
  bypass_actors: z.array(z.unknown()).nullish(),
  conditions: z
    .looseObject({
      ref_name: z
        .looseObject({ include: z.array(z.string()).nullish(), exclude: z.array(z.string()).nullish() })
        .nullish(),
    })
    .nullish(),
  rules: z
    .array(z.looseObject({ type: z.string(), parameters: z.record(z.string(), z.unknown()).nullish() }))
    .nullish(),
});

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {};
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The rules by the provider's names and GitHub's. */
const ruleTypes = {
  deletion: "deletion",
  nonFastForward: "non_fast_forward",
  requiredLinearHistory: "required_linear_history",
  pullRequest: "pull_request",
  requiredStatusChecks: "required_status_checks",
} as const;

/** What is asked of a pull request, by the provider's names and GitHub's, with the sentence of its loss. */
const demands = [
  [
    "dismissStaleReviewsOnPush",
    "dismiss_stale_reviews_on_push",
    "an approval stays after another commit was pushed",
  ],
  ["requireCodeOwnerReview", "require_code_owner_review", "code owners need not approve any more"],
  [
    "requiredReviewThreadResolution",
    "required_review_thread_resolution",
    "open questions of reviewers stop nothing any more",
  ],
] as const;

/** The rules of a branch: nothing of them may be weaker than the program says. */
export async function rulesetDrift(
  notes: Notes,
  access: GitHubAccess,
  full: string,
  { id, inputs }: StateResource,
): Promise<void> {
  const [owner = "", repo = ""] = full.split("/");
  const name = `branch rules "${textOf(inputs["name"])}" of ${full}`;
  const weaker = (message: string) => notes.drift("branch-rules", name, message);
  await looking(notes, name, async () => {
    const route = "/repos/{owner}/{repo}/rulesets/{ruleset_id}";
    const live = await lookAtGitHub(access, route, { owner, repo, ruleset_id: Number(id) }, Ruleset);
    if (live === undefined) return notes.gone(name);
    if (live.enforcement !== inputs["enforcement"])
      weaker(`are ${told(live.enforcement)}; the program says ${told(inputs["enforcement"])}`);
    const bypass = (live.bypass_actors ?? []).length - listOf(inputs["bypassActors"]).length;
    if (bypass > 0) weaker(`${bypass} more may go past them than the program says`);
    const refs = fieldsOf(fieldsOf(inputs["conditions"])["refName"]);
    for (const ref of listOf(refs["includes"]))
      if (!live.conditions?.ref_name?.include?.includes(String(ref)))
        weaker(`do not hold for ${told(ref)} any more`);
    for (const ref of live.conditions?.ref_name?.exclude ?? [])
      if (!listOf(refs["excludes"]).includes(ref))
        weaker(`leave out ${told(ref)}, which the program does not say`);
    const rules = fieldsOf(inputs["rules"]);
    for (const [ours, theirs] of Object.entries(ruleTypes)) {
      if (rules[ours] === undefined || rules[ours] === false) continue;
      const found = live.rules?.find(({ type }) => type === theirs);
      if (found === undefined) weaker(`the rule ${theirs} was taken away`);
      else
        for (const message of weakerParts(ours, fieldsOf(rules[ours]), found.parameters ?? {}))
          weaker(message);
    }
  });
}

/** What a rule asks for less than the program says. */
function weakerParts(rule: string, wanted: Fields, live: Fields): string[] {
  if (rule === "pullRequest") {
    const approvals = Number(wanted["requiredApprovingReviewCount"] ?? 0);
    const count = Number(live["required_approving_review_count"] ?? 0);
    const lost = demands.filter(([ours, theirs]) => wanted[ours] === true && live[theirs] !== true);
    return [
      ...(count < approvals ? [`${count} approvals are enough; the program says ${approvals}`] : []),
      ...lost.map(([, , sentence]) => sentence),
    ];
  }
  if (rule !== "requiredStatusChecks") return [];
  const found = listOf(live["required_status_checks"]).map((one) => fieldsOf(one)["context"]);
  const checks = listOf(wanted["requiredChecks"]).map((one) => fieldsOf(one)["context"]);
  return [
    ...checks
      .filter((one) => !found.includes(one))
      .map((one) => `the check ${told(one)} need not pass any more`),
    ...(wanted["strictRequiredStatusChecksPolicy"] === true &&
    live["strict_required_status_checks_policy"] !== true
      ? ["a branch need not be up to date any more"]
      : []),
  ];
}
