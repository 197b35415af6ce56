import type { BudgetSettings } from "../components/budget.settings.ts";
import type { Waiver } from "../components/policy.settings.ts";
import type { PublicVariable } from "../components/web-app/variable.rules.ts";

/** A resource as a plan or the engine knows it. */
export interface PolicyResource {
  urn: string;
  type: string;
  name: string;
  /** Plain inputs; a secret is the text `[secret]`, and what only the platform knows is `[known after up]`. */
  props: Record<string, unknown>;
  /** What is not said here is not known; it is not taken for a fault. */
  options: { protect?: boolean; retainOnDelete?: boolean; parent?: string; import?: string };
}

/** What the rules need to know of the monthly cost. */
export interface PolicyCost {
  minimum: number;
  maximum: number;
  byBudget: Readonly<Record<BudgetGroup, { minimum: number; maximum: number }>>;
}

/** What a budget sets a limit for besides the total. */
export type BudgetGroup = "database" | "compute" | "storage" | "other";

/** One stack, as the rules see it. */
export interface PolicyStack {
  stack: string;
  /** Whether what holds data is protected: a production stack. */
  isProtected: boolean;
  resources: PolicyResource[];
  facts: {
    monthlyCost?: PolicyCost;
    budget?: BudgetSettings;
    /** Whether something says how a change that loses data is let through; undefined where nobody knows. */
    hasGate?: boolean;
    /** Variables that the stack file says everybody may read. */
    publicVariables?: readonly PublicVariable[];
    waivers: readonly Waiver[];
    /** ISO date. */
    today: string;
  };
}

export type Severity = "error" | "warning" | "info";

/** What a rule found, and where. */
export interface Finding {
  rule: string;
  severity: Severity;
  /** Name of the resource, as plan and waivers call it; `stack` where it is none. */
  resource: string;
  /** What must hold there: "must ...". */
  message: string;
  /** What to do. */
  fix: string;
  /** Set where the stack file waives it: it counts no more. */
  waived?: { reason: string; expires: string };
}

/** What every rule says about itself. */
export interface RuleFacts {
  id: string;
  title: string;
  severity: Severity;
  /** What goes wrong where it is broken. */
  reason: string;
  /** Ids of the scanners' rules, or the vendor's page. */
  source: string;
}

/** A rule about one stack. */
export interface Rule extends RuleFacts {
  findings(stack: PolicyStack): Finding[];
}

/** A rule about all stacks of an account together; the findings by stack. */
export interface AccountRule extends RuleFacts {
  findings(stacks: readonly PolicyStack[]): Map<string, Finding[]>;
}

/** A finding without what its rule says already. */
export type Violation = Pick<Finding, "resource" | "message" | "fix">;

/** A rule from its facts and what it looks for. */
export function rule(facts: RuleFacts, violations: (stack: PolicyStack) => Violation[]): Rule {
  const { id, severity } = facts;
  return {
    ...facts,
    findings: (stack) => violations(stack).map((violation) => ({ rule: id, severity, ...violation })),
  };
}

/** A rule over all stacks from its facts and what it looks for. */
export function accountRule(
  facts: RuleFacts,
  violations: (stacks: readonly PolicyStack[]) => (Violation & { stack: string })[],
): AccountRule {
  const { id, severity } = facts;
  return {
    ...facts,
    findings(stacks) {
      const found = new Map<string, Finding[]>();
      for (const { stack, ...violation } of violations(stacks))
        found.set(stack, [...(found.get(stack) ?? []), { rule: id, severity, ...violation }]);
      return found;
    },
  };
}

/** What a rule says of one resource that breaks it. */
export type Broken = Pick<Finding, "message" | "fix"> | undefined;

/** Looks at every resource of a type. */
export function each(
  type: string,
  broken: (resource: PolicyResource, stack: PolicyStack) => Broken | readonly Exclude<Broken, undefined>[],
): (stack: PolicyStack) => Violation[] {
  return (stack) =>
    ofType(stack, type).flatMap((resource) =>
      [broken(resource, stack) ?? []].flat().map((violation) => ({ resource: resource.name, ...violation })),
    );
}

/** The same, in protected stacks only. */
export function eachProtected(type: string, broken: Parameters<typeof each>[1]) {
  return inProtected(each(type, broken));
}

/** Looks at protected stacks only. */
export const inProtected =
  (violations: (stack: PolicyStack) => Violation[]) =>
  (stack: PolicyStack): Violation[] =>
    stack.isProtected ? violations(stack) : [];

/** The resources of a type, `aws:s3/bucket:Bucket`. */
export const ofType = ({ resources }: Pick<PolicyStack, "resources">, type: string): PolicyResource[] =>
  resources.filter((resource) => resource.type === type);
