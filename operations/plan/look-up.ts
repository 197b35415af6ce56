/** A value inside others by its keys; undefined where there is none. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path)
    found = typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined;
  return found;
}

/** The elements of a list; none where it is something else. */
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
