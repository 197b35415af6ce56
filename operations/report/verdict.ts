import type { BudgetState } from "../../components/cost/budget.ts";
import type { GateSettings } from "../../components/gate.settings.ts";
import { amount, range } from "../cost-report.ts";
import { clean } from "./clean.ts";
import type { StackReport } from "./document.ts";
import { gatesOf, type Stop } from "./gate.ts";
import type { Block, Fold, Inline } from "./layout.ts";

/** That a change is refused as it is, so that a reviewer can decide by the report alone. */
export interface Verdict {
  /** Every kind of reason with how often it is there: `2 losses`, `over the budget by 3.15 to 3.67 USD a month`. */
  refused: string[];
  /** On whose word it goes on all the same; left out where nothing lets it through. */
  letThrough?: GateSettings;
  /** Why nothing lets it through. */
  nothing?: string;
}

/** What the gate of its stack says of a change; undefined where nothing stops it. */
export function verdictOf(report: StackReport, gate: GateSettings | undefined): Verdict | undefined {
  if (report.failure !== undefined)
    return { refused: ["there is no preview of it that succeeded"], nothing: "it needs one that does" };
  const refused = [
    ...(report.isStopped
      ? ["the engine stopped its preview at what is protected, and more may change than is told here"]
      : []),
    ...reasons(report),
  ];
  if (refused.length === 0) return undefined;
  if (report.isStopped)
    return { refused, nothing: "the engine refuses it as long as what it takes away is protected" };
  return gate === undefined
    ? { refused, nothing: "the stack file has no slipway:gate that says how" }
    : { refused, letThrough: gate };
}

function reasons(report: StackReport): string[] {
  const { stops } = gatesOf(report);
  const count = (kind: Stop["kind"], one: string, many: string): string[] => {
    const found = stops.filter((stop) => stop.kind === kind).length;
    return found === 0 ? [] : [`${found} ${found === 1 ? one : many}`];
  };
  return [
    ...count("loss", "loss", "losses"),
    ...count("weakening", "weakening", "weakenings"),
    ...count("judge", "change of what judges it", "changes of what judges it"),
    ...report.cost.budget.flatMap(excess),
    ...count("policy", "policy error", "policy errors"),
  ];
}

function excess({ state, group, budget = 0, minimum, maximum }: BudgetState): string[] {
  const name = group === "total" ? "the budget" : `budget.${group}`;
  const least = minimum - budget;
  const most = maximum - budget;
  if (state === "over") return [`over ${name} by ${range({ minimum: least, maximum: most })} USD a month`];
  return state === "mayExceed" ? [`maybe over ${name}, by up to ${amount(most)} USD a month`] : [];
}

/** A line for every stack that is refused: why, and what lets it through. */
export const verdictBlocks = (stacks: readonly StackReport[], fold: Fold): Block[] =>
  stacks.flatMap(({ stack, verdict }): Block[] =>
    verdict === undefined
      ? []
      : [
          {
            kind: "paragraph",
            line: [
              { strong: clean(stack) },
              ` is refused: ${verdict.refused.join("; ")}. `,
              ...wayThrough(verdict, fold),
            ],
          },
        ],
  );

function wayThrough({ letThrough, nothing }: Verdict, fold: Fold): Inline[] {
  if (letThrough === undefined) return [{ strong: "Nothing lets it through" }, `: ${nothing}.`];
  const { label, approvals, by } = letThrough;
  return [
    "The label ",
    { code: clean(label) },
    ` and ${approvals} ${approvals === 1 ? "approval" : "approvals"} of `,
    ...people(by, fold.losses === "name" ? 10 : by.length),
    " let it through.",
  ];
}

function people(by: readonly string[], most: number): Inline[] {
  if (by.length === 0) return ["anybody who may write to the repository"];
  const more = by.length - most;
  const named = by.slice(0, most).flatMap((login, at): Inline[] => {
    const isLast = at === by.length - 1;
    return [...(at === 0 ? [] : [isLast ? " or " : ", "]), { code: clean(login) }];
  });
  return more > 0 ? [...named, ` or ${more} others whom slipway:gate names`] : named;
}
