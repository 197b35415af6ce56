import type { StackSettings } from "../components/config.ts";
import { monthlyCost } from "../components/cost.ts";
import { publicVariables } from "../components/web-app/variable.rules.ts";
import type { PolicyResource, PolicyStack } from "./rule.ts";

/** What a plan knows of a resource, as far as rules need it. */
export interface KnownResource {
  urn: string;
  type: string;
  name: string;
  parent?: string;
  inputs: Record<string, unknown>;
  options: { protect: boolean; retainOnDelete: boolean; import?: string };
}

/** A stack as the rules see it: its settings, what its program makes of them, and what that costs. */
export function policyStack(
  settings: StackSettings,
  resources: PolicyResource[],
  today: string,
  awsRegion?: string,
): PolicyStack {
  const { stack, isProtected, app, budget, gate, policy } = settings;
  const open = app === undefined ? [] : publicVariables(app);
  return {
    stack,
    isProtected,
    resources,
    facts: {
      monthlyCost: monthlyCost(settings, today, { awsRegion }),
      ...(budget === undefined ? {} : { budget }),
      hasGate: gate !== undefined,
      ...(open.length === 0 ? {} : { publicVariables: open }),
      waivers: policy?.waivers ?? [],
      today,
    },
  };
}

/** The same from a plan. */
export function plannedPolicyStack(
  { settings, resources }: { settings: StackSettings; resources: readonly KnownResource[] },
  today: string,
  awsRegion?: string,
): PolicyStack {
  const known = resources.map(({ urn, type, name, parent, inputs, options }) => {
    const { protect, retainOnDelete, import: imported } = options;
    return {
      urn,
      type,
      name,
      props: inputs,
      options: {
        protect,
        retainOnDelete,
        ...(parent === undefined ? {} : { parent }),
        ...(imported === undefined ? {} : { import: imported }),
      },
    };
  });
  return policyStack(settings, known, today, awsRegion);
}
