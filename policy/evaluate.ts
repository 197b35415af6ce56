import type { AccountRule, Finding, PolicyStack, Rule, RuleFacts } from "./rule.ts";
import { accountRules } from "./rules/account.ts";
import { appRules } from "./rules/app.ts";
import { bucketAccessRules } from "./rules/bucket-access.ts";
import { bucketKeepingRules } from "./rules/bucket-keeping.ts";
import { bucketNotes } from "./rules/bucket-notes.ts";
import { budgetRules } from "./rules/budget.ts";
import { databaseAccessRules } from "./rules/database-access.ts";
import { databaseUpkeepRules } from "./rules/database-upkeep.ts";
import { deliveryRules } from "./rules/delivery.ts";
import { dnsRules } from "./rules/dns.ts";
import { githubEnvironmentRules } from "./rules/github-environments.ts";
import { githubRulesetRules } from "./rules/github-rulesets.ts";
import { iamRules } from "./rules/iam.ts";
import { productionRules } from "./rules/production.ts";
import { waiverFacts, withWaivers } from "./waivers.ts";

/** The rules that every stack must meet. */
export const stackRules: readonly Rule[] = [
  ...bucketAccessRules,
  ...bucketKeepingRules,
  ...bucketNotes,
  ...iamRules,
  ...databaseAccessRules,
  ...databaseUpkeepRules,
  ...appRules,
  ...dnsRules,
  ...githubEnvironmentRules,
  ...githubRulesetRules,
  ...productionRules,
  ...deliveryRules,
  ...budgetRules,
];

/** Every rule there is, for listings; those about waivers among them. */
export const allRules: readonly RuleFacts[] = [
  ...stackRules,
  ...(accountRules satisfies readonly AccountRule[]),
  ...Object.values(waiverFacts),
];

const weights = { error: 0, warning: 1, info: 2 } as const;

/**
 * What all rules find in the stacks of an account, by stack, the gravest first. Findings with `waived` count no more.
 * With one stack the rules that compare stacks have nothing to compare.
 */
export function evaluate(stacks: readonly PolicyStack[]): Map<string, Finding[]> {
  const ofAccount = accountRules.map((one) => one.findings(stacks));
  const waivable = [...stackRules, ...accountRules].map(({ id }) => id);
  return new Map(
    stacks.map((stack) => {
      const findings = [
        ...stackRules.flatMap((one) => one.findings(stack)),
        ...ofAccount.flatMap((found) => found.get(stack.stack) ?? []),
      ];
      const all = withWaivers(stack, findings, waivable);
      return [stack.stack, all.sort((one, other) => weights[one.severity] - weights[other.severity])];
    }),
  );
}

/** The findings that stop a change: errors that nobody waived. */
export const stopping = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ severity, waived }) => severity === "error" && waived === undefined);
