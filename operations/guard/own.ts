import { isOwn } from "./judged.ts";
import { opOf, type Refusal } from "./losses.ts";
import { nameOf, type Step, typeOf } from "./preview.ts";

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
