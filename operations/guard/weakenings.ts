import { isOwn } from "./judged.ts";
import { type Step, typeOf } from "./preview.ts";
import { stateful } from "./stateful.ts";
import { keptWeakens } from "./weaken/kept.ts";
import { providerWeakens } from "./weaken/provider.ts";
import { weakenings } from "./weaken/table.ts";
import { refused, type Weakening, warned } from "./weaken/weakening.ts";

export type { Weakening } from "./weaken/weakening.ts";

const standing = [
  "same",
  "create",
  "update",
  "import",
  "replace",
  "create-replacement",
  "import-replacement",
];

/** What a step opens or weakens of a resource that stays, or of the new one in its place. */
export function weakeningsOf(step: Step): Weakening[] {
  const { op, urn, oldState, newState } = step;
  if (!standing.includes(op) || newState == null) return [];
  const type = typeOf(urn);
  const weakens = type.startsWith("pulumi:providers:")
    ? oldState == null
      ? undefined
      : providerWeakens
    : Object.hasOwn(weakenings, type)
      ? weakenings[type]
      : undefined;
  const kept = oldState == null ? [] : keptWeakens(type, oldState.inputs ?? {}, newState.inputs ?? {});
  return [
    ...keepingOf(step, type),
    ...kept,
    ...(weakens?.(oldState?.inputs ?? {}, newState.inputs ?? {}) ?? []),
  ];
}

/** What keeps a resource from being deleted by mistake; that of a component is told at its parts. */
function keepingOf({ oldState, newState }: Step, type: string): Weakening[] {
  if (isOwn(type)) return [];
  const found = Object.hasOwn(stateful, type) ? refused : warned;
  const isOff = (option: "protect" | "retainOnDelete") =>
    oldState?.[option] === true && newState?.[option] !== true;
  return [
    ...(isOff("protect")
      ? [found("protect", "is protected no more: the next change may delete it", "keep it protected")]
      : []),
    ...(isOff("retainOnDelete")
      ? [
          found(
            "retainOnDelete",
            "stays at the platform no more when the stack is destroyed",
            "keep retainOnDelete on",
          ),
        ]
      : []),
  ];
}
