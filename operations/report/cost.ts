import { z } from "zod";
import type { BudgetSettings } from "../../components/budget.settings.ts";
import { budgetStates } from "../../components/cost/budget.ts";
import type { MonthlyCost } from "../../components/cost.ts";
import { type Preview, type Step, typeOf } from "../guard/preview.ts";
import type { CostChange, Usd } from "./document.ts";

/** What the settings say of the cost. */
export interface CostFacts {
  /** By the settings alone, since few previews tell what the stack will put out. */
  cost?: GroupedCost | undefined;
  budget?: BudgetSettings | undefined;
}

/** The part of a monthly cost that budgets look at. */
export type GroupedCost = Pick<MonthlyCost, "minimum" | "maximum" | "byBudget">;

const Range = z.object({ minimum: z.number(), maximum: z.number() });

/** The stack output `monthlyCost`. */
const Cost = z.object({
  ...Range.shape,
  byBudget: z.object({ database: Range, compute: Range, storage: Range, other: Range }),
});

/** The stack's outputs before and after, as far as the preview shows them. */
export function rootOutputs(steps: readonly Step[]): {
  before: Readonly<Record<string, unknown>> | undefined;
  after: Readonly<Record<string, unknown>> | undefined;
} {
  const root = steps.find(({ urn }) => typeOf(urn) === "pulumi:pulumi:Stack");
  // The program reads its own last outputs, which the preview shows also when nothing changes.
  const reference = steps.find(
    ({ urn, oldState, newState }) =>
      typeOf(urn) === "pulumi:pulumi:StackReference" &&
      /\/slipway\/[^/]+$/.test(String((newState ?? oldState)?.inputs?.["name"])),
  );
  const last = (reference?.newState ?? reference?.oldState)?.outputs?.["outputs"];
  const known = isMapping(last) ? last : undefined;
  // What a preview would have the stack put out is there only where the engine knows it in time.
  return { before: root?.oldState?.outputs ?? known, after: root?.newState?.outputs };
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a stack costs before and after a change, against its budget. */
export function costChange({ steps }: Preview, facts: CostFacts): CostChange {
  const { before, after } = rootOutputs(steps);
  const now = costOf(before);
  const next = costOf(after) ?? facts.cost;
  return {
    ...(now === undefined ? {} : { now: usd(now) }),
    ...(next === undefined ? {} : { after: usd(next) }),
    budget: next === undefined ? [] : budgetOf(next, facts.budget),
  };
}

/** The cost that the settings alone tell. */
export const plannedCost = (facts: CostFacts): CostChange =>
  facts.cost === undefined
    ? { budget: [] }
    : { after: usd(facts.cost), budget: budgetOf(facts.cost, facts.budget) };

const usd = ({ minimum, maximum }: Usd): Usd => ({ minimum, maximum });

function costOf(outputs: Readonly<Record<string, unknown>> | undefined): GroupedCost | undefined {
  const read = Cost.safeParse(outputs?.["monthlyCost"]);
  return read.success ? read.data : undefined;
}

const budgetOf = (cost: GroupedCost, budget: BudgetSettings | undefined) =>
  budget === undefined ? [] : budgetStates(cost, budget).filter(({ state }) => state !== "unlimited");
