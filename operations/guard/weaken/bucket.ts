import { lifecycleWeakens } from "./lifecycle.ts";
import { policyWeakens } from "./policies.ts";
import { at, listOf, numberOf, refused, textOf, type Values, type Weakens } from "./weakening.ts";

const enabled = "Enabled";

/** A new one is held against the strictest. */
const isNew = (before: Values): boolean => Object.keys(before).length === 0;

const isOnOrUnknown = (value: unknown): boolean => value !== undefined && value !== null && value !== false;

const bucketWeakens: Weakens = (before, after) =>
  isOnOrUnknown(after["forceDestroy"]) && before["forceDestroy"] !== true
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
  return (was === enabled || isNew(before)) && is !== enabled
    ? [
        refused(
          "versioningConfiguration",
          `${isNew(before) ? "is" : "goes from Enabled to"} ${textOf(is)}: what is overwritten or deleted is gone`,
          "keep it Enabled",
        ),
      ]
    : [];
};

const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

const accessWeakens: Weakens = (before, after) =>
  blocks
    .filter((name) => (before[name] === true || isNew(before)) && after[name] !== true)
    .map((name) =>
      refused(
        name,
        `${isNew(before) ? "leaves" : "switches"} ${name} off: what is in it can be made public`,
        `keep ${name} on`,
      ),
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
  if (was === undefined) return [];
  const isStronger = was === "AES256" && (is === "aws:kms" || is === "aws:kms:dsse");
  if (was !== is && !isStronger)
    return [refused("rules", `goes from ${textOf(was)} to ${textOf(is)}`, `keep ${textOf(was)}`)];
  const [key, other] = [before, after].map((inputs) =>
    at(listOf(inputs["rules"])[0], "applyServerSideEncryptionByDefault", "kmsMasterKeyId"),
  );
  return key === other
    ? []
    : [
        refused(
          "rules",
          `encrypts with another key: ${textOf(key)} → ${textOf(other)}`,
          "keep the key: who has no right to it reads no backup",
        ),
      ];
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
      ? [refused("rule", `goes from ${textOf(wasMode)} to ${textOf(mode)}`, remedy)]
      : []),
    // What is no number is not as long as any.
    ...(days >= wasDays
      ? []
      : [refused("rule", `locks for ${daysText(days)} instead of ${textOf(wasDays)}`, remedy)]),
  ];
};

const daysOf = (retention: unknown): number =>
  numberOf(at(retention, "days") ?? 0) + 365 * numberOf(at(retention, "years") ?? 0);
const daysText = (days: number): string =>
  Number.isNaN(days) ? "a time that nobody knows" : `${days} ${days === 1 ? "day" : "days"}`;

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
