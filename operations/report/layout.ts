/** A piece of a line: words, which are shown as they are, or a name or value, which is set apart. */
export type Inline = string | { code: string } | { strong: string };

/** A line of a list with the lines below it. */
export interface Item {
  line: Inline[];
  items?: Item[];
}

/** What a report consists of, whether it is shown as Markdown or as HTML. */
export type Block =
  | { kind: "title"; level: 2 | 3 | 4; line: Inline[] }
  | { kind: "paragraph"; line: Inline[] }
  | { kind: "table"; head: string[]; rows: Inline[][][] }
  | { kind: "list"; items: Item[] }
  | { kind: "fold"; title: Inline[]; blocks: Block[] }
  | { kind: "graph"; text: string };

/** What is left out to be short, from nothing to almost all. */
export interface Fold {
  hasGraph: boolean;
  /** Whether components and resources without differences are named, or counted. */
  namesQuiet: boolean;
  /** Characters of a value. */
  value: number;
  /** Differences of one resource. */
  differences: number;
  /** Whether every finding of the rules is told, or errors only, or their number. */
  findings: "all" | "errors" | "number";
  /** Whether resources that lose nothing are told one by one, by type, or not at all. */
  changes: "each" | "byType" | "none";
  /** What is told of a loss. */
  losses: "remedy" | "reason" | "name";
  /** Characters of a name. */
  name: number;
}

const whole: Fold = {
  hasGraph: true,
  namesQuiet: true,
  value: 2000,
  differences: 10_000,
  findings: "all",
  changes: "each",
  losses: "remedy",
  name: 200,
};

/** The order in which a report is folded, until it is short enough. What would be lost goes last. */
const steps: readonly Partial<Fold>[] = [
  {},
  { value: 300 },
  { hasGraph: false },
  { namesQuiet: false },
  { value: 80 },
  { differences: 5 },
  { differences: 0 },
  { findings: "errors" },
  { changes: "byType" },
  { findings: "number", name: 80 },
  { changes: "none" },
  { losses: "reason" },
  { losses: "name", name: 60 },
  { name: 24 },
];

/** The order in which a report is folded, until it is short enough. What would be lost goes last. */
export const folds: readonly Fold[] = steps.map((_, at) =>
  Object.assign({}, whole, ...steps.slice(0, at + 1)),
);
