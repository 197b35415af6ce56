import { takesStandby } from "../../catalog/database-sizes.ts";
import type { StackSettings } from "../../components/config.ts";
import { type BudgetState, budgetStates } from "../../components/cost/budget.ts";
import { type BudgetGroup, type CostLine, type MonthlyCost, monthlyCost } from "../../components/cost.ts";

/** What a stack costs a month in USD, beside what it may cost. */
export interface CostPlan {
  currency: "USD";
  minimum: number;
  maximum: number;
  /** Each group and the total, against its budget where one is set. */
  budget: BudgetState[];
  lines: CostLine[];
  /** What was left out, with what it would cost. */
  choices: CostChoice[];
  /** Date of the oldest price (ISO date). */
  pricesOf: string;
}

/** What a group of the budget would cost with another choice. */
export interface CostChoice {
  /** `database.standbyNodes`. */
  setting: string;
  choice: string;
  state: BudgetState;
}

/** The monthly cost of a stack against its budget. */
export function costPlan(settings: StackSettings, awsRegion: string | undefined): CostPlan {
  const cost = costOf(settings, awsRegion);
  const { currency, minimum, maximum, lines, pricesOf } = cost;
  return {
    currency,
    minimum,
    maximum,
    budget: budgetStates(cost, settings.budget),
    lines,
    choices: [...standbyChoice(settings, awsRegion), ...scalingChoices(settings, awsRegion)],
    pricesOf,
  };
}

const costOf = (settings: StackSettings, awsRegion: string | undefined): MonthlyCost =>
  monthlyCost(settings, undefined, { awsRegion });

/** One group of the budget with other settings. */
function groupWith(
  settings: StackSettings,
  awsRegion: string | undefined,
  group: BudgetGroup,
): BudgetState[] {
  return budgetStates(costOf(settings, awsRegion), settings.budget).filter((state) => state.group === group);
}

function standbyChoice(settings: StackSettings, awsRegion: string | undefined): CostChoice[] {
  const { database } = settings;
  if (database === undefined || database.standbyNodes > 0) return [];
  const size = takesStandby(database.size) ? database.size : "db-s-1vcpu-2gb";
  const wished = { ...settings, database: { ...database, size, standbyNodes: 1 } };
  const choice = `one standby, 2 × ${size}`;
  return groupWith(wished, awsRegion, "database").map((state) => ({
    setting: "database.standbyNodes",
    choice,
    state,
  }));
}

const scaled = { size: "apps-d-1vcpu-0.5gb", autoscaling: { min: 1, max: 3, cpuPercent: 75 } } as const;

function scalingChoices(settings: StackSettings, awsRegion: string | undefined): CostChoice[] {
  const { app } = settings;
  if (app === undefined) return [];
  return Object.entries(app.services)
    .filter(([, { autoscaling }]) => autoscaling === undefined)
    .flatMap(([name, service]) => {
      const services = { ...app.services, [name]: { ...service, ...scaled, instances: undefined } };
      const choice = `autoscaling 1–3 × ${scaled.size}`;
      return groupWith({ ...settings, app: { ...app, services } }, awsRegion, "compute").map((state) => ({
        setting: `app.services.${name}.autoscaling`,
        choice,
        state,
      }));
    });
}
