import { wrapped } from "../wrapped.ts";
import type { PlanDocument, ResourcePlan, StackPlan } from "./document.ts";
import { columns, legend, type PlanList, sections, shownSetting, typeName } from "./words.ts";

/** Columns of the terminal that the text is made for. */
export const textWidth = 80;

/** A plan for a terminal: a table of the stacks first, then each of them. */
export function planText(document: PlanDocument): string {
  if (document.stacks.length === 0) return "";
  const { head, rows } = sections.summary(document.stacks);
  const parts = [
    columns([head, ...rows]),
    wrapped(legend, textWidth, "", ""),
    ...document.stacks.map(stackText),
    ...shown(sections.shared(document.stacks)),
  ];
  return `${parts.join("\n\n")}\n`;
}

const shown = (lists: readonly PlanList[]) =>
  lists.map(({ title, lines }) =>
    [title, ...lines.map((line) => wrapped(line, textWidth, "  ", "    "))].join("\n"),
  );

function stackText(plan: StackPlan): string {
  const title = `${plan.stack}: ${plan.resources} resources${plan.isProtected ? ", what holds data is protected" : ""}`;
  const components = plan.components.map(({ name, type, resources }) =>
    [`${name} (${typeName(type)})`, ...resources.map(resourceText)].join("\n"),
  );
  return [
    `${title}\n${"=".repeat(Math.min(title.length, textWidth))}`,
    ...shown(sections.first(plan)),
    ...components,
    ...shown(sections.lists(plan)),
  ].join("\n\n");
}

function resourceText({ type, name, settings, isProtected, isKept, adopts }: ResourcePlan): string {
  const marks = [
    ...(isProtected ? ["protected"] : []),
    ...(isKept ? ["kept"] : []),
    ...(adopts === undefined ? [] : [`adopts ${adopts}`]),
  ];
  const head = `${typeName(type)} ${name}${marks.length === 0 ? "" : ` [${marks.join(", ")}]`}`;
  const shown = Object.entries(settings).map(([key, value]) => `${key} ${shownSetting(value)}`);
  const lines = [wrapped(head, textWidth, "  ", "      ")];
  const isLong = shown.some((one) => one.includes(", "));
  for (const line of isLong ? shown : [shown.join(", ")].filter(Boolean))
    lines.push(wrapped(line, textWidth, "      ", isLong ? "        " : "      "));
  return lines.join("\n");
}
