const separator = ":";
const escapedSeparator = "??";

/** An environment's name as part of an id. */
export function escapePart(part: string): string {
  return part.replaceAll(separator, escapedSeparator);
}

/** The environment's name that a part of an id stands for. */
export function unescapePart(part: string): string {
  return part.replaceAll(escapedSeparator, separator);
}

/** Joins parts to an id; only the last one may hold the separator. */
export function buildId(...parts: readonly string[]): string {
  const bad = parts.slice(0, -1).find((part) => part.includes(separator));
  if (bad !== undefined)
    throw new Error(`only the last part of an id may hold a colon, got ${JSON.stringify(bad)}`);
  return parts.join(separator);
}

/** Splits an id into as many parts as it has to have. */
export function parseId(id: string, ...names: readonly [string, ...string[]]): string[] {
  const parts = id.split(separator);
  if (parts.length < names.length) {
    const format = names.map((name) => `<${name}>`).join(separator);
    throw new Error(`the id must be ${format}, got ${id}`);
  }
  const last = parts.slice(names.length - 1).join(separator);
  return [...parts.slice(0, names.length - 1), last];
}
