import { expect, test } from "@jest/globals";
import type { MonthlyCost } from "../../../components/cost.ts";
import { stackCost } from "../../../operations/cost-report.ts";
import { planDocument } from "../../../operations/plan/document.ts";
import { planStacks, stackFiles } from "../../../operations/plan/stacks.ts";

/**
 * What the committed stacks cost, without the catalog and the program that counts with it: USD a month. Instances: DigitalOcean API description, GET
 * /v2/apps/tiers/instance_sizes, 2026-08-07. Nodes: digitalocean.com/pricing/managed-databases. S3 in us-east-1:
 * aws.amazon.com/s3/pricing. Checks: digitalocean.com/pricing/uptime-monitoring.
 */
const [small, large, node, largerNode, check] = [5, 12, 15.15, 30.45, 1];
const [gibibyte, put, out] = [0.023, 0.005 / 1000, 0.09];
/** A job is paid by the minute of a month of 28 days, and runs 1000 minutes at most. */
const job = (1000 * small) / (28 * 24 * 60);
/** Least and most, line by line: a bill has cents in each. */
const hand = {
  dev: {
    minimum: [node, small],
    maximum: [node, small, job, 2 * 2.5 * gibibyte, 5 * (2560 / 16 + 2) * put, 2.5 * out],
  },
  staging: {
    minimum: [node, small, small, check, 14 * 0.1 * gibibyte, 30 * (7 + 2) * put],
    maximum: [
      ...[node, small, small, job, check],
      ...[14 * 2.5 * gibibyte, 31 * (2560 / 16 + 2) * put, 2.5 * out],
    ],
  },
  production: {
    minimum: [largerNode, 2 * large, small, 3 * check, 37 * 0.1 * gibibyte, 30 * (7 + 2) * put],
    maximum: [
      ...[largerNode, 2 * large, small, job, 3 * check],
      ...[37 * 7.5 * gibibyte, 31 * (7680 / 16 + 2) * put, 7.5 * out],
    ],
  },
} as const;
/** A half is rounded up, also where 0.9 × 0.25 is a little less than that in a machine. */
const sum = (lines: readonly number[]) =>
  lines.reduce((total, line) => total + Math.round(Number((line * 100).toFixed(6))), 0) / 100;

test.each(Object.entries(hand))(
  "a calculation of %s by hand agrees to the cent with plan, cost and the stack's outputs",
  async (stack, { minimum, maximum }) => {
    const planned = await planStacks(stackFiles(stack, []));
    const [plan] = planDocument(planned, "2026-11-21").stacks;
    const [output] = planned.planned.map(({ outputs }) => outputs["monthlyCost"] as MonthlyCost);
    const told = stackCost(stack, "2026-11-21").cost;
    for (const cost of [plan?.cost, output, told])
      expect(cost).toMatchObject({ minimum: sum(minimum), maximum: sum(maximum) });
  },
);
