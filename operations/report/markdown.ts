import { reportBlocks } from "./blocks.ts";
import type { ReportDocument } from "./document.ts";
import { type Block, type Fold, folds, type Inline, type Item } from "./layout.ts";

/** What a comment begins with, so that the next report finds it; it is not shown. */
export const marker = "<!-- slipway report -->";

/** Longest comment that GitHub takes, in characters, and longest summary of a job, in bytes (docs.github.com, 2026-11-21). */
export const longestComment = 65_536;
export const longestSummary = 1024 * 1024;

/** A report as a comment: folded, in the order of `folds`, until GitHub takes it. */
export function commentText(report: ReportDocument): string {
  return fitted(report, (text) => text.length, longestComment);
}

/** The whole report, for the summary of a job; folded too where even that is too long. */
export function summaryText(report: ReportDocument): string {
  return fitted(report, (text) => Buffer.byteLength(text), longestSummary);
}

/** A report with everything in it. */
export const reportMarkdown = (report: ReportDocument, fold: Fold = folds[0] as Fold): string =>
  `${marker}\n${reportBlocks(report, fold).map(blockText).join("\n\n")}\n`;

function fitted(report: ReportDocument, sizeOf: (text: string) => number, most: number): string {
  let text = "";
  for (const fold of folds) {
    text = reportMarkdown(report, fold);
    if (sizeOf(text) <= most) return text;
  }
  const end = "\n\nThe rest does not fit.\n";
  let size = sizeOf(end);
  const fitting: string[] = [];
  for (const line of text.split("\n")) {
    size += sizeOf(line) + 1;
    if (size > most) break;
    fitting.push(line);
  }
  return fitting.join("\n").trimEnd() + end;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "title":
      return `${"#".repeat(block.level)} ${lineText(block.line)}`;
    case "paragraph":
      return lineText(block.line);
    case "table":
      return [block.head, block.head.map(() => "---"), ...block.rows.map((row) => row.map(cellText))]
        .map((row) => `| ${row.join(" | ")} |`)
        .join("\n");
    case "list":
      return block.items.map((item) => itemText(item, "")).join("\n");
    case "fold":
      return `<details><summary>${block.title.map(summaryPiece).join("")}</summary>\n\n${block.blocks.map(blockText).join("\n\n")}\n\n</details>`;
    case "graph":
      return `\`\`\`mermaid\n${block.text}\n\`\`\``;
  }
}

const itemText = ({ line, items = [] }: Item, indent: string): string =>
  [`${indent}- ${lineText(line)}`, ...items.map((item) => itemText(item, `${indent}  `))].join("\n");

const lineText = (line: readonly Inline[]): string => line.map(pieceText).join("");
/** Only a table takes a bar for its own, in code too. */
const cellText = (line: readonly Inline[]): string =>
  line
    .map((piece) =>
      typeof piece === "object" && "code" in piece
        ? codeText(piece.code).replaceAll("|", "\\|")
        : pieceText(piece),
    )
    .join("");

function pieceText(piece: Inline): string {
  if (typeof piece === "string") return plainText(piece);
  return "code" in piece ? codeText(piece.code) : `**${plainText(piece.strong)}**`;
}

/** The title of a fold stands in HTML, where no Markdown is read. */
const summaryPiece = (piece: Inline): string => {
  if (typeof piece === "string") return entities(piece);
  return "code" in piece ? `<code>${entities(piece.code)}</code>` : `<b>${entities(piece.strong)}</b>`;
};

/** A text in which nothing means anything to HTML. */
export const entities = (text: string): string =>
  text.replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** A code span: nothing in it is Markdown, HTML, a mention or a link. */
export function codeText(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  const pad = /^[` ]|[` ]$/.test(text) || text === "" ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

const break_ = "\u200b";

/** Words that Markdown shows as they are, without mentioning anybody and without linking to anything. */
export function plainText(text: string): string {
  return text
    .replace(/[\\`*_[\]<>|~&$]/g, (sign) => `\\${sign}`)
    .replace(/[@#](?=\w)/g, (sign) => `${sign}${break_}`)
    .replace(/^([#+-])/g, "\\$1")
    .replace(/:(?=\/\/)/g, `:${break_}`)
    .replace(/\b(www)\./gi, `$1${break_}.`)
    .replace(/\bGH-(?=\d)/gi, (prefix) => `${prefix}${break_}`)
    .replace(/\b[0-9a-f]{7,}\b/gi, (commit) => commit.replace(/.{6}(?=.)/g, `$&${break_}`));
}
