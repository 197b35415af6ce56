import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "@jest/globals";
import { Slipway } from "../support/slipway.ts";

const slipway = new Slipway();
afterAll(() => slipway.end());

const file = (name: string) => fileURLToPath(new URL(`../operations/guard/${name}.json`, import.meta.url));
const loss =
  "a change of ipRange replaces the private network tinkertools-network: a cluster in it stays behind in the old one, out of the app's reach";
const remedy =
  "ipRange: keep the range; for another one make a second network and move the cluster by the platform's API";

const noGate = "must not be let through: the stack file has no slipway:gate that says how";

test("slipway guard says what would be lost, and ends with exit code 3", async () => {
  expect(await slipway.run(["guard", "--preview", `dev=${file("network")}`])).toMatchObject({
    exitCode: 3,
    stdout: `dev: 1 refused\n  ${loss}\n    instead: ${remedy}\n  the pull request ${noGate}\n`,
    stderr: "",
  });
  const { exitCode, stdout } = await slipway.run(["guard", "--json", "--preview", `dev=${file("network")}`]);
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    stacks: [
      {
        stack: "dev",
        stops: [{ kind: "loss", reason: loss, remedy }],
        isOpen: false,
        missing: [noGate],
        refusals: [
          {
            urn: "urn:pulumi:dev::slipway::slipway:index:Network$digitalocean:index/vpc:Vpc::tinkertools-network",
            op: "replace",
            inputs: ["ipRange"],
            reason: loss,
            remedy,
          },
        ],
      },
    ],
  });
});

test("slipway guard lets through what loses nothing", async () => {
  expect(await slipway.run(["guard", "--preview", `dev=${file("same")}`])).toMatchObject({
    exitCode: 0,
    stdout: "dev: nothing stops this change\n",
  });
});

test("slipway guard lets a loss through on label and approval, by the gate of the stack file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-guard-"));
  const stackFile = join(folder, "Pulumi.dev.yaml");
  writeFileSync(stackFile, 'config: { "slipway:gate": { label: accepts-loss, by: [octocat] } }\n');
  const args = ["guard", "--preview", `dev=${file("network")}`, "--stack-file", `dev=${stackFile}`];
  expect(await slipway.run([...args, "--label", "accepts-loss", "--approved-by", "octocat"])).toMatchObject({
    exitCode: 0,
    stdout: `dev: 1 let through by the label accepts-loss and the approval of octocat\n  ${loss}\n    instead: ${remedy}\n`,
  });
  expect(await slipway.run([...args, "--label", "accepts-loss"])).toMatchObject({
    exitCode: 3,
    stdout: `dev: 1 refused\n  ${loss}\n    instead: ${remedy}\n  the pull request must be approved as it is now by one of octocat\n`,
  });
  rmSync(folder, { recursive: true });
});

test("slipway guard stops where a policy says no, and fails where the plan failed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-guard-"));
  const plan = join(folder, "plan.json");
  const args = ["guard", "--preview", `dev=${file("same")}`, "--plan", `dev=${plan}`];
  const finding = {
    rule: "db-tls",
    severity: "error",
    resource: "db",
    message: "must ask for TLS",
    fix: "do so",
  };
  writeFileSync(
    plan,
    JSON.stringify({ version: 1, stacks: [{ stack: "dev", resources: 1, findings: [finding] }] }),
  );
  expect(await slipway.run(args)).toMatchObject({
    exitCode: 3,
    stdout: `dev: 1 refused\n  db-tls: db must ask for TLS\n    instead: do so\n  the pull request ${noGate}\n`,
  });
  writeFileSync(
    plan,
    JSON.stringify({ version: 1, stacks: [], faults: [{ stack: "dev", message: "it failed" }] }),
  );
  expect(await slipway.run(args)).toMatchObject({
    exitCode: 1,
    stderr: "the plan of dev must be one that succeeded: it failed\n",
  });
  rmSync(folder, { recursive: true });
});

test("slipway guard stops where the budget cannot be known", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-guard-"));
  const preview = join(folder, "preview.json");
  writeFileSync(preview, JSON.stringify({ steps: [], config: { "slipway:budget": '{"total":-1}' } }));
  expect(await slipway.run(["guard", "--preview", `dev=${preview}`])).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr: expect.stringMatching(/^stack dev has invalid settings:\n {2}budget\.total: .+\n$/),
  });
  expect((await slipway.run(["report", "--preview", `dev=${preview}`])).exitCode).toBe(0);
  rmSync(folder, { recursive: true });
});

test.each([
  [["guard"], 2, "error: required option '--preview <stack=file>' not specified\n"],
  [
    ["guard", "--preview", "preview.json"],
    2,
    "error: option '--preview <stack=file>' argument 'preview.json' is invalid. It must be <stack>=<file>, such as production=preview.json.\n",
  ],
  [
    ["guard", "--preview", "dev=nowhere.json"],
    1,
    "--preview dev=nowhere.json must name a file that is there\n",
  ],
])("fails on %j with exit code %i", async (args, exitCode, stderr) => {
  expect(await slipway.run(args)).toMatchObject({ exitCode, stdout: "", stderr });
});
