import type { CheckFailure, Properties } from "../resource.ts";

/** An input that the schema has checked to be a text. */
export function text(values: Properties, name: string): string {
  return String(values[name] ?? "");
}

/** The text where it is given and not empty. */
export function textIfGiven(values: Properties, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The number where it is given. */
export function numberIfGiven(values: Properties, name: string): number | undefined {
  const value = values[name];
  return typeof value === "number" ? value : undefined;
}

export function isTrue(values: Properties, name: string): boolean {
  return values[name] === true;
}

/** A nested object where it is given. */
export function objectIfGiven(values: Properties, name: string): Properties | undefined {
  const value = values[name];
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Properties)
    : undefined;
}

/** The objects of a list; none where it is left out. */
export function objects(values: Properties, name: string): Properties[] {
  const value = values[name];
  return Array.isArray(value) ? (value as Properties[]) : [];
}

/** The texts of a list; none where it is left out. */
export function texts(values: Properties, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** A map of texts, for example tags; empty where it is left out. */
export function textMap(values: Properties, name: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(objectIfGiven(values, name) ?? {}).map(([key, value]) => [key, String(value)]),
  );
}

/** An object without the members that are undefined. */
export function given<T extends Record<string, unknown>>(
  values: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** Faults for inputs of the published provider that this one does not carry out, each with what to use instead. */
export function unsupported(inputs: Properties, instead: Readonly<Record<string, string>>): CheckFailure[] {
  return Object.entries(instead)
    .filter(([property]) => inputs[property] !== undefined)
    .map(([property, advice]) => ({
      property,
      reason: `must be left out with the built-in provider: ${advice}`,
    }));
}
