import { withoutNamed } from "../../report/secrets.ts";

/** What a change opens or weakens of a resource that stays. */
export interface Weakening {
  /** Whether the gate stops it, or it is shown first. */
  weight: "refuse" | "warn";
  /** The input that does it. */
  input: string;
  /** Behind the resource's name, "takes logins from every address (0.0.0.0/0)". */
  does: string;
  /** What to do instead. */
  remedy: string;
  /** Set where it follows from what the resource belongs to: what is lost of that is told there. */
  follows?: true;
}

export type Values = Readonly<Record<string, unknown>>;

/** Finds what a change of the inputs of one type weakens; `before` is empty for one that is new. */
export type Weakens = (before: Values, after: Values) => Weakening[];

/** What the engine puts in the place of a text that is not known yet. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const isUnknown = (value: unknown): boolean =>
  typeof value === "string" && value.includes(unknownText);

/** A value inside others by its keys; undefined where there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const key of path)
    found =
      typeof found === "object" && found !== null && Object.hasOwn(found, key)
        ? Reflect.get(found, key)
        : undefined;
  return found;
}

/** A whole number of zero or more; not a number where it is anything else, so that no comparison with it holds. */
export const numberOf = (value: unknown): number =>
  (typeof value === "number" && Number.isInteger(value) && value >= 0) ||
  (typeof value === "string" && /^\d{1,15}$/.test(value))
    ? Number(value)
    : Number.NaN;

/** Whether an input has a value at all. */
export const isSet = (value: unknown): boolean => value !== undefined && value !== null;

/** Whether something is on, or nobody knows whether it is. */
export const isOn = (value: unknown): boolean => isSet(value) && value !== false;

/** Whether a resource is a new one: nothing is known of it before. */
export const isNew = (before: Values): boolean => Object.keys(before).length === 0;

/** A value for a person; a text by itself may be a name, and is masked in the reason that it becomes a part of. */
export function textOf(value: unknown): string {
  if (isUnknown(value)) return "what is known after up only";
  return typeof value === "string" && value !== ""
    ? value
    : (JSON.stringify(withoutNamed(value)) ?? "nothing");
}

/** A value as JSON in which the order of keys and of lists does not count. */
export const sortedText = (value: unknown): string =>
  JSON.stringify(value, (_, one) =>
    Array.isArray(one)
      ? [...one].sort()
      : typeof one === "object" && one !== null
        ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
        : one,
  ) ?? "";

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** One that the gate stops. */
export const refused = (input: string, does: string, remedy: string): Weakening => ({
  weight: "refuse",
  input,
  does,
  remedy,
});

/** One that the gate stops, and that follows from what the resource belongs to where that goes. */
export const following = (input: string, does: string, remedy: string): Weakening => ({
  ...refused(input, does, remedy),
  follows: true,
});

/** One that is shown first. */
export const warned = (input: string, does: string, remedy: string): Weakening => ({
  weight: "warn",
  input,
  does,
  remedy,
});
