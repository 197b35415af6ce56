import type { Properties, ResourceHandler } from "./resource.ts";
import type { PropertySchema, ProviderSchema, ResourceSchema } from "./schema.ts";
import { hasUnknown, isRecord, memberSchema, objectSchema, pathTo } from "./values.ts";

/** One difference between what is there and what is wanted. */
export interface Change {
  /** In the engine's notation, for example `spec.services[0].instanceCount`. */
  readonly path: string;
  /** Top-level input that the path begins with. */
  readonly property: string;
  readonly kind: "add" | "delete" | "update";
  /** Whether the schema says that this change needs a new object. */
  readonly replaces: boolean;
}

/**
 * What an update would change. As in the published providers the old side is the state, not the old inputs, so that a
 * change made by hand shows up and a value that the API rewrote does not. Nothing, zero, false and an empty list or
 * text all mean the same, because the providers' schemas cannot tell them apart.
 */
export function changesBetween(
  schema: ProviderSchema,
  resource: ResourceSchema,
  handler: Pick<ResourceHandler, "computed" | "equal">,
  state: Properties,
  inputs: Properties,
): Change[] {
  const changes: Change[] = [];
  for (const [name, property] of Object.entries(resource.inputProperties)) {
    const old = state[name];
    const wanted = inputs[name];
    const known = wanted !== undefined && !hasUnknown(wanted);
    if (known && handler.equal?.(name, old, wanted, inputs) === true) continue;
    const isComputed = property.computed === true || handler.computed?.includes(name) === true;
    const found = valueChanges(schema, { ...property, computed: isComputed }, name, old, wanted);
    changes.push(...found.map((change) => ({ ...change, property: name })));
  }
  return changes;
}

type Found = Omit<Change, "property">;

function valueChanges(
  schema: ProviderSchema,
  property: PropertySchema,
  path: string,
  old: unknown,
  wanted: unknown,
): Found[] {
  const before = property.same !== undefined && old === property.same ? undefined : old;
  const after = property.same !== undefined && wanted === property.same ? undefined : wanted;
  if (property.computed === true && (after === undefined || isEmptyList(after))) return [];
  if (isNothing(before) && isNothing(after)) return [];
  const change = (kind: Change["kind"]): Found[] => [
    { path, kind, replaces: property.willReplaceOnChanges === true },
  ];
  const inside = (found: Found[]): Found[] =>
    property.willReplaceOnChanges === true ? found.map((one) => ({ ...one, replaces: true })) : found;

  if (Array.isArray(after) && Array.isArray(before)) {
    return inside(
      property.set === true
        ? setChanges(schema, property.items, path, before, after)
        : listChanges(schema, property.items, path, before, after),
    );
  }
  if (isRecord(after) && isRecord(before))
    return inside(objectChanges(schema, property, path, before, after));
  if (before === undefined) return change("add");
  if (after === undefined) return change("delete");
  return sameScalar(property, before, after) ? [] : change("update");
}

function objectChanges(
  schema: ProviderSchema,
  property: PropertySchema,
  path: string,
  old: Record<string, unknown>,
  wanted: Record<string, unknown>,
): Found[] {
  const known = objectSchema(schema, property)?.properties;
  const keys =
    known === undefined ? new Set([...Object.keys(old), ...Object.keys(wanted)]) : Object.keys(known);
  return [...keys].flatMap((key) =>
    valueChanges(schema, memberSchema(schema, property, key) ?? {}, pathTo(path, key), old[key], wanted[key]),
  );
}

function listChanges(
  schema: ProviderSchema,
  items: PropertySchema | undefined,
  path: string,
  old: readonly unknown[],
  wanted: readonly unknown[],
): Found[] {
  const length = Math.max(old.length, wanted.length);
  return Array.from({ length }, (_, index): Found[] => {
    const inside = pathTo(path, index);
    if (index >= old.length) return [{ path: inside, kind: "add", replaces: false }];
    if (index >= wanted.length) return [{ path: inside, kind: "delete", replaces: false }];
    return valueChanges(schema, items ?? {}, inside, old[index], wanted[index]);
  }).flat();
}

function setChanges(
  schema: ProviderSchema,
  items: PropertySchema | undefined,
  path: string,
  old: readonly unknown[],
  wanted: readonly unknown[],
): Found[] {
  const unmatched = new Set(old.keys());
  const take = (fits: (item: unknown) => boolean): number | undefined => {
    for (const index of unmatched) {
      if (fits(old[index])) {
        unmatched.delete(index);
        return index;
      }
    }
    return undefined;
  };
  const changed = [...wanted.entries()].filter(
    ([, item]) =>
      take((other) => valueChanges(schema, items ?? {}, "", other, item).length === 0) === undefined,
  );
  const found = changed.flatMap(([index, item]): Found[] => {
    const inside = pathTo(path, index);
    const label = labelOf(item);
    const partner = label === undefined ? undefined : take((other) => labelOf(other) === label);
    if (partner === undefined) return [{ path: inside, kind: "add", replaces: false }];
    return valueChanges(schema, items ?? {}, inside, old[partner], item);
  });
  return [
    ...found,
    ...[...unmatched].map((index): Found => ({ path: pathTo(path, index), kind: "delete", replaces: false })),
  ];
}

/** What tells members of a set apart for a reader, so that a changed member does not read as one gone and one new. */
function labelOf(item: unknown): unknown {
  return isRecord(item) ? (item.key ?? item.name) : undefined;
}

function sameScalar(property: PropertySchema, old: unknown, wanted: unknown): boolean {
  if (property.ignoreCase === true) return String(old).toLowerCase() === String(wanted).toLowerCase();
  return old === wanted;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.values(value).every(isNothing);
}
