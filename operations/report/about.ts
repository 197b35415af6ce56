import type { Refusal } from "../guard.ts";
import type { Difference } from "./document.ts";

/** The differences that a weakening is about; all of its inputs' where its reason names none of them. */
export function differencesAbout(
  { inputs, reason }: Pick<Refusal, "inputs" | "reason">,
  differences: readonly Difference[],
): Difference[] {
  const ofInputs = differences.filter(({ path }) => inputs.includes(path.split(/[.[]/)[0] ?? ""));
  const words = new Set(reason.split(/[\s,;:()]+/).flatMap((word) => [word, ...word.split(".")]));
  const named = ofInputs.filter(({ path }) => {
    const names = namesIn(path);
    return names.every((name) => words.has(name)) && (names.length > 0 || words.has(lastOf(path)));
  });
  // Of a part that has several, those whose property or value stands in the reason.
  const exact = named.filter(({ path, before = "", after = "" }) =>
    [lastOf(path), before, after].some((text) => words.has(text)),
  );
  return [exact, named, ofInputs].find((found) => found.length > 0) ?? [];
}

/** The names of list elements in `spec.services[api].envs[KEY].value`; a number is none. */
const namesIn = (path: string): string[] =>
  [...path.matchAll(/\[([^\]]*)\]/g)].map(([, name = ""]) => name).filter((name) => !/^\d+$/.test(name));

/** The last key or name of a path. */
const lastOf = (path: string): string => /\[([^\]]*)\]$/.exec(path)?.[1] ?? path.split(".").at(-1) ?? path;
