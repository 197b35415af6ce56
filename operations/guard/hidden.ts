import { isDeepStrictEqual } from "node:util";
import type { Step } from "./preview.ts";
import { at } from "./weaken/weakening.ts";

/** Kinds of a difference in the engine's API types, v3.253.0, with what each does to the resource. */
export const diffKinds: Readonly<Record<string, "inPlace" | "replace">> = {
  add: "inPlace",
  "add-replace": "replace",
  delete: "inPlace",
  "delete-replace": "replace",
  update: "inPlace",
  "update-replace": "replace",
};

/** A kind that nobody knows is not trusted. */
export const replacesByKind = (kind: string): boolean =>
  !Object.hasOwn(diffKinds, kind) || diffKinds[kind] === "replace";

/** Operations that leave a resource where it is, and so must leave what makes it another one. */
const staying = ["same", "update"];

/** Inputs of those given that change although the step says that the resource stays. */
export function changedInputs(
  { op, detailedDiff, oldState, newState }: Step,
  inputs: readonly string[],
): string[] {
  if (!staying.includes(op)) return [];
  const told = new Set(Object.keys(detailedDiff ?? {}).map(rootOf));
  return inputs.filter((input) => {
    if (told.has(input)) return true;
    const [was, is] = [at(oldState?.inputs, input), at(newState?.inputs, input)];
    // What the platform chose may be written down later.
    return (
      is !== undefined && !isDeepStrictEqual(was, is) && !isDeepStrictEqual(at(oldState?.outputs, input), is)
    );
  });
}

/** The name of an input, without what is inside it. */
export const rootOf = (path: string): string => path.split(/[.[]/)[0] ?? path;

/** Why a resource that a step leaves or makes is not the one that was there, "another id (1 → 2)"; undefined where it is. */
export function otherResource({ op, oldState, newState }: Step): string | undefined {
  if (op === "create" && oldState != null) return "a creation in its place";
  if (!staying.includes(op)) return undefined;
  for (const mark of ["delete", "pendingReplacement"])
    if (oldState?.[mark] === true || newState?.[mark] === true)
      return `a state that is marked as going (${mark})`;
  const [was, is] = [oldState?.id, newState?.id];
  return was === undefined || is === undefined || was === is ? undefined : `another id (${was} → ${is})`;
}
