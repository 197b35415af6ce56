import { typeName } from "../plan/words.ts";
import { clean, shortened } from "./clean.ts";
import type { Change, ReportDocument, StackReport } from "./document.ts";
import { graphText } from "./graph.ts";
import type { Block, Fold, Inline, Item } from "./layout.ts";
import { differenceItems, lossBlocks, subject } from "./loss-blocks.ts";
import { verdictBlocks } from "./verdict.ts";
import { budgetWords, costWords, countWords, policyWords, verbs } from "./words.ts";

/** A report as blocks: what is refused, a line per stack, then all that would be lost, then each stack by itself. */
export function reportBlocks(report: ReportDocument, fold: Fold): Block[] {
  const { stacks } = report;
  const isFolded = fold.value < 2000;
  return [
    { kind: "title", level: 3, line: [title(stacks)] },
    ...verdictBlocks(stacks, fold),
    summary(stacks),
    ...planBlocks(stacks),
    ...lossBlocks(stacks, fold),
    ...stacks.flatMap((stack) => stackBlocks(stack, fold)),
    ...(fold.hasGraph ? graphBlocks(report) : []),
    ...(stacks.some(({ failure }) => failure === undefined)
      ? [
          {
            kind: "paragraph" as const,
            line: ["Numbers are those of the engine: components and the stack itself are counted too."],
          },
        ]
      : []),
    ...(isFolded
      ? [
          {
            kind: "paragraph" as const,
            line: ["Shortened to fit; the whole text is in the summary of the job."],
          },
        ]
      : []),
  ];
}

function title(stacks: readonly StackReport[]): string {
  const all = stacks.flatMap(({ losses }) => losses);
  const weakened = all.filter(({ operation }) => operation === "update").length;
  const lost = all.length - weakened;
  const parts = [
    ...(lost === 0 ? [] : [lost === 1 ? "One loss" : `${lost} losses`]),
    ...(weakened === 0 ? [] : [weakened === 1 ? "one weakening" : `${weakened} weakenings`]),
  ];
  if (parts.length > 0) {
    const text = parts.join(" and ");
    return `${text.charAt(0).toUpperCase()}${text.slice(1)} in this change`;
  }
  const refused = stacks.filter(({ verdict }) => verdict !== undefined).length;
  if (refused > 0)
    return stacks.length === 1
      ? "This change is refused"
      : `This change is refused in ${refused} of ${stacks.length} stacks`;
  return stacks.every(isUnchanged) ? "This change leaves everything as it is" : "What this change does";
}

const isUnchanged = ({ failure, isPlanOnly, counts }: StackReport): boolean =>
  failure === undefined &&
  !isPlanOnly &&
  Object.entries(counts).every(([name, count]) => name === "unchanged" || count === 0);

function summary(stacks: readonly StackReport[]): Block {
  const hasMore = (name: "import" | "forget") => stacks.some(({ counts }) => counts[name] > 0);
  const kinds = [
    "create",
    "update",
    "replace",
    "delete",
    ...(hasMore("import") ? (["import"] as const) : []),
    ...(hasMore("forget") ? (["forget"] as const) : []),
    "unchanged",
  ] as const;
  return {
    kind: "table",
    head: ["stack", ...kinds, "USD a month", "budget", "policy"],
    rows: stacks.map((stack) => [
      [{ strong: stack.stack }],
      ...kinds.map((kind): Inline[] => [countCell(stack, kind)]),
      [costWords(stack.cost)],
      [budgetWords(stack.cost)],
      [policyWords(stack.findings)],
    ]),
  };
}

/** What `no plan` in the table means, and how there is one. */
function planBlocks(stacks: readonly StackReport[]): Block[] {
  const [first] = stacks.filter(({ findings }) => findings === undefined);
  if (first === undefined) return [];
  const name = shortened(clean(first.stack), 80);
  const line: Inline[] = [
    "Policy: no plan means that the rules were not asked. ",
    { code: `slipway plan --stack ${name} --format json > plan.json` },
    " asks them, and ",
    { code: `--plan ${name}=plan.json` },
    " beside the preview tells what they find.",
  ];
  return [{ kind: "paragraph", line }];
}

function countCell(
  { failure, isPlanOnly, planned, counts }: StackReport,
  kind: keyof StackReport["counts"],
): Inline {
  if (failure !== undefined) return kind === "create" ? "no preview" : "";
  if (isPlanOnly) return kind === "create" ? `plan only: ${planned ?? 0} in all` : "";
  const count = counts[kind];
  const isGrave = count > 0 && (kind === "replace" || kind === "delete" || kind === "forget");
  return isGrave ? { strong: String(count) } : String(count);
}

function stackBlocks(stack: StackReport, fold: Fold): Block[] {
  const { failure, isPlanOnly } = stack;
  const heading: Inline[] = [{ strong: stack.stack }, `: ${countWords(stack)}`];
  if (failure !== undefined)
    return [
      { kind: "paragraph", line: heading },
      { kind: "list", items: [{ line: [{ code: shortened(clean(failure), fold.value) }] }] },
    ];
  const blocks = [
    ...(isPlanOnly ? [] : changeBlocks(stack, fold)),
    ...settingBlocks(stack, fold),
    ...findingBlocks(stack, fold),
    ...quietBlocks(stack, fold),
  ];
  if (blocks.length === 0) return [];
  return [{ kind: "fold", title: heading, blocks }];
}

function changeBlocks({ changes: others, losses }: StackReport, fold: Fold): Block[] {
  // What is weakened may change in other ways too, which are no part of that.
  const weakened = losses.flatMap(({ rest, ...loss }) => (rest ? [{ ...loss, differences: rest }] : []));
  const changes = [...weakened, ...others];
  if (changes.length === 0 || fold.changes === "none") return [];
  if (fold.changes === "byType") {
    const counts = new Map<string, number>();
    for (const { operation, type } of changes) {
      const key = `${verbs[operation]} ${shortened(clean(typeName(type)), fold.name)}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const items = [...counts].map(([key, count]): Item => ({ line: [{ code: key }, `: ${count}`] }));
    return [{ kind: "list", items: items.slice(0, 50) }];
  }
  return [{ kind: "list", items: changes.map((change) => changeItem(change, fold)) }];
}

const changeItem = (change: Change, fold: Fold): Item => ({
  line: [verbs[change.operation], " ", ...subject(change, fold)],
  items: differenceItems(change.differences, fold),
});

/** What changed of the settings, as the components got them: it says why the resources change. */
function settingBlocks({ quiet }: StackReport, fold: Fold): Block[] {
  const components = quiet.filter(({ differences }) => differences.length > 0);
  if (components.length === 0 || fold.changes !== "each" || fold.differences === 0) return [];
  return [
    {
      kind: "fold",
      title: ["settings that make it so"],
      blocks: [{ kind: "list", items: components.map((change) => changeItem(change, fold)) }],
    },
  ];
}

function findingBlocks({ findings = [] }: StackReport, fold: Fold): Block[] {
  const shown = findings.filter(
    ({ severity, waived }) =>
      severity !== "info" &&
      (fold.findings === "all" ||
        (fold.findings === "errors" && severity === "error" && waived === undefined)),
  );
  if (shown.length === 0) return [];
  const items = shown.map(({ rule, severity, resource, message, fix, waived }): Item => {
    const end = waived === undefined ? `; ${fix}` : `; waived until ${waived.expires}: ${waived.reason}`;
    return {
      line: [
        `${waived === undefined ? severity : "waived"} `,
        { code: clean(rule) },
        " at ",
        { code: shortened(clean(resource), fold.name) },
        `: ${shortened(clean(`${message}${end}`), 600)}`,
      ],
    };
  });
  return [{ kind: "fold", title: ["policy"], blocks: [{ kind: "list", items }] }];
}

function quietBlocks({ quiet, outputs }: StackReport, fold: Fold): Block[] {
  const names = quiet.filter(({ differences }) => differences.length === 0);
  if (names.length === 0 && outputs.length === 0) return [];
  if (!fold.namesQuiet) {
    const line = `not told: ${names.length} components and resources, ${outputs.length} outputs`;
    return [{ kind: "paragraph", line: [line] }];
  }
  const listed = (all: readonly string[]): Inline[] =>
    all.flatMap((name, at): Inline[] => [
      ...(at === 0 ? [] : [", "]),
      { code: shortened(clean(name), fold.name) },
    ]);
  const items: Item[] = [
    ...(names.length === 0
      ? []
      : [{ line: ["without a difference that matters: ", ...listed(names.map(({ name }) => name))] }]),
    ...(outputs.length === 0 ? [] : [{ line: ["outputs: ", ...listed(outputs)] }]),
  ];
  return [{ kind: "fold", title: ["what does not matter"], blocks: [{ kind: "list", items }] }];
}

function graphBlocks(report: ReportDocument): Block[] {
  const text = graphText(report);
  if (text === undefined) return [];
  return [{ kind: "fold", title: ["picture of the change"], blocks: [{ kind: "graph", text }] }];
}
