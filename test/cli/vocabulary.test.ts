import { readFileSync } from "node:fs";
import { expect, jest, test } from "@jest/globals";
import type { Command, Option } from "commander";
import { formerOptions, withTodaysNames } from "../../cli/former-options.ts";
import { program, runCli } from "../../cli/program.ts";

const page = readFileSync(new URL("../../docs/commands.md", import.meta.url), "utf8");
const agreed = [...page.matchAll(/^\| `(-[^`]+)` \|/gm)].map(([, flags = ""]) => flags);
const codes = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));

const root = await program(["local"]);
const commandsBelow = (command: Command, path: string): [string, Command][] => [
  [path, command],
  ...command.commands.flatMap((part) => commandsBelow(part, `${path} ${part.name()}`.trim())),
];
const commands = commandsBelow(root, "");
const leaves = commands.filter(([path, { commands: parts }]) => path !== "" && parts.length === 0);
const shown = (command: Command): Option[] => command.options.filter(({ hidden }) => !hidden);

test("every option of every command is a word of the page, and every word of the page is one of some command", () => {
  const used = commands.flatMap(([, command]) => shown(command).map(({ flags }) => flags));
  expect([...new Set(used)].sort()).toEqual([...agreed].sort());
  expect(agreed).toEqual([...new Set(agreed)]);
  expect(used.length).toBeGreaterThan(150);
});

test("what a word takes is the same in every command, but for the files of several stacks", () => {
  const forms = new Map<string, Set<string>>();
  for (const [, command] of commands)
    for (const { long = "", flags } of shown(command))
      forms.set(long, new Set([...(forms.get(long) ?? []), flags]));
  expect([...forms.values()].filter(({ size }) => size > 1).map((flags) => [...flags].sort())).toEqual([
    ["--stack-file <file>", "--stack-file <stack=file>"],
  ]);
});

test("every command prints one JSON document where it is asked to, but for those that print no result", () => {
  const without = leaves.filter(([, command]) => shown(command).every(({ long }) => long !== "--json"));
  expect(without.map(([path]) => path)).toEqual(["local psql", "local logs", "local secret", "schema"]);
});

test("the older names are the only ones that no help shows", () => {
  const hidden = commands.flatMap(([path, { options }]) =>
    options.filter((one) => one.hidden).map(({ flags }) => `${path} ${flags}`),
  );
  expect(hidden).toEqual(["release rollback --to <id>"]);
  const words = agreed.map((flags) => /--[\w-]+/.exec(flags)?.[0]);
  for (const [former, today] of Object.entries(formerOptions)) {
    expect(words).not.toContain(former);
    expect(words).toContain(today.split("=")[0]);
    expect(page).toContain(`\`${former}\` for \`${today.replace("=", " ")}\``);
  }
});

test("an older name is today's, with its value, and what is another program's stays as it is", () => {
  expect(withTodaysNames(["plan", "--config-file=a.yaml", "--out", "b", "--markdown", "--outer"])).toEqual([
    "plan",
    "--stack-file=a.yaml",
    "--output",
    "b",
    "--format=markdown",
    "--outer",
  ]);
  expect(withTodaysNames(["local", "psql", "--", "--out", "x"])).toEqual([
    "local",
    "psql",
    "--",
    "--out",
    "x",
  ]);
});

/** How a command with a wrong option ends, and what it says. */
async function ended(args: readonly string[]): Promise<[number, string]> {
  let said = "";
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      said += String(text);
      return true;
    }),
  );
  try {
    return [await runCli(args), said];
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

test("fails on wrong options with 2 in every command, and in drift, whose 2 is an answer, with 64", async () => {
  const endings: Record<string, number> = {};
  for (const [path] of leaves) {
    // psql takes options of its own.
    const wrong = path === "local psql" ? ["--stack", "prod"] : ["--no-such-option"];
    const [exitCode, said] = await ended([...path.split(" "), ...wrong]);
    expect(said).toMatch(/^error: /);
    endings[path] = exitCode;
  }
  const others = Object.entries(endings).filter(([, code]) => code !== 2);
  expect(others).toEqual([["drift", 64]]);
});

test("the page has every exit code that a help speaks of", async () => {
  expect(codes).toEqual([0, 1, 2, 3, 64, 130]);
  const told = new Set<number>();
  for (const [path] of commands.filter(([path]) => !path.startsWith("backup"))) {
    const [, help] = await ended([...path.split(" ").filter((word) => word !== ""), "--help"]);
    const [, text = ""] = /Exit codes[^:]*:([\s\S]*)/.exec(help) ?? [];
    for (const [, code] of text.matchAll(/(?:^|[;,(])\s*(\d+) /g)) told.add(Number(code));
  }
  expect([...told].sort((a, b) => a - b)).toEqual(codes);
});
