import type { z } from "zod";
import { type RuledPlace, rulesOf, withoutRules } from "./rules.ts";
import { bare, branches, knownKeys, partsOf, type Schema } from "./schema-keys.ts";
import { nearest } from "./suggest.ts";

/** Where something stands. */
export type Path = readonly PropertyKey[];

/** Settings without what is wrong with them, so that rules can still tell about the rest. */
export interface PartialSettings {
  value: unknown;
  /** Where something was taken out, or filled in by a default in its place. */
  missing: readonly Path[];
  /** Where entries of a list, or named ones, stand side by side. */
  collections: readonly Path[];
  /** Those of the missing that have a wrong name only: what is in them is there. */
  misnamed?: readonly Path[] | undefined;
}

/** The same of one block, with the rules that its schema did not get to. */
export interface PartialBlock extends PartialSettings {
  places: readonly RuledPlace[];
}

const isBlock = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether two paths are one. */
export const isSame = (a: Path, b: Path) => a.length === b.length && isInside(a, b);

/** Whether a path is that of an owner, or below it. */
export const isInside = (path: Path, owner: Path) =>
  path.length >= owner.length && owner.every((part, index) => part === path[index]);

/** What is right of an input; undefined where nothing of it can be used. */
export function partialSettings(schema: z.ZodType, input: unknown): PartialBlock | undefined {
  if (!isBlock(input)) return undefined;
  const missing: Path[] = [];
  const collections: Path[] = [];
  const misnamed: Path[] = [];
  const places: RuledPlace[] = [];
  const value = rightPart(schema, input, [], { missing, collections, misnamed, places });
  return { value, missing, collections, misnamed, places };
}

interface Found {
  missing: Path[];
  collections: Path[];
  misnamed: Path[];
  places: RuledPlace[];
}

const parse = (schema: Schema, value: unknown) => withoutRules(() => (schema as z.ZodType).safeParse(value));

/** A value without what is wrong inside it, and with defaults in its place. */
function rightPart(schema: Schema, value: unknown, path: Path, found: Found): unknown {
  const result = parse(schema, value);
  if (result.success) return result.data;
  const before = found.missing.length;
  const inner = value === undefined ? undefined : innerPart(meant(schema, value), value, path, found);
  // Nothing inside is wrong, or there is no inside: it is wrong as a whole.
  if (found.missing.length === before) found.missing.push(path);
  if (inner === undefined) return standIn(schema, path);
  const rules = rulesOf(bare(schema));
  if (rules.length > 0) found.places.push({ path, rules });
  return inner;
}

/** The schema that a value is for: of a union, the branch. */
function meant(schema: Schema, value: unknown): Schema {
  const options = branches(schema, value);
  if (options.length === 1) return options[0] ?? schema;
  const fitting = options.filter((option) =>
    (parse(option, value).error?.issues ?? []).every(
      ({ code, path }) =>
        path.length > 0 || !["invalid_type", "invalid_value", "unrecognized_keys"].includes(code),
    ),
  );
  return fitting.length === 1 ? (fitting[0] ?? schema) : schema;
}

function innerPart(schema: Schema, value: unknown, path: Path, found: Found): unknown {
  const { shape, key, entry, element } = partsOf(schema);
  if (element !== undefined && Array.isArray(value)) {
    found.collections.push(path);
    return value.map((one, index) => rightPart(element, one, [...path, index], found));
  }
  if (!isBlock(value)) return undefined;
  if (entry !== undefined) {
    found.collections.push(path);
    const entries = Object.entries(value).map(([name, one]) => {
      if (key !== undefined && !parse(key, name).success) {
        found.missing.push([...path, name]);
        found.misnamed.push([...path, name]);
      }
      return [name, rightPart(entry, one, [...path, name], found)];
    });
    return Object.fromEntries(entries);
  }
  if (shape === undefined) return undefined;
  const unknown = Object.keys(value).filter((name) => !Object.hasOwn(shape, name));
  const known = knownKeys(schema, value, []);
  for (const name of unknown) {
    found.missing.push([...path, name]);
    // What was mistyped stands for the key that was meant.
    const near = nearest(name, known);
    if (near !== undefined && value[near] === undefined) found.missing.push([...path, near]);
  }
  return Object.fromEntries(
    Object.entries(shape)
      .map(([name, one]) => [name, rightPart(one, value[name], [...path, name], found)] as const)
      .filter(([name, one]) => one !== undefined || value[name] !== undefined),
  );
}

/** What stands in the place of a value that is wrong as a whole: its default, or a block with nothing in it. */
function standIn(schema: Schema, path: Path): unknown {
  const byDefault = parse(schema, undefined);
  if (byDefault.success) return byDefault.data;
  if (!branches(schema, undefined).some((option) => partsOf(option).shape !== undefined)) return undefined;
  return innerPart(bare(schema), {}, path, { missing: [], collections: [], misnamed: [], places: [] }) ?? {};
}
