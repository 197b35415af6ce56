import { typeName } from "../plan/words.ts";
import { clean, shortened } from "./clean.ts";
import type { Change, Difference, Loss, StackReport } from "./document.ts";
import type { Block, Fold, Inline, Item } from "./layout.ts";
import { isVariable } from "./variables.ts";

/** What stops a change and what is to be seen first, stack by stack. */
export function lossBlocks(stacks: readonly StackReport[], fold: Fold): Block[] {
  return stacks.flatMap((stack): Block[] => [
    ...listed(
      stack.losses.some(({ operation }) => operation !== "update") ? "would lose" : "would weaken",
      stack,
      stack.losses.map((loss) => lossItem(loss, fold)),
    ),
    ...listed("would change what judges it", stack, ruleItems(stack, fold)),
    ...listed("look at this first", stack, warningItems(stack, fold)),
  ]);
}

const listed = (what: string, { stack }: StackReport, items: Item[]): Block[] =>
  items.length === 0
    ? []
    : [
        {
          kind: "paragraph",
          line: [{ strong: stack }, what.startsWith("look") ? `, ${what}:` : ` ${what}:`],
        },
        { kind: "list", items },
      ];

const ruleItems = ({ ruleChanges }: StackReport, fold: Fold): Item[] =>
  ruleChanges.map(({ reason, remedy, weight }) => ({
    line: [{ strong: weight === "refuse" ? "judge" : "look" }, ` ${shortened(clean(reason), 600)}`],
    ...(fold.losses === "remedy" ? { items: [{ line: [`instead: ${shortened(clean(remedy), 600)}`] }] } : {}),
  }));

const warningItems = ({ warnings }: StackReport, fold: Fold): Item[] =>
  fold.changes === "none" ? [] : warnings.map(({ reason }) => ({ line: [shortened(clean(reason), 600)] }));

function lossItem(loss: Loss, fold: Fold): Item {
  const verb = loss.operation === "update" ? "weaken" : loss.operation;
  const head: Inline[] = [{ strong: verb }, " ", ...subject(loss, fold)];
  if (fold.losses === "name") return { line: head };
  const line: Inline[] = [...head, `: ${shortened(clean(loss.reason), 600)}`];
  if (fold.losses === "reason") return { line };
  return {
    line,
    items: [
      ...differenceItems(loss.differences, { ...fold, differences: Math.min(fold.differences, 10) }),
      { line: [`instead: ${shortened(clean(loss.remedy), 600)}`] },
    ],
  };
}

/** A resource by its type and name. */
export const subject = ({ type, name }: Pick<Change, "type" | "name">, { name: most }: Fold): Inline[] => [
  { code: shortened(clean(typeName(type)), most) },
  " ",
  { code: shortened(clean(name), most) },
];

/** What differs of a resource, property by property. */
export function differenceItems(differences: readonly Difference[], fold: Fold): Item[] {
  const shown = differences
    .slice(0, fold.differences)
    .map((one): Item => ({ line: differenceLine(one, fold) }));
  const more = differences.length - shown.length;
  return more > 0 ? [...shown, { line: [`${more} more ${more === 1 ? "property" : "properties"}`] }] : shown;
}

/** Longest JSON that a person reads. */
const longestJson = 160;

/** What goes with a part of many settings: those that are one value, and how many there are of the others. */
function partText(text: string): string {
  if (text.length <= longestJson || !text.startsWith("{")) return text;
  const settings = settingsOf(text);
  if (settings === undefined) return text;
  return Object.entries(settings)
    .map(([key, value]) => {
      if (typeof value !== "object" || value === null) return `${key} ${value}`;
      if (Array.isArray(value)) return `${value.length} ${key}`;
      const inner = Object.values(value).filter((one) => typeof one !== "object");
      return [key, ...inner].join(" ");
    })
    .join(", ");
}

/** Long values are cut before they come here, and are no JSON then. */
function settingsOf(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function differenceLine({ path, before, after }: Difference, fold: Fold): Inline[] {
  const value = (text: string): Inline => ({ code: text === "" ? '""' : shortened(clean(text), fold.value) });
  const head: Inline[] = [{ code: shortened(clean(path), Math.max(fold.name, 80)) }, ": "];
  if (before === undefined) return [...head, ...(after === undefined ? [] : [value(after)]), " is added"];
  if (after === undefined) return [...head, value(partText(before)), " is taken out"];
  if (before === after && isVariable(path))
    return [...head, "changes; of variables the provider shows no text"];
  if (before === after) return [...head, value(after), " changes, and neither text is shown"];
  return [...head, value(before), " → ", value(after)];
}
