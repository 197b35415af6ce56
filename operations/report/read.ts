import { z } from "zod";
import type { BudgetState } from "../../components/cost/budget.ts";
import { budgetGroups } from "../../components/cost/line.ts";
import type { Finding } from "../../policy/rule.ts";
import { OperationFault } from "../fault.ts";
import { readStopped, type StoppedPreview } from "../guard/preview.ts";
import { plannedCost } from "./cost.ts";
import type { CostChange, ReportDocument, StackReport } from "./document.ts";
import { type NamedFile, type ReportFiles, settingsFacts, textOf } from "./facts.ts";
import { waivedBy } from "./judge.ts";
import { masked } from "./masked.ts";
import { emptyCounts, stackReport, withVerdict } from "./stack.ts";

const Text = z.string();
const Found = z.object({
  rule: Text,
  severity: z.enum(["error", "warning", "info"]),
  resource: Text,
  message: Text,
  fix: Text,
  waived: z.object({ reason: Text, expires: Text }).optional(),
});

const Budget = z.object({
  group: z.enum([...budgetGroups, "total"]),
  minimum: z.number(),
  maximum: z.number(),
  budget: z.number().optional(),
  percent: z.number().optional(),
  state: z.enum(["over", "mayExceed", "warned", "fine", "unlimited"]),
  step: z.number().optional(),
});
const Cost = z.object({ minimum: z.number(), maximum: z.number(), budget: z.array(Budget) });

/** A plan, as far as a report reads it. */
const Plan = z.looseObject({
  version: z.literal(1),
  stacks: z.array(
    z.looseObject({
      stack: Text,
      resources: z.int(),
      findings: z.array(Found).default([]),
      cost: Cost.optional(),
    }),
  ),
  faults: z.array(z.looseObject({ stack: Text, message: Text })).default([]),
});

/**
 * Reads previews, plans and settings into one report; `today` is an ISO date. A preview that failed is told in the
 * report, since who reads it wants to know.
 *
 * @throws OperationFault for files that are not there or are something else
 */
export function readReport(files: ReportFiles, today: string): ReportDocument {
  const names = [...files.previews, ...files.plans].map(({ stack }) => stack);
  return masked({
    version: 1,
    stacks: [...new Set(names)].map((stack) => stackOf(stack, files, today)),
  });
}

function stackOf(stack: string, files: ReportFiles, today: string): StackReport {
  const plan = planOf(stack, files.plans);
  const named = files.previews.find((one) => one.stack === stack);
  const preview = named && previewOf(named);
  const failure = plan?.failure ?? (typeof preview === "string" ? preview : undefined);
  const { preview: read, protectedUrns } = typeof preview === "object" ? preview : {};
  const { judging, ...known } = settingsFacts(stack, read, files, today);
  const findings = plan && (judging === undefined ? plan.findings : waivedBy(judging, plan.findings, today));
  const facts = { ...known, findings, protectedUrns };
  if (failure === undefined && read !== undefined) return stackReport(stack, read, facts);
  return withVerdict(facts, {
    stack,
    ...(failure === undefined ? { planned: plan?.resources ?? 0 } : { failure }),
    isPlanOnly: failure === undefined,
    counts: emptyCounts(),
    components: 0,
    losses: [],
    warnings: [],
    ruleChanges: [...(known.ruleChanges ?? [])],
    changes: [],
    quiet: [],
    outputs: [],
    // The plan tells the cost of the very file that it was made of.
    cost: judging === undefined && plan?.cost !== undefined ? plan.cost : plannedCost(facts),
    ...(findings === undefined ? {} : { findings }),
  });
}

function previewOf({ stack, file }: NamedFile): StoppedPreview | string {
  const text = textOf("--preview", { stack, file });
  try {
    return readStopped(stack, text);
  } catch (error) {
    if (error instanceof OperationFault) return error.message;
    throw error;
  }
}

interface PlanFacts {
  resources: number;
  findings: Finding[];
  cost?: CostChange;
  failure?: string;
}

function planOf(stack: string, plans: readonly NamedFile[]): PlanFacts | undefined {
  const given = plans.find((one) => one.stack === stack);
  if (given === undefined) return undefined;
  const read = Plan.safeParse(parsed(textOf("--plan", given)));
  if (!read.success)
    throw new OperationFault(`the plan of ${stack} must be what slipway plan --format json prints`);
  const fault = read.data.faults.find((one) => one.stack === stack);
  if (fault !== undefined) return { resources: 0, findings: [], failure: fault.message };
  const found = read.data.stacks.find((one) => one.stack === stack);
  if (found === undefined) throw new OperationFault(`the plan of ${stack} must be of that stack`);
  const { resources, findings, cost } = found;
  return {
    resources,
    findings: findings as Finding[],
    ...(cost === undefined
      ? {}
      : {
          cost: {
            after: { minimum: cost.minimum, maximum: cost.maximum },
            budget: cost.budget as BudgetState[],
          },
        }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
