import { allows, isUnreadable } from "./policies.ts";
import { isSet, isUnknown, refused, sortedText, textOf, type Values, type Weakening } from "./weakening.ts";

/** What is made by the same change. */
export interface Made {
  /** Names of buckets, users and roles. */
  names: ReadonlySet<string>;
  /** Whether the stack itself is among it: then nothing was there before. */
  isFirst: boolean;
}

const remedy = "name the actions and the resources that it needs, of what is made with it";
/** Findings of one document that are told. */
const most = 3;

/** What a policy that is made with its owner allows beyond what is made with it. */
export function newRights(input: string, policy: unknown, made: Made): Weakening[] {
  // A preview leaves out what is not known yet, or has a text for it.
  if (!isSet(policy) || isUnknown(policy))
    return made.isFirst
      ? []
      : [
          refused(
            input,
            "is new, and nobody knows before up what it allows",
            "make what it is for first, and the policy by a change of its own",
          ),
        ];
  if (isUnreadable(policy)) return [refused(input, "has a policy that cannot be read", remedy)];
  return allows(policy)
    .flatMap((grant) => {
      const wide = widthOf(grant, made.names);
      return wide === undefined ? [] : [refused(input, `is new and ${wide}`, remedy)];
    })
    .slice(0, most);
}

/** What of one action on one resource is more than what is made with it needs. */
function widthOf(grant: Values, names: ReadonlySet<string>): string | undefined {
  const { Action, Resource, Principal, Condition } = grant;
  const not = ["NotAction", "NotResource", "NotPrincipal"].find((key) => grant[key] !== undefined);
  if (not !== undefined) return `allows all but ${sortedText(grant[not])} (${not})`;
  const action = textOf(Action);
  if (/[*?]/.test(action)) return `allows ${action}, whatever that is`;
  const who = Principal === undefined ? undefined : trusted(Principal, Condition);
  if (who !== undefined) return `lets ${who} do ${action}`;
  if (Resource === undefined) return Principal === undefined ? `allows ${action} on anything` : undefined;
  const name = nameIn(String(Resource));
  return name !== undefined && names.has(name)
    ? undefined
    : `allows ${action} on ${String(Resource)}, which is not made with it`;
}

/** The bucket, user or role of a name of AWS that holds for one alone; undefined for others. */
const nameIn = (resource: string): string | undefined =>
  /^arn:aws:s3:::([^/*?]+)(?:\/.*)?$/.exec(resource)?.[1] ??
  /^arn:aws:iam::\d*:(?:user|role)\/(?:[^*?]+\/)?([^/*?]+)$/.exec(resource)?.[1];

/** Who is let in without being named for certain; undefined where it is a service, or a workflow by its whole subject. */
function trusted(principal: unknown, condition: unknown): string | undefined {
  const entries = typeof principal === "object" && principal !== null ? Object.entries(principal) : [];
  if (entries.length !== 1) return textOf(principal);
  const [[kind, who] = []] = entries;
  if (kind === "Service" && typeof who === "string") return undefined;
  const equals = Object(Object(condition)["StringEquals"]);
  const isNamed = Object.entries(equals).some(
    ([key, value]) => key.endsWith(":sub") && typeof value === "string" && !/[*?]/.test(value),
  );
  return kind === "Federated" && isNamed ? undefined : sortedText(principal);
}
