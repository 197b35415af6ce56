import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { Properties } from "../../../../local/providers/resource.ts";
import { ProviderBench } from "../../../support/aws-provider.ts";
import { installLimit } from "../../../support/local-aws.ts";

jest.setTimeout(60_000);

const bench = new ProviderBench();
const bucketType = "aws:s3/bucket:Bucket";

beforeAll(() => bench.start(), installLimit);
afterAll(() => bench.remove());

const settingType = (name: string): string =>
  `aws:s3/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;

async function makeBucket(name: string, more: Properties = {}): Promise<Properties> {
  return (await bench.steps(bucketType).create({ bucket: name, ...more })).state;
}

const rules = [
  {
    id: "backups",
    status: "Enabled",
    filter: { prefix: "db/" },
    expiration: { days: 30 },
    noncurrentVersionExpiration: { noncurrentDays: 3, newerNoncurrentVersions: 2 },
  },
  {
    id: "uploads",
    status: "Enabled",
    filter: {},
    abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
  },
  { id: "markers", status: "Enabled", filter: {}, expiration: { expiredObjectDeleteMarker: true } },
];

const moreRules = [
  {
    id: "several",
    status: "Disabled",
    filter: { and: { prefix: "a", tags: { k: "v", l: "w" }, objectSizeGreaterThan: 5 } },
    transitions: [{ days: 40, storageClass: "GLACIER" }],
    noncurrentVersionTransitions: [
      { noncurrentDays: 30, newerNoncurrentVersions: 2, storageClass: "STANDARD_IA" },
    ],
  },
  { id: "old", status: "Enabled", prefix: "p/", expiration: { date: "2030-01-01T00:00:00Z" } },
  { id: "tagged", status: "Enabled", filter: { tag: { key: "a", value: "b" } }, expiration: { days: 5 } },
  { id: "small", status: "Enabled", filter: { objectSizeLessThan: 5 }, expiration: { days: 5 } },
];

const copying = (deleteMarkerReplication: Properties): Properties => ({
  role: "arn:aws:iam::123456789012:role/copies",
  rules: [
    {
      id: "files",
      priority: 0,
      status: "Enabled",
      filter: { prefix: "files/" },
      deleteMarkerReplication,
      destination: { bucket: "arn:aws:s3:::settings-replica", storageClass: "STANDARD_IA" },
    },
  ],
});

const tlsOnly = (action: unknown) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Deny",
      Principal: "*",
      Action: action,
      Resource: ["arn:aws:s3:::settings", "arn:aws:s3:::settings/*"],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ],
});

test("a bucket of another region is made, read and deleted there", async () => {
  const steps = bench.steps(bucketType);
  const { id, state } = await steps.create({ bucket: "far-away", region: "eu-west-1" });
  expect(state).toMatchObject({ region: "eu-west-1", bucketRegion: "eu-west-1" });
  expect(await steps.read(id, { bucket: "far-away", region: "eu-west-1" }, state)).toEqual({ id, state });
  await steps.delete(id, state);
  expect(await steps.find({ bucket: "far-away", region: "eu-west-1" })).toBeUndefined();
});

describe("a bucket's settings", () => {
  beforeAll(async () => {
    await makeBucket("settings", { objectLockEnabled: true });
  });

  // Name, inputs beside the bucket, outputs beside bucket and region, a change, the paths that it shows.
  const cases: readonly (readonly [string, Properties, Properties, Properties, string[]])[] = [
    [
      "BucketOwnershipControls",
      { rule: { objectOwnership: "BucketOwnerEnforced" } },
      { rule: { objectOwnership: "BucketOwnerEnforced" } },
      { rule: { objectOwnership: "ObjectWriter" } },
      ["rule.objectOwnership"],
    ],
    [
      "BucketPublicAccessBlock",
      { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      { blockPublicAcls: true, blockPublicPolicy: true },
      ["ignorePublicAcls", "restrictPublicBuckets"],
    ],
    [
      "BucketServerSideEncryptionConfiguration",
      { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      {
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, bucketKeyEnabled: false }],
      },
      {
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "k" },
            bucketKeyEnabled: true,
          },
        ],
      },
      ["rules[0]", "rules[0]"],
    ],
    [
      "BucketObjectLockConfiguration",
      { rule: { defaultRetention: { mode: "GOVERNANCE", days: 7 } } },
      { objectLockEnabled: "Enabled", rule: { defaultRetention: { mode: "GOVERNANCE", days: 7 } } },
      { rule: { defaultRetention: { mode: "COMPLIANCE", years: 1 } } },
      ["rule.defaultRetention.days", "rule.defaultRetention.mode", "rule.defaultRetention.years"],
    ],
    [
      "BucketLifecycleConfiguration",
      { rules },
      {
        rules: [rules[0], { ...rules[1], filter: { prefix: "" } }, { ...rules[2], filter: { prefix: "" } }],
        transitionDefaultMinimumObjectSize: "all_storage_classes_128K",
      },
      { rules: [...rules, ...moreRules], transitionDefaultMinimumObjectSize: "varies_by_storage_class" },
      ["rules[3]", "rules[4]", "rules[5]", "rules[6]", "transitionDefaultMinimumObjectSize"],
    ],
    [
      "BucketPolicy",
      { policy: JSON.stringify(tlsOnly("s3:*")) },
      { policy: JSON.stringify(tlsOnly("s3:*")) },
      { policy: tlsOnly(["s3:GetObject"]) },
      ["policy"],
    ],
    [
      "BucketCorsConfiguration",
      {
        corsRules: [{ allowedMethods: ["GET"], allowedOrigins: ["https://shop.example"], maxAgeSeconds: 60 }],
      },
      {
        corsRules: [{ allowedMethods: ["GET"], allowedOrigins: ["https://shop.example"], maxAgeSeconds: 60 }],
      },
      {
        corsRules: [
          {
            id: "one",
            allowedHeaders: ["content-type"],
            allowedMethods: ["GET"],
            allowedOrigins: ["https://shop.example"],
            exposeHeaders: ["etag"],
            maxAgeSeconds: 60,
          },
        ],
      },
      ["corsRules[0].allowedHeaders", "corsRules[0].exposeHeaders", "corsRules[0].id"],
    ],
    [
      "BucketReplicationConfig",
      copying({ status: "Enabled" }),
      copying({ status: "Enabled" }),
      copying({ status: "Disabled" }),
      ["rules[0].deleteMarkerReplication.status"],
    ],
  ];

  test.each(cases)(
    "%s is written, read, changed, found and taken back",
    async (name, given, outputs, change, paths) => {
      const steps = bench.steps(settingType(name));
      const bucket = "settings";
      const { id, state } = await steps.create({ bucket, ...given });
      expect(id).toBe(bucket);
      expect(state).toEqual({ bucket, region: "us-east-1", ...outputs });
      expect(steps.changes(state, { bucket, ...given })).toEqual([]);
      expect(await steps.read(id, { bucket, ...given }, state)).toEqual({ id, state });
      expect((await steps.read(id))?.state).toEqual(state);
      expect(await steps.find({ bucket, ...given })).toBe(id);

      const wanted = { bucket, ...change };
      expect(steps.changes(state, wanted)).toEqual(paths);
      const changed = await steps.update(id, wanted, state);
      expect(steps.changes(changed, wanted)).toEqual([]);
      expect(steps.changes(changed, { ...wanted, bucket: "another" })).toEqual(["bucket!"]);

      await steps.delete(id, changed);
      await steps.delete(id, changed);
      await steps.delete("no-such-bucket", changed);
      expect(await steps.read("no-such-bucket")).toBeUndefined();
      if (name !== "BucketObjectLockConfiguration") expect(await steps.read(id)).toBeUndefined();
    },
  );

  test("versioning is switched on, and stays on under an object lock", async () => {
    const steps = bench.steps(settingType("BucketVersioning"));
    const given = { bucket: "settings", versioningConfiguration: { status: "Enabled" } };
    const { id, state } = await steps.create(given);
    expect(state).toEqual({ ...given, region: "us-east-1" });
    await expect(
      steps.update(id, { ...given, versioningConfiguration: { status: "Suspended" } }, state),
    ).rejects.toThrow(
      new Error(
        "InvalidBucketState: An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
      ),
    );
    await steps.delete(id, state);
    expect((await steps.read(id))?.state["versioningConfiguration"]).toEqual({ status: "Enabled" });
  });

  test("versioning without an object lock is suspended when its resource goes, and cannot be undone", async () => {
    await makeBucket("unlocked");
    const steps = bench.steps(settingType("BucketVersioning"));
    const given = { bucket: "unlocked", versioningConfiguration: { status: "Enabled" } };
    const { id, state } = await steps.create(given);
    expect(() =>
      steps.update(id, { ...given, versioningConfiguration: { status: "Disabled" } }, state),
    ).toThrow(
      new Error(
        "versioningConfiguration.status must be Suspended: versioning that was on is never Disabled again",
      ),
    );
    await steps.delete(id, state);
    expect((await steps.read(id))?.state["versioningConfiguration"]).toEqual({ status: "Suspended" });
    const never = await bench.steps(bucketType).create({ bucket: "never-on" });
    const disabled = { bucket: never.id, versioningConfiguration: { status: "Disabled" } };
    const made = await steps.create(disabled);
    expect(steps.changes(made.state, disabled)).toEqual([]);
    await steps.delete(made.id, made.state);
    expect((await steps.read(made.id))?.state["versioningConfiguration"]).toEqual({ status: "Disabled" });
  });

  test("the lock's retention changes while there are locked objects", async () => {
    await makeBucket("in-use", { objectLockEnabled: true });
    const steps = bench.steps(settingType("BucketObjectLockConfiguration"));
    const given = { bucket: "in-use", rule: { defaultRetention: { mode: "GOVERNANCE", days: 7 } } };
    const { id, state } = await steps.create(given);
    await bench.s3().putObject({ Bucket: "in-use", Key: "k", Body: "1" });
    const longer = { bucket: "in-use", rule: { defaultRetention: { mode: "GOVERNANCE", days: 9 } } };
    expect((await steps.update(id, longer, state))["rule"]).toEqual(longer.rule);
  });

  test("an expected owner is part of the id", async () => {
    const steps = bench.steps(settingType("BucketVersioning"));
    const given = {
      bucket: "settings",
      expectedBucketOwner: "123456789012",
      versioningConfiguration: { status: "Enabled" },
    };
    const { id, state } = await steps.create(given);
    expect([id, state["expectedBucketOwner"]]).toEqual(["settings,123456789012", "123456789012"]);
  });

  test("fails where the bucket is not there", async () => {
    const steps = bench.steps(settingType("BucketPolicy"));
    await expect(steps.create({ bucket: "not-there", policy: tlsOnly("s3:*") })).rejects.toThrow(
      new Error("NoSuchBucket: The specified bucket does not exist"),
    );
  });

  test.each([
    [
      "BucketOwnershipControls",
      { rule: { objectOwnership: "Me" } },
      'rule.objectOwnership: must be one of BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter, got "Me"',
    ],
    [
      "BucketVersioning",
      { versioningConfiguration: {} },
      "versioningConfiguration.status: must be given, it is required",
    ],
    [
      "BucketVersioning",
      { versioningConfiguration: { status: "Enabled" }, mfa: "1" },
      "mfa: must be left out with the built-in provider: there is no MFA device on this machine",
    ],
    [
      "BucketObjectLockConfiguration",
      { rule: { defaultRetention: { mode: "GOVERNANCE" } } },
      "rule.defaultRetention: must have days or years",
    ],
    [
      "BucketObjectLockConfiguration",
      { rule: { defaultRetention: { days: 1 } } },
      "rule.defaultRetention.mode: must be given, COMPLIANCE or GOVERNANCE",
    ],
    [
      "BucketObjectLockConfiguration",
      { rule: { defaultRetention: { mode: "GOVERNANCE", days: 1, years: 1 } } },
      "rule.defaultRetention.days: must not be given together with years",
    ],
    [
      "BucketObjectLockConfiguration",
      { rule: { defaultRetention: { mode: "governance", days: 1 } } },
      'rule.defaultRetention.mode: must be one of COMPLIANCE, GOVERNANCE, got "governance"',
    ],
    ["BucketLifecycleConfiguration", {}, "rules: must have at least one rule"],
    [
      "BucketLifecycleConfiguration",
      { rules: [{ id: "a", status: "Enabled", expiration: { days: 1 } }] },
      "rules[0]: must have a filter, which is {} where the rule is for the whole bucket",
    ],
    [
      "BucketLifecycleConfiguration",
      { rules: [{ id: "a", status: "Enabled", filter: {} }] },
      "rules[0]: must say what to do: expiration, transitions or another action",
    ],
    [
      "BucketLifecycleConfiguration",
      {
        rules: [
          {
            id: "a",
            status: "Enabled",
            filter: {},
            expiration: { days: 1, expiredObjectDeleteMarker: true },
          },
        ],
      },
      "rules[0].expiration: must have one of date, days and expiredObjectDeleteMarker",
    ],
    [
      "BucketLifecycleConfiguration",
      {
        rules: [
          {
            id: "a",
            status: "Enabled",
            filter: { prefix: "a", objectSizeLessThan: 1 },
            expiration: { days: 1 },
          },
        ],
      },
      "rules[0].filter: must have one condition, several go into and, has prefix, objectSizeLessThan",
    ],
    [
      "BucketServerSideEncryptionConfiguration",
      { rules: [{ blockedEncryptionTypes: ["SSE-C"] }] },
      "rules[0].blockedEncryptionTypes: must be left out with the built-in provider: the local S3 does not know it",
    ],
    ["BucketPolicy", { policy: "allow all" }, "policy: must be the JSON text of a policy document"],
    ["BucketPolicy", { policy: "{}" }, "policy: must have a Statement"],
  ])("%s fails at Check for %j", (name, given, fault) => {
    expect(bench.steps(settingType(name)).faults({ bucket: "settings", ...given })).toEqual([fault]);
  });
});
