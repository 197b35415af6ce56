import { describe, expect, test } from "@jest/globals";
import { plainTable } from "../../cli/plain-table.ts";
import type { BudgetState } from "../../components/cost/budget.ts";
import { bar, scaleOf } from "../../operations/cost-bars.ts";
import { comparisonText, costDifferences } from "../../operations/cost-diff.ts";
import { costsText, costText, stackCost, stateText } from "../../operations/cost-report.ts";

const today = "2026-11-21";
const ascii = { width: 20, isUnicode: false, hasColour: false };

const state = (minimum: number, maximum: number, more: Partial<BudgetState> = {}): BudgetState => ({
  group: "compute",
  minimum,
  maximum,
  state: "fine",
  ...more,
});

describe("a bar", () => {
  test.each([
    [state(5, 10, { budget: 20 }), "#####-----         |"],
    [state(5, 5, { budget: 5 }), "####|"],
    [state(10, 20, { budget: 10 }), "#########|----------"],
    [state(3, 3), "###"],
    [state(0, 0, { budget: 0 }), "|"],
  ])("of %j is %j", (one, expected) => {
    expect(bar(one, 20, ascii)).toBe(expected);
  });

  test("is of blocks where the terminal has them, and coloured only where it may be", () => {
    const over = state(5, 10, { budget: 8, state: "over" });
    expect(bar(over, 20, { ...ascii, isUnicode: true })).toBe("█████░░│░░");
    expect(bar(over, 20, { ...ascii, hasColour: true })).toBe("\u001b[31m#####--|--\u001b[0m");
    expect(bar(state(5, 5, { state: "unlimited" }), 20, { ...ascii, hasColour: true })).toBe("#####");
  });

  test("fills the width with the largest cost or budget", () => {
    expect(scaleOf([state(1, 30), state(1, 2, { budget: 40 })])).toBe(40);
    expect(scaleOf([])).toBe(0);
    expect(bar(state(0, 0), 0, ascii)).toBe("");
  });
});

test.each([
  [state(1, 1, { state: "unlimited" }), "no budget"],
  [state(1, 1, { budget: 10, percent: 10 }), "10 % of 10.00"],
  [
    state(5, 5, { budget: 10, percent: 50, state: "warned", step: 50 }),
    "50 % of 10.00: past the warning at 50 %",
  ],
  [
    state(5, 11, { budget: 10, percent: 110, state: "mayExceed", step: 90 }),
    "110 % of 10.00: may go over the budget",
  ],
  [state(11, 11, { budget: 10, percent: 110, state: "over", step: 90 }), "110 % of 10.00: over the budget"],
  [state(1, 1, { budget: 0, state: "over" }), "of 0.00: over the budget"],
])("the state %j reads %j", (one, text) => {
  expect(stateText(one)).toBe(text);
});

test("the cost of a stack is a table, a picture of its budget, and its assumptions", () => {
  expect(costText(stackCost("staging", today), plainTable, ascii)).toBe(
    [
      "staging: 26.18 to 27.34 USD a month, oldest price of 2026-03-27",
      "",
      "group     item                                           USD a month   note",
      "database  primary node, 1 × db-s-1vcpu-1gb               15.15         [1]",
      "database  disk, 10 GiB a node                            0.00          [2]",
      "database  platform backups of 7 days                     0.00          [3]",
      "compute   tinkertools-api, 1 × apps-s-1vcpu-0.5gb        5.00          [4]",
      "compute   backup-worker, 1 × apps-s-1vcpu-0.5gb          5.00          [4]",
      "compute   prepare-database, job on apps-s-1vcpu-0.5gb    0.00 to 0.12  [5]",
      "compute   tinkertools-frontend, static                   0.00          [6]",
      "compute   outbound transfer, 100 GiB included            0.00          [7]",
      "storage   backups in S3, 7 days and 7 more after expiry  0.03 to 0.81  [8]",
      "storage   requests of the backups                        0.00 to 0.03  [9]",
      "storage   restore of one backup a month                  0.00 to 0.23  [10]",
      "other     uptime checks, 1                               1.00          [11]",
      "other     images in GitHub's registry, 2                 0.00          [12]",
      "",
      "group     USD a month     budget                    # least - most | budget",
      "database  15.15           no budget                 ########",
      "compute   10.00 to 10.12  no budget                 #####",
      "storage   0.03 to 1.07    no budget                 -",
      "other     1.00            no budget                 #",
      "total     26.18 to 27.34  68 % of 40.00, past 50 %  #############-     |",
      "",
      "[1]  it runs all month; the price is as third parties report it",
      "[2]  the data stays within it; each GiB more is 0.215 USD a month and node,",
      "     unconfirmed",
      "[3]  the price of the nodes includes them",
      "[4]  every instance runs all month",
      "[5]  billed by the second while it runs: 30 of 1 minute at least, 100 runs of 10",
      "     minutes at most",
      "[6]  free in an app that has other components; the price is unconfirmed: an",
      "     owner can correct it in catalog/overrides.json",
      "[7]  it stays within that; each GiB more is 0.02 USD; the price is unconfirmed:",
      "     an owner can correct it in catalog/overrides.json",
      "[8]  a dump is 0.1 to 2.5 GiB, a quarter of the disk at most: set",
      "     backups.dumpGiB when you know; one a day, each whole; the price is as third",
      "     parties report it",
      "[9]  parts of 16 MiB, 31 dumps a month at most; the price is as third parties",
      "     report it",
      "[10] free within the 100 GiB that AWS lets out of an account each month, paid",
      "     beyond; the price is as third parties report it",
      "[11] their alerts and those of the database are free",
      "[12] GitHub charges nothing for container images so far",
    ].join("\n"),
  );
});

test("the costs of several stacks have their columns below each other, in 80 columns", () => {
  const text = costsText([stackCost("dev", today), stackCost("production", today)], plainTable, {
    ...ascii,
    width: 22,
  });
  const lines = text.split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  const columns = lines.filter((line) => line.includes("USD a month   note"));
  expect(columns).toEqual([
    "group     item                                            USD a month   note",
    "group     item                                            USD a month   note",
  ]);
  expect(costsText([], plainTable, ascii)).toBe("");
});

test("the difference of two stacks goes line by line and ends in the sum", () => {
  const comparison = costDifferences(stackCost("staging", today), stackCost("production", today));
  expect([comparison.minimum, comparison.maximum]).toEqual([36.36, 42.36]);
  expect(comparisonText(comparison, plainTable)).toBe(
    [
      "group     staging                                                      production                                                    USD a month",
      "database  primary node, 1 × db-s-1vcpu-1gb: 15.15                      primary node, 1 × db-s-1vcpu-2gb: 30.45                       +15.30",
      "database  disk, 10 GiB a node: 0.00                                    disk, 30 GiB a node: 0.00                                     0.00",
      "compute   tinkertools-api, 1 × apps-s-1vcpu-0.5gb: 5.00                tinkertools-api, 2 × apps-s-1vcpu-1gb: 24.00                  +19.00",
      "compute   outbound transfer, 100 GiB included: 0.00                    outbound transfer, 350 GiB included: 0.00                     0.00",
      "storage   backups in S3, 7 days and 7 more after expiry: 0.03 to 0.81  backups in S3, 30 days and 7 more after expiry: 0.09 to 6.38  +0.06 to +5.57",
      "storage   requests of the backups: 0.00 to 0.03                        requests of the backups: 0.00 to 0.07                         0.00 to +0.04",
      "storage   restore of one backup a month: 0.00 to 0.23                  restore of one backup a month: 0.00 to 0.68                   0.00 to +0.45",
      "other     uptime checks, 1: 1.00                                       uptime checks, 3: 3.00                                        +2.00",
      "sum                                                                                                                                  +36.36 to +42.36",
    ].join("\n"),
  );
});

test("a line that only one of them has is new or gone, and its opposite has the opposite sum", () => {
  const [dev, staging] = [stackCost("dev", today), stackCost("staging", today)];
  const there = costDifferences(dev, staging);
  const back = costDifferences(staging, dev);
  expect(there.differences.at(-1)).toEqual({
    component: "other",
    after: expect.objectContaining({ item: "uptime checks, 1" }),
    minimum: 1,
    maximum: 1,
  });
  expect(back.differences.at(-1)).toMatchObject({
    minimum: -1,
    maximum: -1,
    before: { item: "uptime checks, 1" },
  });
  expect([there.minimum, there.maximum]).toEqual([6.03, 6.72]);
  expect([back.minimum, back.maximum]).toEqual([-6.03, -6.72]);
});

test("the same stack twice has no difference", () => {
  const dev = stackCost("dev", today);
  expect(comparisonText(costDifferences(dev, dev), plainTable)).toBe(
    "dev and dev cost the same, line by line",
  );
});
