import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { readerPolicy, tlsOnlyPolicy, writerPolicy } from "./backup-bucket.policies.ts";
import { BackupBucketSettings, recordsPrefix } from "./backup-bucket.settings.ts";
import { accessIdentity } from "./internal/access-identity.ts";
import { leftoverRules } from "./internal/bucket-lifecycle.ts";
import { nameLimits, physicalName } from "./internal/names.ts";
import { privateBucket } from "./internal/private-bucket.ts";
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
    const { bucket, of, last } = privateBucket(
      name,
      {
        bucket: bucketName,
        forceDestroy: settings.forceDestroy,
        rules: expiryRules(settings),
        lock: lockRule(settings.lock),
        ...(settings.import === true && { import: bucketName }),
      },
      { parent: this, retainOnDelete },
    );
    new BucketPolicy(
      `${name}-policy`,
      { ...of, policy: bucket.arn.apply(tlsOnlyPolicy) },
      { parent: this, retainOnDelete, dependsOn: [last] },
    );
    const identity = (role: "writer" | "reader", document: typeof writerPolicy) =>
      accessIdentity(
        name,
        { namedAs, role, policy: bucket.arn.apply((arn) => document(arn, settings.prefix)) },
        this,
      );
    const writer = identity("writer", writerPolicy);
    const reader = identity("reader", readerPolicy);

    this.bucketName = bucket.bucket;
    this.arn = bucket.arn;
    this.prefix = settings.prefix;
    this.userArns = pulumi.all([writer.arn, reader.arn]);
    this.writerKeyId = writer.keyId;
    this.writerSecret = writer.secret;
    this.readerKeyId = reader.keyId;
    this.readerSecret = reader.secret;
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

/** What S3 removes by itself. */
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
    ...leftoverRules(abortUploadsAfterDays),
  ];
}
