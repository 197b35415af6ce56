import { isOwn } from "./judged.ts";
import { opOf, type Refusal } from "./losses.ts";
import { nameOf, type Step, typeOf } from "./preview.ts";
import type { Weakening } from "./weakenings.ts";

/**
 * Components and providers of the program that go, of whose resources the preview says nothing: what becomes of them nobody
 * knows then. The engine tells of them in the same preview.
 */
export function emptied(steps: readonly Step[]): Refusal[] {
  return steps.flatMap((step): Refusal[] => {
    const { urn } = step;
    const type = typeOf(urn);
    const op = isOwn(type) && type !== "pulumi:pulumi:StackReference" ? opOf(step) : undefined;
    if (op === undefined) return [];
    const isProvider = type.startsWith("pulumi:providers:");
    const isTold = steps.some((other) => (isProvider ? isOfProvider(other, urn) : isInside(other, urn)));
    if (isTold) return [];
    const what = isProvider ? "the provider" : type === "pulumi:pulumi:Stack" ? "the stack" : "the component";
    return [
      {
        urn,
        op,
        inputs: [],
        reason: `${op === "replace" ? "replaces" : "deletes"} ${what} ${nameOf(urn)}, and the preview does not tell what becomes of its resources`,
        remedy: "keep it, or make the preview again, whole and without --target",
      },
    ];
  });
}

/**
 * What of a component is told by a resource in it as well, in the same days: one change counts once. Where the resource does
 * not tell it, the component does.
 */
export function isToldInside({ step, input }: Told, all: readonly Told[]): boolean {
  const what = Object.hasOwn(days, input) ? days[input] : undefined;
  if (typeOf(step.urn) !== "slipway:index:BackupBucket" || what === undefined) return false;
  const [was, is] = [step.oldState, step.newState].map((state) => state?.inputs?.[input]);
  const said = `deletes ${what} after ${is} ${is === 1 ? "day" : "days"} instead of ${was}`;
  return all.some(
    ({ step: other, does, weight }) =>
      weight === "refuse" && does === said && typeOf(other.urn) === lifecycle && isInside(other, step.urn),
  );
}

const lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
/** How the lifecycle calls what a setting of the backups keeps. */
const days: Readonly<Record<string, string>> = {
  retentionDays: "objects",
  noncurrentDays: "older versions",
};

/** What is weakened, with the step that does it. */
export type Told = Weakening & { step: Step };

/** Whether a step is of what was in a component; of a state that names no parent the type of its URN tells. */
function isInside({ urn, oldState }: Step, component: string): boolean {
  if (urn === component) return false;
  const parent = oldState?.["parent"];
  return typeof parent === "string"
    ? parent === component
    : (urn.split("::")[2] ?? "").startsWith(`${component.split("::")[2]}$`);
}

/** Whether a step is of a resource of a provider, or of another provider in its place. */
function isOfProvider({ op, urn, oldState }: Step, provider: string): boolean {
  if (urn === provider) return false;
  const type = typeOf(urn);
  if (type === typeOf(provider)) return op !== "delete";
  const of = oldState?.["provider"];
  return typeof of === "string"
    ? of.startsWith(`${provider}::`)
    : type.split(":")[0] === typeOf(provider).split(":")[2];
}
