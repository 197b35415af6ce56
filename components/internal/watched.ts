import { isInside, isSame, type PartialBlock, type PartialSettings, type Path } from "./partial.ts";
import type { Rule, RuleFault } from "./rules.ts";

/** Settings that tell whether anybody looked at what is missing of them. */
export function watched<T>({ value, missing }: Pick<PartialSettings, "value" | "missing">): {
  view: T;
  /** What was looked at and is missing. */
  missed: () => readonly Path[];
} {
  const seen = new Set<Path>();
  const views = new WeakMap<object, unknown>();
  const byPlace = grouped(missing, keyOf);
  const byOwner = grouped(missing, (gone) => keyOf(gone.slice(0, -1)));
  const look = (path: Path) => {
    for (const known of byPlace.get(keyOf(path)) ?? []) seen.add(known);
  };
  const viewOf = (inner: unknown, path: Path): unknown => {
    if (typeof inner !== "object" || inner === null || missing.length === 0) return inner;
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
        for (const gone of byOwner.get(keyOf(path)) ?? []) seen.add(gone);
        return Reflect.ownKeys(target);
      },
    });
    views.set(inner, view);
    return view;
  };
  return { view: viewOf(value, []) as T, missed: () => [...seen] };
}

/** A path as one text, by which it is found among many. */
const keyOf = (path: Path): string => path.map((part) => `\0${String(part)}`).join("");

function grouped(paths: readonly Path[], key: (path: Path) => string): Map<string, Path[]> {
  const groups = new Map<string, Path[]>();
  for (const path of paths) {
    const group = groups.get(key(path));
    if (group === undefined) groups.set(key(path), [path]);
    else group.push(path);
  }
  return groups;
}

/** A key as paths have it: places of a list are numbers. */
const partOf = (target: object, key: string | symbol): PropertyKey =>
  Array.isArray(target) && typeof key === "string" && /^\d+$/.test(key) ? Number(key) : key;

/** The parts of a path in the words of the stack file. */
const spelled = (path: string): Path =>
  [...path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[]+)/g)].map(([, index, quoted, name]) =>
    index === undefined ? (quoted ?? name ?? "") : Number(index),
  );

/** Whether something missing is in another entry than a fault, which judges its own entry only. */
function isElsewhere(fault: Path, gone: Path, collections: readonly Path[]): boolean {
  const depths = collections
    .filter((one) => gone.length > one.length && isInside(gone, one))
    .map((one) => one.length + 1);
  return depths.length > 0 && !isInside(fault, gone.slice(0, Math.max(...depths)));
}

/** A rule as it is asked about settings that are not all right. */
interface Asked<S, F> {
  id: string;
  /** Whether it judges each entry by itself, so that a wrong one does not matter to the others. */
  isPerEntry?: boolean;
  /** Whether it looks for a name among others, which one that is wrong may be meant for. */
  looksUpNames?: boolean;
  faults(settings: S): readonly F[];
}

/** What the rules find that need nothing of what is missing. */
export function foundBy<S, F extends { path: Path | string }>(
  rules: readonly Asked<S, F>[],
  partial: PartialSettings,
): (F & { rule: string })[] {
  const misnamed = new Set(partial.misnamed?.map(keyOf));
  return rules.flatMap((rule) => {
    const { view, missed } = watched<S>(partial);
    let found: readonly F[];
    try {
      found = rule.faults(view);
    } catch (error) {
      // Of what is missing there may be no part that a rule counts on.
      if (missed().length === 0) throw error;
      return [];
    }
    const isCertain = ({ path }: F) => {
      const parts = typeof path === "string" ? spelled(path) : path;
      return missed().every((gone) => {
        const isMisnamed = misnamed.has(keyOf(gone));
        if (isMisnamed && parts.length > gone.length && isInside(parts, gone)) return true;
        if (isMisnamed && rule.looksUpNames === true) return false;
        return rule.isPerEntry === true && isElsewhere(parts, gone, partial.collections);
      });
    };
    return found.filter(isCertain).map((fault) => ({ ...fault, rule: rule.id }));
  });
}

/** What is missing below a path, as seen from there. */
const below = (paths: readonly Path[], start: Path): Path[] =>
  paths.filter((path) => isInside(path, start)).map((path) => path.slice(start.length));

/** What the rules find that a block's schema did not get to, since something inside what they judge is wrong. */
export function foundIn({
  value,
  missing,
  collections,
  misnamed = [],
  places,
}: PartialBlock): (RuleFault & { rule: string })[] {
  const names = new Set(misnamed.map(keyOf));
  return places.flatMap(({ path, rules }) => {
    const part = path.reduce<unknown>((owner, name) => Reflect.get(owner as object, name), value);
    const gone = names.has(keyOf(path)) ? missing.filter((one) => !isSame(one, path)) : missing;
    const partial = {
      value: part,
      missing: below(gone, path),
      collections: below(collections, path),
      misnamed: below(misnamed, path),
    };
    if (partial.missing.some((one) => one.length === 0)) return [];
    return foundBy(rules as readonly Rule<unknown>[], partial).map((fault) => ({
      ...fault,
      path: [...(path as (string | number)[]), ...fault.path],
    }));
  });
}
