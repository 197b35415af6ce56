import { isDeepStrictEqual } from "node:util";
import { lifecycleWeakens } from "./lifecycle.ts";
import { policyWeakens } from "./policies.ts";
import {
  at,
  isNew,
  isOn,
  isSet,
  listOf,
  numberOf,
  refused,
  textOf,
  type Values,
  type Weakens,
} from "./weakening.ts";

const enabled = "Enabled";

/** What a bucket can say of itself beside the resources that say it for ours: two words about one thing. */
const inline = [
  "acl",
  "grants",
  "policy",
  "website",
  "corsRules",
  "lifecycleRules",
  "versioning",
  "objectLockConfiguration",
  "serverSideEncryptionConfiguration",
  "replicationConfiguration",
];

const bucketWeakens: Weakens = (before, after) => [
  ...(isOn(after["forceDestroy"]) && before["forceDestroy"] !== true
    ? [
        refused(
          "forceDestroy",
          "may be deleted with all that is in it (forceDestroy)",
          "leave forceDestroy off (backups, files); empty a bucket by hand where it is to go",
        ),
      ]
    : []),
  ...inline
    .filter((input) => isSet(after[input]) && !isDeepStrictEqual(before[input], after[input]))
    .map((input) =>
      refused(
        input,
        `has ${input} of its own, which nobody compares with what is said of it elsewhere`,
        "say it by a resource of its own",
      ),
    ),
];

const versioningWeakens: Weakens = (before, after) => {
  const stateOf = (inputs: Values, key: string) => at(inputs, "versioningConfiguration", key);
  const weaker = ["status", "mfaDelete"].filter(
    (key) =>
      (stateOf(before, key) === enabled || (isNew(before) && key === "status")) &&
      stateOf(after, key) !== enabled,
  );
  return weaker.map((key) =>
    refused(
      "versioningConfiguration",
      `${isNew(before) ? "is" : "goes from Enabled to"} ${textOf(stateOf(after, key))}${key === "status" ? "" : ` (${key})`}: what is overwritten or deleted is gone`,
      "keep it Enabled",
    ),
  );
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

/** Who owns what others put into a bucket, the weaker first. */
const owners: readonly unknown[] = ["ObjectWriter", "BucketOwnerPreferred", "BucketOwnerEnforced"];

const ownershipWeakens: Weakens = (before, after) => {
  const [was, is] = [before, after].map((inputs) => at(inputs, "rule", "objectOwnership"));
  // A new one is written over what its bucket has, and that is the strictest where nobody says otherwise.
  const own = isNew(before) ? "BucketOwnerEnforced" : was;
  return owners.indexOf(is) < owners.indexOf(own)
    ? [
        refused(
          "rule",
          `${isNew(before) ? "is" : `goes from ${textOf(own)} to`} ${textOf(is)}: access lists count again`,
          `keep ${textOf(own)}`,
        ),
      ]
    : [];
};

/** How new objects are encrypted by what a resource says. */
export const encryptionOf = (inputs: Values) => {
  const by = at(listOf(inputs["rules"])[0], "applyServerSideEncryptionByDefault");
  return { algorithm: at(by, "sseAlgorithm"), key: at(by, "kmsMasterKeyId") };
};

const encryptionWeakens: Weakens = (before, after) => {
  const [was, is] = [encryptionOf(before), encryptionOf(after)];
  if (was.algorithm === undefined) return [];
  if (listOf(after["rules"]).length > Math.max(1, listOf(before["rules"]).length))
    return [
      refused(
        "rules",
        `has ${listOf(after["rules"]).length} rules of encryption: which of them counts nobody knows`,
        "keep one rule",
      ),
    ];
  const isStronger =
    was.algorithm === "AES256" && (is.algorithm === "aws:kms" || is.algorithm === "aws:kms:dsse");
  if (was.algorithm !== is.algorithm && !isStronger)
    return [
      refused(
        "rules",
        `goes from ${textOf(was.algorithm)} to ${textOf(is.algorithm)}`,
        `keep ${textOf(was.algorithm)}`,
      ),
    ];
  return was.key === is.key
    ? []
    : [
        refused(
          "rules",
          `encrypts with another key: ${textOf(was.key)} → ${textOf(is.key)}`,
          "keep the key: who has no right to it reads no backup",
        ),
      ];
};

/** Modes of a lock, the weaker first. */
const modes: readonly unknown[] = [undefined, "GOVERNANCE", "COMPLIANCE"];

const lockWeakens: Weakens = (before, after) => [
  ...(isSet(after["objectLockEnabled"]) && after["objectLockEnabled"] !== enabled
    ? [
        refused(
          "objectLockEnabled",
          `is said to be ${textOf(after["objectLockEnabled"])}: new backups may have no lock`,
          "leave objectLockEnabled at Enabled",
        ),
      ]
    : []),
  ...retentionWeakens(before, after),
];

const retentionWeakens: Weakens = (before, after) => {
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
