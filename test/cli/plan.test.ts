import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "@jest/globals";
import type { PlanDocument } from "../../operations/plan/document.ts";
import { Slipway } from "../support/slipway.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "slipway-plan-"));
afterAll(() => rmSync(folder, { recursive: true }));

const slipway = new Slipway();
afterAll(() => slipway.end());

const plan = (...args: string[]) => slipway.run(["plan", ...args]);

/** The staging stack's file with a text in the place of another. */
function stagingWith(name: string, from: string, to: string): string {
  const text = readFileSync(join(root, "Pulumi.staging.yaml"), "utf8");
  if (!text.includes(from)) throw new Error(`there is no ${from}`);
  const path = join(folder, `Pulumi.${name}.yaml`);
  writeFileSync(path, text.replace(from, to));
  return path;
}

test("ends with 0 and one JSON document on standard output", async () => {
  const { exitCode, stdout, stderr } = await plan("--stack", "staging", "--format", "json");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const document: PlanDocument = JSON.parse(stdout);
  expect(document.version).toBe(1);
  expect(document.stacks.map(({ stack }) => stack)).toEqual(["staging"]);
});

test("writes to a file what it would print", async () => {
  const output = join(folder, "plan.json");
  const args = ["--stack", "staging", "--format", "json"];
  expect(await plan(...args, "--output", output)).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  expect(readFileSync(output, "utf8")).toBe((await plan(...args)).stdout);
});

test("ends with 1 and the faults of every file, without a plan and without a stack trace", async () => {
  const size = stagingWith("one", "size: db-s-1vcpu-1gb", "size: db-s-1vcpu-1g");
  const range = stagingWith("two", "ipRange: 10.20.0.0/20", "ipRange: 8.8.8.0/20");
  const { exitCode, stdout, stderr } = await plan("--stack-file", size, "--stack-file", range);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(
    /^stack one has invalid settings:\n {2}database\.size: must be .*\nstack two has invalid settings:\n {2}network\.ipRange: must be .*\n$/,
  );
});

test("ends with 1 and the faults in the JSON document", async () => {
  const size = stagingWith("one", "size: db-s-1vcpu-1gb", "size: db-s-1vcpu-1g");
  const { exitCode, stdout } = await plan("--stack-file", size, "--format", "json");
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    stacks: [],
    faults: [{ stack: "one", message: expect.stringMatching(/^stack one has invalid settings:/) }],
  });
});

test("ends with 3 where a rule says no, with the plan", async () => {
  const poor = stagingWith("poor", "total: 40", "total: 4");
  const { exitCode, stdout } = await plan("--stack-file", poor);
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/^ {2}- error, budget-over: stack must/m);
});

test("fails for releases of a stack that has no file", async () => {
  const file = stagingWith(
    "staging",
    "slipway:budget:",
    "slipway:promotion: { from: productoin }\n  slipway:budget:",
  );
  // The files of other tests are stacks too.
  const alone = join(mkdtempSync(join(folder, "alone-")), "Pulumi.staging.yaml");
  renameSync(file, alone);
  const { exitCode, stderr } = await plan("--stack-file", alone);
  expect([exitCode, stderr]).toEqual([
    1,
    'stack staging has invalid settings:\n  promotion.from: must be another stack that exists, one of dev, production; got "productoin", did you mean production?\n',
  ]);
});

test("fails for a mistyped namespace", async () => {
  const file = stagingWith("staging", "slipway:backups:", "slipwya:backups:");
  const { exitCode, stderr } = await plan("--stack-file", file);
  expect([exitCode, stderr]).toEqual([
    1,
    "stack staging has invalid settings:\n  slipwya:backups: must start with one of slipway, aws, digitalocean, github, pulumi; did you mean slipway:backups?\n",
  ]);
});

test("a reader that closes early ends nothing but the reading", async () => {
  const command = `"${process.execPath}" cli/with-packages.mjs cli/main.ts schema | head -c 10`;
  const ended = await new Promise<string>((resolve) => {
    execFile("sh", ["-c", command], { cwd: root }, (_error, _stdout, stderr) => resolve(stderr));
  });
  expect(ended).toBe("");
});
