import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "@jest/globals";
import { Slipway } from "../support/slipway.ts";

const slipway = new Slipway();
afterAll(() => slipway.end());

function fileWith(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "slipway-")), "Pulumi.staging.yaml");
  writeFileSync(path, text);
  return path;
}

describe("the process of a command", () => {
  const preview = fileURLToPath(new URL("../operations/guard/network.json", import.meta.url));

  test.each<[number, string[], RegExp, RegExp]>([
    [0, ["--version"], /^0\.1\.0\n$/, /^$/],
    [0, ["catalog", "show", "--json"], /^\[\n[\s\S]*\n\]\n$/, /^$/],
    [1, ["report", "--preview", "dev=nowhere"], /^$/, /^--preview dev=nowhere must .*\n$/],
    [2, ["locl"], /^$/, /^error: unknown command 'locl'\n/],
    [3, ["guard", "--preview", `dev=${preview}`], /^dev: 1 refused\n/, /^$/],
  ])("ends with %i after %j, with nothing else written", async (exitCode, args, stdout, stderr) => {
    expect(await slipway.start(args).ended).toEqual({
      exitCode,
      signal: null,
      stdout: expect.stringMatching(stdout),
      stderr: expect.stringMatching(stderr),
    });
  });

  test("takes a value from standard input, and an environment", async () => {
    const secret = slipway.start(["local", "secret", "secretKey"], { input: "a\0b" });
    expect(await secret.ended).toMatchObject({
      exitCode: 1,
      stderr: "the value on standard input must not hold a NUL character\n",
    });
    const environment = { DIGITALOCEAN_TOKEN: "t", DIGITALOCEAN_API_URL: "http://127.0.0.1:1" };
    expect(await slipway.start(["catalog", "check"], { environment }).ended).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr:
        "GET /v2/apps/tiers/instance_sizes was not answered in a readable way: check the network and DIGITALOCEAN_API_URL\n",
    });
  });
});

describe("the command", () => {
  test("tells its version", async () => {
    expect(await slipway.run(["--version"])).toMatchObject({ exitCode: 0, stdout: "0.1.0\n", stderr: "" });
  });

  test.each([[["--help"]], [["local", "--help"]], [["local", "up", "--help"]], [["help", "local"]]])(
    "helps with %j",
    async (args) => {
      const { exitCode, stdout } = await slipway.run(args);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^Usage: slipway/);
    },
  );

  test.each([
    [["locl"], "error: unknown command 'locl'\n(Did you mean local?)\n(slipway --help lists the commands)\n"],
    [
      ["local", "up", "--stack", "prod"],
      "error: option '-s, --stack <name>' argument 'prod' is invalid. Allowed choices are dev, staging, production.\n",
    ],
    ...[["plan"], ["cost"], ["secrets", "check"], ["status"], ["backup", "list"], ["release", "show"]].map(
      (words): [string[], string] => {
        const choices = `dev, staging, production${["plan", "cost", "secrets", "status"].includes(words[0] ?? "") ? ", all" : ""}`;
        return [
          [...words, "--stack", "prod"],
          `error: option '-s, --stack <name>' argument 'prod' is invalid. Allowed choices are ${choices}.\n`,
        ];
      },
    ),
    [["local", "up", "--jsn"], "error: unknown option '--jsn'\n(Did you mean --json?)\n"],
  ])("fails with exit code 2 on %j", async (args, stderr) => {
    expect(await slipway.run(args)).toMatchObject({ exitCode: 2, stdout: "", stderr });
  });

  test("fails with one message for all faults of a stack file, before anything starts", async () => {
    const path = fileWith("config:\n  slipway:budgets: {}\n  slipway:network: { ipRange: 10.0.0.0/33 }\n");
    const result = await slipway.run(["local", "up", "--stack", "staging", "--stack-file", path]);
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toBe("");
    expect(result.stderr.split("\n")[0]).toBe("stack staging has invalid settings:");
    expect(result.stderr).toContain("\n  network.ipRange: must be");
    expect(result.stderr).not.toContain("    at ");
    expect(await slipway.run(["local", "status"])).toMatchObject({
      stdout: "the local clouds do not run: `npm start` starts them\nstacks: none\n",
    });
  });

  test.each([
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x61]), "must be UTF-8 text"],
    ["a NUL", "a\0b", "must not hold a NUL character"],
    ["more than GitHub keeps", "x".repeat(49_153), "must be at most 49152 bytes; got 49153"],
  ])("fails on a secret of %s", async (_what, input, message) => {
    expect(await slipway.run(["local", "secret", "secretKey"], { input })).toMatchObject({
      exitCode: 1,
      stderr: `the value on standard input ${message}\n`,
    });
  });

  test("fails on a folder and on a file that is too large for settings", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-"));
    expect(await slipway.run(["local", "up", "--stack-file", folder])).toMatchObject({
      exitCode: 1,
      stderr: `${folder} must be a file\n`,
    });
    const path = fileWith(`config:\n  slipway:product: ${"x".repeat(600_000)}\n`);
    expect(await slipway.run(["local", "up", "--stack-file", path])).toMatchObject({
      exitCode: 1,
      stderr: `${path} must have at most 524288 bytes; got 600028\n`,
    });
  });

  test.each([
    ["config:\n  slipway:app: &a\n    self: *a\n"],
    [
      `config:\n  a: &a [${"x,".repeat(50)}x]\n  b: &b [${"*a,".repeat(50)}*a]\n  c: [${"*b,".repeat(50)}*b]\n`,
    ],
  ])("fails on a file that refers to itself or multiplies itself", async (text) => {
    const path = fileWith(text);
    expect(await slipway.run(["local", "up", "--stack-file", path])).toMatchObject({
      exitCode: 1,
      stderr: `${path} must not refer to itself, nor repeat parts (&, *) many times\n`,
    });
  });

  test("fails on two stacks at once", async () => {
    expect(await slipway.run(["local", "preview", "staging", "--stack", "production"])).toMatchObject({
      exitCode: 2,
      stderr: "error: one stack at a time: got staging and --stack production\n",
    });
  });

  test("takes a stack as a word alone", async () => {
    const path = fileWith("config:\n  slipway:network: { ipRange: 10.0.0.0/33 }\n");
    const { stderr } = await slipway.run(["local", "preview", "staging", "--stack-file", path]);
    expect(stderr.split("\n")[0]).toBe("stack staging has invalid settings:");
  });

  test("fails in JSON too", async () => {
    const path = fileWith("[");
    const { exitCode, stdout } = await slipway.run(["local", "up", "--json", "--stack-file", path]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ stack: "dev", result: "failed" });
  });

  test.each([
    [["--stack", "staging"]],
    [["-c", "select 1", "--stack", "staging"]],
    [["--stack", "staging", "--", "-c", "select 1"]],
  ])("fails on psql %j for a stack that is not up, with the fix", async (args) => {
    expect(await slipway.run(["local", "psql", ...args])).toMatchObject({
      exitCode: 1,
      stderr: "stack staging is not up: start it with `npm start -- --stack staging`\n",
    });
  });

  test("fails on an empty secret and on a name that the stack does not ask for", async () => {
    expect(await slipway.run(["local", "secret", "secretKey"])).toMatchObject({
      exitCode: 1,
      stderr: "the value on standard input must not be empty\n",
    });
    expect(await slipway.run(["local", "secret", "../x"], { input: "v" })).toMatchObject({
      exitCode: 1,
      stderr:
        '"../x" must be a secret that stack dev asks for: backupRecipients, digitaloceanAccessToken, newRelicLicenseKey, secretKey, sentryDsn\n',
    });
    expect(await slipway.run(["local", "secret", "secretkey", "--stack", "staging"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^"secretkey" must be .*; did you mean secretKey\?\n$/),
    });
  });
});
