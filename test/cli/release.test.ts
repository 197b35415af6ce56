import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { runCli } from "../../cli/program.ts";

let printed: string;
beforeEach(() => {
  printed = "";
  for (const stream of ["stdout", "stderr"] as const)
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      printed += String(text);
      return true;
    });
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const signal of ["SIGINT", "SIGTERM"]) process.removeAllListeners(signal);
  process.exitCode = 0;
});

const commands = [
  ...["show", "propose", "begin", "verify", "promote", "rollback", "hold", "resume", "history", "figures"],
  "prune",
];

test("slipway release --help lists its commands in the order of a day, and what exit codes mean", async () => {
  expect(await runCli(["release", "--help"])).toBe(0);
  const [, list = ""] = /Commands:\n([\s\S]*?)\n\n/.exec(printed) ?? [];
  expect(list.split("\n").flatMap((line) => /^ {2}([a-z]+) /.exec(line)?.[1] ?? [])).toEqual([
    ...commands,
    "help",
  ]);
  expect(printed.endsWith("done is kept, and the same command goes on from there.\n")).toBe(true);
});

test.each(commands)(
  "slipway release %s --help says what it needs and how it ends, in lines of 120 letters",
  async (name) => {
    expect(await runCli(["release", name, "--help"])).toBe(0);
    expect(printed).toMatch(/\nNeeds (DIGITALOCEAN_TOKEN \(scopes app:read|GITHUB_TOKEN with )/);
    expect(printed).toMatch(/\nExit codes: 0 [a-z ]+, 1 [^\n]+/);
    expect(printed).toContain("--json");
    expect(printed.split("\n").filter((line) => line.length > 120)).toEqual([]);
  },
);

test.each([
  [["show"], "error: required option '-s, --stack <name>' not specified\n"],
  [["hold", "--stack", "staging"], "error: required option '--reason <text>' not specified\n"],
  [["promote", "--from", "staging"], "error: required option '--to <stack>' not specified\n"],
  [
    ["history", "--stack", "staging", "--limit", "0"],
    "error: option '--limit <number>' argument '0' is invalid. It must be a whole number from 1 to 999.\n",
  ],
])("slipway release %j ends with 2 and says what is wrong", async (args, text) => {
  expect(await runCli(["release", ...args])).toBe(2);
  expect(printed.startsWith(text)).toBe(true);
});

test("slipway release propose tells every option that is wrong before anything is asked", async () => {
  const wrong = ["--digest", "api", "--commit", "main", "--release", "new"];
  expect(await runCli(["release", "propose", "--stack", "staging", ...wrong])).toBe(1);
  expect(printed).toBe(`--digest must be a component and the digest of its image, shop-api=sha256:...
--commit must be a commit of 40 digits
--release must be a version such as 1.4.2
`);
});

test("slipway release begin --image of another form is told before anything is asked", async () => {
  expect(await runCli(["release", "begin", "--stack", "staging", "--image", "api"])).toBe(1);
  expect(printed).toBe(
    "--image api must be component=repository:tag, such as api=ghcr.io/acme/shop-api:1.4.2\n",
  );
});
