import { madeUpKey } from "./defaults.ts";
import { changesBetween } from "./diff.ts";
import type { Properties, ResourceHandler } from "./resource.ts";
import type { ProviderSchema, ResourceSchema } from "./schema.ts";

/**
 * The inputs that describe what was read. For a refresh these are the old inputs with what differs in the cloud put in
 * their place; for an import, which has no old inputs, every input that has a value.
 */
export function inputsFrom(
  schema: ProviderSchema,
  resource: ResourceSchema,
  handler: Pick<ResourceHandler, "computed" | "equal">,
  state: Properties,
  oldInputs: Properties,
): Properties {
  const isImport = Object.keys(oldInputs).length === 0;
  const names = Object.keys(resource.inputProperties);
  if (isImport) {
    const given = names.filter((name) => hasContent(state[name]) || isRequired(resource, name));
    return { ...Object.fromEntries(given.map((name) => [name, state[name]])), [madeUpKey]: [] };
  }
  const changed = new Set(
    changesBetween(schema, resource, handler, state, oldInputs).map(({ property }) => property),
  );
  const result: Properties = { ...oldInputs };
  for (const name of changed) {
    if (hasContent(state[name])) result[name] = state[name];
    else delete result[name];
  }
  return result;
}

function isRequired(resource: ResourceSchema, name: string): boolean {
  return resource.requiredInputs?.includes(name) === true;
}

function hasContent(value: unknown): boolean {
  const isEmptyList = Array.isArray(value) && value.length === 0;
  return value !== undefined && value !== null && value !== "" && !isEmptyList;
}
