import { bucketLoss } from "./bucket-loss.ts";
import { changedInputs, otherResource, replacesByKind, rootOf } from "./hidden.ts";
import { nameOf, type Step, typeOf } from "./preview.ts";
import { type Stateful, stateful } from "./stateful.ts";

/** A step that a change may not take without somebody's word. */
export interface Refusal {
  urn: string;
  /** `update` where it stays, and is opened or weakened. */
  op: "delete" | "replace" | "forget" | "update";
  /** The inputs that do it; none where it is deleted, or goes with another resource. */
  inputs: string[];
  reason: string;
  /** What to do instead. */
  remedy: string;
}

/** What leaves a resource as it is, or changes it in place. Any other operation is not trusted. */
const harmless = ["same", "create", "update", "read", "refresh", "import"];
const replacing = [
  "replace",
  "create-replacement",
  "delete-replaced",
  "import-replacement",
  "read-replacement",
];
const forgetting = ["discard", "discard-replaced", "read-discard"];

/** What a change would delete or replace of all that holds data, an address or secrets. */
export function lossesOf(steps: readonly Step[]): Refusal[] {
  const found = new Map<string, Refusal>();
  for (const step of steps) {
    const kind = Object.hasOwn(stateful, typeOf(step.urn)) ? stateful[typeOf(step.urn)] : undefined;
    const op = opOf(step);
    if (kind === undefined || op === undefined) continue;
    const before = found.get(step.urn);
    const inputs = [...new Set([...(before?.inputs ?? []), ...replacingInputs(step)])].sort();
    // A replacement may be told in up to three steps, of which one is called a delete.
    const worst = before?.op === "replace" || op === "replace" ? "replace" : op;
    found.set(step.urn, refusal(step, kind, worst, inputs, steps));
  }
  return [...found.values()];
}

/** What becomes of a resource that does not stay; undefined where it does. */
export function opOf(step: Step): Exclude<Refusal["op"], "update"> | undefined {
  const { op } = step;
  if (replacing.includes(op) || replacingInputs(step).length > 0 || otherResource(step) !== undefined)
    return "replace";
  // A refresh that finds it no more.
  if (op === "refresh" && step.newState == null) return "delete";
  if (harmless.includes(op)) return undefined;
  return forgetting.includes(op) ? "forget" : "delete";
}

/** The names of the inputs, without what is inside them. */
export function replacingInputs(step: Step): string[] {
  const { urn, replaceReasons, detailedDiff } = step;
  const detailed = Object.entries(detailedDiff ?? {}).filter(([, { kind }]) => replacesByKind(kind));
  const type = typeOf(urn);
  const known = Object.hasOwn(stateful, type) ? Object.keys(stateful[type]?.inputs ?? {}) : [];
  return [
    ...(replaceReasons ?? []),
    ...detailed.map(([path]) => path),
    ...changedInputs(
      step,
      known.filter((input) => input !== stateful[type]?.atDiffTime),
    ),
  ].map(rootOf);
}

function refusal(
  step: Step,
  kind: Stateful,
  op: Exclude<Refusal["op"], "update">,
  inputs: string[],
  steps: readonly Step[],
): Refusal {
  const { urn, oldState } = step;
  const isKept = oldState?.retainOnDelete === true || op === "forget";
  const what = `${kind.what} ${ownName(step)}`;
  const { loss, instead } = bucketLoss(step, op) ?? kind;
  if (op === "replace") {
    const cause =
      inputs.length > 0 ? `a change of ${inputs.join(" and ")}` : (otherResource(step) ?? chain(step, steps));
    return {
      urn,
      op,
      inputs,
      reason: isKept
        ? `${cause} puts a new and empty one in the place of ${what}; the old one stays at the platform, and the stack knows it no more`
        : `${cause} replaces ${what}: ${loss}`,
      remedy: inputs.length > 0 ? remedies(kind, inputs) : instead,
    };
  }
  const renamed = renamedTo(step, steps);
  return {
    urn,
    op,
    inputs,
    reason: isKept
      ? `the stack would forget ${what}, which stays at the platform; the next change would make a second one`
      : `deletes ${what}: ${loss}`,
    remedy:
      renamed === undefined
        ? instead
        : `where it was renamed to ${nameOf(renamed)}, name the old one: product.formerName for a product that was renamed, else an alias { aliases: [{ name: "${nameOf(urn)}" }] } in its component`,
  };
}

/** Kinds whose name at the platform is the one that people know. */
const knownByName = [
  "digitalocean:index/databaseDb:DatabaseDb",
  "digitalocean:index/databaseUser:DatabaseUser",
];

/** The name of a resource, behind the one that it has at the platform where people know it by that. */
function ownName({ urn, oldState }: Step): string {
  const name = oldState?.inputs?.["name"];
  return knownByName.includes(typeOf(urn)) && typeof name === "string" && name !== nameOf(urn)
    ? `${name} (${nameOf(urn)})`
    : nameOf(urn);
}

const remedies = (kind: Stateful, inputs: readonly string[]): string =>
  inputs
    .map(
      (input) =>
        `${input}: ${(Object.hasOwn(kind.inputs, input) ? kind.inputs[input] : undefined) ?? `leave ${input} as it is`}`,
    )
    .join("; ");

/** A resource that is replaced for no reason of its own is replaced with what it depends on. */
function chain({ newState, oldState }: Step, steps: readonly Step[]): string {
  const needed = [...(newState?.dependencies ?? []), ...(oldState?.dependencies ?? [])];
  const causes = steps.filter((other) => needed.includes(other.urn) && opOf(other) === "replace");
  return causes.length === 0
    ? "the replacement of what it depends on"
    : `the replacement of ${[...new Set(causes.map(({ urn }) => nameOf(urn)))].join(" and ")}`;
}

/** The only resource of the same type that the same change makes. */
function renamedTo({ urn }: Step, steps: readonly Step[]): string | undefined {
  const made = steps.filter((other) => other.op === "create" && typeOf(other.urn) === typeOf(urn));
  return made.length === 1 ? made[0]?.urn : undefined;
}
