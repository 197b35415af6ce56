import { neededSecrets, type StackSettings } from "../../components/config.ts";
import { evaluate } from "../../policy/evaluate.ts";
import type { Finding } from "../../policy/rule.ts";
import { plannedPolicyStack } from "../../policy/stack.ts";
import { adoptionLines } from "./adoption.ts";
import { type CostPlan, costPlan } from "./costs.ts";
import type { PlannedStack } from "./graph.ts";
import { highlightsOf } from "./highlights.ts";
import { type MetLimit, metLimits } from "./limits.ts";
import { type RecoveryPlan, recoveryPlan } from "./recovery.ts";
import { type ReleaseLine, releaseLines } from "./releases.ts";
import type { Planned, StackFault } from "./stacks.ts";

/**
 * What `slipway plan --format json` prints. Fields are added and never change their meaning under one `version`; lists
 * are sorted, and nothing in it depends on the time of day.
 */
export interface PlanDocument {
  version: 1;
  stacks: StackPlan[];
  /** Stacks that could not be planned, with every fault of their settings. */
  faults: StackFault[];
}

/** The plan of one stack. */
export interface StackPlan {
  stack: string;
  /** Whether what holds data is protected and outlives the stack. */
  isProtected: boolean;
  /** As the engine counts them: with components and the stack itself. */
  resources: number;
  components: ComponentPlan[];
  /** The gravest first; one with `waived` counts no more. */
  findings: Finding[];
  /** What is taken over, and what that needs of the settings. */
  adoption: string[];
  cost: CostPlan;
  recovery: RecoveryPlan[];
  /** What the platforms cannot do of what the settings wish for. */
  limits: MetLimit[];
  /** How each part of the app gets from stack to stack. */
  releases: ReleaseLine[];
  secrets: SecretPlan[];
  /** Marks "[secret]" and "[known after up]" stand where there is no value. */
  outputs: Record<string, unknown>;
}

/** A component with the resources that it makes. */
export interface ComponentPlan {
  name: string;
  /** `slipway:index:Database`. */
  type: string;
  resources: ResourcePlan[];
}

/** A resource and what matters of it. */
export interface ResourcePlan {
  urn: string;
  type: string;
  name: string;
  settings: Record<string, unknown>;
  isProtected: boolean;
  /** Whether it stays when the stack is destroyed. */
  isKept: boolean;
  /** The id of what is there already and is taken over. */
  adopts?: string;
}

/** A secret that the stack needs, never with its value. */
export interface SecretPlan {
  name: string;
  isOptional: boolean;
  /** Whether it is sealed in the stack file, as `slipway secrets check` says. */
  isSet: boolean;
  usedBy: string[];
}

/** Everything that is known of stacks before they are made; `today` is an ISO date. */
export function planDocument({ planned, faults, sources }: Planned, today: string): PlanDocument {
  const configOf = ({ stack }: PlannedStack): Config => sources.get(stack)?.config ?? {};
  const findings = evaluate(
    planned.map((stack) => plannedPolicyStack(stack, today, configOf(stack)["aws:region"])),
  );
  return {
    version: 1,
    stacks: planned.map((stack) => stackPlan(stack, configOf(stack), findings.get(stack.stack) ?? [])),
    faults,
  };
}

function stackPlan(planned: PlannedStack, config: Config, findings: Finding[]): StackPlan {
  const { stack, settings, resources, outputs } = planned;
  return {
    stack,
    isProtected: settings.isProtected,
    // The stack itself is none that the program registers.
    resources: resources.length + 1,
    components: componentPlans(planned),
    findings,
    adoption: adoptionLines(planned),
    cost: costPlan(settings, config["aws:region"]),
    recovery: recoveryPlan(settings),
    limits: metLimits(settings),
    releases: releaseLines(settings),
    secrets: secretPlans(settings, config),
    outputs: Object.fromEntries(Object.entries(outputs).sort(byKey)),
  };
}

function componentPlans({ resources }: PlannedStack): ComponentPlan[] {
  const plans = resources
    .filter(({ type, name, component }) => type.startsWith("slipway:") && name === component)
    .map(({ name, type }) => ({
      name,
      type,
      resources: resources
        .filter((one) => one.component === name && one.type !== type)
        .map(({ urn, type: kind, name: own, inputs, options }) => ({
          urn,
          type: kind,
          name: own,
          settings: highlightsOf(kind, inputs),
          isProtected: options.protect,
          isKept: options.retainOnDelete,
          ...(options.import === undefined ? {} : { adopts: options.import }),
        })),
    }));
  return plans.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function secretPlans(settings: StackSettings, config: Config): SecretPlan[] {
  return neededSecrets(settings).map(({ name, optional, usedBy }) => ({
    name,
    isOptional: optional,
    isSet: config[`slipway:${name}`] !== undefined,
    usedBy,
  }));
}

type Config = Readonly<Record<string, string>>;

const byKey = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
