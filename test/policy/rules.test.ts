import { describe, expect, test } from "@jest/globals";
import { allRules, stackRules } from "../../policy/evaluate.ts";
import { accountRules } from "../../policy/rules/account.ts";
import { waiverFacts } from "../../policy/waivers.ts";
import { appCases } from "./cases/app.ts";
import { bucketCases } from "./cases/buckets.ts";
import { databaseCases } from "./cases/database.ts";
import { deliveryCases } from "./cases/delivery.ts";
import { dnsCases } from "./cases/dns.ts";
import { githubCases } from "./cases/github.ts";
import { iamCases } from "./cases/iam.ts";
import { accountCases, budgetCases, productionCases } from "./cases/stacks.ts";
import { accountLines, lines } from "./support.ts";

const stackCases = {
  ...bucketCases,
  ...iamCases,
  ...databaseCases,
  ...appCases,
  ...dnsCases,
  ...githubCases,
  ...productionCases,
  ...deliveryCases,
  ...budgetCases,
};

test("every rule has stacks that keep it and stacks that break it, and no case is left over", () => {
  const waiverIds = Object.values(waiverFacts).map(({ id }) => id);
  expect(
    allRules
      .map(({ id }) => id)
      .filter((id) => !waiverIds.includes(id as never))
      .sort(),
  ).toEqual([...Object.keys(stackCases), ...Object.keys(accountCases)].sort());
  for (const { keeps, breaks } of [...Object.values(stackCases), ...Object.values(accountCases)])
    expect([keeps.length > 0, breaks.length > 0]).toEqual([true, true]);
});

describe.each(stackRules.map((rule) => ({ rule, ...stackCases[rule.id] })))(
  "$rule.id: $rule.title",
  ({ rule, keeps = [], breaks = [] }) => {
    test.each(keeps.map((stack) => [stack]))("keeps quiet (case %#)", (stack) => {
      expect(lines(rule, stack)).toEqual([]);
    });

    test.each(breaks)("finds it (case %#)", (stack, expected) => {
      expect(lines(rule, stack)).toEqual(expected);
      for (const finding of rule.findings(stack))
        expect(finding).toMatchObject({ rule: rule.id, severity: rule.severity });
    });
  },
);

describe.each(accountRules.map((rule) => ({ rule, ...accountCases[rule.id] })))(
  "$rule.id: $rule.title",
  ({ rule, keeps = [], breaks = [] }) => {
    test.each(keeps.map((stacks) => [stacks]))("keeps quiet (case %#)", (stacks) => {
      expect(accountLines(rule, stacks)).toEqual([]);
    });

    test.each(breaks)("finds it (case %#)", (stacks, expected) => {
      expect(accountLines(rule, stacks)).toEqual(expected);
      for (const finding of [...rule.findings(stacks).values()].flat())
        expect(finding).toMatchObject({ rule: rule.id, severity: rule.severity });
    });
  },
);
