import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Command } from "commander";
import { type Ending, failureLines, withDocument } from "../../cli/json-failure.ts";
import { program } from "../../cli/program.ts";
import { Slipway } from "../support/slipway.ts";

const slipway = new Slipway();
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-json-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await slipway.end();
});

/** Every command that prints one JSON document when it is asked to, by its words. */
async function documented(): Promise<string[][]> {
  const below = (command: Command, words: string[]): string[][] => [
    ...(command.options.some(
      ({ long, argChoices }) => long === "--json" || (long === "--format" && argChoices?.includes("json")),
    )
      ? [[...words, command.options.some(({ long }) => long === "--json") ? "--json" : "--format=json"]]
      : []),
    ...command.commands.flatMap((one) => below(one, [...words, one.name()])),
  ];
  return below(await program(["local"]), []);
}

test("every command that can print JSON says in JSON what is wrong with its options", async () => {
  const commands = await documented();
  expect(commands.map((words) => words.slice(0, -1).join(" "))).toEqual(
    expect.arrayContaining(["backup list", "catalog check", "drift", "guard", "local up", "release show"]),
  );
  for (const words of commands) {
    const { exitCode, stdout, stderr } = await slipway.run([...words, "--nonsense"]);
    const [, message] = /^error: (.+)\n/.exec(stderr) ?? [];
    // Of drift 2 is an answer.
    const usage = words[0] === "drift" ? 64 : 2;
    expect([words, exitCode, JSON.parse(stdout)]).toEqual([
      words,
      usage,
      { version: 1, exitCode: usage, errors: [{ message }] },
    ]);
  }
});

describe("a command that fails prints one document", () => {
  const nowhere = { DIGITALOCEAN_TOKEN: "t", DIGITALOCEAN_API_URL: "http://127.0.0.1:1" };
  test.each<[string[], string]>([
    [
      ["drift", "--local", "--stack", "dev", "--json"],
      "stack dev is not up here: start it with `npm start -- --stack dev`",
    ],
    [
      ["backup", "list", "--local", "--stack", "dev", "--json"],
      "stack dev is not up: start it with `npm start -- --stack dev`",
    ],
    [
      ["backup", "watch", "--local", "--stack", "dev", "--json"],
      "stack dev is not up: start it with `npm start -- --stack dev`",
    ],
    [
      ["drift", "--stack", "dev", "--state", "/proc/self/mem", "--json"],
      "--state /proc/self/mem must name a file that can be read (EIO)",
    ],
    [
      ["catalog", "check", "--json"],
      "GET /v2/apps/tiers/instance_sizes was not answered in a readable way: check the network and DIGITALOCEAN_API_URL",
    ],
    [
      ["guard", "--preview", "dev=nowhere.json", "--json"],
      "--preview dev=nowhere.json must name a file that is there",
    ],
    [
      ["report", "--preview", "dev=nowhere.json", "--format", "json"],
      "--preview dev=nowhere.json must name a file that is there",
    ],
    [
      ["cost", "diff", "dev", "nowhere", "--format=json"],
      '"nowhere" must be one of dev, staging, production, or a stack file that is there',
    ],
    [
      ["secrets", "check", "--stack-file", "nowhere", "--json"],
      "--stack-file must go with --stack and the name of one stack",
    ],
  ])("%j", async (args, message) => {
    const { exitCode, stdout, stderr } = await slipway.run(args, { environment: nowhere });
    expect(JSON.parse(stdout)).toEqual({ version: 1, exitCode: 1, errors: [{ message }] });
    expect([exitCode, stderr]).toEqual([1, `${message}\n`]);
  });

  test("with every fault of a stack file by its path", async () => {
    const file = join(folder, "Pulumi.staging.yaml");
    writeFileSync(file, "config:\n  slipway:budget: { total: -1 }\n  slipway:gate: { label: '' }\n");
    const { exitCode, stdout } = await slipway.run(["cost", "diff", "dev", file, "--format", "json"]);
    expect(exitCode).toBe(1);
    const { errors, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({ version: 1, exitCode: 1 });
    expect(errors.map(({ path }: { path: string }) => path)).toEqual(["budget.total", "gate.label"]);
  });

  test("but not where --json stands behind --, as an argument", async () => {
    expect(await slipway.run(["plan", "--", "--json"])).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

describe("what a command printed before it failed", () => {
  /** What stands on standard output and standard error in the end. */
  async function said(run: () => Promise<Ending>): Promise<[number | string, unknown, string]> {
    const [out, complain] = [process.stdout.write, process.stderr.write];
    let [stdout, stderr] = ["", ""];
    process.stdout.write = (text) => {
      stdout += String(text);
      return true;
    };
    process.stderr.write = (text) => {
      stderr += String(text);
      return true;
    };
    try {
      const code = await withDocument(run).catch(String);
      return [code, stdout === "" ? "" : JSON.parse(stdout), stderr];
    } finally {
      [process.stdout.write, process.stderr.write] = [out, complain];
    }
  }
  const printed = (text: string, ending: Ending) => async (): Promise<Ending> => {
    process.stdout.write(text);
    return ending;
  };
  const errors = [{ message: "b" }];
  test.each<[string, string, Ending, unknown]>([
    [
      "is kept in the document",
      '{"drifts":[]}',
      { exitCode: 1, errors },
      { version: 1, drifts: [], exitCode: 1, errors },
    ],
    [
      "is its result where it is a list",
      "[1]",
      { exitCode: 1, errors },
      { version: 1, result: [1], exitCode: 1, errors },
    ],
    [
      "is left out where it is cut short",
      '{"a',
      { exitCode: 1, errors },
      { version: 1, exitCode: 1, errors },
    ],
    ["is all where a gate says no", '{"a":1}', { exitCode: 3, errors: [] }, { a: 1 }],
    ["is all where nothing failed", "", { exitCode: 0, errors: [] }, ""],
  ])("%s", async (_, text, ending, document) => {
    expect(await said(printed(text, ending))).toEqual([ending.exitCode, document, ""]);
  });

  test("is in its complaints where it says nothing else", async () => {
    expect(
      await said(async () => {
        process.stderr.write("\u001b[31mlist: a\u001b[0m\n\nb\n");
        return { exitCode: 12, errors: [] };
      }),
    ).toEqual([
      12,
      { version: 1, exitCode: 12, errors: [{ message: "list: a" }, { message: "b" }] },
      "\u001b[31mlist: a\u001b[0m\n\nb\n",
    ]);
  });

  test("is followed by a fault that nobody foresaw, which still ends the process", async () => {
    expect(
      await said(async () => {
        throw new TypeError("x is undefined");
      }),
    ).toEqual([
      "TypeError: x is undefined",
      { version: 1, exitCode: 1, errors: [{ message: "x is undefined" }] },
      "",
    ]);
    expect(failureLines("odd")).toEqual([{ message: "odd" }]);
  });
});
