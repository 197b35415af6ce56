import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { parse, stringify } from "yaml";
import { blocks } from "../components/config.ts";
import packageFile from "../package.json" with { type: "json" };
import { Slipway } from "./support/slipway.ts";

const root = new URL("..", import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, root), "utf8");
const readme = text("README.md");
const slipway = new Slipway();
afterAll(() => slipway.end());

/** Commands in the README's shell blocks, without their comments. */
const commands = [...readme.matchAll(/```sh\n(.*?)```/gs)]
  .flatMap(([, block = ""]) => block.split("\n"))
  .map((line) => line.replace(/\s+#.*$/, "").trim())
  .filter((line) => line !== "");

test.each(commands.filter((line) => line.startsWith("npm run -s slipway -- ")))(
  "%s is a command",
  async (line) => {
    const words = line.replace("npm run -s slipway -- ", "").split(" ");
    const names = words.filter((word) => /^[a-z]+$/.test(word));
    const { exitCode, stdout } = await slipway.run([...names, "--help"]);
    expect(exitCode).toBe(0);
    for (const option of words.filter((word) => /^--?[a-z]/.test(word) && word !== "--help")) {
      expect(stdout).toContain(option);
    }
  },
);

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
    "--config-file",
    path,
  ]);
  expect(exitCode).toBe(1);
  expect(readme).toContain(`\`\`\`\n${stderr}\`\`\``);
});
