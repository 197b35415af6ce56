import type { StackPlan } from "./document.ts";

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

/** Breaks a line between words; a word that is longer than the line stays whole, so that it can be copied. */
export function wrapped(text: string, width: number, first: string, rest: string): string {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ")) {
    const isEmpty = line.trim() === "";
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest + word;
    } else line += isEmpty ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}

/** What a plan consists of besides its resources. */
export const sections = {
  summary: (stacks: readonly StackPlan[]) => ({
    head: ["stack", "resources", "USD a month", "budget", "secrets to set", "platform limits"],
    rows: stacks.map((plan) => [
      plan.stack,
      String(plan.resources),
      usdRange(plan.cost),
      plan.cost.budget === undefined ? "none" : String(plan.cost.budget),
      String(plan.secrets.filter(({ isSet, isOptional }) => !isSet && !isOptional).length),
      String(plan.limits.length),
    ]),
  }),
  lists: (plan: StackPlan): PlanList[] =>
    [costList(plan), limitList(plan), releaseList(plan), secretList(plan)].filter(
      ({ lines }) => lines.length > 0,
    ),
};

/** `30.45`, or `30.45–60.90` where the cost is not fixed. */
const usdRange = ({ minimum, maximum }: { minimum: number; maximum: number }): string =>
  minimum === maximum ? minimum.toFixed(2) : `${minimum.toFixed(2)}–${maximum.toFixed(2)}`;

const against = (maximum: number, budget: number | undefined): string => {
  if (budget === undefined) return "";
  if (budget === 0) return maximum > 0 ? " of 0: over the budget" : " of 0";
  const percent = Math.ceil((maximum / budget) * 100);
  return ` of ${budget} (${percent} %${maximum > budget ? ", over the budget" : ""})`;
};

const costList = ({ cost }: StackPlan): PlanList => {
  const group = (name: string) => cost.groups.find(({ component }) => component === name);
  return {
    title: `Cost, USD a month (prices of ${cost.pricesOf})`,
    lines: [
      ...cost.groups
        .filter(({ maximum, budget }) => maximum > 0 || budget !== undefined)
        .map((one) => `- ${one.component}: ${usdRange(one)}${against(one.maximum, one.budget)}`),
      `- all together: ${usdRange(cost)}${against(cost.maximum, cost.budget)}`,
      ...cost.lines.map((line) => {
        const { item, assumption } = line;
        return `- for ${item}: ${usdRange(line)}${assumption === undefined ? "" : `; ${assumption}`}`;
      }),
      ...cost.choices.map((one) => {
        const over = against(one.maximum, group(one.component)?.budget);
        return `- not chosen, ${one.choice} (${one.setting}): ${one.component} ${usdRange(one)}${over}`;
      }),
    ],
  };
};

const limitList = ({ limits }: StackPlan): PlanList => ({
  title: "What the platforms cannot do, and what is done instead",
  lines: limits.map(
    ({ cannot, instead, settings }) => `- ${cannot}; instead: ${instead} (${settings.join(", ")})`,
  ),
});

const releaseList = ({ releases }: StackPlan): PlanList => ({
  title: "How releases get here",
  lines: releases.map(({ part, way, from }) =>
    way === "image" ? `- ${part}: the image ${from}, as it is` : `- ${part}: built again from ${from}`,
  ),
});

const secretList = ({ secrets }: StackPlan): PlanList => ({
  title: "Secrets",
  lines: secrets.map(({ name, isSet, isOptional, usedBy }) => {
    const state = isSet ? "set" : isOptional ? "optional, not set" : "to be set";
    return `- ${name}: ${state}; for ${usedBy.join(", ")}`;
  }),
});
