import { expect, test } from "@jest/globals";
import { readSettings } from "../../components/config.ts";
import { deployedRules } from "../../components/deployed.rules.ts";
import { type Fault, SettingsError } from "../../components/internal/settings.ts";
import { settingsRules } from "../../components/rules.ts";
import { product, type RuleExample, ruleExamples } from "../support/rule-examples.ts";
import { stackConfig } from "../support/settings.ts";

/** Everything that is wrong with the stack file of an example. */
function faultsOf({
  given,
  stack = "dev",
  today = "2026-11-21",
  stacks,
  config = {},
}: RuleExample): readonly Fault[] {
  try {
    readSettings(stack, { ...stackConfig({ product, ...given }), ...config }, { today, stacks });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.faults;
  }
}

test("every rule has an example, and every example a rule", () => {
  const changes = deployedRules.map(({ id }) => id);
  const ids = settingsRules.map(({ id }) => id).filter((id) => !changes.includes(id));
  expect(Object.keys(ruleExamples).sort()).toEqual(ids.sort());
});

test.each(Object.entries(ruleExamples))("%s is found in its example, and nothing else is", (id, example) => {
  const found = faultsOf(example);
  expect(found.map(({ path, message, rule }) => ({ rule, line: `${path}: ${message}` }))).toEqual([
    { rule: id, line: example.line },
  ]);
});

test("rules have names of their own in small letters, and sentences", () => {
  const ids = settingsRules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z]+(?:-[a-z]+)*$/.test(id))).toEqual([]);
  expect(settingsRules.filter(({ demands }) => !/^[A-Z].*[.]$/.test(demands))).toEqual([]);
});
