import type { BudgetState } from "../../components/cost/budget.ts";
import type { Finding } from "../../policy/rule.ts";
import type { Refusal } from "../guard.ts";
import type { RuleChange } from "./judge.ts";
import type { Verdict } from "./verdict.ts";

/**
 * What `slipway report --format json` prints. Fields are added and never change their meaning under one `version`. No text
 * in it is escaped for anything but JSON; secrets are the text `[secret]`.
 */
export interface ReportDocument {
  version: 1;
  stacks: StackReport[];
}

/** What a change would do to one stack. */
export interface StackReport {
  stack: string;
  /** Resources that the stack would have; only a plan says it. */
  planned?: number;
  /** Why there is nothing else to tell: the preview failed, or is none. */
  failure?: string;
  /** Set where the engine stopped the preview at what is protected: more may change than is told, and nothing lets it through. */
  isStopped?: true;
  /** Whether this is of a plan alone: what is there already is not known. */
  isPlanOnly: boolean;
  counts: Counts;
  /** How many of those that change are components, or the stack itself. */
  components: number;
  /** Why the change is refused, and what lets it through; left out where nothing stops it. */
  verdict?: Verdict;
  /** What would be lost, opened or weakened: all that the gate stops. */
  losses: Loss[];
  /** What is weakened, or goes with little loss: it stops nothing and is to be seen first. */
  warnings: Warning[];
  /** What the change loosens of the rules that judge it; known where the base's stack file was given. */
  ruleChanges: RuleChange[];
  /** The other changes of resources, the gravest first. */
  changes: Change[];
  /** Components with what changes of their settings, and resources of which nothing that matters changes. */
  quiet: Change[];
  /** Names of stack outputs that change, which is not counted. */
  outputs: string[];
  cost: CostChange;
  /** What the rules find; left out where no plan was given. */
  findings?: Finding[];
}

/** How many resources, as the engine counts them: with components and the stack itself. */
export type Counts = Record<Operation | "unchanged", number>;

/** What happens to a resource: `forget` leaves it at the platform, `import` takes one over. */
export type Operation = "replace" | "delete" | "forget" | "import" | "create" | "update";

/** A change of one resource. */
export interface Change {
  urn: string;
  /** `digitalocean:index/app:App`. */
  type: string;
  name: string;
  operation: Operation;
  differences: Difference[];
  /** Urns of the changed resources that it needs. */
  dependsOn: string[];
}

/** What of a change a reviewer should see first. */
export type Warning = Pick<Refusal, "urn" | "reason" | "remedy">;

/** A change that loses something, or opens or weakens it, with the reason and what to do instead. */
export interface Loss extends Change, Pick<Refusal, "reason" | "remedy" | "inputs"> {
  /** What else changes of the resource and is no part of it; at the first of its losses. */
  rest?: Difference[];
}

/** One property, before and after. */
export interface Difference {
  /** `spec.services[tinkertools-api].instanceSizeSlug`. */
  path: string;
  /** Left out where there was none. */
  before?: string;
  /** Left out where there will be none. */
  after?: string;
  /** Whether it is why the resource is replaced. */
  replaces: boolean;
}

/** USD a month. */
export interface Usd {
  minimum: number;
  maximum: number;
}

/** What the stack costs a month now and after the change, where it is known. */
export interface CostChange {
  now?: Usd;
  after?: Usd;
  /** What the budget says of the cost after the change, by its parts. */
  budget: BudgetState[];
}
