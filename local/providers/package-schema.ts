import type { PropertySchema, ProviderSchema } from "./schema.ts";
import { isRecord } from "./values.ts";

const pulumiKeys = [
  "type",
  "$ref",
  "items",
  "additionalProperties",
  "secret",
  "willReplaceOnChanges",
  "deprecationMessage",
];

/** The schema in the form that the engine's other commands, such as `pulumi import`, ask a provider for. */
export function packageSchema(schema: ProviderSchema): Record<string, unknown> {
  const properties = (all: Readonly<Record<string, PropertySchema>>) =>
    Object.fromEntries(Object.entries(all).map(([key, property]) => [key, pulumiProperty(property)]));
  return {
    name: schema.name,
    version: schema.version,
    config: { variables: properties(schema.config) },
    provider: { inputProperties: properties(schema.config) },
    resources: Object.fromEntries(
      Object.entries(schema.resources).map(([token, resource]) => [
        token,
        {
          inputProperties: properties(resource.inputProperties),
          requiredInputs: resource.requiredInputs ?? [],
          properties: properties(resource.properties),
        },
      ]),
    ),
    types: Object.fromEntries(
      Object.entries(schema.types).map(([key, type]) => [
        key,
        type.type === "object"
          ? { type: "object", properties: properties(type.properties), required: type.required ?? [] }
          : { type: "string" },
      ]),
    ),
  };
}

function pulumiProperty(property: PropertySchema): unknown {
  const kept = Object.entries(property).filter(([key]) => pulumiKeys.includes(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, isRecord(value) ? pulumiProperty(value as PropertySchema) : value]),
  );
}
