import { sealed } from "./state.ts";

/** Where two documents differ. */
export interface Difference {
  /** The names of the parts that lead there. */
  keys: readonly string[];
  /** The same as text, `services.api.instance_count`. */
  path: string;
  was: unknown;
  is: unknown;
}

/** Lists of an API are sets with a key: another order is no difference. */
const listKeys = ["name", "key", "rule", "domain", "id"] as const;

/**
 * The leaves in which two documents of one vocabulary differ. What is empty, false or 0 is as good as absent: an API
 * leaves it out or not as it likes. What is sealed differs from nothing but from what is not there.
 */
export function differences(was: unknown, is: unknown, keys: readonly string[] = []): Difference[] {
  if (isBlank(was) && isBlank(is)) return [];
  const here = { keys, path: keys.join("."), was, is };
  if (isSealed(was) || isSealed(is)) return isBlank(was) || isBlank(is) ? [here] : [];
  const [before, after] = [fieldsOf(was), fieldsOf(is)];
  if (before === undefined && after === undefined) return String(was) === String(is) ? [] : [here];
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return names.flatMap((name) => differences(before?.[name], after?.[name], [...keys, name]));
}

/** What a document says at a place that a difference names. */
export function valueAt(document: unknown, keys: readonly string[]): unknown {
  return keys.reduce((part, key) => fieldsOf(part)?.[key], document);
}

/** Whether a value is one of which only the platform or the engine knows the text. */
export const isSealed = (value: unknown): boolean =>
  value === sealed || (typeof value === "string" && value.startsWith("EV["));

function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  const fields = fieldsOf(value);
  return fields !== undefined && Object.values(fields).every(isBlank);
}

/** The parts of an object, or of a list by the key of each entry. */
function fieldsOf(value: unknown): Record<string, unknown> | undefined {
  if (Array.isArray(value)) {
    const entries = value.map((entry, index) => [keyOf(entry) ?? String(index), entry] as const);
    // Two of one name would hide each other.
    const isSet = new Set(entries.map(([key]) => key)).size === entries.length;
    return Object.fromEntries(isSet ? entries : value.map((entry, index) => [String(index), entry]));
  }
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function keyOf(entry: unknown): string | undefined {
  if (typeof entry !== "object" || entry === null) return typeof entry === "string" ? entry : undefined;
  const fields = entry as Record<string, unknown>;
  for (const key of listKeys) if (typeof fields[key] === "string" && fields[key] !== "") return fields[key];
  return undefined;
}
