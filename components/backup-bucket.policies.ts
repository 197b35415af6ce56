import { recordsPrefix } from "./backup-bucket.settings.ts";
import { allow, policyDocument, tlsOnly } from "./internal/policy-document.ts";

/** Documents that say who may do what with the bucket of backups. They are pure: AWS stand-ins do not enforce them. */

/** Refuses everyone who does not use TLS, for the bucket and for what is in it. */
export const tlsOnlyPolicy = (bucketArn: string) => policyDocument(tlsOnly(bucketArn));

/** Lets the backup job add objects under one prefix, and nothing else: it cannot read, list or delete. */
export const writerPolicy = (bucketArn: string, prefix: string) =>
  policyDocument(allow("PutBackups", ["s3:PutObject", "s3:AbortMultipartUpload"], `${bucketArn}/${prefix}*`));

/** Start of the keys under which verifications and drills are noted, for a bucket's prefix. */
export const recordsOf = (prefix: string): string => `${recordsPrefix}${prefix}`;

/**
 * Lets a restore find and read objects under one prefix, older versions included, and change none of them. What it found
 * out it may note elsewhere, where no backup is looked for.
 */
export const readerPolicy = (bucketArn: string, prefix: string) =>
  policyDocument(
    {
      ...allow("FindBackups", ["s3:ListBucket", "s3:ListBucketVersions"], bucketArn),
      Condition: { StringLike: { "s3:prefix": [`${prefix}*`, `${recordsOf(prefix)}*`] } },
    },
    allow(
      "ReadBucketSettings",
      ["s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:GetBucketObjectLockConfiguration"],
      bucketArn,
    ),
    allow(
      "ReadBackups",
      ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention"],
      `${bucketArn}/${prefix}*`,
    ),
    allow("NoteFindings", "s3:PutObject", `${bucketArn}/${recordsOf(prefix)}*`),
  );
