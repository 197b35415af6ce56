import type { StackSettings } from "./config.ts";
import { appLines } from "./cost/app.ts";
import { backupLines } from "./cost/backups.ts";
import { databaseLines } from "./cost/database.ts";
import { fileLines } from "./cost/files.ts";
import { type BudgetGroup, budgetGroups, type CostLine, type DatedLine } from "./cost/line.ts";
import { sumOf } from "./cost/money.ts";
import { monitoringLines, registryLines } from "./cost/other.ts";
import { currentPrices, type Prices } from "./prices.ts";
import { withOperations } from "./web-app/operations.ts";

export type { BudgetGroup, CostLine } from "./cost/line.ts";

/** What a stack costs a month, from its least to its most; the sums are those of the rounded lines. */
export interface MonthlyCost {
  currency: "USD";
  minimum: number;
  maximum: number;
  lines: CostLine[];
  byBudget: Record<BudgetGroup, { minimum: number; maximum: number }>;
  /** Date of the oldest price among them (ISO date). */
  pricesOf: string;
}

/** What the cost depends on besides the settings. */
export interface CostCircumstances {
  /** @default - `us-east-1`, as in `Pulumi.yaml` */
  awsRegion?: string | undefined;
  /** @default - the catalog's, with `catalog/overrides.json` */
  prices?: Prices;
}

/** Days after which a price should be looked up again. */
const oldDays = 365;

/**
 * What a stack costs a month, by its settings alone: at least with the fewest instances, at most with every instance that
 * autoscaling may add. Lines whose price is a year old `today` (ISO date) say so.
 */
export function monthlyCost(
  settings: StackSettings,
  today?: string,
  { awsRegion = "us-east-1", prices = currentPrices() }: CostCircumstances = {},
): MonthlyCost {
  const { database, backups, files, monitoring } = settings;
  const app = settings.app && withOperations(settings.app, settings);
  const dated = [
    ...(database === undefined ? [] : databaseLines(database, prices)),
    ...(app === undefined ? [] : appLines(app, prices)),
    ...(backups === undefined ? [] : backupLines(backups, database, prices, awsRegion)),
    ...(files === undefined ? [] : fileLines(files, prices, awsRegion)),
    ...monitoringLines(monitoring, prices),
    ...(app === undefined ? [] : registryLines(app, prices)),
  ];
  const lines = dated.map((one) => withAge(one, today));
  const range = (chosen: readonly CostLine[]) => ({
    minimum: sumOf(chosen.map(({ minimum }) => minimum)),
    maximum: sumOf(chosen.map(({ maximum }) => maximum)),
  });
  const groups = budgetGroups.map(
    (group) => [group, range(lines.filter(({ component }) => component === group))] as const,
  );
  const dates = dated.map(({ date }) => date).sort();
  return {
    currency: "USD",
    ...range(lines),
    lines,
    byBudget: Object.fromEntries(groups) as MonthlyCost["byBudget"],
    pricesOf: dates[0] ?? "",
  };
}

function withAge({ line, date }: DatedLine, today: string | undefined): CostLine {
  if (today === undefined || Date.parse(today) - Date.parse(date) < oldDays * 86_400_000) return line;
  const age = `the price is of ${date}: look it up again`;
  return { ...line, assumption: line.assumption === undefined ? age : `${line.assumption}; ${age}` };
}
