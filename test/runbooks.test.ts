import { globSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { program } from "../cli/program.ts";
import { quiet } from "./support/quiet.ts";

const root = new URL("..", import.meta.url);
const pages = globSync("docs/runbooks/*.md", { cwd: root }).sort();
const text = (page: string): string => readFileSync(new URL(page, root), "utf8");
const books = pages.filter((page) => !page.endsWith("README.md"));

test("there is a page for each of these nights, and the list of pages has them all", () => {
  expect(books.map((page) => page.replace(/^docs\/runbooks\/|\.md$/g, ""))).toEqual([
    "account-lost",
    "backup-late",
    "bucket-lost",
    "database-lost",
    "dns-or-certificate",
    "key-lost",
    "stale-cache",
    "wrong-deployment",
    "wrong-migration",
  ]);
  const listed = [...text("docs/runbooks/README.md").matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, one]) => one);
  expect(listed.map((one) => `docs/runbooks/${one}`).sort()).toEqual(books);
});

test.each(books)("%s is one page that says how long, how it was tested, and what it cannot undo", (page) => {
  const lines = text(page).split("\n");
  expect(lines.length).toBeLessThan(45);
  const parts = ["**How long.** ", "**Last tested.** ", "**What it cannot undo.** "];
  const found = lines.filter((line) => parts.some((part) => line.startsWith(part)));
  expect(found.map((line) => line.replace(/(\*\* ).*/, "$1"))).toEqual(parts);
  // The day and what was done, or that nobody has done it.
  expect(found[1]).toMatch(/^\*\*Last tested\.\*\* (\d{4}-\d\d-\d\d[,:]|Never on the real platform)/);
  for (const [, other = ""] of text(page).matchAll(/\]\(([\w-]+\.md)\)/g))
    expect(pages).toContain(`docs/runbooks/${other}`);
});

/** Every call of slipway on a page, in blocks and in sentences, as the words that a shell makes of it. */
const callsOf = (page: string): string[][] =>
  [...text(page).matchAll(/npm run -s slipway -- ([^`\n]+)/g)].map(([, line = ""]) =>
    [...line.replace(/\s+#.*$/, "").matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, plain]) => quoted ?? plain ?? "",
    ),
  );

const calls = pages.flatMap((page) => callsOf(page).map((args) => [page, args.join(" "), args] as const));

test.each(calls)("%s: slipway %s is understood, options and values", async (_page, _line, args) => {
  const command = await program(args);
  const ran: string[] = [];
  quiet(command, ran);
  if (args.at(-1) === "--help")
    await expect(command.parseAsync(args, { from: "user" })).rejects.toThrow("(outputHelp)");
  else {
    await command.parseAsync(args, { from: "user" });
    expect(ran).toEqual([args.slice(0, ran[0]?.split(" ").length).join(" ")]);
  }
});

test.each([
  ["database-lost", ["backup restore --stack production --in-place"]],
  [
    "account-lost",
    [
      "restore-config --stack production --without-state --new-account --output state.json",
      "backup restore --stack production --in-place",
    ],
  ],
])("%s has the commands that a rehearsal runs, in its order", (page, rehearsed) => {
  const lines = callsOf(`docs/runbooks/${page}.md`).map((args) =>
    args.filter((word) => word !== "--real").join(" "),
  );
  expect(lines.filter((line) => rehearsed.includes(line))).toEqual(rehearsed);
});
