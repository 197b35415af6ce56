import { z } from "zod";

const Usd = z
  .number()
  .min(0)
  .max(1_000_000)
  .refine((amount) => amount < 0 || Math.round(amount * 100) / 100 === amount, {
    error: ({ input }) => `must be in whole cents, such as 12.5 or 40; got ${String(input)}`,
  });

/** What the stack may cost, in USD a month. */
export const BudgetSettings = z.strictObject({
  database: Usd.optional().describe(
    "Cluster, standby nodes and replicas, in USD a month. Default: no limit of its own.",
  ),
  compute: Usd.optional().describe(
    "Services, workers, jobs and static sites, in USD a month. Default: no limit of its own.",
  ),
  storage: Usd.optional().describe(
    "Backups and files of users, in USD a month. Default: no limit of its own.",
  ),
  total: Usd.optional().describe(
    "All of it together, in USD a month. Default: the sum of the three where all three are set; otherwise there is no limit for all of it.",
  ),
  warnAtPercent: z
    .array(z.int().min(1).max(100))
    .refine((steps) => steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0)), {
      error: "must rise from one step to the next, such as [50, 75, 90]",
    })
    .default([50, 75, 90])
    .describe("Shares of the budget, in percent, at which people are warned."),
});
export type BudgetSettings = z.output<typeof BudgetSettings>;
