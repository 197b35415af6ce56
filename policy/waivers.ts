import { nearest } from "../components/internal/suggest.ts";
import type { Waiver } from "../components/policy.settings.ts";
import type { Finding, PolicyStack, RuleFacts } from "./rule.ts";

const mostDays = 366;
const day = 86_400_000;

/**
 * Rules that nobody can waive: what they keep from happening cannot be undone, or the stack file has a setting that says
 * the same in the open.
 */
export const neverWaived: readonly string[] = [
  "account-firewalls-apart",
  "account-production-name",
  "account-unique-names",
  "budget-over",
  "db-firewall",
  "db-firewall-kept",
  "db-open-to-all",
  "dns-first-record",
  "gh-sealed-secret",
  "iam-delete-backups",
  "prod-backups",
  "prod-protect",
  "prod-retain",
  "prod-unprotected",
  "s3-any-principal",
  "s3-force-destroy",
  "s3-public-access",
  "s3-public-acl",
  "s3-versioning",
];

/** What to do in the place of a waiver, where it is not to mend the fault. */
const inPlaceOfWaiver: Readonly<Record<string, string>> = {
  "budget-over": "raise the budget in slipway:budget, which says the same with an amount",
  "prod-unprotected": "set product.isProtected to true, or call it something else",
};

/** What is said of waivers themselves; nobody can waive it. */
export const waiverFacts = {
  expired: {
    id: "waiver-expired",
    title: "A waiver is still in force",
    severity: "error",
    reason: "what was to be lived with for a while would be lived with for ever",
    source: "slipway:policy of the stack file",
  },
  unknown: {
    id: "waiver-unknown-rule",
    title: "A waiver names a rule that exists",
    severity: "error",
    reason: "a mistyped waiver waives nothing, and nobody sees it",
    source: "slipway:policy of the stack file",
  },
  never: {
    id: "waiver-never",
    title: "A waiver is of a rule that can be waived",
    severity: "error",
    reason: "what is lost, or was public, does not come back when the waiver ends",
    source: "slipway:policy of the stack file",
  },
  long: {
    id: "waiver-too-long",
    title: "A waiver lasts a year at most",
    severity: "error",
    reason: "whoever wrote it should still be there when it ends",
    source: "slipway:policy of the stack file",
  },
  unused: {
    id: "waiver-unused",
    title: "A waiver waives something",
    severity: "warning",
    reason: "a waiver that is left over hides the next fault of its kind",
    source: "slipway:policy of the stack file",
  },
} as const satisfies Record<string, RuleFacts>;

/** Marks what a stack's waivers waive, and adds what is wrong with the waivers. */
export function withWaivers(
  { facts: { waivers, today } }: Pick<PolicyStack, "facts">,
  findings: readonly Finding[],
  ruleIds: readonly string[],
): Finding[] {
  const waives = ({ rule, resource }: Waiver, finding: Finding) =>
    rule === finding.rule && resource === finding.resource;
  const inForce = waivers.filter(
    ({ rule, expires }) => !neverWaived.includes(rule) && expires >= today && !isTooLong(expires, today),
  );
  const marked = findings.map((finding): Finding => {
    const waiver = inForce.find((one) => waives(one, finding));
    return waiver === undefined
      ? finding
      : { ...finding, waived: { reason: waiver.reason, expires: waiver.expires } };
  });
  const faults = waivers.flatMap((waiver): Finding[] => {
    const fault = (facts: RuleFacts, message: string, fix: string): Finding[] => [
      { rule: facts.id, severity: facts.severity, resource: waiver.resource, message, fix },
    ];
    const { rule, expires } = waiver;
    if (!ruleIds.includes(rule)) {
      const near = nearest(
        rule,
        ruleIds.filter((id) => !neverWaived.includes(id)),
      );
      return fault(
        waiverFacts.unknown,
        `must waive a rule that exists; there is no ${rule}`,
        near === undefined ? "list the rules with slipway rules" : `did you mean ${near}?`,
      );
    }
    if (neverWaived.includes(rule))
      return fault(
        waiverFacts.never,
        `must not waive ${rule}, which nobody can`,
        (Object.hasOwn(inPlaceOfWaiver, rule) ? inPlaceOfWaiver[rule] : undefined) ??
          "mend what it finds, and take the waiver out",
      );
    if (expires < today)
      return fault(
        waiverFacts.expired,
        `must not outlive its waiver of ${rule}, which ended on ${expires}`,
        "mend it, or agree on a new date and its reason",
      );
    if (isTooLong(expires, today))
      return fault(
        waiverFacts.long,
        `must not waive ${rule} until ${expires}, which is more than a year ahead`,
        "agree on a date within a year",
      );
    return findings.some((finding) => waives(waiver, finding))
      ? []
      : fault(waiverFacts.unused, `must need its waiver of ${rule}`, "take it out of policy.waivers");
  });
  return [...marked, ...faults];
}

const isTooLong = (expires: string, today: string): boolean =>
  (Date.parse(expires) - Date.parse(today)) / day > mostDays;
