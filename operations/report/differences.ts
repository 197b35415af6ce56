import { type Step, typeOf } from "../guard/preview.ts";
import { secretMark, unknownMark } from "../plan/marks.ts";
import { shortened } from "./clean.ts";
import type { Difference } from "./document.ts";
import { withoutSecrets } from "./secrets.ts";

/** Longest value in the full text. What is longer is no reading matter. */
const longestValue = 2000;

/** What the engine puts in the place of values that are not known yet: text, number, boolean, list and object. */
const notKnown =
  /04da6b54-80e4-46f7-96ec-b56ff0331ba9|3eeb2bf0-c639-47a8-9e75-3b44932eb421|1c4a061d-8072-4f0a-a4cb-0ff528b18fe7|6a19a0b0-7e62-4c92-b797-7f8e31da9cc2|dd056dcd-154b-4c76-9bd3-c8f88648b5ff/g;

type Values = Readonly<Record<string, unknown>>;

/**
 * What a step changes of a resource's inputs, property by property, without secrets. Elements of lists are told apart by
 * their name, key or path where they have one, so that one that comes in between does not make all behind it differ.
 */
export function differencesOf(step: Step): Difference[] {
  const type = typeOf(step.urn);
  const additional = [
    ...listOf(step.oldState?.["additionalSecretOutputs"]),
    ...listOf(step.newState?.["additionalSecretOutputs"]),
  ];
  const shown = (values: Values | undefined) => withoutSecrets(type, values, additional);
  const before = shown(step.oldState?.inputs);
  const after = shown(step.newState?.inputs);
  const named = new Set(Object.keys(step.detailedDiff ?? {}).map(topOf));
  const found: Found[] = [];
  // A created or deleted resource is told whole by its name; what it consists of is no difference.
  if (step.oldState && step.newState) {
    compare(before, after, [], found);
    addTold(step, before, after, shown(step.oldState.outputs), found);
  }
  const replacing = new Set([
    ...(step.replaceReasons ?? []).map(topOf),
    ...Object.entries(step.detailedDiff ?? {}).flatMap(([path, { kind }]) =>
      kind.endsWith("-replace") ? [topOf(path)] : [],
    ),
  ]);
  return found
    .filter(({ path }) => named.size === 0 || named.has(path[0] ?? "") || replacing.has(path[0] ?? ""))
    .map(({ path, before: old, after: now }) => ({
      path: pathText(path),
      ...(old === undefined ? {} : { before: old }),
      ...(now === undefined ? {} : { after: now }),
      replaces: replacing.has(path[0] ?? ""),
    }))
    .filter(({ path }, at, all) => all.findIndex((other) => other.path === path) === at)
    .sort((a, b) => Number(b.replaces) - Number(a.replaces));
}

interface Found {
  path: string[];
  before?: string | undefined;
  after?: string | undefined;
}

/** Finds where two values differ; a part that only one of them has is one difference. */
function compare(before: unknown, after: unknown, path: string[], found: Found[]): void {
  if (Object.is(before, after)) return;
  const [old, now] = [partsOf(before), partsOf(after)];
  if (old === undefined || now === undefined) {
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    found.push({ path, before: shownValue(before), after: shownValue(after) });
    return;
  }
  for (const key of new Set([...old.keys(), ...now.keys()]))
    compare(old.get(key), now.get(key), [...path, key], found);
}

/**
 * Adds what the provider tells beyond the inputs: a secret of which both texts are hidden, and a property that differs
 * from what is really there.
 */
function addTold(step: Step, before: Values, after: Values, real: Values, found: Found[]): void {
  const known = new Set(found.map(({ path }) => path[0]));
  for (const told of Object.keys(step.detailedDiff ?? {})) {
    const keys = keysOf(told);
    const [old, now] = [lookUp(before, keys), lookUp(after, keys)];
    const isHidden = [old.value, now.value].some((value) => value === secretMark);
    // Behind an element that was put in between, the same number is another element.
    if (isHidden && old.path.join() === now.path.join())
      found.push({ path: now.path, before: shownValue(old.value), after: shownValue(now.value) });
    else if (!isHidden && !known.has(keys[0])) {
      const was = lookUp(real, keys);
      found.push({
        path: now.path,
        before: shownValue(was.value ?? old.value),
        after: shownValue(now.value),
      });
    }
  }
}

/** Keys of `rules[0].match["a.b"]`. */
function keysOf(path: string): string[] {
  return [...path.matchAll(/\["([^"\\]*(?:\\.[^"\\]*){0,1000})"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) =>
      quoted?.replace(/\\(.)/g, "$1") ?? (index === undefined ? plain : `[${index}]`) ?? "",
  );
}

const topOf = (path: string): string => keysOf(path)[0] ?? "";

/** A value by its keys, with the names of the list elements on the way. */
function lookUp(values: unknown, keys: readonly string[]): { value: unknown; path: string[] } {
  let value = values;
  const path = keys.map((key) => {
    const index = /^\[(\d+)\]$/.exec(key)?.[1];
    if (index !== undefined && Array.isArray(value)) {
      const at = Number(index);
      const name = elementNames(value)?.[at];
      value = value[at];
      return name === undefined ? key : `[${name}]`;
    }
    value = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return key;
  });
  return { value, path };
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

/** What a value consists of; undefined where it is one piece. */
function partsOf(value: unknown): Map<string, unknown> | undefined {
  if (isMapping(value)) return new Map(Object.entries(value).filter(([key]) => key !== "__defaults"));
  if (!Array.isArray(value) || !value.every(isMapping)) return undefined;
  const names = elementNames(value);
  return new Map(value.map((one, index) => [`[${names?.[index] ?? index}]`, one]));
}

/** What tells the elements of a list apart; undefined where nothing does. */
function elementNames(list: readonly unknown[]): string[] | undefined {
  for (const nameOf of [
    (one: Record<string, unknown>) => one["name"],
    (one: Record<string, unknown>) => one["key"],
    (one: Record<string, unknown>) => one["id"],
    (one: Record<string, unknown>) => one["path"],
    (one: Record<string, unknown>) => lookUp(one, ["match", "path", "prefix"]).value,
  ]) {
    const names = list.map((one) => (isMapping(one) ? nameOf(one) : undefined));
    if (
      names.every((name) => typeof name === "string" && name !== secretMark) &&
      new Set(names).size === list.length
    )
      return names as string[];
  }
  return undefined;
}

const pathText = (path: readonly string[]): string =>
  path.reduce((text, key) => (key.startsWith("[") ? text + key : text === "" ? key : `${text}.${key}`), "");

/** A value as one text; undefined where there is none. */
function shownValue(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = (typeof value === "string" ? value : JSON.stringify(value)).replace(notKnown, unknownMark);
  return shortened(text, longestValue);
}
