import { sumOf } from "../components/cost/money.ts";
import type { BudgetGroup, CostLine } from "../components/cost.ts";
import { amount, range, type StackCost } from "./cost-report.ts";

/** A line that two stacks do not have alike. */
export interface CostDifference {
  component: BudgetGroup;
  /** Left out where the first stack has no such line. */
  before?: CostLine;
  /** Left out where the second stack has no such line. */
  after?: CostLine;
  minimum: number;
  maximum: number;
}

/** Line by line what the second of two costs has otherwise than the first, and what that comes to. */
export interface CostComparison {
  from: string;
  to: string;
  differences: CostDifference[];
  minimum: number;
  maximum: number;
}

/** What a line is about, whatever its numbers: `tinkertools-api`, `primary node`. */
const subject = ({ component, item }: CostLine): string => `${component} ${item.split(",")[0]}`;

/** Compares two costs. Lines about the same thing stand against each other; others are new or gone. */
export function costDifferences(from: StackCost, to: StackCost): CostComparison {
  const paired = (one: StackCost) => {
    const seen = new Map<string, number>();
    return new Map(
      one.cost.lines.map((line) => {
        const about = subject(line);
        const count = (seen.get(about) ?? 0) + 1;
        seen.set(about, count);
        return [`${about} ${count}`, line] as const;
      }),
    );
  };
  const [before, after] = [paired(from), paired(to)];
  const differences = [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const difference = differenceOf(before.get(key), after.get(key));
    return difference === undefined ? [] : [difference];
  });
  return {
    from: from.stack,
    to: to.stack,
    differences,
    minimum: sumOf(differences.map(({ minimum }) => minimum)),
    maximum: sumOf(differences.map(({ maximum }) => maximum)),
  };
}

function differenceOf(before: CostLine | undefined, after: CostLine | undefined): CostDifference | undefined {
  const component = (after ?? before)?.component;
  if (component === undefined) return undefined;
  const isSame =
    before?.item === after?.item && before?.minimum === after?.minimum && before?.maximum === after?.maximum;
  if (isSame) return undefined;
  return {
    component,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    minimum: sumOf([after?.minimum ?? 0, -(before?.minimum ?? 0)]),
    maximum: sumOf([after?.maximum ?? 0, -(before?.maximum ?? 0)]),
  };
}

/** An amount with its sign: `+15.30`, `-5.00`, `0.00`. */
const signed = (usd: number): string => `${usd > 0 ? "+" : ""}${amount(usd === 0 ? 0 : usd)}`;

const signedRange = ({ minimum, maximum }: { minimum: number; maximum: number }): string =>
  minimum === maximum ? signed(minimum) : `${signed(minimum)} to ${signed(maximum)}`;

type Table = (rows: readonly (readonly string[])[], head?: readonly string[]) => string;

/** The comparison as a table with its sum. */
export function comparisonText(comparison: CostComparison, table: Table): string {
  const { from, to, differences } = comparison;
  if (differences.length === 0) return `${from} and ${to} cost the same, line by line`;
  const shown = (line: CostLine | undefined) => (line === undefined ? "-" : `${line.item}: ${range(line)}`);
  const rows = differences.map((one) => [
    one.component,
    shown(one.before),
    shown(one.after),
    signedRange(one),
  ]);
  return table([...rows, ["sum", "", "", signedRange(comparison)]], ["group", from, to, "USD a month"]);
}
