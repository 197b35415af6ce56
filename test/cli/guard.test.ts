import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

const seen = "  look: the database's firewall tinkertools-db-firewall also admits ip_addr 10.41.0.0/20\n";
const noGate = "must not be let through: the stack file has no slipway:gate that says how";

test("slipway guard says what would be lost, and ends with exit code 3", async () => {
  expect(await slipway.run(["guard", "--preview", `dev=${file("network")}`])).toMatchObject({
    exitCode: 3,
    stdout: `dev: 1 refused\n  ${loss}\n    instead: ${remedy}\n  the pull request ${noGate}\n${seen}`,
    stderr: "",
  });
  const { exitCode, stdout } = await slipway.run(["guard", "--json", "--preview", `dev=${file("network")}`]);
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    stacks: [
      {
        stack: "dev",
        stops: [
          {
            kind: "loss",
            reason: loss,
            remedy,
            urn: "urn:pulumi:dev::slipway::slipway:index:Network$digitalocean:index/vpc:Vpc::tinkertools-network",
            operation: "replace",
            inputs: ["ipRange"],
          },
        ],
        warnings: [
          {
            reason: "the database's firewall tinkertools-db-firewall also admits ip_addr 10.41.0.0/20",
            remedy: "name the addresses one by one (database.connection.addresses)",
          },
        ],
        isOpen: false,
        missing: [noGate],
        unreviewed: [],
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
  const preview = join(folder, "preview.json");
  const config = { "slipway:gate": '{"label":"accepts-loss","by":["octocat"]}' };
  writeFileSync(preview, JSON.stringify({ ...JSON.parse(readFileSync(file("network"), "utf8")), config }));
  const args = ["guard", "--preview", `dev=${preview}`, "--stack-file", `dev=${stackFile}`];
  expect(await slipway.run([...args, "--label", "accepts-loss", "--approved-by", "octocat"])).toMatchObject({
    exitCode: 0,
    stdout: `dev: 1 let through by the label accepts-loss and the approval of octocat\n  ${loss}\n    instead: ${remedy}\n${seen}`,
  });
  expect(await slipway.run([...args, "--label", "accepts-loss"])).toMatchObject({
    exitCode: 3,
    stdout: `dev: 1 refused\n  ${loss}\n    instead: ${remedy}\n  the pull request must be approved as it is now by one of octocat\n${seen}`,
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
  writeFileSync(
    preview,
    JSON.stringify({ steps: [], changeSummary: { same: 1 }, config: { "slipway:budget": '{"total":-1}' } }),
  );
  expect(await slipway.run(["guard", "--preview", `dev=${preview}`])).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr: expect.stringMatching(/^stack dev has invalid settings:\n {2}budget\.total: .+\n$/),
  });
  expect((await slipway.run(["report", "--preview", `dev=${preview}`])).exitCode).toBe(0);
  rmSync(folder, { recursive: true });
});

test("slipway guard judges by the base's stack file, whatever the change's own says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-guard-"));
  const [base, preview, plan] = ["Pulumi.dev.yaml", "preview.json", "plan.json"].map((name) =>
    join(folder, name),
  );
  const soon = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const waiver = (expires: string) => ({
    rule: "budget-over",
    resource: "stack",
    reason: "it is only for a while",
    expires,
  });
  const own = {
    "slipway:budget": '{"total":100}',
    "slipway:gate": '{"label":"mine","by":["mallory"]}',
    "slipway:policy": JSON.stringify({ waivers: [waiver(soon)] }),
  };
  writeFileSync(String(preview), JSON.stringify({ steps: [], changeSummary: { same: 1 }, config: own }));
  writeFileSync(
    String(base),
    'config: { "slipway:budget": { total: 1 }, "slipway:gate": { label: accepts, by: [octocat] } }\n',
  );
  const finding = {
    rule: "db-tls",
    severity: "error",
    resource: "db",
    message: "must ask for TLS",
    fix: "do so",
    waived: { reason: "r", expires: soon },
  };
  writeFileSync(
    String(plan),
    JSON.stringify({ version: 1, stacks: [{ stack: "dev", resources: 1, findings: [finding] }] }),
  );
  const args = [
    "guard",
    "--preview",
    `dev=${preview}`,
    "--plan",
    `dev=${plan}`,
    "--stack-file",
    `dev=${base}`,
  ];
  const stops = [
    "  changes its own slipway:gate: the label accepts → mine; by octocat → mallory",
    "    instead: keep slipway:gate, or have the change of it approved by those whom it names now",
    "  raises its own budget.total from 1.00 to 100.00",
    "    instead: keep the budget, or agree with those who pay",
    `  waives the rule budget-over for stack by itself, until ${soon}: it is only for a while`,
    "    instead: mend what the rule finds, or have the waiver approved",
    "  costs 20.15 to 20.62 USD a month of 1.00 (budget.total)",
    "    instead: choose smaller sizes or fewer instances, or raise budget.total",
    "  db-tls: db must ask for TLS",
    "    instead: do so",
  ].join("\n");
  const refused = await slipway.run([...args, "--label", "mine", "--approved-by", "mallory"]);
  expect(refused).toMatchObject({
    exitCode: 3,
    stdout: `dev: 5 refused\n${stops}\n  the pull request must carry the label accepts\n  the pull request must be approved as it is now by one of octocat\n`,
  });
  expect(await slipway.run([...args, "--label", "accepts", "--approved-by", "octocat"])).toMatchObject({
    exitCode: 0,
    stdout: `dev: 5 let through by the label accepts and the approval of octocat\n${stops}\n`,
  });

  writeFileSync(
    String(base),
    `config: { "slipway:budget": { total: 1 }, "slipway:policy": ${JSON.stringify({ waivers: [waiver(soon)] })} }\n`,
  );
  writeFileSync(
    String(preview),
    JSON.stringify({ steps: [], changeSummary: { same: 1 }, config: { "slipway:budget": '{"total":1}' } }),
  );
  expect(
    await slipway.run(["guard", "--preview", `dev=${preview}`, "--stack-file", `dev=${base}`]),
  ).toMatchObject({
    // Nobody can waive a budget.
    exitCode: 3,
    stdout:
      "dev: 1 refused\n  costs 20.15 to 20.62 USD a month of 1.00 (budget.total)\n    instead: choose smaller sizes or fewer instances, or raise budget.total\n  the pull request must not be let through: the stack file has no slipway:gate that says how\n",
  });
  rmSync(folder, { recursive: true });
});

test("slipway guard stops a change that takes out what its own releases are judged by", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-guard-"));
  const [base, preview] = [join(folder, "Pulumi.dev.yaml"), join(folder, "preview.json")];
  writeFileSync(
    base,
    "config: { slipway:promotion: { soakMinutes: 60 }, slipway:verify: { rollbackOnFailure: true } }\n",
  );
  const args = ["guard", "--preview", `dev=${preview}`, "--stack-file", `dev=${base}`];
  const previewed = (config: object) =>
    writeFileSync(preview, JSON.stringify({ steps: [], changeSummary: { same: 1 }, config }));
  previewed({ "slipway:promotion": '{"soakMinutes":5}', "slipway:verify": "{}" });
  const tail = `  the pull request ${noGate}\n`;
  const keep = (block: string) =>
    `    instead: keep slipway:${block}, or have its change approved by those who answer for the stack\n`;
  expect(await slipway.run(args)).toMatchObject({
    exitCode: 3,
    stdout: `dev: 2 refused\n  lets releases soak for less: promotion.soakMinutes 60 → 5\n${keep("promotion")}  turns verify.rollbackOnFailure off: a deployment that fails stays\n${keep("verify")}${tail}`,
  });
  previewed({ "slipway:budget": '{"total":30}' });
  expect(await slipway.run(args)).toMatchObject({
    exitCode: 3,
    stdout: `dev: 2 refused\n  takes out its own slipway:promotion: nothing has to be verified before it comes here\n${keep("promotion")}  takes out its own slipway:verify: the defaults count instead\n${keep("verify")}${tail}`,
  });
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
  [
    ["guard", "--preview", "dev=/proc/self/mem"],
    1,
    "--preview dev=/proc/self/mem must name a file that can be read (EIO)\n",
  ],
  [
    ["guard", "--preview", "dev=/dev/zero"],
    1,
    "--preview dev=/dev/zero must name a plain file, not a folder, pipe or device: write what is read to a file first\n",
  ],
  [
    ["guard", "--preview", `dev=${file("same")}`, "--stack-file", "dev=/proc/self/mem"],
    1,
    "--stack-file dev=/proc/self/mem must name a file that can be read (EIO)\n",
  ],
  [
    ["guard", "--preview", `dev=${file("same")}`, "--plan", "dev=/proc"],
    1,
    "--plan dev=/proc must name a plain file, not a folder, pipe or device: write what is read to a file first\n",
  ],
  [
    ["guard", "--preview", `dev=${file("same")}`, "--reviewed", "dev=/dev/null"],
    1,
    "--reviewed dev=/dev/null must name a plain file, not a folder, pipe or device: write what is read to a file first\n",
  ],
])("fails on %j with exit code %i", async (args, exitCode, stderr) => {
  expect(await slipway.run(args)).toMatchObject({ exitCode, stdout: "", stderr });
});

test("slipway guard refuses what the reviewed preview did not show, whatever label there is", async () => {
  const { exitCode, stderr } = await slipway.run([
    ...["guard", "--preview", `dev=${file("network")}`],
    ...["--reviewed", `dev=${file("same")}`],
  ]);
  expect(exitCode).toBe(3);
  expect(stderr.split("\n")).toContain(
    "dev: not as it was reviewed: replace of digitalocean:index/vpc:Vpc tinkertools-network was not in it",
  );
  const { stdout } = await slipway.run([
    ...["guard", "--json", "--preview", `dev=${file("same")}`, "--reviewed", `dev=${file("network")}`],
  ]);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    stacks: [{ stack: "dev", stops: [], warnings: [], isOpen: true, missing: [], unreviewed: [] }],
  });
});
