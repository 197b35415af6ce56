import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketObjectLockConfiguration } from "@pulumi/aws/s3/bucketObjectLockConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import type * as pulumi from "@pulumi/pulumi";
import { adopting } from "./adoption.ts";

/** What private buckets differ in. */
export interface PrivateBucketArgs {
  bucket: string;
  /** @default - the provider's region */
  region?: string;
  forceDestroy: boolean;
  /** The bucket's lifecycle. */
  rules: ConstructorParameters<typeof BucketLifecycleConfiguration>[1]["rules"];
  /** For how long every new object is locked. @default - objects are not locked */
  lock?: ConstructorParameters<typeof BucketObjectLockConfiguration>[1]["rule"];
  /** A bucket that is there already. */
  import?: string;
}

/**
 * A bucket without public access, with old versions, encryption and a lifecycle. What else is set for it has to wait for
 * `last`: S3 answers 409 when two settings of one bucket change at once.
 */
export function privateBucket(
  name: string,
  { bucket: bucketName, region, forceDestroy, rules, lock, import: importId }: PrivateBucketArgs,
  options: Pick<pulumi.CustomResourceOptions, "parent" | "retainOnDelete">,
) {
  const at = region === undefined ? {} : { region };
  const after = (resource: pulumi.Resource) => ({ ...options, dependsOn: [resource] });
  const bucket = new Bucket(
    name,
    {
      bucket: bucketName,
      forceDestroy,
      // Only at creation can a bucket get an object lock without AWS support.
      ...(lock !== undefined && { objectLockEnabled: true }),
      ...at,
    },
    {
      ...options,
      // A bucket that was taken over may have been made without a lock, which its own resource then switches on.
      ...(lock !== undefined && { ignoreChanges: ["objectLockEnabled"] }),
      ...adopting(importId),
    },
  );
  const of = { bucket: bucket.bucket, ...at };
  const ownership = new BucketOwnershipControls(
    `${name}-ownership`,
    { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } },
    after(bucket),
  );
  const access = new BucketPublicAccessBlock(
    `${name}-access`,
    {
      ...of,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    after(ownership),
  );
  const versioning = new BucketVersioning(
    `${name}-versioning`,
    { ...of, versioningConfiguration: { status: "Enabled" } },
    after(access),
  );
  const encryption = new BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { ...of, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    after(versioning),
  );
  const locked =
    lock === undefined
      ? encryption
      : new BucketObjectLockConfiguration(`${name}-lock`, { ...of, rule: lock }, after(encryption));
  const last = new BucketLifecycleConfiguration(`${name}-expiry`, { ...of, rules }, after(locked));
  return { bucket, of, last };
}
