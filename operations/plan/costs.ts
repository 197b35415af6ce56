import { takesStandby } from "../../catalog/database-sizes.ts";
import type { StackSettings } from "../../components/config.ts";
import { type BudgetGroup, type CostLine, type MonthlyCost, monthlyCost } from "../../components/cost.ts";

interface Range {
  minimum: number;
  maximum: number;
}

/** What a stack costs a month in USD, beside what it may cost. */
export interface CostPlan extends Range {
  currency: "USD";
  /** The total that is allowed; left out where no budget is set. */
  budget?: number;
  groups: ({ component: BudgetGroup; budget?: number } & Range)[];
  lines: CostLine[];
  /** What was left out to keep the budget, with its price. */
  choices: CostChoice[];
  /** Date of the oldest price (ISO date). */
  pricesOf: string;
}

/** What a group of the budget would cost with another choice. */
export interface CostChoice extends Range {
  /** `database.standbyNodes`. */
  setting: string;
  choice: string;
  component: BudgetGroup;
}

/** The monthly cost of a stack against its budget. */
export function costPlan(settings: StackSettings, awsRegion: string | undefined): CostPlan {
  const { minimum, maximum, byBudget, lines, pricesOf } = costOf(settings, awsRegion);
  const { budget } = settings;
  const total = budget?.total ?? sumOfBudgets(budget);
  return {
    currency: "USD",
    minimum,
    maximum,
    ...(total === undefined ? {} : { budget: total }),
    groups: Object.entries(byBudget).map(([name, range]) => {
      const component = name as BudgetGroup;
      const limit = component === "other" ? undefined : budget?.[component];
      return { component, ...range, ...(limit === undefined ? {} : { budget: limit }) };
    }),
    lines,
    choices: [...standbyChoice(settings, awsRegion), ...scalingChoices(settings, awsRegion)],
    pricesOf,
  };
}

const costOf = (settings: StackSettings, awsRegion: string | undefined): MonthlyCost =>
  monthlyCost(settings, undefined, { awsRegion });

function sumOfBudgets(budget: StackSettings["budget"]): number | undefined {
  const given = [budget?.database, budget?.compute, budget?.storage].filter((one) => one !== undefined);
  return given.length === 0 ? undefined : given.reduce((sum, one) => sum + one, 0);
}

function standbyChoice(settings: StackSettings, awsRegion: string | undefined): CostChoice[] {
  const { database } = settings;
  if (database === undefined || database.standbyNodes > 0) return [];
  const size = takesStandby(database.size) ? database.size : "db-s-1vcpu-2gb";
  const wished = { ...settings, database: { ...database, size, standbyNodes: 1 } };
  const { minimum, maximum } = costOf(wished, awsRegion).byBudget.database;
  const choice = `one standby, 2 × ${size}`;
  return [{ setting: "database.standbyNodes", choice, component: "database", minimum, maximum }];
}

const scaled = { size: "apps-d-1vcpu-0.5gb", autoscaling: { min: 1, max: 3, cpuPercent: 75 } } as const;

function scalingChoices(settings: StackSettings, awsRegion: string | undefined): CostChoice[] {
  const { app } = settings;
  if (app === undefined) return [];
  return Object.entries(app.services)
    .filter(([, { autoscaling }]) => autoscaling === undefined)
    .map(([name, service]) => {
      const services = { ...app.services, [name]: { ...service, ...scaled, instances: undefined } };
      const { minimum, maximum } = costOf({ ...settings, app: { ...app, services } }, awsRegion).byBudget
        .compute;
      const choice = `autoscaling 1–3 × ${scaled.size}`;
      return { setting: `app.services.${name}.autoscaling`, choice, component: "compute", minimum, maximum };
    });
}
