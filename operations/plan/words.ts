import type { BudgetState } from "../../components/cost/budget.ts";
import { range, stateText } from "../cost-report.ts";
import { clean } from "../report/clean.ts";
import type { PlanDocument, StackPlan } from "./document.ts";
import { notReleased } from "./marks.ts";

/** A list of a stack's plan, as text and markdown both show it. */
export interface PlanList {
  title: string;
  lines: string[];
}

/** `DatabaseCluster` of `digitalocean:index/databaseCluster:DatabaseCluster`. */
export const typeName = (type: string): string => type.split(":").at(-1) ?? type;

/** A setting in one line. */
export function shownSetting(value: unknown): string {
  if (Array.isArray(value)) return value.map(shownSetting).join(" ");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** Rows as columns, two spaces apart; numbers stay on the left, since they are mixed with words. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** What numbers and marks mean. */
export const legend =
  "Resources are counted as the engine does: components and the stack itself are among them. [protected]: nothing deletes it until that is switched off. [kept]: it stays at the platform when the stack is destroyed.";

/** What a plan consists of besides its resources. */
export const sections = {
  summary: (stacks: readonly StackPlan[]) => ({
    head: ["stack", "resources", "USD a month", "budget", "policy", "secrets to set"],
    rows: stacks.map((plan) => [
      plan.stack,
      String(plan.resources),
      range(plan.cost),
      budgetOf(plan),
      policyCount(plan),
      String(plan.secrets.filter(({ isSet, isOptional }) => !isSet && !isOptional).length),
    ]),
  }),
  /** What a reviewer decides by: it stands before the resources. */
  first: (plan: StackPlan): PlanList[] =>
    [findingList(plan), adoptionList(plan), costList(plan)].filter(({ lines }) => lines.length > 0),
  lists: (plan: StackPlan): PlanList[] =>
    [recoveryList(plan), noteList(plan), releaseList(plan), secretList(plan)].filter(
      ({ lines }) => lines.length > 0,
    ),
  /** Once for all stacks, since most of them meet the same. */
  shared: (plans: readonly StackPlan[]): PlanList[] =>
    [limitList(plans)].filter(({ lines }) => lines.length > 0),
};

const budgetOf = ({ cost }: StackPlan): string =>
  String(cost.budget.find(({ group }) => group === "total")?.budget ?? "none");

/** Findings that say more than another part of the plan: how the budget stands, each line of the cost tells. */
export const toldHere = ({ findings }: StackPlan): StackPlan["findings"] =>
  findings.filter(({ rule }) => rule !== "budget-step");

/** `2 errors, 1 warning`, of those that count. */
function policyCount(plan: StackPlan): string {
  const of = (wanted: string) =>
    toldHere(plan).filter(({ severity, waived }) => severity === wanted && waived === undefined).length;
  const counted = (count: number, word: string) =>
    count === 0 ? [] : [`${count} ${word}${count === 1 ? "" : "s"}`];
  return [...counted(of("error"), "error"), ...counted(of("warning"), "warning")].join(", ") || "fine";
}

const findingLines = (findings: StackPlan["findings"]): string[] =>
  findings.map(({ rule, severity, resource, message, fix, waived }) => {
    const state = waived === undefined ? severity : `waived until ${waived.expires} (${waived.reason})`;
    return `- ${state}, ${rule}: ${resource} ${message}; ${fix}`;
  });

const findingList = (plan: StackPlan): PlanList => ({
  title: "Policy",
  lines: findingLines(toldHere(plan).filter(({ severity }) => severity !== "info")),
});

const noteList = ({ findings }: StackPlan): PlanList => ({
  title: "Good to know",
  lines: findingLines(findings.filter(({ severity }) => severity === "info")),
});

const adoptionList = ({ adoption }: StackPlan): PlanList => ({
  title: "What is taken over",
  lines: adoption.map((line) => `- ${line}`),
});

const recoveryList = ({ recovery }: StackPlan): PlanList => ({
  title: "Recovery",
  lines: recovery.map(({ says, unit, declared, delivered, why }) => {
    const amount = (count: number) => `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;
    const promised = declared === undefined ? "nothing promised" : `promised: ${amount(declared)}`;
    return `- ${says} ${delivered === undefined ? "not known" : amount(delivered)} (${promised}); ${why}`;
  }),
});

const against = (state: BudgetState): string => (state.budget === undefined ? "" : `, ${stateText(state)}`);

const costList = ({ cost }: StackPlan): PlanList => ({
  title: `Cost, USD a month (prices of ${cost.pricesOf})`,
  lines: [
    ...cost.budget
      .filter(({ maximum, budget }) => maximum > 0 || budget !== undefined)
      .map((state) => `- ${state.group}: ${range(state)}${against(state)}`),
    ...cost.lines.map((line) => {
      const { item, assumption } = line;
      return `- for ${item}: ${range(line)}${assumption === undefined ? "" : `; ${assumption}`}`;
    }),
    ...cost.choices.map(
      (one) =>
        `- not chosen, ${one.choice} (${one.setting}): ${one.state.group} ${range(one.state)}${against(one.state)}`,
    ),
  ],
});

function limitList(plans: readonly StackPlan[]): PlanList {
  const met = new Map<string, Map<string, string[]>>();
  for (const { stack, limits } of plans)
    for (const { cannot, instead, settings } of limits) {
      const line = `- ${cannot}; instead: ${instead}`;
      const stacksBySettings = met.get(line) ?? new Map<string, string[]>();
      const wished = settings.join(", ");
      stacksBySettings.set(wished, [...(stacksBySettings.get(wished) ?? []), stack]);
      met.set(line, stacksBySettings);
    }
  const where = (stacksBySettings: ReadonlyMap<string, string[]>) =>
    [...stacksBySettings].map(([wished, stacks]) =>
      plans.length === 1 ? wished : `${stacks.join(", ")}: ${wished}`,
    );
  return {
    title: "What the platforms cannot do, and what is done instead",
    lines: [...met].map(([line, stacksBySettings]) => `${line} (${where(stacksBySettings).join("; ")})`),
  };
}

const releaseList = ({ releases }: StackPlan): PlanList => ({
  title: "How releases get here",
  lines: releases.map(({ part, way, from }) =>
    way === "image"
      ? `- ${part}: the image ${from}${from.includes(notReleased) ? "" : ", as it is"}`
      : `- ${part}: built again from ${from}`,
  ),
});

const secretList = ({ secrets }: StackPlan): PlanList => ({
  title: "Secrets",
  lines: secrets.map(({ name, isSet, isOptional, usedBy }) => {
    const state = isSet ? "set" : isOptional ? "optional, not set" : "to be set";
    return `- ${name}: ${state}; for ${usedBy.join(", ")}`;
  }),
});

/** A plan in which no text of a stack file can begin a line or steer a terminal. */
export function cleaned(document: PlanDocument): PlanDocument {
  return { ...document, stacks: cleanedValue(document.stacks) };
}

function cleanedValue<T>(value: T): T;
function cleanedValue(value: unknown): unknown {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) return value.map((one) => cleanedValue<unknown>(one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [clean(key), cleanedValue<unknown>(one)]),
  );
}
