import { describe, expect, test } from "@jest/globals";
import { allRules, evaluate, stopping } from "../../policy/evaluate.ts";
import type { Finding, PolicyStack } from "../../policy/rule.ts";
import { neverWaived } from "../../policy/waivers.ts";
import { bucket } from "./cases/buckets.ts";
import { line, production, resource, staging, waiver, without } from "./support.ts";

const budget = { total: 40, warnAtPercent: [50] };

/** Findings of a stack's waivers, and of what they waive, as lines. */
function found(waivers: PolicyStack["facts"]["waivers"], today = "2026-11-21"): string[] {
  const stack = production(bucket, { budget, waivers, today });
  return (evaluate([stack]).get("production") ?? [])
    .filter(({ rule }) => rule.startsWith("waiver-") || rule === "s3-access-log")
    .map((one) => `${one.severity} ${one.rule} ${line(one)}${one.waived ? ` (${one.waived.reason})` : ""}`);
}

const log =
  "info s3-access-log backups: does not log who reads it; turn on CloudTrail's data events for it; logs of its own need a second bucket";

describe("a waiver", () => {
  test("marks what it waives, with its reason and its end", () => {
    expect(found([waiver()])).toEqual([`${log} (the trail of the account logs every read)`]);
    const [stack] = [production(bucket, { budget, waivers: [waiver()] })];
    const finding = evaluate([stack])
      .get("production")
      ?.find(({ rule }) => rule === "s3-access-log");
    expect(finding?.waived).toEqual({
      reason: "the trail of the account logs every read",
      expires: "2027-03-31",
    });
  });

  test("waives that rule for that resource only", () => {
    expect(found([waiver({ resource: "backup" })])).toEqual([
      "warning waiver-unused backup: must need its waiver of s3-access-log; take it out of policy.waivers",
      log,
    ]);
    expect(found([waiver({ rule: "s3-encryption" })])).toEqual([
      "warning waiver-unused backups: must need its waiver of s3-encryption; take it out of policy.waivers",
      log,
    ]);
  });

  test("holds on its last day and fails on the next", () => {
    expect(found([waiver()], "2027-03-31")).toEqual([`${log} (the trail of the account logs every read)`]);
    expect(found([waiver()], "2027-04-01")).toEqual([
      "error waiver-expired backups: must not outlive its waiver of s3-access-log, which ended on 2027-03-31; mend it, or agree on a new date and its reason",
      log,
    ]);
  });

  test.each([
    ["s3-public-access", "mend what it finds, and take the waiver out"],
    ["budget-over", "raise the budget in slipway:budget, which says the same with an amount"],
    ["prod-unprotected", "set product.isProtected to true, or call it something else"],
  ])("of %s is refused and waives nothing", (rule, fix) => {
    const broken = production(without("access")(bucket), {
      budget: { total: 1, warnAtPercent: [50] },
      monthlyCost: {
        minimum: 2,
        maximum: 2,
        byBudget: Object.fromEntries(
          ["database", "compute", "storage", "other"].map((group) => [group, { minimum: 1, maximum: 1 }]),
        ) as never,
      },
      waivers: [waiver({ rule, resource: rule === "budget-over" ? "stack" : "backups" })],
    });
    const findings = evaluate([broken]).get("production") ?? [];
    expect(findings.filter(({ waived }) => waived !== undefined)).toEqual([]);
    expect(findings.filter((one) => one.rule.startsWith("waiver-")).map(line)).toEqual([
      `${rule === "budget-over" ? "stack" : "backups"}: must not waive ${rule}, which nobody can; ${fix}`,
    ]);
  });

  test("can never be of what cannot be undone, and all such rules exist", () => {
    const ids = allRules.map(({ id }) => id);
    expect(neverWaived.filter((id) => !ids.includes(id))).toEqual([]);
    expect([...neverWaived].sort()).toEqual([...new Set(neverWaived)]);
  });

  test("lasts a year at most", () => {
    expect(found([waiver({ expires: "2027-11-22" })])).toEqual([
      `${log} (the trail of the account logs every read)`,
    ]);
    expect(found([waiver({ expires: "2027-11-23" })])).toEqual([
      "error waiver-too-long backups: must not waive s3-access-log until 2027-11-23, which is more than a year ahead; agree on a date within a year",
      log,
    ]);
  });

  test("of a rule that nobody knows is refused with the nearest", () => {
    expect(found([waiver({ rule: "s3-acces-log" })])).toEqual([
      "error waiver-unknown-rule backups: must waive a rule that exists; there is no s3-acces-log; did you mean s3-access-log?",
      log,
    ]);
    expect(found([waiver({ rule: "waiver-expired" })])[0]).toBe(
      "error waiver-unknown-rule backups: must waive a rule that exists; there is no waiver-expired; list the rules with slipway rules",
    );
    expect(found([waiver({ rule: "no-such-thing-at-all" })])[0]).toBe(
      "error waiver-unknown-rule backups: must waive a rule that exists; there is no no-such-thing-at-all; list the rules with slipway rules",
    );
  });

  test("waives a finding about several stacks as well", () => {
    const network = () => [resource("do/Vpc", "network", { ipRange: "10.30.0.0/20" })];
    const waivers = [waiver({ rule: "account-networks-apart", resource: "network" })];
    const all = evaluate([production(network()), staging(network(), { waivers })]);
    const names = (stack: string): (boolean | undefined)[] =>
      (all.get(stack) ?? [])
        .filter(({ rule }) => rule === "account-networks-apart")
        .map(({ waived }) => waived !== undefined);
    expect({ production: names("production"), staging: names("staging") }).toEqual({
      production: [false],
      staging: [true],
    });
    expect((all.get("staging") ?? []).filter(({ rule }) => rule.startsWith("waiver-"))).toEqual([]);
  });
});

test("findings come gravest first, and each stack gets its own", () => {
  const broken = evaluate([production(without("versioning")(bucket)), staging([], { budget })]);
  expect([...broken.keys()]).toEqual(["production", "staging"]);
  expect((broken.get("production") ?? []).map(({ severity, rule }) => `${severity} ${rule}`)).toEqual([
    "error s3-versioning",
    "error prod-delivery",
    "warning budget-set",
    "info s3-customer-key",
    "info s3-access-log",
    "info s3-events",
    "info s3-replication",
    "info s3-mfa-delete",
  ]);
  expect(broken.get("staging")).toEqual([]);
});

test("errors that nobody waived stop a change, and nothing else does", () => {
  const finding: Finding = { rule: "a-b", severity: "error", resource: "r", message: "m", fix: "f" };
  expect(
    stopping([
      finding,
      { ...finding, severity: "warning" },
      { ...finding, severity: "info" },
      { ...finding, waived: { reason: "r", expires: "2027-01-01" } },
    ]),
  ).toEqual([finding]);
});
