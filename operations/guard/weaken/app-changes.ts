import { isDeepStrictEqual } from "node:util";
import { partsOf } from "./app-parts.ts";
import { at, isNew, textOf, type Values, type Weakening, warned } from "./weakening.ts";

/** What decides what a build makes of the same source. */
const builds = ["buildCommand", "sourceDir", "dockerfilePath", "environmentSlug", "outputDir"];

/** Checks of a part's health, with what they ask. */
const checks = ["healthCheck", "livenessHealthCheck"];

/** Changes of an app that take nothing away, and that nobody should overlook: builds, where it runs, what is asked of it. */
export function appChanges(before: Values, after: Values): Weakening[] {
  if (isNew(before)) return [];
  const told = (was: unknown, is: unknown, does: string, remedy: string): Weakening[] =>
    isDeepStrictEqual(was, is) ? [] : [warned("spec", `${does}: ${textOf(was)} → ${textOf(is)}`, remedy)];
  const [was, is] = [before["spec"], after["spec"]];
  const are = new Map(partsOf(after).map((part) => [part.what, part.settings]));
  return [
    ...told(
      at(was, "region"),
      at(is, "region"),
      "is to run in another region",
      "know how far it is from its database then, and who asks for it",
    ),
    ...told(
      at(was, "egresses"),
      at(is, "egresses"),
      "leaves from other addresses",
      "tell those first who let it in by its addresses",
    ),
    ...partsOf(before).flatMap(({ what, settings }) => {
      const now = are.get(what);
      if (now === undefined) return [];
      return [
        ...builds.flatMap((key) =>
          told(
            at(settings, key),
            at(now, key),
            `builds ${what} otherwise (${key})`,
            "know what it makes of the same source",
          ),
        ),
        ...checks
          .filter((check) => at(settings, check) !== undefined && at(now, check) !== undefined)
          .flatMap((check) =>
            told(
              at(settings, check, "httpPath"),
              at(now, check, "httpPath"),
              `asks another path how ${what} is (${check})`,
              "know that it fails where the part does",
            ),
          ),
      ];
    }),
  ];
}
