import type { BudgetSettings } from "../budget.settings.ts";
import type { MonthlyCost } from "../cost.ts";
import { type BudgetGroup, budgetGroups } from "./line.ts";
import { sumOf } from "./money.ts";

/** A part of the cost against its part of the budget. */
export interface BudgetState {
  group: BudgetGroup | "total";
  minimum: number;
  maximum: number;
  /** What may be spent on it; left out where the stack file sets nothing. */
  budget?: number;
  /** Share of the budget that the maximum takes, in whole percent, rounded down. */
  percent?: number;
  /** `over` already at the minimum, `mayExceed` at the maximum only, `warned` from a step of the budget on. */
  state: "over" | "mayExceed" | "warned" | "fine" | "unlimited";
  /** The highest step that the maximum reaches, in percent. */
  step?: number;
}

/** The parts of the cost, and all of it, against the budget. */
export function budgetStates(
  cost: Pick<MonthlyCost, "minimum" | "maximum" | "byBudget">,
  budget: BudgetSettings | undefined,
): BudgetState[] {
  const parts = budgetGroups.map((group) =>
    stateOf(group, cost.byBudget[group], limitOf(group, budget), budget),
  );
  return [...parts, stateOf("total", cost, limitOf("total", budget), budget)];
}

/** What may be spent on a group; the total is the sum of the three where it is not set. */
function limitOf(group: BudgetState["group"], budget: BudgetSettings | undefined): number | undefined {
  if (budget === undefined || group === "other") return undefined;
  const parts = [budget.database, budget.compute, budget.storage].filter((part) => part !== undefined);
  // With one of them left open, so is their sum.
  if (group === "total") return budget.total ?? (parts.length < 3 ? undefined : sumOf(parts));
  return budget[group];
}

function stateOf(
  group: BudgetState["group"],
  { minimum, maximum }: { minimum: number; maximum: number },
  limit: number | undefined,
  budget: BudgetSettings | undefined,
): BudgetState {
  if (limit === undefined) return { group, minimum, maximum, state: "unlimited" };
  const [least, most, all] = [minimum, maximum, limit].map((usd) => Math.round(usd * 100)) as [
    number,
    number,
    number,
  ];
  const step = (budget?.warnAtPercent ?? []).findLast((percent) => most * 100 >= all * percent && most > 0);
  const state = least > all ? "over" : most > all ? "mayExceed" : step === undefined ? "fine" : "warned";
  return {
    group,
    minimum,
    maximum,
    budget: limit,
    ...(all === 0 ? {} : { percent: Math.floor((most * 100) / all) }),
    state,
    ...(step === undefined ? {} : { step }),
  };
}
