import {
  type BudgetGroup,
  type PolicyCost,
  type PolicyStack,
  type Rule,
  rule,
  type Violation,
} from "../rule.ts";

const groups = ["database", "compute", "storage"] as const satisfies readonly BudgetGroup[];

interface Share {
  /** `total` or a group. */
  of: string;
  limit: number;
  minimum: number;
  maximum: number;
  /** Of the limit, at the maximum. */
  percent: number;
}

/** Every limit of the budget with what the stack can cost at most. */
function shares({ facts: { budget, monthlyCost } }: PolicyStack): Share[] {
  if (budget === undefined || monthlyCost === undefined) return [];
  const share = (
    of: string,
    limit: number,
    { minimum, maximum }: Pick<PolicyCost, "minimum" | "maximum">,
  ) => ({
    of,
    limit,
    minimum,
    maximum,
    percent: limit === 0 ? (maximum > 0 ? Number.POSITIVE_INFINITY : 0) : (maximum / limit) * 100,
  });
  const set = groups.flatMap((group) => {
    const limit = budget[group];
    return limit === undefined ? [] : [share(group, limit, monthlyCost.byBudget[group])];
  });
  const total =
    budget.total ??
    (set.length === groups.length ? set.reduce((sum, { limit }) => sum + limit, 0) : undefined);
  return total === undefined ? set : [...set, share("total", total, monthlyCost)];
}

const usd = (amount: number): string => `${amount.toFixed(2)} USD`;

/** `at 30.45 USD`, or `between 24.00 and 72.00 USD` where instances come and go. */
const amounts = ({ minimum, maximum }: Share): string =>
  minimum === maximum ? usd(maximum) : `${minimum.toFixed(2)} to ${usd(maximum)}`;

const inStack = (violations: Omit<Violation, "resource">[]): Violation[] =>
  violations.map((violation) => ({ resource: "stack", ...violation }));

/** Rules about money. */
export const budgetRules: readonly Rule[] = [
  rule(
    {
      id: "budget-over",
      title: "The stack stays within its budget",
      severity: "error",
      reason: "nobody agreed to pay more",
      source: "slipway:budget of the stack file",
    },
    (stack) =>
      inStack(
        shares(stack)
          .filter(({ percent }) => percent > 100)
          .map((share) => ({
            message: `must cost at most ${usd(share.limit)} a month (budget.${share.of}); it costs ${amounts(share)}`,
            fix: `choose smaller sizes or fewer instances, or raise budget.${share.of}`,
          })),
      ),
  ),
  rule(
    {
      id: "budget-step",
      title: "The stack is well below its budget",
      severity: "warning",
      reason: "the next size up will not fit",
      source: "slipway:budget warnAtPercent of the stack file",
    },
    (stack) =>
      inStack(
        shares(stack).flatMap((share) => {
          const reached = (stack.facts.budget?.warnAtPercent ?? [])
            .filter((step) => share.percent >= step)
            .at(-1);
          return reached === undefined || share.percent > 100
            ? []
            : [
                {
                  message: `costs ${amounts(share)} a month and has passed ${reached} % of budget.${share.of}, ${usd(share.limit)}`,
                  fix: `know it, or raise budget.${share.of}`,
                },
              ];
        }),
      ),
  ),
  rule(
    {
      id: "budget-set",
      title: "Every stack has a budget",
      severity: "warning",
      reason: "without one nobody is warned before the bill",
      source: "slipway:budget of the stack file",
    },
    ({ facts: { budget } }) => {
      const open = groups.filter((group) => budget?.[group] === undefined);
      if (budget?.total !== undefined || open.length === 0) return [];
      return inStack([
        open.length === groups.length
          ? { message: "must have a budget", fix: "set slipway:budget, such as { total: 40 }" }
          : {
              message: `must have a budget for all of it: ${open.map((group) => `budget.${group}`).join(" and ")} set no limit, so there is none for the total`,
              fix: "set budget.total, or the rest of the three",
            },
      ]);
    },
  ),
];
