import { isDeepStrictEqual } from "node:util";
import { holdsFor, placeOf, sameScope } from "./scope.ts";
import {
  at,
  isSet,
  isUnknown,
  listOf,
  numberOf,
  refused,
  textOf,
  type Values,
  type Weakening,
  type Weakens,
  warned,
} from "./weakening.ts";

const ends = [
  ["expiration", "days", "objects"],
  ["noncurrentVersionExpiration", "noncurrentDays", "older versions"],
] as const;
type End = (typeof ends)[number];

const remedy = "keep the days, or lengthen them (backups.retentionDays, files.noncurrentDays)";
const kept = ({ rules }: Values): unknown[] =>
  listOf(rules).filter((rule) => at(rule, "status") !== "Disabled");

/**
 * Sooner is a loss; that nothing is deleted any more costs only money. A rule counts as there before only where one held for
 * all that it holds for: of two rules that each delete something else neither hides the other. A new lifecycle is judged by
 * whoever knows whether its bucket is new as well.
 */
export const lifecycleWeakens: Weakens = (before, after) => {
  if (before["rules"] === undefined) return [];
  const { rules } = after;
  if (isSet(rules) && !Array.isArray(rules))
    return [refused("rules", "gets rules that nobody knows before up", remedy)];
  return [
    ...ends.flatMap((end) => {
      const unclear = unclearOf(end, before, after);
      return unclear.length > 0 ? unclear : soonerOf(end, before, after);
    }),
    ...movedAway(before, after),
  ];
};

/** Classes of storage from which nothing is read before somebody asked for it, hours before. */
const frozen = ["GLACIER", "DEEP_ARCHIVE"];

/** Objects that a rule of before did not move away: a restore waits for them. */
function movedAway(before: Values, after: Values): Weakening[] {
  const movesOf = (values: Values) =>
    kept(values).flatMap((rule) =>
      ["transitions", "noncurrentVersionTransitions"].flatMap((kind) =>
        listOf(at(rule, kind)).map((move) => ({ rule, kind, move })),
      ),
    );
  const were = movesOf(before);
  return movesOf(after)
    .filter(
      ({ rule, kind, move }) =>
        !were.some(
          (was) => was.kind === kind && isDeepStrictEqual(was.move, move) && holdsFor(was.rule, rule),
        ),
    )
    .map(({ rule, move }) => {
      const storage = at(move, "storageClass");
      const isReadable = typeof storage === "string" && !isUnknown(storage) && !frozen.includes(storage);
      return (isReadable ? warned : refused)(
        "rules",
        `moves what is in ${placeOf(rule)} to ${textOf(storage)}`,
        "know how long a restore waits for it",
      );
    });
}

/** What cannot be compared in days: a date, a time that nobody knows, versions that are kept, another place. */
function unclearOf([kind, unit, what]: End, before: Values, after: Values): Weakening[] {
  const were = kept(before);
  return kept(after).flatMap((rule): Weakening[] => {
    const end = at(rule, kind);
    if (!isSet(end)) return [];
    const same = were.filter((was) => isDeepStrictEqual(was, rule));
    if (same.length > 0) return [];
    const [date, days] = [at(end, "date"), at(end, unit)];
    if (typeof end !== "object" || isUnknown(at(rule, "status")))
      return [refused("rules", `deletes ${what} when nobody knows before up`, remedy)];
    if (isSet(date))
      return [refused("rules", `deletes ${what} by a date (${textOf(date)}), whatever their age`, remedy)];
    // What keeps a number of versions has to say after how long the others go.
    if (!isSet(days) && !isSet(at(end, "newerNoncurrentVersions"))) return [];
    if (Number.isNaN(numberOf(days)))
      return [refused("rules", `deletes ${what} after a time that nobody knows (${textOf(days)})`, remedy)];
    const byName = were.find((one) => at(one, "id") !== undefined && at(one, "id") === at(rule, "id"));
    // A rule of another name is held against the one that held for the same.
    const was = byName ?? were.find((one) => isSet(at(one, kind, unit)) && holdsFor(one, rule));
    if (was === undefined || at(was, kind, unit) === undefined) return [];
    if (byName !== undefined && !sameScope(was, rule) && !holdsFor(rule, was))
      return [
        refused(
          "rules",
          `deletes ${what} in ${placeOf(rule)} only or also, no longer in ${placeOf(was)}`,
          "keep the filter of the rule",
        ),
      ];
    const [versions, now] = [was, rule].map((one) =>
      numberOf(at(one, kind, "newerNoncurrentVersions") ?? 0),
    ) as [number, number];
    return now >= versions
      ? []
      : [
          refused(
            "rules",
            `keeps ${Number.isNaN(now) ? "nobody knows how many" : now} of the ${what} instead of ${versions}`,
            remedy,
          ),
        ];
  });
}

function soonerOf([kind, unit, what]: End, before: Values, after: Values): Weakening[] {
  const endsOf = (values: Values) =>
    kept(values)
      .filter((rule) => isSet(at(rule, kind, unit)))
      .map((rule) => ({ days: numberOf(at(rule, kind, unit)), rule }));
  const [were, are] = [endsOf(before), endsOf(after)];
  const sooner = are.flatMap(({ days, rule }) => {
    const was = Math.min(...were.filter((one) => holdsFor(one.rule, rule)).map((one) => one.days));
    return days < was ? [{ days, was }] : [];
  });
  const [worst] = sooner.sort((a, b) => a.days - b.days);
  if (worst !== undefined)
    return [
      refused(
        "rules",
        `deletes ${what} after ${worst.days} ${worst.days === 1 ? "day" : "days"}${Number.isFinite(worst.was) ? ` instead of ${worst.was}` : ", which were kept"}`,
        remedy,
      ),
    ];
  return are.length === 0 && were.length > 0
    ? [
        warned(
          "rules",
          `never deletes ${what} any more, and the cost grows`,
          "keep the rule that expires them",
        ),
      ]
    : [];
}
