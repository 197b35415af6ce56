import { stripVTControlCharacters } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { EngineFailure } from "../engine/command.ts";
import { LocalFault } from "../fault.ts";
import type { Progress } from "../progress.ts";
import { nextStep } from "./next-step.ts";
import { inStackFileWords } from "./stack-file-words.ts";

/** How many resources an operation touched or would touch. */
export interface Changes {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly same: number;
}

/** One resource that an operation changes. */
export interface Change {
  readonly operation: Exclude<keyof Changes, "same">;
  readonly type: string;
  readonly name: string;
  /** Paths of the inputs that differ. */
  readonly inputs: readonly string[];
}

/** What a policy pack found, which the engine asked at the end of a preview. */
export interface PolicyReport {
  /** How many rules it has looked at. */
  readonly rules: number;
  /** What it found, with the rule's id in front; none of it stops the change. */
  readonly findings: readonly string[];
}

export interface OperationReport {
  readonly changes: Changes;
  readonly changed: readonly Change[];
  /** Set where a policy pack ran over the whole stack. */
  readonly policy?: PolicyReport;
}

const operations: Readonly<Record<string, keyof Changes>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  same: "same",
};

/**
 * Runs one operation of the engine, shows its progress and counts what it does.
 *
 * @param advice - what a person is told last where it fails
 * @throws LocalFault with what the engine and the providers said, when the operation fails
 */
export async function runOperation(
  title: string,
  progress: Progress,
  operation: (onEvent: (event: EngineEvent) => void) => Promise<unknown>,
  advice?: string,
): Promise<OperationReport> {
  const errors: string[] = [];
  const changed: Change[] = [];
  const findings: string[] = [];
  let rules: number | undefined;
  let counts: Readonly<Record<string, number>> = {};
  let done = 0;
  const onEvent = (event: EngineEvent): void => {
    const { resourcePreEvent: begun, resOutputsEvent: ended, diagnosticEvent: said, summaryEvent } = event;
    if (begun !== undefined) {
      const { op, type, urn, detailedDiff, diffs } = begun.metadata;
      const kind = operations[op];
      if (kind !== undefined && kind !== "same" && !type.startsWith("pulumi:providers:")) {
        const inputs =
          Object.keys(detailedDiff ?? {}).length > 0 ? Object.keys(detailedDiff ?? {}) : (diffs ?? []);
        changed.push({ operation: kind, type, name: nameOf(urn), inputs });
        if (!begun.planning) progress.show(`${title}: ${kind} ${nameOf(urn)} (${done} done)`);
      }
    }
    if (ended !== undefined && !ended.planning) done += 1;
    if (said?.severity === "error") errors.push(inStackFileWords(plain(said.message), said.urn));
    if (event.policyEvent !== undefined) {
      const { policyName, message, enforcementLevel } = event.policyEvent;
      (enforcementLevel === "mandatory" ? errors : findings).push(`${policyName}: ${plain(message)}`);
    }
    rules = rulesIn(event) ?? rules;
    if (summaryEvent !== undefined) counts = summaryEvent.resourceChanges ?? {};
  };
  try {
    await operation(onEvent);
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    // Below a resource's own error the engine says once more, and no more than, that the whole failed.
    const telling = errors.filter((text) => !/^(update|preview|destroy|refresh) failed$/.test(text));
    const reasons = telling.length > 0 ? new Set(telling) : [plain(error.output)];
    const last = [nextStep(telling), advice].filter((one) => one !== undefined);
    const lines = [...Array.from(reasons, indented), ...last];
    throw new LocalFault(`${title} failed:\n${lines.join("\n")}`, { cause: error });
  }
  const count = (name: string): number => counts[name] ?? 0;
  return {
    changes: {
      create: count("create"),
      update: count("update"),
      replace: Math.max(count("replace"), count("create-replacement")),
      delete: count("delete"),
      same: count("same"),
    },
    changed,
    ...(rules === undefined ? {} : { policy: { rules, findings } }),
  };
}

/** Has what the engine prints kept, also where it ends with a fault; @throws whatever it ends with */
export async function keepingPrinted(
  running: Promise<{ stdout: string }>,
  keep: ((printed: string) => void) | undefined,
): Promise<void> {
  try {
    const { stdout } = await running;
    keep?.(stdout);
  } catch (error) {
    if (error instanceof EngineFailure && error.stdout !== "") keep?.(error.stdout);
    throw error;
  }
}

/** How many rules a policy pack looked at: the engine tells which passed and which did not. */
function rulesIn(event: EngineEvent): number | undefined {
  // The SDK's types lack it.
  const summary: unknown = Reflect.get(event, "policyAnalyzeStackSummaryEvent");
  if (typeof summary !== "object" || summary === null) return undefined;
  const lists = ["passed", "failed"].map((name): unknown => Reflect.get(summary, name) ?? []);
  return lists.flatMap((list) => (Array.isArray(list) ? list : [])).length;
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** Text of the engine without its colour marks. */
function plain(text: string): string {
  return stripVTControlCharacters(text.replace(/<\{%[^%]*%\}>/g, "")).trim();
}

function indented(text: string): string {
  return text.replace(/^/gm, "  ");
}
