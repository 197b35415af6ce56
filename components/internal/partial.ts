import type { z } from "zod";
import { knownKeys } from "./schema-keys.ts";
import { nearest } from "./suggest.ts";

type Path = readonly PropertyKey[];

/** Settings without what is wrong with them, so that rules can still tell about the rest. */
export interface PartialSettings {
  value: unknown;
  /** Where something was taken out, or filled in by a default in its place. */
  missing: readonly Path[];
}

const isSame = (a: Path, b: Path) => a.length === b.length && a.every((part, index) => part === b[index]);

const isContainer = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === "object" && value !== null;

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isContainer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyOf(inner)]));
}

/** A list keeps its places, so what is wrong with one of its entries takes out the list. */
const withoutIndex = (path: Path): Path =>
  typeof path.at(-1) === "number" ? withoutIndex(path.slice(0, -1)) : path;

/** What an issue is about; for an unknown key also the known one that it may have been meant for. */
function issuePaths(shape: z.ZodType, input: unknown, issue: z.core.$ZodIssue): Path[] {
  if (issue.code !== "unrecognized_keys") return [issue.path];
  const known = knownKeys(shape, input, issue.path);
  return issue.keys.flatMap((key) => {
    const near = nearest(key, known);
    return [key, ...(near === undefined ? [] : [near])].map((name) => [...issue.path, name]);
  });
}

function take(value: unknown, path: Path): void {
  let owner = value;
  for (const part of path.slice(0, -1)) owner = isContainer(owner) ? owner[part] : undefined;
  const last = path.at(-1);
  if (isContainer(owner) && last !== undefined) delete owner[last];
}

const mostRounds = 20;

/** What is right of an input; undefined where nothing of it can be used. */
export function partialSettings(shape: z.ZodType, input: unknown): PartialSettings | undefined {
  const value = copyOf(input);
  const missing: Path[] = [];
  for (let round = 0; round < mostRounds; round++) {
    const result = shape.safeParse(value);
    if (result.success) return { value: result.data, missing };
    for (const found of result.error.issues.flatMap((issue) => issuePaths(shape, value, issue))) {
      let path = withoutIndex(found);
      // Taken out already and still wrong: what it belongs to cannot do without it.
      while (path.length > 0 && missing.some((known) => isSame(known, path)))
        path = withoutIndex(path.slice(0, -1));
      if (path.length === 0) return undefined;
      missing.push(path);
      take(value, path);
    }
  }
  return undefined;
}

/** Settings that tell whether anybody looked at what is missing of them. */
export function watched<T>({ value, missing }: PartialSettings): { view: T; wasMissed: () => boolean } {
  let missed = false;
  const views = new WeakMap<object, unknown>();
  const look = (path: Path) => {
    if (missing.some((known) => isSame(known, path))) missed = true;
  };
  const viewOf = (inner: unknown, path: Path): unknown => {
    if (!isContainer(inner) || missing.length === 0) return inner;
    const known = views.get(inner);
    if (known !== undefined) return known;
    const view = new Proxy(inner, {
      get(target, key) {
        look([...path, partOf(target, key)]);
        return viewOf(Reflect.get(target, key), [...path, partOf(target, key)]);
      },
      has(target, key) {
        look([...path, partOf(target, key)]);
        return Reflect.has(target, key);
      },
      getOwnPropertyDescriptor(target, key) {
        look([...path, partOf(target, key)]);
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
      ownKeys(target) {
        for (const gone of missing) if (isSame(gone.slice(0, -1), path)) missed = true;
        return Reflect.ownKeys(target);
      },
    });
    views.set(inner, view);
    return view;
  };
  return { view: viewOf(value, []) as T, wasMissed: () => missed };
}

/** A key as paths have it: places of a list are numbers. */
const partOf = (target: object, key: string | symbol): PropertyKey =>
  Array.isArray(target) && typeof key === "string" && /^\d+$/.test(key) ? Number(key) : key;

/** What the rules find that need nothing of what is missing. */
export function foundBy<S, F>(
  rules: readonly { id: string; faults(settings: S): readonly F[] }[],
  partial: PartialSettings,
): (F & { rule: string })[] {
  return rules.flatMap((rule) => {
    const { view, wasMissed } = watched<S>(partial);
    const found = rule.faults(view).map((fault) => ({ ...fault, rule: rule.id }));
    return wasMissed() ? [] : found;
  });
}
