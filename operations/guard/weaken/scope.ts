import { at } from "./weakening.ts";

/** Which objects of a bucket a rule holds for. */
interface Scope {
  prefix: string;
  tags: ReadonlyMap<string, unknown>;
  /** What else it asks for, sizes; cannot be compared. */
  rest: string;
}

/** A filter has one condition beside, or several inside `and`; older rules have a prefix of their own. */
function scopeOf(rule: unknown): Scope {
  const filter = at(rule, "filter");
  const {
    prefix,
    tag,
    tags,
    and: _,
    ...rest
  }: Record<string, unknown> = {
    ...entriesOf(filter),
    ...entriesOf(at(filter, "and")),
  };
  const one = tag === undefined ? [] : [[String(at(tag, "key")), at(tag, "value")] as const];
  return {
    prefix: String(prefix ?? at(rule, "prefix") ?? ""),
    tags: new Map([...Object.entries(entriesOf(tags)), ...one]),
    rest: JSON.stringify(Object.entries(rest).sort()),
  };
}

const entriesOf = (value: unknown): object => (typeof value === "object" && value !== null ? value : {});

/** Whether a rule of a bucket holds for everything that another holds for. */
export function holdsFor(broad: unknown, narrow: unknown): boolean {
  const [wide, small] = [scopeOf(broad), scopeOf(narrow)];
  return (
    small.prefix.startsWith(wide.prefix) &&
    [...wide.tags].every(([key, value]) => small.tags.has(key) && small.tags.get(key) === value) &&
    (wide.rest === "[]" || wide.rest === small.rest)
  );
}

/** Whether two rules hold for the same. */
export const sameScope = (one: unknown, other: unknown): boolean =>
  holdsFor(one, other) && holdsFor(other, one);

/** Where a rule holds, for a person. */
export const placeOf = (rule: unknown): string => scopeOf(rule).prefix || "the bucket";
