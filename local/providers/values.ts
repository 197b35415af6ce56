import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "./resource.ts";
import type { ObjectSchema, PropertySchema, ProviderSchema } from "./schema.ts";

/** What stands for a value that is not known before an update has run. Handlers meet it in previews only. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";

/** Shorter texts are too likely to occur by chance in another output. */
const shortestTellingSecret = 6;

/** Which values of a resource are secret: by place, and by text for what the API moves to another place. */
export interface Secrets {
  readonly paths: ReadonlySet<string>;
  readonly texts: ReadonlySet<string>;
}

/** Whether this is an object with named values, and not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the value is unknown or holds something unknown. */
export function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (isRecord(value)) return Object.values(value).some(hasUnknown);
  return value === unknown;
}

/** A path in the engine's notation, for example `spec.jobs[0].kind`. */
export function pathTo(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** The schema of a nested object, if its keys are known. */
export function objectSchema(
  schema: ProviderSchema,
  property: PropertySchema | undefined,
): ObjectSchema | undefined {
  if (property?.$ref === undefined) return undefined;
  const type = schema.types[property.$ref.replace("#/types/", "")];
  return type?.type === "object" ? type : undefined;
}

/** The schema of one key of an object. */
export function memberSchema(
  schema: ProviderSchema,
  property: PropertySchema | undefined,
  key: string,
): PropertySchema | undefined {
  return objectSchema(schema, property)?.properties[key] ?? property?.additionalProperties;
}

/** Takes values off the wire: secrets in clear, nothing that is null, and beside them which of them are secret. */
export function unwrap(struct: structs.Struct | undefined): { properties: Properties; secrets: Secrets } {
  const paths = new Set<string>();
  const texts = new Set<string>();
  const remember = (value: unknown): void => {
    if (Array.isArray(value) || isRecord(value)) for (const inner of Object.values(value)) remember(inner);
    else if (typeof value === "string" && value !== unknown && value.length >= shortestTellingSecret)
      texts.add(value);
  };
  const open = (value: unknown, path: string): unknown => {
    if (value === null) return undefined;
    if (Array.isArray(value)) return value.map((item, index) => open(item, pathTo(path, index)));
    if (!isRecord(value)) return value;
    const signature = value[signatureKey];
    if (signature === resourceSignature) return value.id ?? value.urn;
    if (signature === secretSignature || signature === outputSignature) {
      const inner = "value" in value ? open(value.value, path) : unknown;
      if (signature === secretSignature || value.secret === true) {
        paths.add(path);
        remember(inner);
      }
      return inner;
    }
    return openObject(value, path);
  };
  const openObject = (value: Record<string, unknown>, path: string): Properties => {
    const result: Properties = {};
    for (const [key, inner] of Object.entries(value)) {
      const opened = open(inner, pathTo(path, key));
      if (opened !== undefined) result[key] = opened;
    }
    return result;
  };
  const properties = struct === undefined ? {} : openObject(struct.toJavaScript(), "");
  return { properties, secrets: { paths, texts } };
}

/** Puts values on the wire, with what the schema calls secret and what came in as a secret marked as such. */
export function wrap(properties: Properties, secrets: Secrets, schema: Members): structs.Struct {
  const marked = markSecrets(properties, secrets, schema);
  return structs.Struct.fromJavaScript(marked as Record<string, structs.JavaScriptValue>);
}

/** The schema of an object's keys, and of the types that they use. */
export interface Members {
  readonly schema: ProviderSchema;
  readonly properties: Readonly<Record<string, PropertySchema>>;
}

function markSecrets(properties: Properties, secrets: Secrets, members: Members): Properties {
  const visit = (value: unknown, path: string, property: PropertySchema | undefined): unknown => {
    const isSecret =
      property?.secret === true ||
      secrets.paths.has(path) ||
      (typeof value === "string" && secrets.texts.has(value));
    if (isSecret) return { [signatureKey]: secretSignature, value: withoutGaps(value) };
    if (Array.isArray(value))
      return value.map((item, index) => visit(item, pathTo(path, index), property?.items) ?? null);
    if (isRecord(value))
      return visitObject(value, path, (key) => memberSchema(members.schema, property, key));
    return value;
  };
  const visitObject = (
    value: Record<string, unknown>,
    path: string,
    schemaOf: (key: string) => PropertySchema | undefined,
  ): Properties => {
    const result: Properties = {};
    for (const [key, inner] of Object.entries(value)) {
      if (inner !== undefined && inner !== null) result[key] = visit(inner, pathTo(path, key), schemaOf(key));
    }
    return result;
  };
  return visitObject(properties, "", (key) => members.properties[key]);
}

function withoutGaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutGaps(item) ?? null);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutGaps(inner)]));
}
