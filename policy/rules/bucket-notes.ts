import { each, type PolicyResource, type PolicyStack, type Rule, type RuleFacts, rule } from "../rule.ts";
import { at } from "../values.ts";
import { blocks, bucket, isCopy, isOfFiles, settingsOf } from "./buckets.ts";

type Note = Omit<RuleFacts, "severity"> & {
  isThere(stack: PolicyStack, one: PolicyResource): boolean;
  message: string;
  fix: Readonly<Record<Kind, string>>;
};

/** What a bucket is for: what is true of one kind is not of another. */
type Kind = "backups" | "files" | "replica";

const kindOf = (stack: PolicyStack, one: PolicyResource): Kind =>
  isCopy(stack, one) ? "replica" : isOfFiles(one) ? "files" : "backups";

const ofAll = (fix: string): Note["fix"] => ({ backups: fix, files: fix, replica: fix });

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
    fix: {
      backups:
        "nothing has to change: backups are encrypted before they are sent, and with a KMS key the writer would have to be allowed to decrypt",
      files:
        "know that whoever may read the bucket reads users' files: slipway sets no key of an owner for them",
      replica:
        "know that whoever may read the copy reads users' files: slipway sets no key of an owner for them",
    },
  },
  {
    id: "s3-access-log",
    title: "A bucket logs who reads it",
    reason: "after a theft nobody knows what was taken",
    source: "CKV_AWS_18; AWS-0089",
    isThere: (stack, one) => settingsOf(stack, one, "BucketLogging").length > 0,
    message: "does not log who reads it",
    fix: ofAll("turn on CloudTrail's data events for it; logs of its own need a second bucket"),
  },
  {
    id: "s3-events",
    title: "A bucket tells of new objects",
    reason: "nobody hears that a backup came, or that none came",
    source: "CKV2_AWS_62",
    isThere: (stack, one) => settingsOf(stack, one, "BucketNotification").length > 0,
    message: "tells nobody of new objects",
    fix: {
      backups: "watch the age of the newest verified backup, which also shows one that never came",
      files: "nothing has to change: the product itself knows which files it keeps",
      replica: "watch S3's replication metrics, which show copies that fail or come late",
    },
  },
  {
    id: "s3-replication",
    title: "A bucket has a copy in another region",
    reason: "a region can be lost",
    source: "CKV_AWS_144",
    isThere: (stack, one) =>
      settingsOf(stack, one, "BucketReplicationConfig").length > 0 || isCopy(stack, one),
    message: "has no copy in another region",
    fix: {
      backups: "nothing has to change: it is itself the copy, at another provider than the database",
      files: "set files.replica",
      replica: "nothing has to change: it is itself the copy",
    },
  },
  {
    id: "s3-mfa-delete",
    title: "Deleting a version takes a second factor",
    reason: "a stolen key alone deletes versions",
    source: "AWS-0170",
    isThere: (stack, one) =>
      blocks(stack, one, "BucketVersioning", "versioningConfiguration.mfaDelete").includes("Enabled"),
    message: "asks for no second factor before a version is deleted",
    fix: {
      backups:
        "none while objects are locked (backups.lock); only the account's root user can set it, no program",
      files: "know who may delete versions; only the account's root user can set it, no program",
      replica: "know who may delete versions; only the account's root user can set it, no program",
    },
  },
];

/** Notes about buckets. */
export const bucketNotes: readonly Rule[] = notes.map(({ isThere, message, fix, ...facts }) =>
  rule(
    { ...facts, severity: "info" },
    each(bucket, (one, stack) =>
      isThere(stack, one) ? undefined : { message, fix: fix[kindOf(stack, one)] },
    ),
  ),
);
