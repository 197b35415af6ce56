import type { z } from "zod";

/** Any schema. */
export type Schema = z.core.$ZodType;

/** The schema inside defaults, optionals and other wrappers. */
export function bare(schema: Schema): Schema {
  const { def } = schema._zod as { def: z.core.$ZodTypeDef & { innerType?: Schema; in?: Schema } };
  const inner = def.innerType ?? def.in;
  return inner === undefined ? schema : bare(inner);
}

type Shape = Record<string, Schema>;

/** The branches of a union that a value may have been meant for, or the schema itself. */
export function branches(schema: Schema, value: unknown): Schema[] {
  const inner = bare(schema);
  const { def } = inner._zod as { def: z.core.$ZodTypeDef & { options?: Schema[]; discriminator?: string } };
  if (def.type !== "union" || def.options === undefined) return [inner];
  const options = def.options.flatMap((option) => branches(option, value));
  const key = def.discriminator;
  if (key === undefined || typeof value !== "object" || value === null) return options;
  const chosen = (value as Record<string, unknown>)[key];
  const fitting = options.filter((option) => {
    const member = shapeOf(option)?.[key];
    return member !== undefined && (member._zod.values?.has(chosen as z.core.util.Primitive) ?? false);
  });
  return fitting.length > 0 ? fitting : options;
}

/** What a schema is made of: settings by name, entries of any name, or the elements of a list. */
export function partsOf(schema: Schema): {
  shape?: Shape | undefined;
  key?: Schema | undefined;
  entry?: Schema | undefined;
  element?: Schema | undefined;
} {
  const { def } = schema._zod as {
    def: { keyType?: Schema; valueType?: Schema; element?: Schema };
  };
  return { shape: shapeOf(schema), key: def.keyType, entry: def.valueType, element: def.element };
}

function shapeOf(schema: Schema): Shape | undefined {
  const { def } = schema._zod as { def: z.core.$ZodTypeDef & { shape?: Shape } };
  return def.type === "object" ? def.shape : undefined;
}

/** What stands at a path of the input, and the schemas that it may be meant for. */
export function placeAt(
  schema: Schema,
  input: unknown,
  path: readonly PropertyKey[],
): { value: unknown; schemas: Schema[] } {
  let schemas = [schema];
  let value = input;
  for (const part of path) {
    schemas = schemas
      .flatMap((candidate) => branches(candidate, value))
      .flatMap((candidate) => {
        const { shape, element, entry } = partsOf(candidate);
        return shape?.[String(part)] ?? element ?? entry ?? [];
      });
    value =
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined;
  }
  return { value, schemas };
}

/** The keys that the schema knows at a path of the input. */
export function knownKeys(schema: Schema, input: unknown, path: readonly PropertyKey[]): string[] {
  const { value, schemas } = placeAt(schema, input, path);
  const meant = schemas.flatMap((candidate) => branches(candidate, value));
  return [...new Set(meant.flatMap((candidate) => Object.keys(shapeOf(candidate) ?? {})))];
}
