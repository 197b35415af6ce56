import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { readSettings, type StackSettings } from "../../components/config.ts";
import type { BudgetState } from "../../components/cost/budget.ts";
import { budgetGroups } from "../../components/cost/line.ts";
import { monthlyCost } from "../../components/cost.ts";
import { SettingsError } from "../../components/internal/settings.ts";
import type { Finding } from "../../policy/rule.ts";
import { OperationFault } from "../fault.ts";
import { type Preview, readPreview } from "../guard/preview.ts";
import { stackConfiguration } from "../stack-settings.ts";
import { plannedCost } from "./cost.ts";
import type { CostChange, ReportDocument, StackReport } from "./document.ts";
import { emptyCounts, type StackFacts, stackReport } from "./stack.ts";

/** A file that belongs to a stack. */
export interface NamedFile {
  stack: string;
  file: string;
}

/** What a report is made of. */
export interface ReportFiles {
  previews: readonly NamedFile[];
  /** What `slipway plan --format json` printed. */
  plans: readonly NamedFile[];
  /** Stack files in the place of `Pulumi.<stack>.yaml` here. */
  stackFiles: readonly NamedFile[];
  /** Whether settings with faults are refused, and not only left out: a gate must know the budget. @default false */
  needsSettings?: boolean;
}

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
  return {
    version: 1,
    stacks: [...new Set(names)].map((stack) => stackOf(stack, files, today)),
  };
}

function stackOf(stack: string, files: ReportFiles, today: string): StackReport {
  const plan = planOf(stack, files.plans);
  const named = files.previews.find((one) => one.stack === stack);
  const preview = named && previewOf(named);
  const failure = plan?.failure ?? (typeof preview === "string" ? preview : undefined);
  const read = typeof preview === "string" ? undefined : preview;
  const facts = { ...settingsFacts(stack, read, files, today), findings: plan?.findings };
  if (failure === undefined && read !== undefined) return stackReport(stack, read, facts);
  return {
    stack,
    ...(failure === undefined ? { planned: plan?.resources ?? 0 } : { failure }),
    isPlanOnly: failure === undefined,
    counts: emptyCounts(),
    losses: [],
    changes: [],
    quiet: [],
    outputs: [],
    // The plan tells the cost of the very file that it was made of.
    cost: plan?.cost ?? plannedCost(facts),
    ...(plan === undefined ? {} : { findings: plan.findings }),
  };
}

function previewOf({ stack, file }: NamedFile): Preview | string {
  const text = textOf("--preview", { stack, file });
  try {
    return readPreview(stack, text);
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

/** The text of a file that was named on the command line. */
export function textOf(option: string, { stack, file }: NamedFile): string {
  if (!existsSync(file))
    throw new OperationFault(`${option} ${stack}=${file} must name a file that is there`);
  return readFileSync(file, "utf8");
}

/** Settings with what else the cost depends on. */
interface KnownSettings {
  settings: StackSettings;
  awsRegion: string | undefined;
}

/**
 * The settings of a stack: of the file that was named for it, or of its file here; undefined where there is none.
 *
 * @throws SettingsError with every fault of the file
 */
export function settingsOf(stack: string, files: readonly NamedFile[]): KnownSettings | undefined {
  const given = files.find((one) => one.stack === stack);
  if (given !== undefined) textOf("--stack-file", given);
  try {
    return stackConfiguration(given?.file ?? stack);
  } catch (error) {
    if (given === undefined && error instanceof OperationFault) return undefined;
    throw error;
  }
}

/** What a preview was configured with says most surely what it will cost; the stack file where it does not tell. */
function settingsFacts(
  stack: string,
  preview: Preview | undefined,
  { stackFiles, needsSettings = false }: ReportFiles,
  today: string,
): StackFacts {
  try {
    const known = previewedSettings(stack, preview) ?? settingsOf(stack, stackFiles);
    if (known === undefined) return {};
    const { settings, awsRegion } = known;
    return { cost: monthlyCost(settings, today, { awsRegion }), budget: settings.budget };
  } catch (error) {
    // A report is made all the same; the preview tells of the faults.
    if (error instanceof SettingsError && !needsSettings) return {};
    throw error;
  }
}

const Config = z.record(z.string(), z.string());

function previewedSettings(stack: string, preview: Preview | undefined): KnownSettings | undefined {
  const config = Config.safeParse(preview?.["config"]);
  if (!config.success) return undefined;
  const settings = readSettings(stack, config.data, { needsSecrets: false });
  return { settings, awsRegion: config.data["aws:region"] };
}
