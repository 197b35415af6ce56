import type { GateSettings } from "../../components/gate.settings.ts";
import { stopping } from "../../policy/evaluate.ts";
import { range } from "../cost-report.ts";
import { clean } from "./clean.ts";
import type { Operation, ReportDocument, StackReport } from "./document.ts";

/** Why a change may not go on without somebody's word. */
export interface Stop {
  kind: "loss" | "weakening" | "budget" | "policy" | "judge";
  reason: string;
  /** What to do instead. */
  remedy: string;
  /** The resource that is lost or weakened, what becomes of it, and the inputs that do it; left out of other kinds. */
  urn?: string;
  operation?: Operation;
  inputs?: readonly string[];
}

/** What the gate finds in the change of one stack. */
export interface StackGate {
  stack: string;
  stops: Stop[];
  /** What stops nothing and is to be seen first. */
  warnings: Pick<Stop, "reason" | "remedy">[];
}

/** A pull request as the gate knows it. */
export interface PullRequest {
  labels: string[];
  /** Logins of the people who approved it as it is now and may write to the repository. */
  approvedBy: string[];
}

/** Whether a stack's change may go on, and on whose word. */
export interface Decision extends StackGate {
  isOpen: boolean;
  /** Set where there are stops and it may go on all the same. */
  letThrough?: { label: string; by: string[] };
  /** What the pull request lacks, "must ..."; empty where it may go on. */
  missing: string[];
}

/** Everything that stops the change of a stack. */
export function gatesOf({
  stack,
  losses,
  warnings,
  ruleChanges,
  cost,
  findings = [],
}: StackReport): StackGate {
  const over = cost.budget
    .filter(({ state }) => state === "over" || state === "mayExceed")
    .map((part): Stop => {
      const setting = `budget.${part.group}`;
      return {
        kind: "budget",
        reason: `costs ${range(part)} USD a month of ${range({ minimum: part.budget ?? 0, maximum: part.budget ?? 0 })} (${setting})`,
        remedy: `choose smaller sizes or fewer instances, or raise ${setting}`,
      };
    });
  const plain = ({ reason, remedy }: Pick<Stop, "reason" | "remedy">) => ({ reason, remedy });
  return {
    stack,
    stops: [
      ...losses.map(
        ({ operation, urn, inputs, ...loss }): Stop => ({
          kind: operation === "update" ? "weakening" : "loss",
          ...plain(loss),
          urn,
          operation,
          inputs,
        }),
      ),
      ...ruleChanges
        .filter(({ weight }) => weight === "refuse")
        .map((change): Stop => ({ kind: "judge", ...plain(change) })),
      ...over,
      ...stopping(findings)
        // It says the same as the budget itself.
        .filter(({ rule }) => rule !== "budget-over" || over.length === 0)
        .map(
          ({ rule, resource, message, fix }): Stop => ({
            kind: "policy",
            reason: `${rule}: ${resource} ${message}`,
            remedy: fix,
          }),
        ),
    ],
    warnings: [...warnings, ...ruleChanges.filter(({ weight }) => weight === "warn")].map(plain),
  };
}

/** Decides on every stack of a report, each by the gate that its own settings ask for. */
export function decide(
  { stacks }: ReportDocument,
  gates: ReadonlyMap<string, GateSettings | undefined>,
  pull: PullRequest | undefined,
): Decision[] {
  return stacks.map((report) => {
    const found = gatesOf(report);
    if (report.isStopped)
      return {
        ...found,
        isOpen: false,
        missing: [
          "must not be let through: the engine refuses it as long as what it takes away is protected",
        ],
      };
    if (found.stops.length === 0) return { ...found, isOpen: true, missing: [] };
    const gate = gates.get(report.stack);
    if (gate === undefined)
      return {
        ...found,
        isOpen: false,
        missing: ["must not be let through: the stack file has no slipway:gate that says how"],
      };
    const by = approvers(gate, pull);
    const missing = [
      ...(pull?.labels.includes(gate.label) ? [] : [`must carry the label ${gate.label}`]),
      ...(by.length >= gate.approvals ? [] : [approvalWords(gate, by)]),
    ];
    if (missing.length > 0) return { ...found, isOpen: false, missing };
    return { ...found, isOpen: true, letThrough: { label: gate.label, by }, missing };
  });
}

/** Logins are the same in capitals. */
function approvers({ by }: GateSettings, pull: PullRequest | undefined): string[] {
  const counting = new Set(by.map((login) => login.toLowerCase()));
  const given = (pull?.approvedBy ?? []).map((login) => login.trim()).filter((login) => login !== "");
  const all = new Map(given.map((login) => [login.toLowerCase(), login]));
  return [...all].filter(([key]) => by.length === 0 || counting.has(key)).map(([, login]) => login);
}

function approvalWords({ approvals, by }: GateSettings, given: readonly string[]): string {
  const who = by.length === 0 ? "somebody who may write to the repository" : `one of ${by.join(", ")}`;
  const has = given.length === 0 ? "" : `; it has that of ${given.join(", ")}`;
  return `must be approved as it is now by ${approvals === 1 ? who : `${approvals} people, each ${who}`}${has}`;
}

/** Decisions for a terminal or a log, where no name begins a line: a workflow's log takes some lines for commands. */
export function decisionText(decisions: readonly Decision[]): string {
  return decisions
    .map(({ stack, stops, letThrough, missing, warnings }) => {
      const name = clean(stack);
      const found = stops
        .map(({ reason, remedy }) => `  ${clean(reason)}\n    instead: ${clean(remedy)}\n`)
        .join("");
      const lacks = missing.map((one) => `  the pull request ${clean(one)}\n`).join("");
      const seen = warnings.map(({ reason }) => `  look: ${clean(reason)}\n`).join("");
      if (stops.length === 0) return `${name}: nothing stops this change\n${seen}`;
      const by = letThrough?.by.map(clean).join(", ");
      const head =
        letThrough === undefined
          ? `${stops.length} refused`
          : `${stops.length} let through by the label ${clean(letThrough.label)} and the approval of ${by}`;
      return `${name}: ${head}\n${found}${lacks}${seen}`;
    })
    .join("");
}
