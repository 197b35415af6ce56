import { expect, test } from "@jest/globals";
import { BudgetSettings } from "../../../components/budget.settings.ts";
import { budgetStates } from "../../../components/cost/budget.ts";
import { type MonthlyCost, monthlyCost } from "../../../components/cost.ts";
import { pricesWith } from "../../../components/prices.ts";
import { stackSettings } from "../../../operations/stack-settings.ts";

const spent = (minimum: number, maximum: number): MonthlyCost => ({
  currency: "USD",
  minimum,
  maximum,
  lines: [],
  byBudget: {
    database: { minimum, maximum },
    compute: { minimum: 0, maximum: 0 },
    storage: { minimum: 0, maximum: 0 },
    other: { minimum: 0, maximum: 0 },
  },
  pricesOf: "2026-08-07",
});

const databaseState = (minimum: number, maximum: number, database = 40) =>
  budgetStates(spent(minimum, maximum), BudgetSettings.parse({ database }))[0];

test.each([
  [10, 19.99, { percent: 49, state: "fine" }],
  [10, 20, { percent: 50, state: "warned", step: 50 }],
  [10, 30, { percent: 75, state: "warned", step: 75 }],
  [10, 36, { percent: 90, state: "warned", step: 90 }],
  [40, 40, { percent: 100, state: "warned", step: 90 }],
  [40, 40.01, { percent: 100, state: "mayExceed", step: 90 }],
  [40.01, 50, { percent: 125, state: "over", step: 90 }],
])("of a budget of 40, %d to %d is %j", (minimum, maximum, expected) => {
  expect(databaseState(minimum, maximum)).toEqual({
    group: "database",
    minimum,
    maximum,
    budget: 40,
    ...expected,
  });
});

test("nothing is fine against a budget of nothing, and anything is over it", () => {
  expect(databaseState(0, 0, 0)).toMatchObject({ budget: 0, state: "fine" });
  expect(databaseState(0.01, 0.01, 0)).toMatchObject({ budget: 0, state: "over" });
});

test("production is within its budget, with the database warned", () => {
  const settings = stackSettings("production");
  const states = budgetStates(monthlyCost(settings, undefined, { prices: pricesWith() }), settings.budget);
  expect(states).toEqual([
    { group: "database", minimum: 30.45, maximum: 30.45, budget: 40, percent: 76, state: "warned", step: 75 },
    { group: "compute", minimum: 29, maximum: 29.12, budget: 50, percent: 58, state: "warned", step: 50 },
    { group: "storage", minimum: 0.09, maximum: 7.13, budget: 10, percent: 71, state: "warned", step: 50 },
    { group: "other", minimum: 3, maximum: 3, state: "unlimited" },
    { group: "total", minimum: 62.54, maximum: 69.7, budget: 100, percent: 69, state: "warned", step: 50 },
  ]);
});

test("without a budget there is no limit", () => {
  expect(budgetStates(spent(5, 6), undefined).map(({ state }) => state)).toEqual(Array(5).fill("unlimited"));
  expect(budgetStates(spent(5, 6), BudgetSettings.parse({})).at(-1)).toEqual({
    group: "total",
    minimum: 5,
    maximum: 6,
    state: "unlimited",
  });
});

test("with one group left open the whole has no limit", () => {
  const states = budgetStates(spent(10, 20), BudgetSettings.parse({ database: 40, compute: 50 }));
  expect(states.at(-1)).toMatchObject({ group: "total", state: "unlimited" });
});
