import { existsSync, globSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { parse, stringify } from "yaml";
import { program } from "../cli/program.ts";
import { blocks } from "../components/config.ts";
import packageFile from "../package.json" with { type: "json" };
import { Slipway } from "./support/slipway.ts";

const root = new URL("..", import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, root), "utf8");
const readme = text("README.md");
const slipway = new Slipway();
afterAll(() => slipway.end());

const pages = globSync("docs/**/*.md", { cwd: root }).sort();

/** The lines of a page's shell blocks that call slipway, without their comments and with continued lines joined. */
const commandsOf = (page: string): string[] =>
  [...text(page).matchAll(/```sh\n(.*?)```/gs)]
    .flatMap(([, block = ""]) => block.replaceAll("\\\n", " ").split("\n"))
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => line.startsWith("npm run -s slipway -- "));

const commands = ["README.md", ...pages].flatMap((page) => commandsOf(page).map((line) => [page, line]));

test("the pages call slipway", () => {
  expect(commands.length).toBeGreaterThan(15);
});

test.each(commands)("%s: %s is a command", async (_page, line = "") => {
  const words = line.replace("npm run -s slipway -- ", "").split(/\s+/);
  let command = await program(words);
  for (const word of words) {
    const inner = command.commands.find((one) => one.name() === word);
    if (inner === undefined) break;
    command = inner;
  }
  const options = words.filter((word) => /^--?[a-z]/.test(word) && word !== "--help");
  const known = command.options.flatMap(({ short, long }) => [short, long]);
  expect(options.filter((option) => !known.includes(option.replace(/=.*$/, "")))).toEqual([]);
  if (command.parent === null) expect(words).toEqual(["--help"]);
  else expect(command.commands.map((one) => one.name())).toEqual([]);
});

test("every npm script that it names is there", () => {
  const named = [...readme.matchAll(/npm run (?:-s )?([a-z]+)/g)].map(([, name]) => name);
  expect(named.filter((name) => !(String(name) in packageFile.scripts))).toEqual([]);
});

test("its table of settings has a row for every block", () => {
  const rows = [...readme.matchAll(/^\| `slipway:(\w+)` \|/gm)].map(([, name]) => name);
  expect(rows).toEqual(Object.keys(blocks));
});

test("every file that it points to is there", () => {
  const targets = [...readme.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, path = ""]) => path);
  expect(targets.length).toBeGreaterThan(5);
  expect(targets.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});

test("its example of a mistake is what the command says", async () => {
  const file = parse(text("Pulumi.staging.yaml"));
  Object.assign(file.config["slipway:database"], { size: "db-s-1vcpu-1gb", standbyNodes: 1 });
  const path = join(mkdtempSync(join(tmpdir(), "slipway-")), "Pulumi.staging.yaml");
  writeFileSync(path, stringify(file));
  const { exitCode, stderr } = await slipway.run([
    "local",
    "preview",
    "--stack",
    "staging",
    "--stack-file",
    path,
  ]);
  expect(exitCode).toBe(1);
  expect(readme).toContain(`\`\`\`\n${stderr}\`\`\``);
});
