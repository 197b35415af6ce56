import type { CheckFailure, Properties } from "../resource.ts";
import { hasUnknown, unknown } from "../values.ts";

/**
 * Whether two policy documents allow the same: as JSON, where one value and a list of one, and any order of actions,
 * resources, principals and condition values, mean the same.
 */
export function samePolicy(old: unknown, wanted: unknown): boolean {
  if (old === wanted) return true;
  const [left, right] = [parse(old), parse(wanted)];
  return left !== undefined && right !== undefined && canonical(left) === canonical(right);
}

/** The policy as the program wrote it where the cloud holds the same, so that only real differences show. */
export function policyState(known: unknown, found: string): string {
  return typeof known === "string" && samePolicy(known, found) ? known : found;
}

/** Inputs with policies that were given as objects turned into JSON, as the published provider does. */
export function withPolicyText(inputs: Properties, ...properties: readonly string[]): Properties {
  const result = { ...inputs };
  for (const property of properties) {
    const value = inputs[property];
    if (typeof value !== "object" || value === null) continue;
    // A text with a gap in it would pass for one that is known.
    result[property] = hasUnknown(value) ? unknown : JSON.stringify(value);
  }
  return result;
}

/** Faults of a policy's text, which AWS would answer with MalformedPolicyDocument. */
export function policyFaults(inputs: Properties, property: string): CheckFailure[] {
  const value = inputs[property];
  if (value === undefined) return [];
  const document = parse(value);
  if (document === undefined) return [{ property, reason: "must be the JSON text of a policy document" }];
  return "Statement" in document ? [] : [{ property, reason: "must have a Statement" }];
}

function parse(value: unknown): Record<string, unknown> | undefined {
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  if (typeof value !== "string") return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** Lists become sorted lists, single values lists of one, numbers and truth values texts, as in AWS's own reading. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => (isObject(item) ? sorted(item) : String(item))).sort(byText);
  }
  if (!isObject(value)) return [String(value)];
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => byText(left, right))
      .map(([key, inner]) => [key, sorted(key === "Statement" && isObject(inner) ? [inner] : inner)]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function byText(left: unknown, right: unknown): number {
  const [one, other] = [JSON.stringify(left), JSON.stringify(right)];
  return one < other ? -1 : one > other ? 1 : 0;
}
