import { beforeAll, expect, test } from "@jest/globals";
import { planStacks, stackFiles } from "../../operations/plan/stacks.ts";
import { evaluate, stopping } from "../../policy/evaluate.ts";
import type { Finding } from "../../policy/rule.ts";
import { plannedPolicyStack } from "../../policy/stack.ts";

let found: Map<string, Finding[]>;

beforeAll(async () => {
  const { planned } = await planStacks(stackFiles("all", []));
  found = evaluate(planned.map((one) => plannedPolicyStack(one, "2026-11-21")));
});

/** Findings that are no notes, as `severity rule resource`. */
const grave = (stack: string) =>
  (found.get(stack) ?? [])
    .filter(({ severity }) => severity !== "info")
    .map(({ severity, rule, resource }) => `${severity} ${rule} ${resource}`);

test("no committed stack breaks a rule", () => {
  expect([...found.keys()]).toEqual(["dev", "staging", "production"]);
  expect([...found.values()].flatMap(stopping)).toEqual([]);
});

test("of the committed stacks people are warned of what they chose themselves", () => {
  expect(Object.fromEntries([...found.keys()].map((stack) => [stack, grave(stack)]))).toEqual({
    dev: ["warning budget-step stack"],
    staging: ["warning budget-step stack"],
    // One node by design: two are over the budget of the database.
    production: [
      "warning db-standby tinkertools-db",
      "warning budget-step stack",
      "warning budget-step stack",
      "warning budget-step stack",
      "warning budget-step stack",
    ],
  });
});
