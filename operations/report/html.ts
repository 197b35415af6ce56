import { reportBlocks } from "./blocks.ts";
import type { ReportDocument } from "./document.ts";
import { type Block, type Fold, folds, type Inline, type Item } from "./layout.ts";
import { entities } from "./markdown.ts";

const style = `
:root { color-scheme: light dark; --line: light-dark(#d0d7de, #3d444d); --code: light-dark(#f6f8fa, #151b23); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: .3rem .7rem; text-align: left; }
code { background: var(--code); border-radius: 4px; overflow-wrap: anywhere; padding: .1em .3em; unicode-bidi: isolate; }
details { border: 1px solid var(--line); border-radius: 6px; margin: 1rem 0; padding: .5rem 1rem; }
summary { cursor: pointer; }
@media print { details > * { display: block; } }
`;

/** A report as a page by itself: nothing is loaded, and nothing runs. The picture is in the comment alone. */
export function reportHtml(report: ReportDocument): string {
  const fold: Fold = { ...(folds[0] as Fold), hasGraph: false };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>slipway report</title>
<style>${style}</style>
</head>
<body>
${reportBlocks(report, fold).map(blockHtml).join("\n")}
</body>
</html>
`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "title":
      return `<h1>${lineHtml(block.line)}</h1>`;
    case "paragraph":
      return `<p>${lineHtml(block.line)}</p>`;
    case "table": {
      const head = block.head.map((cell) => `<th scope="col">${entities(cell)}</th>`).join("");
      const rows = block.rows.map(
        (row) => `<tr>${row.map((cell) => `<td>${lineHtml(cell)}</td>`).join("")}</tr>`,
      );
      return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join("\n")}\n</tbody>\n</table>`;
    }
    case "list":
      return listHtml(block.items);
    case "fold":
      return `<details open><summary>${lineHtml(block.title)}</summary>\n${block.blocks.map(blockHtml).join("\n")}\n</details>`;
    case "graph":
      return "";
  }
}

const listHtml = (items: readonly Item[]): string =>
  `<ul>\n${items
    .map(
      ({ line, items: inner = [] }) =>
        `<li>${lineHtml(line)}${inner.length === 0 ? "" : `\n${listHtml(inner)}`}</li>`,
    )
    .join("\n")}\n</ul>`;

const lineHtml = (line: readonly Inline[]): string => line.map(pieceHtml).join("");

function pieceHtml(piece: Inline): string {
  if (typeof piece === "string") return entities(piece);
  return "code" in piece ? `<code>${entities(piece.code)}</code>` : `<b>${entities(piece.strong)}</b>`;
}
