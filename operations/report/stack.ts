import type { GateSettings } from "../../components/gate.settings.ts";
import type { Finding } from "../../policy/rule.ts";
import { nameOf, type Preview, type Step, typeOf } from "../guard/preview.ts";
import { givingUp } from "../guard/protected.ts";
import { judge, type Refusal } from "../guard.ts";
import { differencesAbout } from "./about.ts";
import { type CostFacts, costChange, rootOutputs } from "./cost.ts";
import { differencesOf } from "./differences.ts";
import type { Change, Counts, Loss, Operation, StackReport } from "./document.ts";
import type { RuleChange } from "./judge.ts";
import { withVariables } from "./variables.ts";
import { verdictOf } from "./verdict.ts";

/** The gravest first; a resource in several steps is told by the gravest. */
const operations: readonly Operation[] = ["replace", "delete", "forget", "import", "create", "update"];

const operationOf: Readonly<Record<string, Operation>> = {
  create: "create",
  import: "import",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
  "read-replacement": "replace",
  "remove-pending-replace": "replace",
  discard: "forget",
  "discard-replaced": "forget",
  "read-discard": "forget",
};
const quietOperations = ["same", "read", "refresh"];

/** What is known of a stack beside its preview. */
export interface StackFacts extends CostFacts {
  findings?: readonly Finding[] | undefined;
  ruleChanges?: readonly RuleChange[] | undefined;
  /** What lets a change through that is refused. */
  gate?: GateSettings | undefined;
  /** URNs of what the engine stopped the preview at, since it is protected. */
  protectedUrns?: readonly string[] | undefined;
}

/** What a preview says of a stack. */
export function stackReport(stack: string, preview: Preview, facts: StackFacts): StackReport {
  const { protectedUrns = [] } = facts;
  const judgement = judge(preview);
  const refusals = new Map<string, Refusal[]>();
  for (const refusal of withProtected(stack, judgement.refusals, protectedUrns))
    refusals.set(refusal.urn, [...(refusals.get(refusal.urn) ?? []), refusal]);
  const all = changesOf(preview.steps);
  const resources = all.filter(({ type }) => !isComponent(type));
  const changeOf = new Map(all.map((change) => [change.urn, change]));
  const losses = [...refusals].flatMap(([urn, found]): Loss[] => {
    // What the engine would not even count as a change, and yet must not happen, is no change there.
    const change = changeOf.get(urn) ?? bareChange(urn);
    const told = found.map((refusal, index) =>
      refusal.op === "update"
        ? differencesAbout(refusal, change.differences)
        : index === 0
          ? change.differences
          : [],
    );
    const rest = change.differences.filter((one) => !told.some((all) => all.includes(one)));
    return found.map(({ reason, remedy, inputs, op: operation }, index) => ({
      ...change,
      operation,
      differences: told[index] ?? [],
      ...(index === 0 && rest.length > 0 ? { rest } : {}),
      reason,
      remedy,
      inputs,
    }));
  });
  losses.sort(
    (a, b) => operations.indexOf(a.operation) - operations.indexOf(b.operation) || order(a.urn, b.urn),
  );
  const rest = resources.filter(({ urn }) => !refusals.has(urn));
  const isQuiet = ({ operation, differences }: Change) => operation === "update" && differences.length === 0;
  const counts = emptyCounts();
  const worst = new Map([...losses].reverse().map(({ urn, operation }) => [urn, operation]));
  for (const { operation, urn } of all) counts[worst.get(urn) ?? operation] += 1;
  counts.unchanged = unchangedOf(preview);
  const components = all.filter(({ type }) => isComponent(type));
  return withVerdict(facts, {
    stack,
    ...(protectedUrns.length === 0 ? {} : { isStopped: true }),
    isPlanOnly: false,
    counts,
    components: components.length,
    losses,
    warnings: judgement.warnings.map(({ urn, reason, remedy }) => ({ urn, reason, remedy })),
    ruleChanges: [...(facts.ruleChanges ?? [])],
    changes: rest.filter((change) => !isQuiet(change)),
    quiet: [...components.filter(({ urn }) => !refusals.has(urn)), ...rest.filter(isQuiet)],
    outputs: changedOutputs(preview.steps),
    cost: costChange(preview, facts),
    ...(facts.findings === undefined ? {} : { findings: [...facts.findings] }),
  });
}

/** A report with what the gate says of it. */
export function withVerdict({ gate }: StackFacts, report: StackReport): StackReport {
  const verdict = verdictOf(report, gate);
  return verdict === undefined ? report : { ...report, verdict };
}

/** What is refused, and what the engine stopped at; the engine may tell of that without a step of it. */
function withProtected(stack: string, refusals: readonly Refusal[], urns: readonly string[]): Refusal[] {
  const goes = (urn: string) => refusals.some((one) => one.urn === urn && one.op !== "update");
  return [
    ...refusals.map((refusal) =>
      urns.includes(refusal.urn) && refusal.op !== "update"
        ? {
            ...refusal,
            reason: `${refusal.reason}; it is protected, and the engine refuses`,
            remedy: `${refusal.remedy}; ${givingUp(stack, refusal.urn)}`,
          }
        : refusal,
    ),
    ...urns
      .filter((urn) => !goes(urn))
      .map(
        (urn): Refusal => ({
          urn,
          op: "delete",
          inputs: [],
          reason: `deletes or replaces ${nameOf(urn)}, which is protected, and the engine refuses`,
          remedy: `keep it in the program; ${givingUp(stack, urn)}`,
        }),
      ),
  ];
}

const bareChange = (urn: string): Change => ({
  urn,
  type: typeOf(urn),
  name: nameOf(urn),
  operation: "update",
  differences: [],
  dependsOn: [],
});

/** No resource at all. */
export const emptyCounts = (): Counts => ({
  replace: 0,
  delete: 0,
  forget: 0,
  import: 0,
  create: 0,
  update: 0,
  unchanged: 0,
});

const isComponent = (type: string): boolean => type.startsWith("slipway:") || type.startsWith("pulumi:");

function changesOf(steps: readonly Step[]): Change[] {
  const found = new Map<string, Change>();
  for (const step of steps) {
    const { urn, op } = step;
    // An operation that nobody knows is not passed over.
    const operation = operationOf[op] ?? (quietOperations.includes(op) ? undefined : "update");
    if (operation === undefined) continue;
    const before = found.get(urn);
    const change: Change = {
      urn,
      type: typeOf(urn),
      name: nameOf(urn),
      operation,
      differences: withVariables(step, steps, differencesOf(step)),
      dependsOn: step.newState?.dependencies ?? step.oldState?.dependencies ?? [],
    };
    if (before === undefined) {
      found.set(urn, change);
      continue;
    }
    const isGraver = operations.indexOf(operation) < operations.indexOf(before.operation);
    const differences = before.differences.length > 0 ? before.differences : change.differences;
    found.set(urn, { ...(isGraver ? change : before), differences });
  }
  const known = [...found.values()].map((change) => ({
    ...change,
    dependsOn: [...new Set(change.dependsOn)].filter((urn) => found.has(urn) && urn !== change.urn).sort(),
  }));
  return known.sort(
    (a, b) => operations.indexOf(a.operation) - operations.indexOf(b.operation) || order(a.urn, b.urn),
  );
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By the engine, which does not list them. */
const unchangedOf = ({ changeSummary }: Preview): number => changeSummary?.["same"] ?? 0;

function changedOutputs(steps: readonly Step[]): string[] {
  const { before, after } = rootOutputs(steps);
  if (before === undefined || after === undefined) return [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).sort();
}
