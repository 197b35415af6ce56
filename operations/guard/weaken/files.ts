import { holdsFor, placeOf } from "./scope.ts";
import {
  at,
  following,
  isUnknown,
  listOf,
  refused,
  type Values,
  type Weakening,
  type Weakens,
  warned,
} from "./weakening.ts";

const corsRemedy =
  "name the sites (files.origins), each with https, and only the methods and headers they need";

/** What pages of other sites may do with signed addresses. A star lets every page, and plain HTTP everybody on the way. */
const corsWeakens: Weakens = (before, after) => {
  if (isUnknown(after["corsRules"]))
    return [refused("corsRules", "gets CORS rules that nobody knows before up", corsRemedy)];
  const known = new Set(permitted(before).map(keyOf));
  const isNew = before["corsRules"] === undefined;
  return permitted(after)
    .filter((one) => !known.has(keyOf(one)))
    .flatMap(({ origin, kind, name }): Weakening[] => {
      const does = `lets pages of ${origin} ${kind === "method" ? "ask by" : "send the header"} ${name}`;
      if (origin.includes("*") || !origin.startsWith("https://"))
        return [refused("corsRules", does, corsRemedy)];
      return isNew ? [] : [warned("corsRules", does, corsRemedy)];
    });
};

interface Permitted {
  origin: string;
  kind: "method" | "header";
  name: string;
}

/** Each thing that a page of one origin may do. */
const permitted = ({ corsRules }: Values): Permitted[] =>
  listOf(corsRules).flatMap((rule) =>
    listOf(at(rule, "allowedOrigins")).flatMap((origin): Permitted[] => [
      ...listOf(at(rule, "allowedMethods")).map((name) => ({
        origin: String(origin),
        kind: "method" as const,
        name: String(name),
      })),
      ...listOf(at(rule, "allowedHeaders")).map((name) => ({
        origin: String(origin),
        kind: "header" as const,
        name: String(name).toLowerCase(),
      })),
    ]),
  );

const keyOf = ({ origin, kind, name }: Permitted): string => JSON.stringify([origin, kind, name]);

const copyRemedy = "keep the copy as it is (files.replica)";

/** A copy is worth what it has: files that are copied no more, or elsewhere, and deletions that reach it. */
const replicationWeakens: Weakens = (before, after) => {
  if (isUnknown(after["rules"]))
    return [refused("rules", "gets rules of copying that nobody knows before up", copyRemedy)];
  const are = enabled(after);
  return enabled(before).flatMap((was): Weakening[] => {
    if (are.length === 0) return [refused("rules", "copies nothing any more", copyRemedy)];
    const covering = are.filter((is) => holdsFor(is, was));
    if (covering.length === 0)
      return [refused("rules", `no longer copies all of ${placeOf(was)}`, copyRemedy)];
    const same = covering.find((is) => bucketOf(is) === bucketOf(was));
    if (same === undefined)
      return [
        following(
          "rules",
          covering.some((is) => isUnknown(bucketOf(is)))
            ? `copies ${placeOf(was)} to a bucket that nobody knows before up`
            : `copies ${placeOf(was)} to ${covering.map(bucketOf).join(" and ")} instead of ${bucketOf(was)}, without what is there already`,
          copyRemedy,
        ),
      ];
    const [deleted, deletes] = [was, same].map(
      (rule) => at(rule, "deleteMarkerReplication", "status") === "Enabled",
    );
    if (deleted === deletes) return [];
    return [
      deletes
        ? refused("rules", `deletes in the copy too what is deleted in ${placeOf(was)}`, copyRemedy)
        : warned(
            "rules",
            `keeps in the copy what is deleted in ${placeOf(was)}`,
            "know how the copy forgets whoever asks for it",
          ),
    ];
  });
};

const enabled = ({ rules }: Values): unknown[] =>
  listOf(rules).filter((rule) => at(rule, "status") === "Enabled");
const bucketOf = (rule: unknown): unknown => at(rule, "destination", "bucket");
/** What weakens a bucket of users' files, by the resource that does it. */
export const fileWeakenings: Readonly<Record<string, Weakens>> = {
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": corsWeakens,
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": replicationWeakens,
};
