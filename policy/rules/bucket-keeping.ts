import { each, inProtected, type Rule, rule } from "../rule.ts";
import { at, list } from "../values.ts";
import { blocks, bucket, isOfFiles, lifecycleRules, lockDays } from "./buckets.ts";

/** Looks at buckets of backups: files of users are neither locked nor do they expire. */
const eachBackup = (broken: Parameters<typeof each>[1]) =>
  each(bucket, (one, stack) => (isOfFiles(one) ? undefined : broken(one, stack)));

/** Rules about what a bucket keeps, for how long, and who could remove it before. */
export const bucketKeepingRules: readonly Rule[] = [
  rule(
    {
      id: "s3-versioning",
      title: "A bucket keeps old versions",
      severity: "error",
      reason: "what is overwritten or deleted by mistake is gone for ever",
      source: "CKV_AWS_21; AWS-0090",
    },
    each(bucket, (one, stack) =>
      blocks(stack, one, "BucketVersioning", "versioningConfiguration.status").includes("Enabled")
        ? undefined
        : { message: "must keep old versions", fix: "give it a BucketVersioning with status Enabled" },
    ),
  ),
  rule(
    {
      id: "s3-object-lock",
      title: "Nobody can delete a fresh backup",
      severity: "error",
      reason: "who steals one key deletes every backup before the ransom note",
      source: "CKV_AWS_143; AWS Control Tower CT.S3.PR.9",
    },
    eachBackup((one, stack) => [
      ...(one.props["objectLockEnabled"] === true
        ? []
        : [
            {
              message: "must have an object lock, which only a new bucket can get",
              fix: "make the bucket with objectLockEnabled true",
            },
          ]),
      ...(lockDays(stack, one).some((days) => days > 0)
        ? []
        : [
            {
              message: "must lock every new object for some days",
              fix: "give it a BucketObjectLockConfiguration with a default retention (backups.lock.days)",
            },
          ]),
    ]),
  ),
  rule(
    {
      id: "s3-compliance-lock",
      title: "In production not even an administrator deletes a backup",
      severity: "warning",
      reason: "under a governance lock a stolen administrator's key deletes the backups all the same",
      source: "AWS, S3 Object Lock retention modes, 2026-11-21",
    },
    inProtected(
      eachBackup((one, stack) =>
        blocks(stack, one, "BucketObjectLockConfiguration", "rule.defaultRetention.mode").includes(
          "COMPLIANCE",
        )
          ? undefined
          : {
              message: "must lock its objects in compliance mode",
              fix: "set backups.lock.mode to compliance",
            },
      ),
    ),
  ),
  rule(
    {
      id: "s3-lock-within-retention",
      title: "No object is locked for longer than it is kept",
      severity: "error",
      reason: "locked objects cannot expire, so their storage is paid for until the lock ends",
      source: "AWS, S3 Object Lock considerations, 2026-11-21",
    },
    each(bucket, (one, stack) => {
      const kept = lifecycleRules(stack, one).flatMap((entry) =>
        list(at(entry, "expiration.days")).map(Number),
      );
      const shortest = Math.min(...kept);
      const longest = Math.max(...lockDays(stack, one), 0);
      return longest > shortest
        ? {
            message: `must lock objects for at most the ${shortest} days that they are kept; got ${longest}`,
            fix: "lower backups.lock.days, or raise backups.retentionDays",
          }
        : undefined;
    }),
  ),
  rule(
    {
      id: "s3-lifecycle",
      title: "Objects expire",
      severity: "error",
      reason: "a bucket without an end is a bill without an end",
      source: "CKV2_AWS_61",
    },
    eachBackup((one, stack) =>
      lifecycleRules(stack, one).some((entry) => Number(at(entry, "expiration.days")) > 0)
        ? undefined
        : {
            message: "must let its objects expire",
            fix: "give it a BucketLifecycleConfiguration with expiration days (backups.retentionDays)",
          },
    ),
  ),
  rule(
    {
      id: "s3-old-versions",
      title: "Old versions and their markers are removed",
      severity: "error",
      reason: "on a versioned bucket an expired object stays as an old version, and is paid for",
      source: "AWS, S3 lifecycle configuration elements, 2026-11-21",
    },
    each(bucket, (one, stack) => {
      const rules = lifecycleRules(stack, one);
      const found = [];
      if (!rules.some((entry) => Number(at(entry, "noncurrentVersionExpiration.noncurrentDays")) > 0))
        found.push({
          message: "must remove old versions",
          fix: "add noncurrentVersionExpiration to a rule of its lifecycle (noncurrentDays of backups, or of files)",
        });
      if (!rules.some((entry) => at(entry, "expiration.expiredObjectDeleteMarker") === true))
        found.push({
          message: "must remove markers of deleted objects",
          fix: "add a rule with expiredObjectDeleteMarker to its lifecycle",
        });
      return found;
    }),
  ),
  rule(
    {
      id: "s3-unfinished-uploads",
      title: "Unfinished uploads are thrown away",
      severity: "error",
      reason: "the parts of an upload that broke off are invisible and are paid for",
      source: "CKV_AWS_300",
    },
    each(bucket, (one, stack) =>
      lifecycleRules(stack, one).some(
        (entry) => Number(at(entry, "abortIncompleteMultipartUpload.daysAfterInitiation")) > 0,
      )
        ? undefined
        : {
            message: "must throw unfinished uploads away",
            fix: "add abortIncompleteMultipartUpload to a rule of its lifecycle (abortUploadsAfterDays of backups, or of files)",
          },
    ),
  ),
  rule(
    {
      id: "s3-force-destroy",
      title: "In production a bucket is not emptied to delete it",
      severity: "error",
      reason: "one destroy of the wrong stack would take every backup with it",
      source: "reliability case I3; AWS provider, aws.s3.Bucket forceDestroy",
    },
    inProtected(
      each(bucket, ({ props }) =>
        props["forceDestroy"] === true
          ? {
              message: "must not be emptied when it is deleted",
              fix: "set forceDestroy of backups, or of files, to false",
            }
          : undefined,
      ),
    ),
  ),
];
