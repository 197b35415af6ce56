import type { Properties, ResourceHandler } from "./resource.ts";
import type { PropertySchema, ProviderSchema, ResourceSchema } from "./schema.ts";
import { isRecord, memberSchema, objectSchema, unknown } from "./values.ts";

/**
 * What a preview shows as the outputs: the inputs, and for what the API decides the value that it has already decided,
 * or unknown.
 */
export function plannedState(
  schema: ProviderSchema,
  resource: ResourceSchema,
  handler: Pick<ResourceHandler, "computed">,
  inputs: Properties,
  state?: Properties,
): Properties {
  const result: Properties = {};
  for (const [name, property] of Object.entries(resource.properties)) {
    const input = resource.inputProperties[name];
    const isDecidedByApi =
      input === undefined || input.computed === true || handler.computed?.includes(name) === true;
    const value = plannedValue(
      schema,
      { ...(input ?? property), computed: isDecidedByApi },
      inputs[name],
      state?.[name],
      state !== undefined,
    );
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function plannedValue(
  schema: ProviderSchema,
  property: PropertySchema,
  wanted: unknown,
  old: unknown,
  exists: boolean,
): unknown {
  if (wanted === undefined) {
    if (property.computed !== true) return undefined;
    return exists ? old : unknown;
  }
  if (Array.isArray(wanted)) {
    const before = Array.isArray(old) && property.set !== true ? old : [];
    return wanted.map((item, index) =>
      plannedValue(schema, property.items ?? {}, item, before[index], index < before.length),
    );
  }
  if (!isRecord(wanted)) return wanted;
  const before = isRecord(old) ? old : undefined;
  const keys = new Set([
    ...Object.keys(objectSchema(schema, property)?.properties ?? {}),
    ...Object.keys(wanted),
  ]);
  const result: Properties = {};
  for (const key of keys) {
    const member = memberSchema(schema, property, key) ?? {};
    const value = plannedValue(schema, member, wanted[key], before?.[key], before !== undefined);
    if (value !== undefined) result[key] = value;
  }
  return result;
}
