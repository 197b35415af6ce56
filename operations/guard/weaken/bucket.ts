import { policyWeakens } from "./policies.ts";
import { holdsFor } from "./scope.ts";
import { at, listOf, refused, type Values, type Weakening, type Weakens, warned } from "./weakening.ts";

const enabled = "Enabled";

const bucketWeakens: Weakens = (before, after) =>
  after["forceDestroy"] === true && before["forceDestroy"] !== true
    ? [
        refused(
          "forceDestroy",
          "may be deleted with all that is in it (forceDestroy)",
          "leave forceDestroy off (backups, files); empty a bucket by hand where it is to go",
        ),
      ]
    : [];

const versioningWeakens: Weakens = (before, after) => {
  const [was, is] = [before, after].map((inputs) => at(inputs, "versioningConfiguration", "status"));
  return was === enabled && is !== enabled
    ? [
        refused(
          "versioningConfiguration",
          `goes from Enabled to ${is ?? "nothing"}: what is overwritten or deleted is gone`,
          "keep it Enabled",
        ),
      ]
    : [];
};

const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

const accessWeakens: Weakens = (before, after) =>
  blocks
    .filter((name) => before[name] === true && after[name] !== true)
    .map((name) =>
      refused(name, `switches ${name} off: what is in it can be made public`, `keep ${name} on`),
    );

const ownershipWeakens: Weakens = (before, after) => {
  const [was, is] = [before, after].map((inputs) => at(inputs, "rule", "objectOwnership"));
  const strict = "BucketOwnerEnforced";
  return was === strict && is !== strict
    ? [
        refused(
          "rule",
          `goes from ${strict} to ${is ?? "nothing"}: access lists count again`,
          `keep ${strict}`,
        ),
      ]
    : [];
};

const encryptionWeakens: Weakens = (before, after) => {
  const [was, is] = [before, after].map((inputs) =>
    at(listOf(inputs["rules"])[0], "applyServerSideEncryptionByDefault", "sseAlgorithm"),
  );
  if (was === undefined || was === is || (was === "AES256" && String(is).startsWith("aws:kms"))) return [];
  return [refused("rules", `goes from ${was} to ${is ?? "nothing"}`, `keep ${was}`)];
};

/** Modes of a lock, the weaker first. */
const modes: readonly unknown[] = [undefined, "GOVERNANCE", "COMPLIANCE"];

const lockWeakens: Weakens = (before, after) => {
  const [was, is] = [before, after].map((inputs) => at(inputs, "rule", "defaultRetention"));
  const remedy = "keep mode and days, or lengthen them (backups.lock)";
  if (was === undefined) return [];
  if (is === undefined)
    return [refused("rule", "locks new backups no more: they can be deleted before their time", remedy)];
  const [mode, wasMode] = [at(is, "mode"), at(was, "mode")];
  const [days, wasDays] = [daysOf(is), daysOf(was)];
  return [
    ...(modes.indexOf(mode) < modes.indexOf(wasMode)
      ? [refused("rule", `goes from ${wasMode} to ${mode ?? "nothing"}`, remedy)]
      : []),
    ...(days < wasDays
      ? [refused("rule", `locks for ${days} ${days === 1 ? "day" : "days"} instead of ${wasDays}`, remedy)]
      : []),
  ];
};

const daysOf = (retention: unknown): number =>
  Number(at(retention, "days") ?? 0) + 365 * Number(at(retention, "years") ?? 0);

const ends = [
  ["expiration", "days", "objects"],
  ["noncurrentVersionExpiration", "noncurrentDays", "older versions"],
] as const;

/**
 * Sooner is a loss; that nothing is deleted any more costs only money. A rule counts as there before only where one held for
 * all that it holds for: of two rules that each delete something else neither hides the other.
 */
const lifecycleWeakens: Weakens = (before, after) =>
  ends.flatMap(([kind, unit, what]): Weakening[] => {
    const endsOf = ({ rules }: Values) =>
      listOf(rules)
        .filter((rule) => at(rule, "status") !== "Disabled" && at(rule, kind, unit) !== undefined)
        .map((rule) => ({ days: Number(at(rule, kind, unit)), rule }));
    const [were, are] = [endsOf(before), endsOf(after)];
    const sooner = are.flatMap(({ days, rule }) => {
      const was = Math.min(...were.filter((one) => holdsFor(one.rule, rule)).map((one) => one.days));
      return days < was ? [{ days, was }] : [];
    });
    const [worst] = sooner.sort((a, b) => a.days - b.days);
    if (worst !== undefined && before["rules"] !== undefined)
      return [
        refused(
          "rules",
          `deletes ${what} after ${worst.days} ${worst.days === 1 ? "day" : "days"}${Number.isFinite(worst.was) ? ` instead of ${worst.was}` : ", which were kept"}`,
          "keep the days, or lengthen them (backups.retentionDays, files.noncurrentDays)",
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
  });

/** What weakens a bucket, by the resource that does it. */
export const bucketWeakenings: Readonly<Record<string, Weakens>> = {
  "aws:s3/bucket:Bucket": bucketWeakens,
  "aws:s3/bucketVersioning:BucketVersioning": versioningWeakens,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": accessWeakens,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ownershipWeakens,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": encryptionWeakens,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": lockWeakens,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lifecycleWeakens,
  "aws:s3/bucketPolicy:BucketPolicy": policyWeakens("policy"),
};
