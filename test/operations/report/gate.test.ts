import { describe, expect, test } from "@jest/globals";
import { GateSettings } from "../../../components/gate.settings.ts";
import { decide, decisionText, type PullRequest } from "../../../operations/report/gate.ts";
import type { StackFacts } from "../../../operations/report/stack.ts";
import type { Finding } from "../../../policy/rule.ts";
import { reportOf, stackOf, step, types } from "./support.ts";

const lossy = [step("delete", types.cluster, "shop-db", {})];
const usd = (database: number) => {
  const range = (amount: number) => ({ minimum: amount, maximum: amount });
  return {
    ...range(database),
    byBudget: { database: range(database), compute: range(0), storage: range(0), other: range(0) },
  };
};
const finding = (rule: string, more: Partial<Finding> = {}): Finding => ({
  rule,
  severity: "error",
  resource: "shop-db",
  message: "must have a standby",
  fix: "set database.standbyNodes",
  ...more,
});

const gate = GateSettings.parse({ label: "accepts-loss", approvals: 1, by: ["Octocat"] });
const decision = (
  settings: GateSettings | undefined,
  pull: PullRequest | undefined,
  facts: StackFacts = {},
  steps = lossy,
) => decide(reportOf(stackOf(steps, facts)), new Map([["production", settings]]), pull)[0];

const stop =
  "  deletes the database cluster shop-db: its data is lost, and so are its backups at the platform\n    instead: keep it in the program; to retire it, back it up elsewhere first and take it out on purpose\n";

describe("a change that loses something", () => {
  test.each<[string, GateSettings | undefined, PullRequest | undefined, string]>([
    [
      "without a gate in the stack file",
      undefined,
      { labels: ["accepts-loss"], approvedBy: ["octocat"] },
      "the pull request must not be let through: the stack file has no slipway:gate that says how",
    ],
    [
      "without the label",
      gate,
      { labels: ["accepts"], approvedBy: ["octocat"] },
      "the pull request must carry the label accepts-loss",
    ],
    [
      "without an approval",
      gate,
      { labels: ["accepts-loss"], approvedBy: [] },
      "the pull request must be approved as it is now by one of Octocat",
    ],
    [
      "approved by somebody else",
      gate,
      { labels: ["accepts-loss"], approvedBy: ["mallory"] },
      "the pull request must be approved as it is now by one of Octocat",
    ],
    [
      "approved by one where two are asked for",
      { ...gate, approvals: 2, by: [] },
      { labels: ["accepts-loss"], approvedBy: ["octocat", "OCTOCAT"] },
      "the pull request must be approved as it is now by 2 people, each somebody who may write to the repository; it has that of OCTOCAT",
    ],
    [
      "approved by nobody, in the words of an empty variable",
      { ...gate, by: [] },
      { labels: ["accepts-loss"], approvedBy: ["", " "] },
      "the pull request must be approved as it is now by somebody who may write to the repository",
    ],
    [
      "approved twice by one person",
      { ...gate, approvals: 2, by: [] },
      { labels: ["accepts-loss"], approvedBy: ["octocat", "OctoCat "] },
      "the pull request must be approved as it is now by 2 people, each somebody who may write to the repository; it has that of OctoCat",
    ],
    [
      "without a pull request",
      gate,
      undefined,
      "the pull request must carry the label accepts-loss\n  the pull request must be approved as it is now by one of Octocat",
    ],
  ])("is refused %s", (_, settings, pull, missing) => {
    const made = decision(settings, pull);
    expect(made?.isOpen).toBe(false);
    expect(decisionText(made ? [made] : [])).toBe(`production: 1 refused\n${stop}  ${missing}\n`);
  });

  test("is let through by label and approval, and who did it is told", () => {
    const made = decision(gate, { labels: ["bug", "accepts-loss"], approvedBy: ["octocat", "mallory"] });
    expect(made).toMatchObject({ isOpen: true, letThrough: { label: "accepts-loss", by: ["octocat"] } });
    expect(decisionText(made ? [made] : [])).toBe(
      `production: 1 let through by the label accepts-loss and the approval of octocat\n${stop}`,
    );
  });
});

test("a name cannot give a workflow commands, nor a terminal colours", () => {
  const name = "db\n::add-mask::x\u001b[31m";
  const made = decision(undefined, undefined, {}, [step("delete", types.cluster, name, {})]);
  expect(decisionText(made ? [made] : []).split("\n")[1]).toBe(
    "  deletes the database cluster db⏎::add-mask::x: its data is lost, and so are its backups at the platform",
  );
});

test.each<[string, number, number, string[]]>([
  ["is over the budget", 60.9, 40, ["costs 60.90 USD a month of 40.00 (budget.database)"]],
  ["takes all of the budget", 40, 40, []],
])("a change that %s", (_, cost, database, reasons) => {
  const facts: StackFacts = { cost: usd(cost), budget: { database, total: 100, warnAtPercent: [] } };
  const made = decision(undefined, undefined, facts, []);
  expect([made?.isOpen, made?.stops.map(({ reason }) => reason)]).toEqual([reasons.length === 0, reasons]);
});

test("an error of a policy stops a change; what is waived, a warning or said by the budget does not", () => {
  const findings = [
    finding("db-standby"),
    finding("db-other", { waived: { reason: "r", expires: "2027-01-01" } }),
    finding("db-third", { severity: "warning" }),
    finding("budget-over"),
  ];
  const facts: StackFacts = { findings, cost: usd(9), budget: { total: 8, warnAtPercent: [] } };
  expect(decision(undefined, undefined, facts, [])?.stops).toEqual([
    {
      kind: "budget",
      reason: "costs 9.00 USD a month of 8.00 (budget.total)",
      remedy: "choose smaller sizes or fewer instances, or raise budget.total",
    },
    {
      kind: "policy",
      reason: "db-standby: shop-db must have a standby",
      remedy: "set database.standbyNodes",
    },
  ]);
});

test.each<[unknown, string]>([
  [{}, "Invalid input: expected string, received undefined"],
  [{ label: " x" }, 'must be the name of a label such as accepts-loss; got " x"'],
  [{ label: "x", approvals: 0 }, "must be at least 1: a label alone is nobody's word"],
  [
    { label: "x", by: ["@octocat"] },
    'must be a GitHub login such as octocat or renovate[bot]; got "@octocat"',
  ],
])("the gate refuses %j", (given, message) => {
  expect(GateSettings.safeParse(given).error?.issues.map((issue) => issue.message)).toEqual([message]);
});
