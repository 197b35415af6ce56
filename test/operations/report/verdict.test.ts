import { describe, expect, test } from "@jest/globals";
import { GateSettings } from "../../../components/gate.settings.ts";
import { reportHtml } from "../../../operations/report/html.ts";
import { commentText, longestComment } from "../../../operations/report/markdown.ts";
import type { StackFacts } from "../../../operations/report/stack.ts";
import { costWords } from "../../../operations/report/words.ts";
import type { Finding } from "../../../policy/rule.ts";
import { reportOf, stackOf, step, types } from "./support.ts";

const lossy = [
  step("delete", types.cluster, "shop-db", {}),
  { ...step("update", types.app, "shop", {}, {}), oldState: { inputs: {}, protect: true } },
];
const usd = (minimum: number, maximum = minimum) => ({ minimum, maximum });
const cost = (compute: ReturnType<typeof usd>) => ({
  ...compute,
  byBudget: { database: usd(0), compute, storage: usd(0), other: usd(0) },
});
const budget = (total: number, compute?: number) => ({
  total,
  ...(compute === undefined ? {} : { compute }),
  warnAtPercent: [],
});
const error: Finding = {
  rule: "db-standby",
  severity: "error",
  resource: "shop-db",
  message: "must have a standby",
  fix: "set database.standbyNodes",
};
const gate = (by: string[], approvals = 1) => GateSettings.parse({ label: "accepts-loss", approvals, by });
const nothing = "**Nothing lets it through**: the stack file has no slipway:gate that says how.";

/** The lines between the title and the table. */
const top = (facts: StackFacts, steps = lossy): string =>
  commentText(reportOf(stackOf(steps, facts)))
    .split("\n\n")
    .slice(1, -1)
    .join("\n")
    .split("\n| stack")[0] ?? "";

describe("a change that the gate stops is refused at the top of the comment", () => {
  test.each<[string, StackFacts, string]>([
    ["without a gate", {}, `1 loss; 1 weakening. ${nothing}`],
    [
      "with one for anybody",
      { gate: gate([]) },
      "1 loss; 1 weakening. The label `accepts-loss` and 1 approval of anybody who may write to the repository let it through.",
    ],
    [
      "with two of three people",
      { gate: gate(["octocat", "hubot", "mona"], 2) },
      "1 loss; 1 weakening. The label `accepts-loss` and 2 approvals of `octocat`, `hubot` or `mona` let it through.",
    ],
    [
      "over the budget, and against a rule",
      { cost: cost(usd(20, 31.5)), budget: budget(30, 15), findings: [error, error] },
      `1 loss; 1 weakening; over budget.compute by 5.00 to 16.50 USD a month; maybe over the budget, by up to 1.50 USD a month; 2 policy errors. ${nothing}`,
    ],
    [
      "where it changes what judges it",
      { ruleChanges: [{ weight: "refuse", reason: "takes out its own slipway:gate", remedy: "keep it" }] },
      `1 loss; 1 weakening; 1 change of what judges it. ${nothing}`,
    ],
  ])("%s", (_, facts, said) => {
    expect(top(facts)).toBe(`**production** is refused: ${said}`);
  });

  test("and its title says so where nothing is lost", () => {
    const over = stackOf([], { cost: cost(usd(40)), budget: budget(30) });
    const titleOf = (...stacks: Parameters<typeof reportOf>) =>
      commentText(reportOf(...stacks)).split("\n")[1];
    expect(titleOf(over)).toBe("### This change is refused");
    expect(titleOf(over, stackOf([], {}, "staging"))).toBe("### This change is refused in 1 of 2 stacks");
    expect(titleOf(stackOf(lossy))).toBe("### One loss and one weakening in this change");
    expect(titleOf(stackOf([], {}, "staging"))).toBe("### This change leaves everything as it is");
  });
});

test("a worker that is taken out is told by its name and what goes with it", () => {
  const worker = {
    name: "backup-worker",
    runCommand: "node backup/main.ts schedule",
    image: {
      registry: "acme",
      repository: "slipway",
      digest: `sha256:${"a".repeat(64)}`,
      deployOnPushes: [],
    },
    instanceCount: 1,
    envs: Array.from({ length: 5 }, (_, index) => ({ key: `KEY_${index}`, value: "x".repeat(100) })),
  };
  const spec = (...workers: object[]) => ({ spec: { name: "shop", workers } });
  const comment = commentText(reportOf(stackOf([step("update", types.app, "shop", spec(worker), spec())])));
  expect(comment).toContain(
    `- **weaken** \`App\` \`shop\`: the app shop has the worker backup-worker no more
  - \`spec.workers[backup-worker]\`: \`name backup-worker, runCommand node backup/main.ts schedule, image acme slipway sha256:${"a".repeat(64)}, instanceCount 1, 5 envs\` is taken out
`,
  );
});

test.each([
  [usd(20.15), usd(22.15), "20.15 → 22.15 (+2.00)"],
  [usd(22.15), usd(20.15), "22.15 → 20.15 (−2.00)"],
  [usd(64.99, 70.48), usd(119.44, 129.54), "64.99 to 70.48 → 119.44 to 129.54 (least +54.45, most +59.06)"],
  [usd(5, 8), usd(5, 7), "5.00 to 8.00 → 5.00 to 7.00 (least +0.00, most −1.00)"],
  [usd(5, 8), usd(6, 9), "5.00 to 8.00 → 6.00 to 9.00 (+1.00)"],
  [usd(5, 8), usd(5, 8), "5.00 to 8.00, as now"],
])("a cost of %j that becomes %j is told of both ends", (now, after, said) => {
  expect(costWords({ now, after, budget: [] })).toBe(said);
});

test("a change that nothing stops has no such line", () => {
  expect(stackOf([step("update", types.check, "home", { a: 1 }, { a: 2 })])).not.toHaveProperty("verdict");
});

test("the page and the document say the same", () => {
  const report = reportOf(stackOf(lossy, { gate: gate(["octocat"]) }));
  expect(report.stacks[0]?.verdict).toEqual({
    refused: ["1 loss", "1 weakening"],
    letThrough: { label: "accepts-loss", approvals: 1, by: ["octocat"] },
  });
  expect(reportHtml(report)).toContain(
    "<p><b>production</b> is refused: 1 loss; 1 weakening. The label <code>accepts-loss</code> and 1 approval of <code>octocat</code> let it through.</p>\n<table>",
  );
});

test("neither 3000 losses nor 40 stacks with 50 people each cut it off", () => {
  const people = Array.from(
    { length: 50 },
    (_, index) => `${"a".repeat(36)}${String(index).padStart(2, "0")}`,
  );
  const losses = Array.from({ length: 75 }, (_, index) => step("delete", types.cluster, `db-${index}`, {}));
  const facts = { gate: gate(people) };
  const stacks = Array.from({ length: 40 }, (_, index) => stackOf(losses, facts, `stack-${index}`));
  const comment = commentText(reportOf(...stacks));
  expect(comment.length).toBeLessThanOrEqual(longestComment);
  const ten = people
    .slice(0, 10)
    .map((login) => `\`${login}\``)
    .join(", ");
  expect(comment.match(/^\*\*stack-\d+\*\* is refused: .*$/gm)).toEqual(
    stacks.map(
      ({ stack }) =>
        `**${stack}** is refused: 75 losses. The label \`accepts-loss\` and 1 approval of ${ten} or 40 others whom slipway:gate names let it through.`,
    ),
  );
});
