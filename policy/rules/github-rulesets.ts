import { each, type Rule, rule } from "../rule.ts";
import { at, list } from "../values.ts";

const ruleset = "github:index/repositoryRuleset:RepositoryRuleset";

const page = "GitHub, available rules for rulesets, 2026-11-21";

/** Rules about branches at GitHub. */
export const githubRulesetRules: readonly Rule[] = [
  rule(
    {
      id: "gh-force-push",
      title: "A branch that deploys keeps its history",
      severity: "error",
      reason: "a forced push replaces what was reviewed",
      source: `CKV_GIT_5, CKV2_GIT_1; GIT-0004; ${page}`,
    },
    each(ruleset, ({ props }) =>
      [
        ["nonFastForward", "must refuse forced pushes"],
        ["deletion", "must refuse its deletion"],
      ].flatMap(([flag = "", message = ""]) =>
        at(props["rules"], flag) === true ? [] : [{ message, fix: `set rules.${flag} to true` }],
      ),
    ),
  ),
  rule(
    {
      id: "gh-active-ruleset",
      title: "The rules of a branch are in force",
      severity: "error",
      reason: "rules that are only evaluated refuse nothing",
      source: page,
    },
    each(ruleset, ({ props }) =>
      props["enforcement"] === "active"
        ? undefined
        : {
            message: `must be active; got ${String(props["enforcement"])}`,
            fix: "set enforcement to active",
          },
    ),
  ),
  rule(
    {
      id: "gh-reviews",
      title: "A change is read by somebody else",
      severity: "error",
      reason: "one account alone could change what production runs",
      source: "CKV_GIT_5, GIT-0004 (both ask for two; one is what a small team can keep)",
    },
    each(ruleset, ({ props }) =>
      Number(at(props["rules"], "pullRequest.requiredApprovingReviewCount") ?? 0) >= 1
        ? undefined
        : { message: "must ask for a review", fix: "set repository.branches reviews to 1 or more" },
    ),
  ),
  rule(
    {
      id: "gh-checks",
      title: "A change has passed its checks",
      severity: "warning",
      reason: "what does not build is deployed all the same",
      source: `${page}; OpenSSF Scorecard, Branch-Protection`,
    },
    each(ruleset, ({ props }) =>
      list(at(props["rules"], "requiredStatusChecks.requiredChecks")).length > 0
        ? undefined
        : { message: "must ask for checks", fix: "set repository.branches checks" },
    ),
  ),
  rule(
    {
      id: "gh-ruleset-bypass",
      title: "Nobody passes the rules of a branch by",
      severity: "error",
      reason: "an exception for a person is an exception for whoever has that person's token",
      source: `${page}; OpenSSF Scorecard, Branch-Protection`,
    },
    each(ruleset, ({ props }) =>
      list(props["bypassActors"]).some((actor) => at(actor, "bypassMode") !== "pull_request")
        ? { message: "must not let anybody bypass it", fix: "take bypassActors out" }
        : undefined,
    ),
  ),
  rule(
    {
      id: "gh-signatures",
      title: "Commits are signed",
      severity: "info",
      reason: "an author's name on a commit is only a claim",
      source: "CKV_GIT_6; GIT-0003",
    },
    each(ruleset, ({ props }) =>
      at(props["rules"], "requiredSignatures") === true
        ? undefined
        : {
            message: "takes commits without a signature",
            fix: "none while nobody commits without review; signing needs a key at every developer",
          },
    ),
  ),
];
