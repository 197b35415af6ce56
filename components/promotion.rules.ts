import { type Fault, shown } from "./internal/faults.ts";
import type { StackRule } from "./internal/rules.ts";
import { nearest } from "./internal/suggest.ts";
import type { Stack } from "./stack-rule.ts";

/** What must hold between a promotion and the stacks that there are. */
export const promotionRules: readonly StackRule<Stack>[] = [
  {
    id: "promotion-from",
    demands: "Releases come from another stack, and from one that exists.",
    faults: unknownOrigin,
  },
];

function unknownOrigin({ promotion, stack, stacks }: Stack): Fault[] {
  if (promotion === undefined || stacks === undefined) return [];
  const { from } = promotion;
  const others = stacks.filter((one) => one !== stack);
  if (others.includes(from)) return [];
  const near = nearest(from, others);
  const hint = near === undefined ? "" : `, did you mean ${near}?`;
  const must =
    others.length === 0
      ? "must be another stack than this one, and there is none: each has a file Pulumi.<stack>.yaml"
      : `must be another stack that exists, one of ${others.join(", ")}`;
  return [{ path: "promotion.from", message: `${must}; got ${shown(from)}${hint}` }];
}
