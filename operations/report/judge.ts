import type { StackSettings } from "../../components/config.ts";
import type { Waiver } from "../../components/policy.settings.ts";
import type { Finding } from "../../policy/rule.ts";
import { withWaivers } from "../../policy/waivers.ts";
import { amount } from "../cost-report.ts";
import { promotionChanges, verifyChanges } from "./judge-releases.ts";
import { type RuleChange, refused, warned } from "./rule-change.ts";

export type { RuleChange } from "./rule-change.ts";

/** The settings that judge a stack's changes. */
export type Judging = Pick<StackSettings, "gate" | "budget" | "policy" | "recovery" | "promotion" | "verify">;

const parts = ["total", "database", "compute", "storage"] as const;

/** What a change loosens of the rules that judge it, by the base's settings and its own. */
export function ruleChanges(base: Judging, own: Judging): RuleChange[] {
  return [
    ...gateChanges(base, own),
    ...budgetChanges(base, own),
    ...waiverChanges(base, own),
    ...recoveryChanges(base, own),
    ...promotionChanges(base, own),
    ...verifyChanges(base, own),
  ];
}

function gateChanges({ gate: base }: Judging, { gate: own }: Judging): RuleChange[] {
  if (JSON.stringify(base) === JSON.stringify(own)) return [];
  const remedy = "keep slipway:gate, or have the change of it approved by those whom it names now";
  // Without a gate nothing could let the first one through; it is reviewed as any setting is.
  if (base === undefined)
    return [warned("makes the first slipway:gate of this stack", "know who may let losses through")];
  if (own === undefined) return [refused("takes out its own slipway:gate", remedy)];
  const said = [
    ...(own.label === base.label ? [] : [`the label ${base.label} → ${own.label}`]),
    ...(own.approvals === base.approvals ? [] : [`approvals ${base.approvals} → ${own.approvals}`]),
    ...(own.by.join() === base.by.join() ? [] : [`by ${namesOf(base.by)} → ${namesOf(own.by)}`]),
  ];
  return said.length === 0 ? [] : [refused(`changes its own slipway:gate: ${said.join("; ")}`, remedy)];
}

const namesOf = (logins: readonly string[]): string => logins.join(", ") || "everybody who may write";

function budgetChanges({ budget: base }: Judging, { budget: own }: Judging): RuleChange[] {
  const remedy = "keep the budget, or agree with those who pay";
  return parts.flatMap((part): RuleChange[] => {
    const [was, is] = [base?.[part], own?.[part]];
    if (was === undefined || (is !== undefined && is <= was)) return [];
    const to = is === undefined ? `takes out its own budget.${part} of ${amount(was)}` : undefined;
    return [refused(to ?? `raises its own budget.${part} from ${amount(was)} to ${amount(is ?? 0)}`, remedy)];
  });
}

function waiverChanges({ policy: base }: Judging, { policy: own }: Judging): RuleChange[] {
  return (own?.waivers ?? []).flatMap(({ rule, resource, expires, reason }): RuleChange[] => {
    const before = base?.waivers.find((one) => one.rule === rule && one.resource === resource);
    if (before !== undefined && before.expires >= expires) return [];
    const until = before === undefined ? expires : `${expires} instead of ${before.expires}`;
    return [
      refused(
        `waives the rule ${rule} for ${resource} by itself, until ${until}: ${reason}`,
        "mend what the rule finds, or have the waiver approved",
      ),
    ];
  });
}

function recoveryChanges({ recovery: base }: Judging, { recovery: own }: Judging): RuleChange[] {
  return Object.entries(base ?? {}).flatMap(([measure, was]): RuleChange[] => {
    const is = own === undefined ? undefined : Reflect.get(own, measure);
    // Of a reach in days more is better, of minutes and hours less.
    const isKept = measure === "reachDays" ? Number(is) >= Number(was) : Number(is) <= Number(was);
    if (typeof was !== "number" || isKept) return [];
    return [
      warned(`promises less: recovery.${measure} ${was} → ${is ?? "nothing"}`, "know who was promised it"),
    ];
  });
}

/** Findings as the base's waivers have them: what a change waives by itself counts. */
export const waivedBy = ({ policy }: Judging, findings: readonly Finding[], today: string): Finding[] =>
  findings.map(({ waived, ...finding }) => {
    const [marked] = withWaivers(factsOf(policy?.waivers ?? [], today), [finding], [finding.rule]);
    return waived === undefined || marked?.waived === undefined ? finding : { ...finding, waived };
  });

const factsOf = (waivers: readonly Waiver[], today: string) => ({ facts: { waivers, today } });
