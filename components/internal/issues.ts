import { z } from "zod";
import { claimText } from "./claims.ts";
import { type Fault, faultText, pathText, unknownKeyText } from "./faults.ts";
import { ruleOf } from "./rules.ts";
import { knownKeys, placeAt, type Schema } from "./schema-keys.ts";

type Issue = z.core.$ZodIssue;

/** The one branch of a union that the value was meant for: its outline fits, only something inside does not. */
function meantBranch(issue: z.core.$ZodIssueInvalidUnion): Issue[] | undefined {
  const fitting = issue.errors.filter((errors) =>
    errors.every(
      (error) =>
        error.path.length > 0 || !["invalid_type", "invalid_value", "unrecognized_keys"].includes(error.code),
    ),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Turns what zod reports into faults with paths in the words of the stack file. */
export function issueFaults(
  schema: Schema,
  input: unknown,
  issues: readonly Issue[],
  start: string,
): Fault[] {
  const faults = (issue: Issue, before: readonly PropertyKey[]): Fault[] => {
    const path = [...before, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      const known = knownKeys(schema, input, path);
      const given = Object.keys(placeAt(schema, input, path).value ?? {});
      return issue.keys.map((key) => {
        const place = pathText([...path, key], start);
        return { path: place, message: claimText(place) ?? unknownKeyText(key, known, given) };
      });
    }
    if (issue.code === "invalid_union") {
      const meant = meantBranch(issue);
      if (meant !== undefined) return meant.flatMap((inner) => faults(inner, path));
    }
    if (issue.code === "invalid_key")
      return [
        ...issue.issues.map(({ message }) => ({
          path: pathText(path, start),
          message: message.replace(/^must be/, "must have a name that is"),
        })),
        ...belowName(path),
      ];
    const rule = ruleOf(issue);
    return [{ path: pathText(path, start), message: issue.message, ...(rule === undefined ? {} : { rule }) }];
  };
  // Zod does not look at what has a wrong name.
  const belowName = (path: readonly PropertyKey[]): Fault[] => {
    const { value, schemas } = placeAt(schema, input, path);
    const [entry] = schemas;
    if (entry === undefined) return [];
    const { error } = z.safeParse(entry, value, { error: faultText, reportInput: true });
    return issueFaults(entry, value, error?.issues ?? [], pathText(path, start));
  };
  return issues.filter((one) => !isLooser(one, issues)).flatMap((issue) => faults(issue, []));
}

/** Whether another bound of the same place is the tighter one, such as that of a whole number beside its own. */
const isLooser = (issue: Issue, all: readonly Issue[]): boolean =>
  issue.code === "too_big" &&
  all.some(
    (other) =>
      other.code === "too_big" &&
      other.maximum < issue.maximum &&
      pathText(other.path) === pathText(issue.path),
  );
