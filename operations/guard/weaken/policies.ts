import { doubtOfJson } from "../json.ts";
import {
  at,
  following,
  isNew,
  isUnknown,
  refused,
  sortedText,
  type Values,
  type Weakening,
  type Weakens,
} from "./weakening.ts";

const remedy = "name the actions and the resources that are needed, and keep what is denied";
/** Findings of one document that are told. */
const most = 3;

/**
 * Finds what a document of IAM allows more, or denies less, than before. A statement counts as allowed before only where one
 * single statement of before covers it; what cannot be compared counts as new.
 */
export const policyWeakens =
  (input: string): Weakens =>
  (before, after) => {
    if (after[input] === before[input] || isNew(before)) return [];
    if (isUnknown(after[input]) || isUnknown(before[input]))
      return [following(input, "gets a policy that nobody knows before up", remedy)];
    const [was, is] = [statementsOf(before[input] ?? { Statement: [] }), statementsOf(after[input])];
    if (is === undefined || was === undefined)
      return [refused(input, "has a policy that cannot be read", remedy)];
    return [...allowedMore(was, is, input), ...deniedLess(was, is, input)].slice(0, most);
  };

/** Whether a document allows anything at all, or cannot be read. */
export const grantsAnything = (policy: unknown): boolean => statementsOf(policy)?.some(isAllow) ?? true;

export const isUnreadable = (policy: unknown): boolean => statementsOf(policy) === undefined;

/** What a document allows, one action on one resource each. */
export const allows = (policy: unknown): Values[] =>
  statementsOf(policy)?.filter(isAllow).flatMap(grants) ?? [];

const allowedMore = (was: readonly Values[], is: readonly Values[], input: string): Weakening[] => {
  const allowed = was.filter(isAllow);
  return is
    .filter(isAllow)
    .flatMap(grants)
    .filter((grant) => !allowed.some((one) => covers(one, grant)))
    .map((grant) => refused(input, `allows more: ${grantText(grant)}`, remedy));
};

const deniedLess = (was: readonly Values[], is: readonly Values[], input: string): Weakening[] => {
  const denied = is.filter((one) => !isAllow(one));
  return was
    .filter((one) => !isAllow(one))
    .flatMap(grants)
    .filter((grant) => !denied.some((one) => covers(one, grant)))
    .map((grant) => refused(input, `denies no more: ${grantText(grant)}`, remedy));
};

const isAllow = (statement: Values): boolean => statement["Effect"] !== "Deny";

function statementsOf(policy: unknown): Values[] | undefined {
  try {
    if (typeof policy === "string" && doubtOfJson(policy) !== undefined) return undefined;
    const found = at(typeof policy === "string" ? JSON.parse(policy) : policy, "Statement");
    const all = Array.isArray(found) ? found : [found];
    return all.every((one) => typeof one === "object" && one !== null) ? all : undefined;
  } catch {
    return undefined;
  }
}

/** A statement with one action and one resource each. */
const grants = (statement: Values): Values[] =>
  textsOf(statement["Action"]).flatMap((action) =>
    textsOf(statement["Resource"]).map((resource) => ({ ...statement, Action: action, Resource: resource })),
  );

/** A key that is not there stands for itself. */
const textsOf = (value: unknown): (string | undefined)[] =>
  value === undefined ? [undefined] : (Array.isArray(value) ? value : [value]).map(String);

/** Whether a statement says at least as much as one with a single action and resource. */
function covers(statement: Values, grant: Values): boolean {
  const isSame = (key: string) => sortedText(statement[key]) === sortedText(grant[key]);
  const has = (key: string) =>
    textsOf(statement[key]).some((pattern) => isMatched(pattern, grant[key] as string | undefined));
  return (
    has("Action") &&
    has("Resource") &&
    ["NotAction", "NotResource", "NotPrincipal"].every(isSame) &&
    (isSame("Principal") || statement["Principal"] === "*") &&
    isNarrower(grant["Condition"], statement["Condition"])
  );
}

/** `s3:Get*` is matched by `s3:*`, and by no pattern that stands for one sign. */
function isMatched(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined || text === undefined) return pattern === text;
  const form = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", "[^*]");
  return new RegExp(`^${form}$`, "is").test(text);
}

/** Every condition that holds there holds here too. */
const isNarrower = (here: unknown, there: unknown): boolean =>
  Object.entries((there as Values | undefined) ?? {}).every(([operator, keys]) =>
    Object.entries((keys as Values | undefined) ?? {}).every(
      ([key, value]) => sortedText(at(here, operator, key)) === sortedText(value),
    ),
  );

function grantText(grant: Values): string {
  const who = grant["Principal"] === undefined ? "" : ` to ${sortedText(grant["Principal"])}`;
  const what = grant["Action"] ?? `all but ${sortedText(grant["NotAction"])}`;
  const where =
    grant["Resource"] ??
    (grant["NotResource"] === undefined ? "it" : `all but ${sortedText(grant["NotResource"])}`);
  return `${what} on ${where}${who}`;
}
