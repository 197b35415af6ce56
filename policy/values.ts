/** Stands for a secret wherever resources are shown. */
export const hidden = "[secret]";
/** Stands for what only the platform knows, before it was asked. */
export const unknown = "[known after up]";

/** Whether a value is not known yet, or is put together from something that is not. */
export const isUnknown = (value: unknown): boolean => typeof value === "string" && value.includes(unknown);

/** What is at a path of nested blocks, `versioningConfiguration.status`. */
export function at(value: unknown, path: string): unknown {
  let inner = value;
  for (const key of path.split("."))
    inner = typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined;
  return inner;
}

/** A list, also where there is one value or none. */
export function list(value: unknown): unknown[] {
  if (value === undefined || value === null || isUnknown(value)) return [];
  return Array.isArray(value) ? value : [value];
}

/** The texts of a list. */
export const texts = (value: unknown): string[] => list(value).filter((one) => typeof one === "string");

/** Every text inside a value, with the keys on the way to it. */
export function textsInside(
  value: unknown,
  path: readonly string[] = [],
): { path: string[]; text: string }[] {
  if (typeof value === "string") return [{ path: [...path], text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsInside(inner, [...path, key]));
}

/** Whether two values are the same text and both known. */
export const isSame = (one: unknown, other: unknown): boolean =>
  typeof one === "string" && one === other && !isUnknown(one);
