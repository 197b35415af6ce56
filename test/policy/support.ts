import type { Waiver } from "../../components/policy.settings.ts";
import type { AccountRule, Finding, PolicyResource, PolicyStack, Rule } from "../../policy/rule.ts";

const component = "urn:pulumi:production::slipway::slipway:index:Component::component";

const packages: Record<string, string> = {
  s3: "aws:s3",
  iam: "aws:iam",
  do: "digitalocean:index",
  gh: "github:index",
};

/** A resource of a short type, `do/App`: protected, kept, and part of one component with all others. */
export function resource(
  shortType: string,
  name: string,
  props: Record<string, unknown>,
  options: PolicyResource["options"] = { protect: true, retainOnDelete: true, parent: component },
): PolicyResource {
  const [group = "", type = ""] = shortType.split("/");
  const full = `${packages[group]}/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`;
  return { urn: `urn:pulumi:production::slipway::${full}::${name}`, type: full, name, props, options };
}

/** A production stack of these resources. */
export const production = (
  resources: PolicyResource[],
  facts: Partial<PolicyStack["facts"]> = {},
): PolicyStack => ({
  stack: "production",
  isProtected: true,
  resources,
  facts: { waivers: [], today: "2026-11-21", ...facts },
});

/** The same where nothing is protected. */
export const staging = (
  resources: PolicyResource[],
  facts: Partial<PolicyStack["facts"]> = {},
): PolicyStack => ({
  ...production(resources, facts),
  stack: "staging",
  isProtected: false,
});

type Change = (resources: PolicyResource[]) => PolicyResource[];

/** The list with one input of one resource set, by a path such as `spec.services.0.name`; undefined takes it out. */
export const set =
  (name: string, path: string, value: unknown): Change =>
  (resources) =>
    resources.map((one) =>
      one.name === name ? { ...one, props: setAt(one.props, path.split("."), value) } : one,
    );

/** The list with one option of one resource set. */
export const option =
  (name: string, key: keyof PolicyResource["options"], value: boolean | undefined): Change =>
  (resources) =>
    resources.map((one) => {
      if (one.name !== name) return one;
      const { [key]: _, ...options } = one.options;
      return { ...one, options: value === undefined ? options : { ...options, [key]: value } };
    });

export const without =
  (name: string): Change =>
  (resources) =>
    resources.filter((one) => one.name !== name);

export const plus =
  (...more: PolicyResource[]): Change =>
  (resources) => [...resources, ...more];

/** Several changes one after the other. */
export const all =
  (...changes: Change[]): Change =>
  (resources) =>
    changes.reduce((list, change) => change(list), resources);

function setAt(value: unknown, [key = "", ...path]: string[], inner: unknown): Record<string, unknown> {
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  if (path.length > 0) copy[key] = setAt(copy[key], path, inner);
  else if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

/** What one rule must say of stacks that keep it and of stacks that break it. */
export interface Cases {
  keeps: PolicyStack[];
  /** With the lines `resource: message; fix`. */
  breaks: [PolicyStack, string[]][];
}

/** The same for a rule over all stacks; the lines start with the stack. */
export interface AccountCases {
  keeps: PolicyStack[][];
  breaks: [PolicyStack[], string[]][];
}

export const line = ({ resource: of, message, fix }: Pick<Finding, "resource" | "message" | "fix">): string =>
  `${of}: ${message}; ${fix}`;

export const lines = (rule: Rule, stack: PolicyStack): string[] => rule.findings(stack).map(line);

export const accountLines = (rule: AccountRule, stacks: PolicyStack[]): string[] =>
  [...rule.findings(stacks)].flatMap(([stack, findings]) => findings.map((one) => `${stack}: ${line(one)}`));

export const waiver = (given: Partial<Waiver> = {}): Waiver => ({
  rule: "s3-access-log",
  resource: "backups",
  reason: "the trail of the account logs every read",
  expires: "2027-03-31",
  ...given,
});
