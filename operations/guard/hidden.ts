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
    // What is left to the platform has to stay by its own word.
    if (is === undefined || is === null)
      return was !== undefined && was !== null && !isDeepStrictEqual(at(newState?.outputs, input), was);
    // What the platform chose may be written down later.
    return !isDeepStrictEqual(was, is) && !isDeepStrictEqual(at(oldState?.outputs, input), is);
  });
}

/** The name of an input, without what is inside it. */
export const rootOf = (path: string): string => path.split(/[.[]/)[0] ?? path;

/** Why a resource that a step leaves or makes is not the one that was there, "another id (1 → 2)"; undefined where it is. */
export function otherResource(step: Step): string | undefined {
  const { op, oldState, newState } = step;
  if (op === "create" && oldState != null) return "a creation in its place";
  const [was, is] = [oldState?.id, newState?.id ?? importOf(step)];
  const otherId =
    was === undefined || is === undefined || was === is ? undefined : `another id (${was} → ${is})`;
  if (op === "import") return otherId;
  if (!staying.includes(op)) return undefined;
  if (newState?.["external"] === true && oldState?.["external"] !== true)
    return "a state that is only read, and kept elsewhere (external)";
  const [provider, other] = [providerOf(oldState), providerOf(newState)];
  if (provider !== undefined && other !== undefined && provider !== other)
    return `another provider (${provider} → ${other})`;
  for (const mark of ["delete", "pendingReplacement"])
    if (oldState?.[mark] === true || newState?.[mark] === true)
      return `a state that is marked as going (${mark})`;
  return otherId;
}

/** The id that an import asks for where it is another one than before; some ids are written otherwise in an import. */
function importOf({ oldState, newState }: Step): string | undefined {
  const [was, is] = [oldState?.["importID"], newState?.["importID"]];
  return typeof is === "string" && is !== "" && is !== was ? is : undefined;
}

/** The type and name of a resource's provider; the program's own one has a new name with every version. */
function providerOf(state: Step["oldState"]): string | undefined {
  const provider = state?.["provider"];
  if (typeof provider !== "string") return undefined;
  const [, , type = "", name = ""] = provider.split("::");
  return `${type} ${name.replace(/^default(?:_\d+)+$/, "default")}`;
}
