import { each, type PolicyResource, type PolicyStack, type Rule, type RuleFacts, rule } from "../rule.ts";
import { at } from "../values.ts";
import { blocks, bucket, isCopy, settingsOf } from "./buckets.ts";

type Note = Omit<RuleFacts, "severity"> & {
  isThere(stack: PolicyStack, one: PolicyResource): boolean;
  message: string;
  fix: string;
};

/** What scanners ask of a bucket and the program leaves out on purpose: told as a note, with what is there instead. */
const notes: readonly Note[] = [
  {
    id: "s3-customer-key",
    title: "A bucket encrypts with a key of its owner",
    reason: "whoever may read the account's storage reads what AWS's own key encrypts",
    source: "CKV_AWS_145; AWS-0132",
    isThere: (stack, one) =>
      blocks(stack, one, "BucketServerSideEncryptionConfiguration", "rules").some(
        (entry) => at(entry, "applyServerSideEncryptionByDefault.sseAlgorithm") === "aws:kms",
      ),
    message: "is encrypted with a key that S3 manages",
    fix: "nothing has to change: backups are encrypted before they are sent, and with a KMS key the writer would have to be allowed to decrypt",
  },
  {
    id: "s3-access-log",
    title: "A bucket logs who reads it",
    reason: "after a theft nobody knows what was taken",
    source: "CKV_AWS_18; AWS-0089",
    isThere: (stack, one) => settingsOf(stack, one, "BucketLogging").length > 0,
    message: "does not log who reads it",
    fix: "turn on CloudTrail's data events for it; logs of its own need a second bucket",
  },
  {
    id: "s3-events",
    title: "A bucket tells of new objects",
    reason: "nobody hears that a backup came, or that none came",
    source: "CKV2_AWS_62",
    isThere: (stack, one) => settingsOf(stack, one, "BucketNotification").length > 0,
    message: "tells nobody of new objects",
    fix: "watch the age of the newest verified backup, which also shows one that never came",
  },
  {
    id: "s3-replication",
    title: "A bucket has a copy in another region",
    reason: "a region can be lost",
    source: "CKV_AWS_144",
    isThere: (stack, one) =>
      settingsOf(stack, one, "BucketReplicationConfig").length > 0 || isCopy(stack, one),
    message: "has no copy in another region",
    fix: "set files.replica for users' files; the bucket of backups is itself the copy, at another provider than the database",
  },
  {
    id: "s3-mfa-delete",
    title: "Deleting a version takes a second factor",
    reason: "a stolen key alone deletes versions",
    source: "AWS-0170",
    isThere: (stack, one) =>
      blocks(stack, one, "BucketVersioning", "versioningConfiguration.mfaDelete").includes("Enabled"),
    message: "asks for no second factor before a version is deleted",
    fix: "none while objects are locked: only the account's root user can set it, no program",
  },
];

/** Notes about buckets. */
export const bucketNotes: readonly Rule[] = notes.map(({ isThere, message, fix, ...facts }) =>
  rule(
    { ...facts, severity: "info" },
    each(bucket, (one, stack) => (isThere(stack, one) ? undefined : { message, fix })),
  ),
);
