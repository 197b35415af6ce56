import { isPlaceholder } from "../../plan/marks.ts";
import { partsOf } from "./app-parts.ts";
import { at, isSet, refused, textOf, type Values, type Weakening, type Weakens } from "./weakening.ts";

const remedy =
  "keep slipway:release as the last release left it; an older one comes back with `slipway release rollback`";

/** Parts of an app whose image was a released one, and is none any more. */
export function imagesWeaken(before: Values, after: Values): Weakening[] {
  const are = new Map(partsOf(after).map(({ what, settings }) => [what, at(settings, "image")]));
  return partsOf(before).flatMap(({ what, settings }): Weakening[] => {
    const was = at(settings, "image", "digest");
    const image = are.get(what);
    const is = at(image, "digest");
    const isReleased = typeof was === "string" && was !== "" && !isPlaceholder(was);
    if (!isReleased || !isSet(image) || (isSet(is) && is !== "" && !isPlaceholder(is))) return [];
    const now = isPlaceholder(is)
      ? "nothing released (a digest of zeros)"
      : `no digest${isSet(at(image, "tag")) ? `, but whatever the tag ${textOf(at(image, "tag"))} names` : ""}`;
    return [refused("spec", `takes the released image out of ${what}: ${was} → ${now}`, remedy)];
  });
}

/** What stands for a version until the first release. */
const isNoVersion = (value: unknown): boolean => !isSet(value) || value === "" || value === "0.0.0";

/** The component of the app: what it is told to run. */
export const releaseWeakens: Weakens = (before, after) => [
  ...(isNoVersion(at(before, "release", "version")) || !isNoVersion(at(after, "release", "version"))
    ? []
    : [backTo("version", before, after)]),
  ...(isSet(at(before, "release", "commit")) && !isSet(at(after, "release", "commit"))
    ? [backTo("commit", before, after)]
    : []),
];

const backTo = (name: string, before: Values, after: Values): Weakening => {
  const [was, is] = [before, after].map((values) => at(values, "release", name));
  const now = isSet(is) ? `${textOf(is)}, which stands for nothing released` : "nothing";
  return refused("release", `takes release.${name} back: ${textOf(was)} → ${now}`, remedy);
};
