import type { FileStoreSettings } from "./file-store.settings.ts";
import { leftoverRules } from "./internal/bucket-lifecycle.ts";
import { allow, policyDocument, tlsOnly } from "./internal/policy-document.ts";

/** Documents that say who may do what with the files of users. They are pure: AWS stand-ins do not enforce them. */

/** Refuses everyone without TLS, and every address whose signature is older than it may be, however it was signed. */
export const filesPolicy = (bucketArn: string, prefix: string, signedUrlSeconds: number) =>
  policyDocument(tlsOnly(bucketArn), {
    Sid: "FreshSignaturesOnly",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:GetObject", "s3:PutObject"],
    Resource: `${bucketArn}/${prefix}*`,
    // Milliseconds. Source: Amazon S3, Signature Version 4 policy keys, 2026-11-21.
    Condition: { NumericGreaterThan: { "s3:signatureAge": String(signedUrlSeconds * 1000) } },
  });

/** The same for the copy, whose objects nobody reads by signed addresses. */
export const replicaPolicy = (bucketArn: string) => policyDocument(tlsOnly(bucketArn));

/**
 * Lets the product keep files under one prefix, read them, and mark them as deleted by a tag that the lifecycle acts upon:
 * it can neither list nor delete.
 */
export const productPolicy = (bucketArn: string, prefix: string) =>
  policyDocument(
    allow(
      "KeepFiles",
      ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"],
      `${bucketArn}/${prefix}*`,
    ),
  );

/** Who may take the role that copies: S3 itself, on behalf of this bucket. */
export const copierTrust = (bucketArn: string) =>
  policyDocument({
    Sid: "S3Copies",
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: { ArnEquals: { "aws:SourceArn": bucketArn } },
  });

/** Lets S3 read the versions of one bucket under a prefix and write them into another. */
export const copierPolicy = (
  bucketArn: string,
  replicaArn: string,
  { prefix, copiesDeletions }: { prefix: string; copiesDeletions: boolean },
) =>
  policyDocument(
    allow("ReadWish", ["s3:GetReplicationConfiguration", "s3:ListBucket"], bucketArn),
    allow(
      "ReadVersions",
      ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"],
      `${bucketArn}/${prefix}*`,
    ),
    allow(
      "WriteCopies",
      [...(copiesDeletions ? ["s3:ReplicateDelete"] : []), "s3:ReplicateObject", "s3:ReplicateTags"],
      `${replicaArn}/${prefix}*`,
    ),
  );

/** The tag by which the product marks a file as deleted. */
export const deletedTag = { key: "deleted", value: "true" } as const;

/** What S3 removes by itself: what is marked as deleted where that counts, old versions, and what broke off. */
export const fileRules = (
  {
    prefix,
    noncurrentDays,
    abortUploadsAfterDays,
  }: Pick<FileStoreSettings, "prefix" | "noncurrentDays" | "abortUploadsAfterDays">,
  deletesMarked = true,
) => [
  ...(deletesMarked
    ? [
        {
          id: "marked-as-deleted",
          status: "Enabled",
          filter: { and: { prefix, tags: { [deletedTag.key]: deletedTag.value } } },
          expiration: { days: 1 },
        },
      ]
    : []),
  {
    id: "old-versions",
    status: "Enabled",
    filter: {},
    noncurrentVersionExpiration: { noncurrentDays },
  },
  ...leftoverRules(abortUploadsAfterDays),
];

/** Pages of these sites may put and get files by signed addresses. */
export const corsRules = (origins: readonly string[]) => [
  {
    allowedMethods: ["GET", "PUT"],
    allowedOrigins: [...origins],
    allowedHeaders: ["content-type", "x-amz-checksum-crc32", "x-amz-sdk-checksum-algorithm"],
    exposeHeaders: ["etag"],
    maxAgeSeconds: 3600,
  },
];
