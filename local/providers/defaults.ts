import { createHash } from "node:crypto";
import type { Properties } from "./resource.ts";
import type { PropertySchema, ProviderSchema, ResourceSchema } from "./schema.ts";
import { isRecord, memberSchema, objectSchema } from "./values.ts";

/** Key under which the inputs keep the names of those that were made up, in the engine's own notation. */
export const madeUpKey = "__defaults";

/** What a name is made from. */
export interface Naming {
  /** The resource's logical name. */
  readonly name: string;
  readonly seed: Uint8Array;
  readonly urn: string;
  readonly oldInputs: Properties;
  /** A name that the engine's own naming settings ask for. */
  readonly proposed?: string;
}

/** Inputs with the schema's defaults, a made-up name where the provider makes one up, and a list of what was filled in. */
export function withDefaults(
  schema: ProviderSchema,
  resource: ResourceSchema,
  inputs: Properties,
  naming: Naming,
): Properties {
  const result = fillObject(schema, inputs, resource.inputProperties);
  const name = madeUpName(resource, inputs, naming);
  if (name !== undefined && resource.autoName !== undefined) result[resource.autoName.property] = name;
  const added = Object.keys(result).filter((key) => inputs[key] === undefined);
  return { ...result, [madeUpKey]: added };
}

function fillObject(
  schema: ProviderSchema,
  value: Record<string, unknown>,
  properties: Readonly<Record<string, PropertySchema>>,
): Properties {
  const result: Properties = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key !== madeUpKey) result[key] = fillValue(schema, inner, properties[key]);
  }
  for (const [key, property] of Object.entries(properties)) {
    if (property.default !== undefined && result[key] === undefined) result[key] = property.default;
  }
  return result;
}

function fillValue(schema: ProviderSchema, value: unknown, property: PropertySchema | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => fillValue(schema, item, property?.items));
  if (!isRecord(value)) return value;
  const object = objectSchema(schema, property);
  if (object !== undefined) return fillObject(schema, value, object.properties);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      fillValue(schema, inner, memberSchema(schema, property, key)),
    ]),
  );
}

function madeUpName(resource: ResourceSchema, inputs: Properties, naming: Naming): string | undefined {
  const rule = resource.autoName;
  if (rule === undefined || inputs[rule.property] !== undefined) return undefined;
  const old = naming.oldInputs;
  const kept = old[rule.property];
  if (wasMadeUp(old, rule.property) && typeof kept === "string") return kept;
  if (naming.proposed !== undefined) return naming.proposed;
  const digits = createHash("sha256").update(naming.seed).update(naming.urn).digest("hex").slice(0, 7);
  const base = naming.name.slice(0, rule.maxLength - rule.separator.length - digits.length);
  const name = `${base}${rule.separator}${digits}`;
  return rule.lowerCase === true ? name.toLowerCase() : name;
}

/** Whether an input was filled in at Check, and not given by the program. */
export function wasMadeUp(inputs: Properties, property: string): boolean {
  const names = inputs[madeUpKey];
  return Array.isArray(names) && names.includes(property);
}
