import { clean, shortened } from "../report/clean.ts";
import { withoutTokens } from "../report/secret-texts.ts";
import { diffKinds } from "./hidden.ts";
import { isOwn, judgedTypes } from "./judged.ts";
import type { Preview, Step } from "./preview.ts";

/** The states that each operation of the engine has (its API types, v3.253.0). */
const statesOf: Readonly<Record<string, readonly ("oldState" | "newState")[]>> = {
  same: ["oldState", "newState"],
  create: ["newState"],
  update: ["oldState", "newState"],
  delete: ["oldState"],
  replace: ["oldState", "newState"],
  "create-replacement": ["newState"],
  "delete-replaced": ["oldState"],
  read: ["newState"],
  "read-replacement": ["newState"],
  refresh: ["oldState"],
  discard: ["oldState"],
  "discard-replaced": ["oldState"],
  "remove-pending-replace": ["oldState"],
  import: ["newState"],
  "import-replacement": ["newState"],
};

/** What is no word about a resource of the stack. */
const idle = ["read", "refresh"];

/** What the engine counts and does not list unless it is asked to. */
const unlisted = ["same", "read", "refresh"];

/** `digitalocean:index/app:App`, and `slipway:index:WebApp` or `pulumi:pulumi:Stack`. */
const typeForm = /^[a-z][a-z0-9-]*:[A-Za-z0-9/_-]+:[A-Za-z0-9_]+$/;
const projectForm = /^[A-Za-z0-9._-]{1,100}$/;

/** Why nobody can be certain of what a preview says, "it …"; undefined where it contradicts itself nowhere. */
export function doubtOf({ steps, changeSummary, maybeCorrupt }: Preview): string | undefined {
  if (maybeCorrupt === true) return "says itself that it may be corrupt";
  if (changeSummary == null) return "has no changeSummary: it is cut short, or the preview did not end";
  const project = projectOf(steps[0]?.urn ?? "");
  for (const [index, step] of steps.entries()) {
    const doubt = doubtOfStep(step, project);
    if (doubt !== undefined) return `has a step ${index + 1} ${doubt}`;
  }
  for (const [op, count] of Object.entries(changeSummary)) {
    if (!Object.hasOwn(statesOf, op)) return `counts an operation that nobody knows: ${shown(op)}`;
    const listed = steps.filter((step) => step.op === op).length;
    if (count > listed && !unlisted.includes(op))
      return `counts ${count} to ${op} (changeSummary), and its steps show ${listed === 0 ? "none" : listed}`;
  }
  const counted = Object.entries(changeSummary).some(([op, count]) => count > 0 && !idle.includes(op));
  // The engine counts the stack itself even where nothing changes.
  if (!counted && steps.every(({ op }) => idle.includes(op)))
    return "lists and counts no resource, not even the stack itself: it is no proof that nothing changes";
  return undefined;
}

function doubtOfStep(step: Step, project: string): string | undefined {
  const { op, urn } = step;
  const parts = urn.split("::");
  if (parts.length !== 4 || !projectForm.test(parts[1] ?? "") || parts[3] === "")
    return `whose URN cannot be taken apart with certainty: ${shown(urn)}`;
  if (parts[1] !== project) return `of another project: ${shown(urn)}`;
  const states = Object.hasOwn(statesOf, op) ? statesOf[op] : undefined;
  if (states === undefined) {
    const near = Object.keys(statesOf).find((known) => known === op.trim().toLowerCase());
    return `with an operation that nobody knows: ${shown(op)}${near === undefined ? "" : `; it is written ${near}`}`;
  }
  for (const type of (parts[2] ?? "").split("$")) {
    if (!typeForm.test(type)) return `of a type that nobody knows: ${shown(type)}`;
    const near = judgedTypes.find((known) => known.toLowerCase() === type.toLowerCase());
    if (near !== undefined && near !== type)
      return `of a type that nobody knows: ${shown(type)}; it is written ${near}`;
  }
  for (const [path, { kind }] of Object.entries(step.detailedDiff ?? {})) {
    if (Object.hasOwn(diffKinds, kind)) continue;
    const near = Object.keys(diffKinds).find((known) => known === kind.trim().toLowerCase());
    const hint = near === undefined ? "" : `; it is written ${near}`;
    return `with a change of ${shown(path)} of a kind that nobody knows: ${shown(kind)}${hint}`;
  }
  const lacking = states.find((state) => step[state] == null);
  if (lacking !== undefined) return `that is to ${op} and has no ${lacking}: ${shown(urn)}`;
  const type = parts[2]?.split("$").at(-1);
  // A component without settings has none; without those of before everything else would count as new.
  if (op === "update" && !isOwn(type ?? "") && step.oldState?.inputs == null)
    return `that is to update and whose oldState has no inputs: ${shown(urn)}`;
  for (const state of ["oldState", "newState"] as const) {
    const told = step[state]?.type;
    if (told !== undefined && told !== type)
      return `whose ${state} is of another type than its URN: ${shown(told)}`;
  }
  if (step.newState?.urn !== undefined && step.newState.urn !== urn)
    return `whose newState has another URN than the step: ${shown(step.newState.urn)}`;
  return undefined;
}

const projectOf = (urn: string): string => urn.split("::")[1] ?? "";

const shown = (text: string): string => `"${shortened(clean(withoutTokens(text)), 160)}"`;
