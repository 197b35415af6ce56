import type { CheckFailure, Properties } from "./resource.ts";
import type { PropertySchema, ProviderSchema, ResourceSchema } from "./schema.ts";
import { isRecord, objectSchema, pathTo, unknown } from "./values.ts";

/** Faults of inputs against the schema, each with the path of the input and what it must be. */
export function schemaFailures(
  schema: ProviderSchema,
  resource: ResourceSchema,
  inputs: Properties,
  isSecret: (path: string) => boolean,
): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const fail = (property: string, reason: string): void => {
    failures.push({ property, reason });
  };

  const checkObject = (
    value: Record<string, unknown>,
    path: string,
    properties: Readonly<Record<string, PropertySchema>>,
    required: readonly string[],
  ): void => {
    for (const [key, inner] of Object.entries(value)) {
      if (key.startsWith("__")) continue;
      const property = properties[key];
      const inside = pathTo(path, key);
      if (property === undefined) {
        const near = nearest(key, Object.keys(properties));
        fail(
          inside,
          `must be left out: there is no such input${near === undefined ? "" : `, did you mean ${near}?`}`,
        );
        continue;
      }
      checkValue(inner, inside, property);
      const rival = property.conflictsWith?.find((other) => other > key && value[other] !== undefined);
      if (rival !== undefined) fail(inside, `must not be given together with ${rival}`);
    }
    for (const key of required) {
      if (value[key] === undefined) fail(pathTo(path, key), "must be given, it is required");
    }
  };

  const checkValue = (value: unknown, path: string, property: PropertySchema): void => {
    if (value === unknown) return;
    const object = objectSchema(schema, property);
    if (object !== undefined) {
      if (isRecord(value)) checkObject(value, path, object.properties, object.required ?? []);
      else fail(path, `must be an object${got(value, path, property)}`);
      return;
    }
    const wrong = typeFault(value, property);
    if (wrong !== undefined) {
      fail(path, `must be ${wrong}${got(value, path, property)}`);
    } else if (Array.isArray(value)) {
      checkLength(value.length, "have", "items", path, property.minItems, property.maxItems);
      const items = property.items;
      if (items !== undefined) {
        for (const [index, item] of value.entries()) checkValue(item, pathTo(path, index), items);
      }
    } else if (isRecord(value)) {
      const members = property.additionalProperties;
      if (members !== undefined) {
        for (const [key, inner] of Object.entries(value)) checkValue(inner, pathTo(path, key), members);
      }
    } else {
      checkLimits(value, path, property);
    }
  };

  const checkLimits = (value: unknown, path: string, property: PropertySchema): void => {
    const { minimum, maximum, pattern } = property;
    if (property.enum !== undefined && !property.enum.some((allowed) => same(allowed, value, property))) {
      fail(path, `must be one of ${property.enum.join(", ")}${got(value, path, property)}`);
    }
    if (typeof value === "number") {
      if (minimum !== undefined && value < minimum)
        fail(path, `must be at least ${minimum}${got(value, path, property)}`);
      if (maximum !== undefined && value > maximum)
        fail(path, `must be at most ${maximum}${got(value, path, property)}`);
    }
    if (typeof value === "string") {
      checkLength(value.length, "have", "characters", path, property.minLength, property.maxLength);
      if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) {
        fail(path, `must match ${pattern}${got(value, path, property)}`);
      }
    }
  };

  const checkLength = (
    length: number,
    verb: string,
    unit: string,
    path: string,
    least = 0,
    most = Number.POSITIVE_INFINITY,
  ): void => {
    if (length < least) fail(path, `must ${verb} at least ${least} ${unit}, has ${length}`);
    if (length > most) fail(path, `must ${verb} at most ${most} ${unit}, has ${length}`);
  };

  const got = (value: unknown, path: string, property: PropertySchema): string => {
    if (property.secret === true || isSecret(path)) return "";
    const text = JSON.stringify(value ?? null);
    return text.length > 60 ? "" : `, got ${text}`;
  };

  checkObject(inputs, "", resource.inputProperties, resource.requiredInputs ?? []);
  return failures;
}

function same(allowed: string | number, value: unknown, property: PropertySchema): boolean {
  return property.ignoreCase === true
    ? String(allowed).toLowerCase() === String(value).toLowerCase()
    : allowed === value;
}

function typeFault(value: unknown, property: PropertySchema): string | undefined {
  switch (property.type) {
    case "string":
      return typeof value === "string" ? undefined : "a text";
    case "number":
      return typeof value === "number" ? undefined : "a number";
    case "integer":
      return Number.isInteger(value) ? undefined : "a whole number";
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "array":
      return Array.isArray(value) ? undefined : "a list";
    case "object":
      return isRecord(value) ? undefined : "an object";
    default:
      return undefined;
  }
}

/** The word among `candidates` that was probably meant, if one is close enough. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(word.length / 3));
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && distance < (best?.distance ?? Number.POSITIVE_INFINITY))
      best = { candidate, distance };
  }
  return best?.candidate;
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = from[i - 1] === to[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + change));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
