import { AccessKey } from "@pulumi/aws/iam/accessKey.js";
import { User } from "@pulumi/aws/iam/user.js";
import { UserPolicy } from "@pulumi/aws/iam/userPolicy.js";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketObjectLockConfiguration } from "@pulumi/aws/s3/bucketObjectLockConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { readerPolicy, tlsOnlyPolicy, writerPolicy } from "./backup-bucket.policies.ts";
import { BackupBucketSettings, recordsPrefix } from "./backup-bucket.settings.ts";
import { adopting } from "./internal/adoption.ts";
import { nameLimits, physicalName } from "./internal/names.ts";
import { parseSettings } from "./internal/settings.ts";

export interface BackupBucketArgs extends z.input<typeof BackupBucketSettings> {
  /** What the names at AWS start with. @default - the component's name */
  namedAs?: string | undefined;
}

/**
 * A private, encrypted, versioned bucket whose objects nobody can delete for a while, with one identity that can only
 * add backups and one that can only read them and note what it found.
 *
 * With `protect` the bucket and its settings also outlive the stack.
 *
 * @example
 * new BackupBucket("tinkertools-backups", { schedule: "daily", retentionDays: 30 });
 */
export class BackupBucket extends pulumi.ComponentResource {
  public readonly bucketName: pulumi.Output<string>;
  public readonly arn: pulumi.Output<string>;
  /** Start of the key of every object that the writer may add. */
  public readonly prefix: string;
  /** The two identities below, for those who look after them. */
  public readonly userArns: pulumi.Output<string[]>;
  /** Access key of the identity that can only add backups. */
  public readonly writerKeyId: pulumi.Output<string>;
  /** Its secret half. */
  public readonly writerSecret: pulumi.Output<string>;
  /** Access key of the identity that can only find and read backups. */
  public readonly readerKeyId: pulumi.Output<string>;
  /** Its secret half. */
  public readonly readerSecret: pulumi.Output<string>;

  constructor(name: string, args: BackupBucketArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const { namedAs = name, ...input } = args;
    const settings = parseSettings(BackupBucketSettings, input, name);
    super("slipway:index:BackupBucket", name, settings, opts);

    const retainOnDelete = opts?.protect === true;
    const bucketName = settings.bucket ?? physicalName([namedAs, pulumi.getStack()], nameLimits.bucket);
    const bucket = new Bucket(
      name,
      {
        bucket: bucketName,
        // Only at creation can a bucket get an object lock without AWS support.
        objectLockEnabled: true,
        forceDestroy: settings.forceDestroy,
      },
      {
        parent: this,
        retainOnDelete,
        // A bucket that was taken over may have been made without a lock, which its own resource then switches on.
        ignoreChanges: ["objectLockEnabled"],
        ...adopting(settings.import === true ? bucketName : undefined),
      },
    );

    // One after the other: S3 answers 409 when two settings of one bucket change at once.
    const after = (resource: pulumi.Resource) => ({ parent: this, retainOnDelete, dependsOn: [resource] });
    const ownership = new BucketOwnershipControls(
      `${name}-ownership`,
      { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      after(bucket),
    );
    const access = new BucketPublicAccessBlock(
      `${name}-access`,
      {
        bucket: bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      after(ownership),
    );
    const versioning = new BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      after(access),
    );
    const encryption = new BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket: bucket.bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      after(versioning),
    );
    const lock = new BucketObjectLockConfiguration(
      `${name}-lock`,
      { bucket: bucket.bucket, rule: lockRule(settings.lock) },
      after(encryption),
    );
    const expiry = new BucketLifecycleConfiguration(
      `${name}-expiry`,
      { bucket: bucket.bucket, rules: expiryRules(settings) },
      after(lock),
    );
    new BucketPolicy(
      `${name}-policy`,
      { bucket: bucket.bucket, policy: bucket.arn.apply(tlsOnlyPolicy) },
      after(expiry),
    );

    // Keys must be replaceable, so what the bucket is protected by does not reach them.
    const open = { parent: this, protect: false };
    const identity = (role: "writer" | "reader", document: (arn: string, prefix: string) => string) => {
      const user = new User(
        `${name}-${role}`,
        { name: physicalName([namedAs, role, pulumi.getStack()], nameLimits.iamUser) },
        open,
      );
      const rights = new UserPolicy(
        `${name}-${role}-rights`,
        { user: user.name, policy: bucket.arn.apply((arn) => document(arn, settings.prefix)) },
        open,
      );
      // Whoever gets the key must find its rights in force.
      const key = new AccessKey(`${name}-${role}-key`, { user: user.name }, { ...open, dependsOn: [rights] });
      return { arn: user.arn, id: key.id, secret: key.secret };
    };
    const writer = identity("writer", writerPolicy);
    const reader = identity("reader", readerPolicy);

    this.bucketName = bucket.bucket;
    this.arn = bucket.arn;
    this.prefix = settings.prefix;
    this.userArns = pulumi.all([writer.arn, reader.arn]);
    this.writerKeyId = writer.id;
    this.writerSecret = pulumi.secret(writer.secret);
    this.readerKeyId = reader.id;
    this.readerSecret = pulumi.secret(reader.secret);
    this.registerOutputs({
      bucketName: this.bucketName,
      arn: this.arn,
      prefix: this.prefix,
      userArns: this.userArns,
      writerKeyId: this.writerKeyId,
      writerSecret: this.writerSecret,
      readerKeyId: this.readerKeyId,
      readerSecret: this.readerSecret,
    });
  }
}

/** For how long every new object is locked. */
export const lockRule = ({ mode, days }: BackupBucketSettings["lock"]) => ({
  defaultRetention: { mode: mode.toUpperCase(), days },
});

/** Days, at least, for which is known that a backup was verified and that a drill passed. */
const recordDays = 400;

/** What S3 removes by itself; the rule for markers stands alone, since S3 takes it with no other expiry. */
export function expiryRules({
  prefix,
  retentionDays,
  noncurrentDays,
  abortUploadsAfterDays,
}: Pick<BackupBucketSettings, "prefix" | "retentionDays" | "noncurrentDays" | "abortUploadsAfterDays">) {
  return [
    {
      id: "backups",
      status: "Enabled",
      filter: { prefix },
      expiration: { days: retentionDays },
      noncurrentVersionExpiration: { noncurrentDays },
    },
    // Longer than any limit for the age of a drill.
    {
      id: "records",
      status: "Enabled",
      filter: { prefix: recordsPrefix },
      expiration: { days: Math.max(recordDays, retentionDays) },
      noncurrentVersionExpiration: { noncurrentDays },
    },
    {
      id: "unfinished-uploads",
      status: "Enabled",
      filter: {},
      abortIncompleteMultipartUpload: { daysAfterInitiation: abortUploadsAfterDays },
    },
    { id: "expired-markers", status: "Enabled", filter: {}, expiration: { expiredObjectDeleteMarker: true } },
  ];
}
