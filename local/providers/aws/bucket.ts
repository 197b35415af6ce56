import type { CheckFailure, Properties, ResourceHandler } from "../resource.ts";
import { emptyBucket } from "./bucket-objects.ts";
import type { Aws } from "./clients.ts";
import { isCode, unlessMissing } from "./errors.ts";
import { surplusKeys, tagState, tagsFor } from "./tags.ts";
import { isTrue, text, unsupported } from "./values.ts";

/** Hosted zones of S3's website endpoints (AWS General Reference, read 2026-11-21). */
const hostedZones: Readonly<Record<string, string>> = {
  "ap-northeast-1": "Z2M4EHUR26P7ZW",
  "ap-south-1": "Z11RGJOFQNVJUP",
  "ap-southeast-1": "Z3O0J2DXBE1FTB",
  "ap-southeast-2": "Z1WCIGYICN2BYD",
  "ca-central-1": "Z1QDHH18159H29",
  "eu-central-1": "Z21DNDUVLTQW6Q",
  "eu-north-1": "Z3BAZG2TWCNX0D",
  "eu-west-1": "Z1BKCTXD74EZPE",
  "eu-west-2": "Z3GKZC51ZF0DB4",
  "eu-west-3": "Z3R1K369G5AVDG",
  "sa-east-1": "Z7KQH4QJS55SO",
  "us-east-1": "Z3AQBSTGFJSTF",
  "us-east-2": "Z2O1EMRO9K5GLX",
  "us-west-1": "Z2F56UZL2M1ACD",
  "us-west-2": "Z3BJ6K6RIION7M",
};

const ownResource = (name: string): string => `use aws.s3.${name}`;

const missing = ["NoSuchBucket", "NotFound"];

/**
 * `aws:s3/bucket:Bucket`. What a resource of its own sets is not among its outputs: the published provider shows there
 * what it found when the bucket was made, which a refresh then changes.
 */
export function bucket(aws: Aws): ResourceHandler {
  const read = async (name: string, inputs: Properties): Promise<Properties | undefined> => {
    const head = await unlessMissing(aws.s3.headBucket({ Bucket: name }), ...missing);
    if (head === undefined) return undefined;
    const [tagging, lock, acl, payment] = await Promise.all([
      unlessMissing(aws.s3.getBucketTagging({ Bucket: name }), "NoSuchTagSet"),
      unlessMissing(
        aws.s3.getObjectLockConfiguration({ Bucket: name }),
        "ObjectLockConfigurationNotFoundError",
      ),
      aws.s3.getBucketAcl({ Bucket: name }),
      aws.s3.getBucketRequestPayment({ Bucket: name }),
    ]);
    const region = head.BucketRegion ?? aws.region;
    return {
      arn: `arn:aws:s3:::${name}`,
      bucket: name,
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegion: region,
      bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      forceDestroy: isTrue(inputs, "forceDestroy"),
      grants: (acl.Grants ?? []).map(({ Grantee, Permission }) => ({
        id: Grantee?.ID ?? "",
        permissions: [Permission ?? ""],
        type: Grantee?.Type ?? "",
        uri: Grantee?.URI ?? "",
      })),
      hostedZoneId: hostedZones[region] ?? "",
      objectLockEnabled: lock?.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled",
      region,
      requestPayer: payment.Payer ?? "BucketOwner",
      ...tagState(aws, tagging?.TagSet, inputs),
    };
  };

  const state = async (name: string, inputs: Properties): Promise<Properties> => {
    const found = await read(name, inputs);
    if (found === undefined) throw new Error(`the bucket ${name} was gone right after it was written`);
    return found;
  };

  const writeTags = async (name: string, inputs: Properties, old: Properties): Promise<void> => {
    const wanted = tagsFor(aws, inputs);
    if (wanted.length > 0) await aws.s3.putBucketTagging({ Bucket: name, Tagging: { TagSet: wanted } });
    else if (surplusKeys(old, wanted).length > 0) await aws.s3.deleteBucketTagging({ Bucket: name });
  };

  return {
    check: bucketFaults,
    create: async (inputs) => {
      const name = text(inputs, "bucket");
      // In us-east-1 a second CreateBucket by the owner succeeds, so that two programs would share one bucket.
      if ((await unlessMissing(aws.s3.headBucket({ Bucket: name }), ...missing)) !== undefined) {
        throw new Error(`BucketAlreadyExists: there is a bucket ${name} already`);
      }
      await aws.s3.createBucket({
        Bucket: name,
        ObjectLockEnabledForBucket: isTrue(inputs, "objectLockEnabled"),
        ...(aws.region === "us-east-1"
          ? {}
          : { CreateBucketConfiguration: { LocationConstraint: aws.region as "eu-west-1" } }),
      });
      await writeTags(name, inputs, {});
      return { id: name, state: await state(name, inputs) };
    },
    read: async (id, inputs, known) => {
      const found = await read(id, { ...known, ...inputs });
      return found === undefined ? undefined : { id, state: found };
    },
    update: async (id, inputs, old) => {
      await writeTags(id, inputs, old);
      return state(id, inputs);
    },
    delete: async (id, old) => {
      try {
        await unlessMissing(aws.s3.deleteBucket({ Bucket: id }), ...missing);
      } catch (error) {
        if (!isCode(error, "BucketNotEmpty") || !isTrue(old, "forceDestroy")) throw error;
        await emptyBucket(aws, id, isTrue(old, "objectLockEnabled"));
        await aws.s3.deleteBucket({ Bucket: id });
      }
    },
    find: async (inputs) => {
      const name = text(inputs, "bucket");
      return (await unlessMissing(aws.s3.headBucket({ Bucket: name }), ...missing)) === undefined
        ? undefined
        : name;
    },
  };
}

function bucketFaults(inputs: Properties): CheckFailure[] {
  return [
    ...unsupported(inputs, {
      accelerationStatus: ownResource("BucketAccelerateConfiguration"),
      acl: ownResource("BucketAcl"),
      bucketNamespace: "buckets of the account's own namespace are not there",
      bucketPrefix: "give bucket, or leave both out for a made-up name",
      corsRules: ownResource("BucketCorsConfiguration"),
      grants: ownResource("BucketAcl"),
      lifecycleRules: ownResource("BucketLifecycleConfiguration"),
      logging: ownResource("BucketLogging"),
      objectLockConfiguration: ownResource("BucketObjectLockConfiguration"),
      policy: ownResource("BucketPolicy"),
      replicationConfiguration: ownResource("BucketReplicationConfig"),
      requestPayer: ownResource("BucketRequestPaymentConfiguration"),
      serverSideEncryptionConfiguration: ownResource("BucketServerSideEncryptionConfiguration"),
      versioning: ownResource("BucketVersioning"),
      website: ownResource("BucketWebsiteConfiguration"),
    }),
    ...nameFaults(inputs["bucket"]),
  ];
}

/** Rules of S3 for names of buckets (Amazon S3 User Guide, "Bucket naming rules", read 2026-11-21). */
function nameFaults(name: unknown): CheckFailure[] {
  if (typeof name !== "string") return [];
  const rules: readonly (readonly [fault: boolean, reason: string])[] = [
    [name.length < 3 || name.length > 63, `must have 3 to 63 characters, has ${name.length}`],
    [/[^a-z0-9.-]/.test(name), "must have lower case letters, digits, dots and hyphens only"],
    [/^[.-]|[.-]$/.test(name), "must begin and end with a letter or digit"],
    [name.includes(".."), "must not have two dots side by side"],
    [/^\d+\.\d+\.\d+\.\d+$/.test(name), "must not look like an IP address"],
    [/^(xn--|sthree-|amzn-s3-demo-)/.test(name), "must not begin with xn--, sthree- or amzn-s3-demo-"],
    [
      /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name),
      "must not end with a suffix that S3 keeps for itself",
    ],
  ];
  return rules
    .filter(([fault]) => fault)
    .map(([, reason]) => ({ property: "bucket", reason: `${reason}, got ${JSON.stringify(name)}` }));
}
