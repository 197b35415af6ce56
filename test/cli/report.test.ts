import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "@jest/globals";
import { localGitHub } from "../local/apis/github/server.ts";
import { Slipway } from "../support/slipway.ts";

const slipway = new Slipway();
const folder = mkdtempSync(join(tmpdir(), "slipway-report-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await slipway.end();
});

const preview = (name: string) =>
  `dev=${fileURLToPath(new URL(`../operations/report/${name}.json`, import.meta.url))}`;
const written = (name: string, value: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
};

const comment = `<!-- slipway report -->
### This change is refused

**dev** is refused: over the budget by 3.15 to 3.67 USD a month. **Nothing lets it through**: the stack file has no slipway:gate that says how.

| stack | create | update | replace | delete | unchanged | USD a month | budget | policy |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| **dev** | 0 | 5 | 0 | **2** | 30 | 22.15 to 22.62 → 33.15 to 33.67 (least +11.00, most +11.05) | 112 % of 30.00, over the budget | no plan |

Policy: no plan means that the rules were not asked. \`slipway plan --stack dev --format json > plan.json\` asks them, and \`--plan dev=plan.json\` beside the preview tells what they find.

**dev**, look at this first:

- deletes the alert of an uptime check tinkertools-monitoring-api-down: nobody is told any more
- deletes the uptime check tinkertools-monitoring-api: nobody is told any more

<details><summary><b>dev</b>: 2 to delete, 5 to update; 3 of them components</summary>

- − delete \`UptimeAlert\` \`tinkertools-monitoring-api-down\`
- − delete \`UptimeCheck\` \`tinkertools-monitoring-api\`
- \\~ update \`BucketLifecycleConfiguration\` \`tinkertools-backups-expiry\`
  - \`rules[backups].expiration.days\`: \`7\` → \`14\`
- \\~ update \`App\` \`tinkertools\`
`;

test("slipway report prints a comment with the line of the stack, then what changes", async () => {
  const { exitCode, stdout, stderr } = await slipway.run(["report", "--preview", preview("mixed")]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout.slice(0, comment.length)).toBe(comment);
  expect(stdout).toContain(
    "  - `spec.services[tinkertools-api].envs[SECRET_KEY].value`: changes; of variables the provider shows no text\n",
  );
  expect(stdout).toContain("  - `services.tinkertools-api.environment.LOG_LEVEL`: `DEBUG` → `INFO`\n");
});

test("slipway report writes page, JSON and summary", async () => {
  const [page, summary] = [join(folder, "report.html"), written("summary.md", "before\n")];
  const args = ["report", "--preview", preview("lossy")];
  const html = ["--format", "html", "--output", page, "--summary", summary];
  expect(await slipway.run([...args, ...html])).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  expect(readFileSync(page, "utf8")).toMatch(/^<!doctype html>\n<html lang="en">[\s\S]*<\/html>\n$/);
  expect(readFileSync(page, "utf8")).not.toContain("<script");
  expect(readFileSync(summary, "utf8")).toMatch(
    /^before\n<!-- slipway report -->\n### 4 losses in this change\n/,
  );
  const { stdout } = await slipway.run([...args, "--format", "json"]);
  const nothing = "the stack file has no slipway:gate that says how";
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    stacks: [{ stack: "dev", counts: { replace: 3 }, verdict: { refused: ["4 losses"], nothing } }],
  });
  expect(readFileSync(page, "utf8")).toContain(
    `<h1>4 losses in this change</h1>\n<p><b>dev</b> is refused: 4 losses. <b>Nothing lets it through</b>: ${nothing}.</p>\n<table>`,
  );
});

test("slipway report tells of a fork by its plan, and of a preview that failed", async () => {
  const finding = {
    rule: "db-tls",
    severity: "error",
    resource: "db",
    message: "must ask for TLS",
    fix: "do so",
  };
  const plan = written("plan.json", {
    version: 1,
    stacks: [{ stack: "dev", resources: 32, findings: [finding, { ...finding, severity: "warning" }] }],
    faults: [],
  });
  const failed = written("failed.json", {
    steps: [],
    diagnostics: [{ severity: "error", message: "no <b>token</b> for @octocat\nreally" }],
  });
  const { exitCode, stdout } = await slipway.run([
    ...["report", "--plan", `dev=${plan}`, "--preview", `staging=${failed}`],
  ]);
  expect(exitCode).toBe(0);
  expect(stdout).toBe(`<!-- slipway report -->
### This change is refused in 2 of 2 stacks

**staging** is refused: there is no preview of it that succeeded. **Nothing lets it through**: it needs one that does.

**dev** is refused: 1 policy error. **Nothing lets it through**: the stack file has no slipway:gate that says how.

| stack | create | update | replace | delete | unchanged | USD a month | budget | policy |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| **staging** | no preview |  |  |  |  | 26.18 to 27.34 | 68 % of 40.00 | no plan |
| **dev** | plan only: 32 in all |  |  |  |  | 20.15 to 20.62 | 68 % of 30.00 | 1 error, 1 warning |

Policy: no plan means that the rules were not asked. \`slipway plan --stack staging --format json > plan.json\` asks them, and \`--plan staging=plan.json\` beside the preview tells what they find.

**staging**: there is no preview to report

- \`the preview of staging must be one that succeeded; it says: no <b>token</b> for @octocat⏎really\`

<details><summary><b>dev</b>: 32 resources by its plan; what is there already is not known</summary>

<details><summary>policy</summary>

- error \`db-tls\` at \`db\`: must ask for TLS; do so
- warning \`db-tls\` at \`db\`: must ask for TLS; do so

</details>

</details>

Numbers are those of the engine: components and the stack itself are counted too.
`);
});

test("slipway report and slipway guard work on a pull request", async () => {
  const github = await localGitHub();
  const environment = { GITHUB_API_URL: github.url, GITHUB_TOKEN: "as-bot" };
  const root = "/repos/octo-org/shop";
  const { body: main } = await github.ask("GET", `${root}/branches/main`);
  const { sha } = (main as { commit: { sha: string } }).commit;
  await github.ask("POST", `${root}/git/refs`, { ref: "refs/heads/change", sha });
  await github.ask("POST", `${root}/pulls`, { title: "change", head: "change", base: "main" });

  const report = ["report", "--preview", preview("lossy"), "--post", "octo-org/shop#1"];
  const first = await slipway.run(report, { environment });
  expect([first.exitCode, first.stdout]).toEqual([0, ""]);
  expect(first.stderr).toMatch(/^commented: http\S+\/octo-org\/shop\/issues\/1#issuecomment-\d+\n$/);
  const second = await slipway.run(report, { environment });
  expect(second.stderr).toBe(first.stderr.replace("commented", "edited the comment"));
  expect((await github.ask("GET", `${root}/issues/1/comments`)).body).toMatchObject([
    { body: expect.stringMatching(/^<!-- slipway report -->\n### 4 losses in this change\n/) },
  ]);

  const stackFile = written("Pulumi.dev.yaml", 'config: { "slipway:gate": { label: accepts-loss } }\n');
  const config = { "slipway:gate": '{"label":"accepts-loss"}' };
  const gated = written("gated.json", {
    ...JSON.parse(readFileSync(preview("lossy").slice("dev=".length), "utf8")),
    config,
  });
  const guard = ["guard", "--preview", `dev=${gated}`, "--stack-file", `dev=${stackFile}`];
  const asked = [...guard, "--pull", "octo-org/shop#1"];
  expect((await slipway.run(asked, { environment })).exitCode).toBe(3);
  await github.ask("POST", `${root}/issues/1/labels`, { labels: ["accepts-loss"] });
  const approval = { authorization: "Bearer as-octocat" };
  await github.ask("POST", `${root}/pulls/1/reviews`, { event: "APPROVE", body: "" }, approval);
  const open = await slipway.run(asked, { environment });
  expect([open.exitCode, open.stdout.split("\n")[0]]).toEqual([
    0,
    "dev: 4 let through by the label accepts-loss and the approval of octocat",
  ]);
  expect(await github.close()).toEqual([]);
});

test.each<[string[], number, string]>([
  [["report"], 2, "error: --preview or --plan must be given: there is nothing to report\n"],
  [["report", "--preview", "dev=nowhere"], 1, "--preview dev=nowhere must name a file that is there\n"],
  [
    ["report", "--preview", "d|v=x"],
    2,
    "error: option '--preview <stack=file>' argument 'd|v=x' is invalid. It must be <stack>=<file>, such as production=preview.json.\n",
  ],
  [
    ["report", "--preview", "dev=x", "--preview", "dev=y"],
    2,
    "error: option '--preview <stack=file>' argument 'dev=y' is invalid. There must be one for dev.\n",
  ],
  [
    ["report", "--plan", `dev=${written("none.json", "{}")}`],
    1,
    "the plan of dev must be what slipway plan --format json prints\n",
  ],
  [
    ["report", "--plan", `dev=${written("other.json", { version: 1, stacks: [] })}`],
    1,
    "the plan of dev must be of that stack\n",
  ],
  [
    ["report", "--preview", preview("mixed"), "--post", "acme/shop"],
    1,
    "--post must be <owner>/<repo>#<number>, such as acme/shop#12\n",
  ],
])("fails on %j with exit code %i", async (args, exitCode, stderr) => {
  const result = await slipway.run(args);
  expect([
    result.exitCode,
    result.stdout,
    result.stderr.replace("(slipway --help lists the commands)\n", ""),
  ]).toEqual([exitCode, "", stderr]);
});
