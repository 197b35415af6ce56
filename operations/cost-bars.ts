import type { BudgetState } from "../components/cost/budget.ts";

/** How a picture may be drawn. */
export interface BarStyle {
  /** Columns that the longest bar takes. */
  width: number;
  /** Whether the terminal shows more than ASCII. */
  isUnicode: boolean;
  hasColour: boolean;
}

const marks = {
  unicode: { solid: "█", light: "░", empty: " ", budget: "│" },
  ascii: { solid: "#", light: "-", empty: " ", budget: "|" },
} as const;

const colours: Readonly<Record<BudgetState["state"], number | undefined>> = {
  over: 31,
  mayExceed: 33,
  warned: 33,
  fine: 32,
  unlimited: undefined,
};

/**
 * A bar for a cost: the minimum solid, up to the maximum light, and a mark where the budget ends. `fullScale` is the
 * amount in USD that fills the width.
 */
export function bar(state: BudgetState, fullScale: number, style: BarStyle): string {
  const { solid, light, empty, budget } = style.isUnicode ? marks.unicode : marks.ascii;
  const column = (usd: number) =>
    fullScale === 0 ? 0 : Math.min(style.width, Math.round((usd * style.width) / fullScale));
  const [least, most] = [column(state.minimum), column(state.maximum)];
  const end = state.budget === undefined ? undefined : Math.max(0, column(state.budget) - 1);
  const cells = Array.from({ length: style.width }, (_, at) =>
    at === end ? budget : at < least ? solid : at < most ? light : empty,
  );
  const text = cells.join("").trimEnd();
  const colour = style.hasColour ? colours[state.state] : undefined;
  return colour === undefined ? text : `\u001b[${colour}m${text}\u001b[0m`;
}

/** The scale that shows all of the states: the largest maximum or budget among them. */
export const scaleOf = (states: readonly BudgetState[]): number =>
  Math.max(0, ...states.flatMap(({ maximum, budget }) => [maximum, budget ?? 0]));
