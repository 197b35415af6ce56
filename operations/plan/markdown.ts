import type { ComponentPlan, PlanDocument, StackPlan } from "./document.ts";
import { legend, type PlanList, sections, shownSetting, typeName } from "./words.ts";

/** A plan as GitHub shows it: the table of the stacks first, then each of them folded. */
export function planMarkdown(document: PlanDocument): string {
  if (document.stacks.length === 0) return "";
  const { head, rows } = sections.summary(document.stacks);
  const shared = shown(sections.shared(document.stacks)).map(
    (list) => `<details><summary>Platform limits</summary>\n\n${list}\n\n</details>`,
  );
  return [table(head, rows), ...document.stacks.map(stackMarkdown), ...shared, cell(legend)]
    .join("\n\n")
    .concat("\n");
}

const shown = (lists: readonly PlanList[]) =>
  lists.map(
    ({ title, lines }) => `#### ${title}\n\n${lines.map((line) => `- ${cell(line.slice(2))}`).join("\n")}`,
  );

function stackMarkdown(plan: StackPlan): string {
  const title = `<b>${cell(plan.stack)}</b>: ${plan.resources} resources`;
  const parts = [
    ...shown(sections.first(plan)),
    ...plan.components.map(componentMarkdown),
    ...shown(sections.lists(plan)),
  ];
  return `<details><summary>${title}</summary>\n\n${parts.join("\n\n")}\n\n</details>`;
}

function componentMarkdown({ name, type, resources }: ComponentPlan): string {
  const rows = resources.map((one) => [
    `${typeName(one.type)} ${one.name}`,
    Object.entries(one.settings)
      .map(([key, value]) => `${key} ${shownSetting(value)}`)
      .join(", "),
    [one.isProtected ? "protected" : "", one.isKept ? "kept" : "", one.adopts ? `adopts ${one.adopts}` : ""]
      .filter((mark) => mark !== "")
      .join(", "),
  ]);
  return `#### ${cell(name)} (${typeName(type)})\n\n${table(["resource", "settings", ""], rows)}`;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");

/** A text that markdown shows as it is, without mentioning anybody. */
const cell = (text: string): string =>
  text
    .replace(/[\\`*_[\]<>|#~]/g, (sign) => `\\${sign}`)
    .replace(/(?<!\w)@/g, "@\u200b")
    .replace(/[\r\n]+/g, " ");
