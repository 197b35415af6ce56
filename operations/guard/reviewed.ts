import { isDeepStrictEqual } from "node:util";
import { withoutTokens } from "../report/secret-texts.ts";
import { nameOf, type Preview, type Step, typeOf } from "./preview.ts";

/** Operations that change nothing at a platform. */
const idle = ["same", "read", "refresh"];

/**
 * What a preview would do that the reviewed one did not show: another operation, or other values. What was reviewed and is
 * not to be done any more is no surprise.
 */
export function unreviewed(reviewed: Preview, now: Preview): string[] {
  const before = new Map(reviewed.steps.filter(isChange).map((step) => [keyOf(step), step] as const));
  const found = now.steps.filter(isChange).flatMap((step) => {
    const what = `${step.op} of ${typeOf(step.urn)} ${nameOf(step.urn)}`;
    const seen = before.get(keyOf(step));
    if (seen === undefined) return [`${what} was not in it`];
    if (!isDeepStrictEqual(seen.newState?.inputs, step.newState?.inputs))
      return [`${what} had other values in it`];
    const paths = Object.keys(step.detailedDiff ?? {}).filter((path) => !(path in (seen.detailedDiff ?? {})));
    return paths.length === 0 ? [] : [`${what} did not change ${paths.sort().join(", ")} in it`];
  });
  return found.map(withoutTokens);
}

const isChange = ({ op }: Step): boolean => !idle.includes(op);
const keyOf = ({ op, urn }: Step): string => `${op} ${urn}`;
