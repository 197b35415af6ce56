import type { StackSettings } from "../../components/config.ts";
import { type RuleChange, refused, warned } from "./rule-change.ts";

/** The settings that a release is judged by. */
type Judging = Pick<StackSettings, "promotion" | "verify">;

/** What a change loosens of what a release must have behind it before it comes to this stack. */
export function promotionChanges({ promotion: base }: Judging, { promotion: own }: Judging): RuleChange[] {
  if (base === undefined) return [];
  const remedy = "keep slipway:promotion, or have its change approved by those who answer for the stack";
  if (own === undefined)
    return [
      refused("takes out its own slipway:promotion: nothing has to be verified before it comes here", remedy),
    ];
  const said = (name: keyof typeof base) =>
    `promotion.${name} ${base[name] ?? "nothing"} → ${own[name] ?? "nothing"}`;
  return [
    ...(own.soakMinutes < base.soakMinutes
      ? [refused(`lets releases soak for less: ${said("soakMinutes")}`, remedy)]
      : []),
    ...(own.previewHours > base.previewHours
      ? [refused(`takes older previews: ${said("previewHours")}`, remedy)]
      : []),
    ...approverChanges(base.approvers, own.approvers, remedy),
    ...(["from", "branch"] as const)
      .filter((name) => own[name] !== base[name])
      .map((name) => refused(`takes releases from elsewhere: ${said(name)}`, remedy)),
    ...(["repository", "base"] as const)
      .filter((name) => own[name] !== base[name])
      .map((name) =>
        warned(`keeps its stack files elsewhere: ${said(name)}`, "know who may change them there"),
      ),
  ];
}

/** Whoever is added could approve the change that adds him; that one of them has to is dropped with the last. */
function approverChanges(base: readonly string[], own: readonly string[], remedy: string): RuleChange[] {
  if (base.length === 0) return [];
  const were = base.join(", ");
  if (own.length === 0)
    return [refused(`asks for the approval of ${were} no more (promotion.approvers)`, remedy)];
  const known = new Set(base.map((login) => login.toLowerCase()));
  const added = own.filter((login) => !known.has(login.toLowerCase()));
  return added.length === 0
    ? []
    : [refused(`lets ${added.join(", ")} approve releases as well as ${were} (promotion.approvers)`, remedy)];
}

/** What a change loosens of what has to be true of a deployment. */
export function verifyChanges({ verify: base }: Judging, { verify: own }: Judging): RuleChange[] {
  if (base === undefined) return [];
  const remedy = "keep slipway:verify, or have its change approved by those who answer for the stack";
  if (own === undefined)
    return [refused("takes out its own slipway:verify: the defaults count instead", remedy)];
  const asked = new Map(Object.entries(own.smoke));
  const limits = [
    ["memoryPercent", base.memoryPercent, own.memoryPercent],
    ["logs.most", base.logs.most, own.logs.most],
    ["targets.healthMs", base.targets.healthMs, own.targets.healthMs],
    ["targets.apiMs", base.targets.apiMs, own.targets.apiMs],
    ["targets.pageMs", base.targets.pageMs, own.targets.pageMs],
    // More is stricter.
    ["targets.availabilityPercent", -base.targets.availabilityPercent, -own.targets.availabilityPercent],
  ] as const;
  const health = (base.health ?? []).filter((path) => own.health !== undefined && !own.health.includes(path));
  return [
    ...(base.rollbackOnFailure && !own.rollbackOnFailure
      ? [refused("turns verify.rollbackOnFailure off: a deployment that fails stays", remedy)]
      : []),
    ...(own.logs.mayBeMissing && !base.logs.mayBeMissing
      ? [refused("takes a release whose log nobody can read for verified (verify.logs.mayBeMissing)", remedy)]
      : []),
    ...Object.entries(base.smoke).flatMap(([name, was]): RuleChange[] => {
      const is = asked.get(name);
      if (is === undefined) return [refused(`takes out the smoke test verify.smoke.${name}`, remedy)];
      return JSON.stringify(is) === JSON.stringify(was)
        ? []
        : [warned(`changes the smoke test verify.smoke.${name}`, "know what it proves now")];
    }),
    ...health.map((path) => refused(`asks ${path} no more (verify.health)`, remedy)),
    ...limits
      .filter(([, was, is]) => is > was)
      .map(([name, was, is]) =>
        warned(`bears more: verify.${name} ${Math.abs(was)} → ${Math.abs(is)}`, "know what was promised"),
      ),
    ...base.logs.words
      .filter((word) => !own.logs.words.includes(word))
      .map((word) =>
        warned(`looks for "${word}" in the logs no more (verify.logs.words)`, "know how an error is told"),
      ),
  ];
}
