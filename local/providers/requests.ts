import type { Properties } from "./resource.ts";
import type { ProviderSchema, ResourceSchema } from "./schema.ts";
import type { Members } from "./values.ts";

/** What the resource is called in messages, for example `digitalocean:index/app:App web`. */
export function subjectOf(urn: string): string {
  return `${typeOf(urn)} ${nameOf(urn)}`;
}

/** The type token inside a URN. */
export function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}

/** The logical name inside a URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The schema of a resource type, or an error that names the types there are. */
export function resourceSchema(schema: ProviderSchema, type: string): ResourceSchema {
  const found = schema.resources[type];
  if (found !== undefined) return found;
  throw new Error(
    `the local ${schema.name} provider has no resource type ${type}; it has ${Object.keys(schema.resources).join(", ")}; use --plugins for others`,
  );
}

/** Inputs as the schema's own walkers want them. */
export function inputMembers(schema: ProviderSchema, resource: ResourceSchema): Members {
  return { schema, properties: resource.inputProperties };
}

/** Outputs as the schema's own walkers want them. */
export function outputMembers(schema: ProviderSchema, resource: ResourceSchema): Members {
  return { schema, properties: resource.properties };
}

/** A provider's settings: the engine hands over everything that is not a text as JSON. */
export function parsedConfiguration(schema: ProviderSchema, raw: Properties): Properties {
  const result: Properties = {};
  for (const [key, value] of Object.entries(raw)) {
    const property = schema.config[key];
    const isText = property === undefined || property.type === "string";
    result[key] = isText || typeof value !== "string" ? value : parseJson(key, value);
  }
  return result;
}

function parseJson(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${key} must be JSON`, { cause: error });
  }
}
