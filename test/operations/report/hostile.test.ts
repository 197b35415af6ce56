import { describe, expect, test } from "@jest/globals";
import { Parser } from "commonmark";
import fc from "fast-check";
import type { Step } from "../../../operations/guard/preview.ts";
import { shortName } from "../../../operations/report/clean.ts";
import type { ReportDocument } from "../../../operations/report/document.ts";
import { reportHtml } from "../../../operations/report/html.ts";
import {
  commentText,
  longestComment,
  longestSummary,
  marker,
  plainText,
  reportMarkdown,
  summaryText,
} from "../../../operations/report/markdown.ts";
import type { Finding } from "../../../policy/rule.ts";
import { reportOf, stackOf, step, types } from "./support.ts";

/** Texts that mean something to Markdown, GitHub, HTML, a terminal or a reader's eyes. */
const traps = [
  "@octocat",
  "@acme/owners",
  "#123",
  "acme/shop#1",
  "GH-1",
  "0123456789abcdef0123456789abcdef01234567",
  "https://evil.example/x",
  "www.evil.example",
  "<img src=x onerror=alert(1)>",
  "</details></summary>",
  "<!-- slipway report -->",
  "```\n# title\n```",
  "`` ` ``",
  "| a | b |",
  "[link](https://evil.example)",
  "![picture](https://evil.example/x.png)",
  "**bold** _it_ ~~gone~~ $x$",
  "\n\n# heading\n\n- [x] item",
  "\u001b[31mred\u001b[0m\u001b]8;;https://evil.example\u0007",
  "\u202egnp.exe",
  "\u200b\ufeff\u2066x",
  "&lt;b&gt; &#64;octocat",
  "\\",
  "\ud800",
  "x\u0000\u0007y",
  "𝒳".repeat(50),
];
const hostile = fc.oneof(
  fc.constantFrom(...traps),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.array(fc.constantFrom(...traps), { minLength: 1, maxLength: 4 }).map((some) => some.join("")),
);
const secretMarker = "s3cr3t-m4rk3r";
const hidden = fc.constantFrom<unknown>(
  { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: secretMarker },
  `EV[1:${secretMarker}:x]`,
  `postgresql://shop:${secretMarker}@db/shop`,
  [{ sealed: secretMarker }],
);
const inputs = fc
  .record({
    values: fc.dictionary(hostile, fc.oneof(hostile, fc.array(hostile, { maxLength: 3 }), fc.integer()), {
      maxKeys: 4,
    }),
    secret: hidden,
  })
  .map(({ values, secret }) => ({ ...values, secret, token: secretMarker }));
const someStep = fc
  .record({
    op: fc.constantFrom("create", "update", "replace", "delete", "import", "discard", "same"),
    type: fc.oneof(
      fc.constantFrom(types.app, types.cluster, types.check, "slipway:index:WebApp"),
      hostile.map((text) => `a:b:${text}`),
    ),
    name: hostile,
    before: inputs,
    after: inputs,
    reasons: fc.array(hostile, { maxLength: 2 }),
  })
  .map(({ op, type, name, before, after, reasons }): Step => {
    const more = { additionalSecretOutputs: ["token"] };
    return {
      ...step(op, type, name),
      oldState: { inputs: before, ...more },
      newState: { inputs: after, ...more },
      replaceReasons: op === "replace" ? reasons : [],
    };
  });
const someFinding = fc.record({
  rule: hostile,
  severity: fc.constantFrom("error", "warning", "info"),
  resource: hostile,
  message: hostile,
  fix: hostile,
}) as fc.Arbitrary<Finding>;
const someReport = fc
  .tuple(
    fc.array(fc.array(someStep, { maxLength: 30 }), { minLength: 1, maxLength: 4 }),
    fc.array(someFinding, { maxLength: 5 }),
    hostile,
    fc.option(
      fc.record({ label: hostile, approvals: fc.integer({ min: 1, max: 6 }), by: fc.array(hostile) }),
      {
        nil: undefined,
      },
    ),
  )
  .map(([stacks, findings, failure, gate]): ReportDocument => {
    const made = stacks.map((steps, index) => stackOf(steps, { findings, gate }, `stack-${index}`));
    return reportOf(...made, { ...stackOf([], {}, "failed"), failure });
  });

/** Every name and value that a document shows, by how it is shown. */
function shownIn(markdown: string): { texts: string[]; html: string[]; links: number } {
  const texts: string[] = [];
  const html: string[] = [];
  let links = 0;
  const walker = new Parser().parse(markdown).walker();
  for (let at = walker.next(); at !== null; at = walker.next()) {
    if (!at.entering) continue;
    const { type, literal } = at.node;
    if (type === "text") texts.push(literal ?? "");
    if (type === "html_block" || type === "html_inline") html.push(literal ?? "");
    if (type === "link" || type === "image") links += 1;
  }
  return { texts, html, links };
}

/** What GitHub would make of words outside of code: mentions, references, commits and addresses. */
const autolinks = /@\w|#\d|\bGH-\d|:\/\/|\bwww\.|\b[0-9a-f]{7,40}\b/i;
/** The only HTML of ours: folds, whose titles hold a stack's name and words. */
const ownHtml =
  /^(?:<!-- slipway report -->|<\/details>|<details><summary>(?:<b>[\w.-]+<\/b>: )?[\w ,;&#]+<\/summary>)$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
const unseen = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

function harmless(markdown: string): void {
  const { texts, html, links } = shownIn(markdown.replace(/```mermaid\n[^`]*```/, ""));
  expect(links).toBe(0);
  expect(texts.join("\n").match(autolinks)).toBeNull();
  expect(html.flatMap((block) => block.trim().split("\n")).filter((line) => !ownHtml.test(line))).toEqual([]);
  expect(markdown.match(unseen)).toBeNull();
  expect(markdown).not.toContain(secretMarker);
}

test("whatever a preview holds, its comment is harmless, short enough, and begins with stacks and losses", () => {
  fc.assert(
    fc.property(someReport, (report) => {
      const comment = commentText(report);
      expect(comment.length).toBeLessThanOrEqual(longestComment);
      expect(comment.startsWith(`${marker}\n`)).toBe(true);
      harmless(comment);
      const lines = comment.split("\n");
      const folds = lines.findIndex((line) => line.startsWith("<details>"));
      const first = lines.slice(0, folds < 0 ? undefined : folds).join("\n");
      for (const { stack, losses, verdict } of report.stacks) {
        if (verdict !== undefined)
          expect(first).toContain(`\n**${stack}** is refused: ${verdict.refused.join("; ")}. `);
        expect(first).toContain(`| **${stack}** |`);
        expect(
          first.split(`\n**${stack}** would lose:\n`)[1]?.match(/^- \*\*/gm)?.length ?? 0,
        ).toBeGreaterThanOrEqual(losses.length);
      }
    }),
    { numRuns: 150 },
  );
});

test("whatever a preview holds, its page runs and loads nothing", () => {
  fc.assert(
    fc.property(someReport, (report) => {
      const html = reportHtml(report);
      const tags = new Set([...html.matchAll(/<([^\s>]+)/g)].map(([, tag]) => tag));
      expect([...tags].filter((tag) => !ownTags.includes(tag ?? ""))).toEqual([]);
      expect(html.match(unseen)).toBeNull();
      expect(html).not.toContain(secretMarker);
    }),
    { numRuns: 60 },
  );
});
const ownTags =
  "!doctype html head meta title style body h1 p table thead tbody tr th td ul li code b details summary"
    .split(" ")
    .flatMap((tag) => [tag, `/${tag}`]);

describe("a report of a size", () => {
  const many = (count: number, op: string, type: string, text = "x") =>
    Array.from({ length: count }, (_, index) =>
      step(op, type, `resource-${index}`, { value: `a${text}` }, { value: `b${text}` }),
    );

  test("of 500 resources still tells every stack and every loss, and says that it is shortened", () => {
    const steps = [
      ...many(450, "update", types.check, "y".repeat(900)),
      ...many(50, "replace", types.cluster),
    ];
    const comment = commentText(reportOf(stackOf(steps), stackOf([], {}, "staging")));
    expect(comment.length).toBeLessThanOrEqual(longestComment);
    expect(comment).toContain("| **staging** | 0 | 0 | 0 | 0 |");
    for (let index = 0; index < 50; index += 1)
      expect(comment).toContain(`- **replace** \`DatabaseCluster\` \`resource-${index}\`: `);
    expect(comment).toContain("\nShortened to fit; the whole text is in the summary of the job.\n");
    harmless(comment);
  });

  test("of 500 losses names every one of them", () => {
    const comment = commentText(reportOf(stackOf(many(500, "delete", types.cluster))));
    expect(comment.length).toBeLessThanOrEqual(longestComment);
    expect(comment.match(/^- \*\*delete\*\* `DatabaseCluster` `resource-\d+`/gm)).toHaveLength(500);
  });

  test("that nothing can fold is cut behind a line, the stacks first", () => {
    const comment = commentText(reportOf(stackOf(many(3000, "delete", types.cluster))));
    expect(comment.length).toBeLessThanOrEqual(longestComment);
    expect(comment).toContain("\n**production** is refused: 3000 losses. **Nothing lets it through**: ");
    expect(comment).toContain("| **production** | 0 | 0 | 0 | **3000** |");
    expect(comment).toMatch(
      /\n- \*\*delete\*\* `DatabaseCluster` `resource-\d+`\n\nThe rest does not fit\.\n$/,
    );
  });

  test.each([
    [65_535, 65_535, true],
    [65_536, 65_536, true],
    [65_537, 63_108, false],
  ])("that would have %i characters has %i and tells first what matters", (length, comes, isWhole) => {
    const finding = (message: number): Finding => ({
      rule: "db-tls",
      severity: "error",
      resource: "db",
      message: "m".repeat(message),
      fix: "do so",
    });
    const steps = [
      ...many(500, "update", types.check),
      step("replace", types.cluster, "shop-db", { name: "a" }, { name: "b" }, { replaceReasons: ["name"] }),
    ];
    const withFindings = (...findings: Finding[]) => reportOf(stackOf(steps, { findings }));
    const sizeOf = (...findings: Finding[]) => reportMarkdown(withFindings(...findings)).length;
    const one = sizeOf(finding(200), finding(200), finding(200)) - sizeOf(finding(200), finding(200));
    const room = length - sizeOf(finding(200));
    const equal = Array.from({ length: Math.floor(room / one) }, () => finding(200));
    const missing = length - sizeOf(...equal, finding(200));
    const report = withFindings(...equal, finding(200 + missing));
    expect(reportMarkdown(report)).toHaveLength(length);
    const comment = commentText(report);
    expect([comment.length, comment === reportMarkdown(report)]).toEqual([comes, isWhole]);
    expect(comment.split("\n").slice(0, 14)).toEqual([
      "<!-- slipway report -->",
      "### One loss in this change",
      "",
      "**production** is refused: 1 loss; 124 policy errors. **Nothing lets it through**: the stack file has no slipway:gate that says how.",
      "",
      "| stack | create | update | replace | delete | unchanged | USD a month | budget | policy |",
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
      "| **production** | 0 | 500 | **1** | 0 | 0 | not known | none | 124 errors |",
      "",
      "**production** would lose:",
      "",
      "- **replace** `DatabaseCluster` `shop-db`: a change of name replaces the database cluster shop-db: its data is lost, and so are its backups at the platform",
      "  - `name`: `a` → `b`",
      "  - instead: name: keep the name: set it explicitly, or give the renamed resource an alias",
    ]);
  });

  test("of 10 MB in one value is short, and says how long it was", () => {
    const comment = commentText(
      reportOf(stackOf([step("update", types.check, "home", { a: "x" }, { a: "y".repeat(1e7) })])),
    );
    expect(comment).toContain("… (10000000 characters)`");
    expect(comment.length).toBeLessThan(4000);
  });

  test("that a summary does not take is folded too", () => {
    const summary = summaryText(reportOf(stackOf(many(600, "update", types.check, "ü".repeat(1900)))));
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(longestSummary);
    expect(summary.length).toBeGreaterThan(longestComment);
  });
});

test("a name is one line in which everything is seen", () => {
  expect(shortName("a\u001b[31mb\u001b[0m\nc\u202ed\u200be\u0007")).toBe("ab⏎c\\u{202e}d\\u{200b}e\\u{7}");
  expect(shortName("x".repeat(100), 40)).toBe(`${"x".repeat(22)}… (100 characters)`);
});

test("words mention nobody and link to nothing", () => {
  const text = plainText(
    "@octocat #12 acme/shop#1 GH-1 www.a.b https://a.b 0123456789 <b> *x* `y` [z](w) $m$ a|b",
  );
  expect(shownIn(text)).toEqual({ texts: expect.anything(), html: [], links: 0 });
  expect(shownIn(text).texts.join("").replaceAll("\u200b", "")).toBe(
    "@octocat #12 acme/shop#1 GH-1 www.a.b https://a.b 0123456789 <b> *x* `y` [z](w) $m$ a|b",
  );
  expect(shownIn(text).texts.join("")).not.toMatch(autolinks);
});
