import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { BucketCorsConfiguration } from "@pulumi/aws/s3/bucketCorsConfiguration.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketReplicationConfig } from "@pulumi/aws/s3/bucketReplicationConfig.js";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import {
  copierPolicy,
  copierTrust,
  corsRules,
  fileRules,
  filesPolicy,
  productPolicy,
  replicaPolicy,
} from "./file-store.policies.ts";
import { FileStoreSettings, originsOf } from "./file-store.settings.ts";
import { accessIdentity } from "./internal/access-identity.ts";
import { nameLimits, physicalName } from "./internal/names.ts";
import { privateBucket } from "./internal/private-bucket.ts";
import { parseSettings } from "./internal/settings.ts";

export interface FileStoreArgs extends z.input<typeof FileStoreSettings> {
  /** What the names at AWS start with. @default - the component's name */
  namedAs?: string | undefined;
}

/**
 * A private, encrypted, versioned bucket for files of the product's users, with an identity that can keep and read files
 * under one prefix and signs addresses for browsers, and where asked for a copy of every file in another region.
 *
 * With `protect` the buckets and their settings also outlive the stack.
 *
 * @example
 * new FileStore("tinkertools-files", { components: ["api"], replica: { region: "eu-west-1" } });
 */
export class FileStore extends pulumi.ComponentResource {
  public readonly bucketName: pulumi.Output<string>;
  /** The bucket, and its copy where there is one. */
  public readonly arns: pulumi.Output<string[]>;
  /** The identity below, for those who look after it. */
  public readonly userArn: pulumi.Output<string>;
  /** The role with which S3 copies, where it does. */
  public readonly roleArns: pulumi.Output<string[]>;
  /** Access key of the identity that keeps, reads and signs. */
  public readonly keyId: pulumi.Output<string>;
  /** Its secret half. */
  public readonly secret: pulumi.Output<string>;

  constructor(name: string, args: FileStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    const { namedAs = name, ...input } = args;
    const settings = parseSettings(FileStoreSettings, input, name);
    super("slipway:index:FileStore", name, settings, opts);

    const retainOnDelete = opts?.protect === true;
    const kept = { parent: this, retainOnDelete };
    const after = (resource: pulumi.Resource) => ({ ...kept, dependsOn: [resource] });
    const bucketName = settings.bucket ?? physicalName([namedAs, pulumi.getStack()], nameLimits.bucket);
    const { replica } = settings;
    const origins = originsOf(settings);

    const main = privateBucket(
      name,
      {
        bucket: bucketName,
        forceDestroy: settings.forceDestroy,
        rules: fileRules(settings),
        ...(settings.import === true && { import: bucketName }),
      },
      kept,
    );
    const rights = new BucketPolicy(
      `${name}-policy`,
      {
        ...main.of,
        policy: main.bucket.arn.apply((arn) => filesPolicy(arn, settings.prefix, settings.signedUrlSeconds)),
      },
      after(main.last),
    );
    const shared =
      origins.length === 0
        ? rights
        : new BucketCorsConfiguration(
            `${name}-cors`,
            { ...main.of, corsRules: corsRules(origins) },
            after(rights),
          );

    const copy =
      replica &&
      privateBucket(
        `${name}-replica`,
        {
          bucket: replica.bucket ?? physicalName([namedAs, "replica", pulumi.getStack()], nameLimits.bucket),
          region: replica.region,
          forceDestroy: settings.forceDestroy,
          rules: fileRules(settings, replica.copiesDeletions),
        },
        kept,
      );
    const roles: Role[] = [];
    if (replica !== undefined && copy !== undefined) {
      const copyRights = new BucketPolicy(
        `${name}-replica-policy`,
        { ...copy.of, policy: copy.bucket.arn.apply(replicaPolicy) },
        after(copy.last),
      );
      const copier = new Role(
        `${name}-copier`,
        {
          name: physicalName([namedAs, "copier", pulumi.getStack()], nameLimits.iamRole),
          assumeRolePolicy: main.bucket.arn.apply(copierTrust),
        },
        kept,
      );
      const copierRights = new RolePolicy(
        `${name}-copier-rights`,
        {
          role: copier.name,
          policy: pulumi.all([main.bucket.arn, copy.bucket.arn]).apply(([from, to]) =>
            copierPolicy(from, to, {
              prefix: settings.prefix,
              copiesDeletions: replica.copiesDeletions,
            }),
          ),
        },
        kept,
      );
      // Both buckets have to keep versions, and the role its rights, before S3 takes the rule.
      new BucketReplicationConfig(
        `${name}-copies`,
        {
          bucket: main.bucket.bucket,
          role: copier.arn,
          rules: [copyRule(settings.prefix, replica.copiesDeletions, copy.bucket.arn)],
        },
        { ...kept, dependsOn: [shared, copyRights, copierRights] },
      );
      roles.push(copier);
    }

    const product = accessIdentity(
      name,
      {
        namedAs,
        role: "product",
        policy: main.bucket.arn.apply((arn) => productPolicy(arn, settings.prefix)),
      },
      this,
    );

    this.bucketName = main.bucket.bucket;
    this.arns = pulumi.all([main.bucket.arn, ...(copy === undefined ? [] : [copy.bucket.arn])]);
    this.userArn = product.arn;
    this.roleArns = pulumi.all(roles.map(({ arn }) => arn));
    this.keyId = product.keyId;
    this.secret = product.secret;
    this.registerOutputs({
      bucketName: this.bucketName,
      arns: this.arns,
      userArn: this.userArn,
      roleArns: this.roleArns,
      keyId: this.keyId,
      secret: this.secret,
    });
  }
}

const copyRule = (prefix: string, copiesDeletions: boolean, replicaArn: pulumi.Output<string>) => ({
  id: "files",
  priority: 0,
  status: "Enabled",
  filter: { prefix },
  deleteMarkerReplication: { status: copiesDeletions ? "Enabled" : "Disabled" },
  destination: { bucket: replicaArn, storageClass: "STANDARD_IA" },
});
