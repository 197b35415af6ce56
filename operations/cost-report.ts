import { type BudgetState, budgetStates } from "../components/cost/budget.ts";
import { type CostLine, type MonthlyCost, monthlyCost } from "../components/cost.ts";
import { type BarStyle, bar, scaleOf } from "./cost-bars.ts";
import { stackConfiguration } from "./stack-settings.ts";
import { wrapped } from "./wrapped.ts";

/** What a stack costs, with the state of its budget. */
export interface StackCost {
  stack: string;
  cost: MonthlyCost;
  budget: BudgetState[];
}

/**
 * The cost of a stack, of a stack file, or of a stack with a file from elsewhere.
 *
 * @throws SettingsError with every fault of the stack file or of `catalog/overrides.json`
 */
export function stackCost(stackOrFile: string, today: string, file?: string): StackCost {
  const { settings, awsRegion } = stackConfiguration(stackOrFile, file);
  const cost = monthlyCost(settings, today, { awsRegion });
  return { stack: settings.stack, cost, budget: budgetStates(cost, settings.budget) };
}

/** An amount as people write it: `30.45`. */
export const amount = (usd: number): string => usd.toFixed(2);

/** A range as people write it: `24.00`, or `24.00 to 24.12`. */
export const range = ({ minimum, maximum }: Pick<CostLine, "minimum" | "maximum">): string =>
  minimum === maximum ? amount(minimum) : `${amount(minimum)} to ${amount(maximum)}`;

/** What the budget has to say about a part of the cost. */
export function stateText({ state, budget, percent, step }: BudgetState): string {
  if (budget === undefined) return "no budget";
  const share = percent === undefined ? `of ${amount(budget)}` : `${percent} % of ${amount(budget)}`;
  switch (state) {
    case "over":
      return `${share}: over the budget`;
    case "mayExceed":
      return `${share}: may go over the budget`;
    case "warned":
      return `${share}: past the warning at ${step} %`;
    default:
      return share;
  }
}

/** The same in as few words as a column of a table has room for. */
const briefState = (state: BudgetState): string =>
  stateText(state)
    .replace(": past the warning at", ", past")
    .replace(/ the budget$/, "");

/** Columns of a terminal that is not made wider. */
const textWidth = 80;

type Table = (rows: readonly (readonly string[])[], head?: readonly string[]) => string;

/** The cost of a stack as text: every line, what it assumes, and a picture of the budget. */
export function costText(
  { stack, cost, budget }: StackCost,
  table: Table,
  style: BarStyle,
  itemWidth = 0,
): string {
  const notes = [...new Set(cost.lines.flatMap(({ assumption }) => assumption ?? []))];
  const lines = cost.lines.map(({ component, item, assumption, ...line }) => [
    component,
    item.padEnd(itemWidth),
    range(line),
    assumption === undefined ? "" : `[${notes.indexOf(assumption) + 1}]`,
  ]);
  const scale = scaleOf(budget);
  const states = budget.map((state) => [
    state.group,
    range(state),
    briefState(state),
    bar(state, scale, style),
  ]);
  return [
    `${stack}: ${range(cost)} USD a month${cost.pricesOf === "" ? "" : `, oldest price of ${cost.pricesOf}`}`,
    "",
    ...(lines.length === 0 ? [] : [table(lines, ["group", "item", "USD a month", "note"]), ""]),
    table(states, [
      "group",
      "USD a month",
      "budget",
      style.isUnicode ? "█ least ░ most │ budget" : "# least - most | budget",
    ]),
    ...(notes.length === 0
      ? []
      : ["", ...notes.map((note, at) => wrapped(note, textWidth, `[${at + 1}]`.padEnd(4), "     "))]),
  ].join("\n");
}

/** Several stacks, their columns below each other. */
export function costsText(costs: readonly StackCost[], table: Table, style: BarStyle): string {
  const itemWidth = Math.max(0, ...costs.flatMap(({ cost }) => cost.lines.map(({ item }) => item.length)));
  return costs.map((cost) => costText(cost, table, style, itemWidth)).join("\n\n");
}
