import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readerPolicy, tlsOnlyPolicy, writerPolicy } from "../../components/backup-bucket.policies.ts";
import { BackupBucketSettings, backupProtectionFaults } from "../../components/backup-bucket.settings.ts";
import {
  BackupBucket,
  type BackupBucketArgs,
  expiryRules,
  lockRule,
} from "../../components/backup-bucket.ts";
import {
  dependencies,
  isSecret,
  outputValue,
  register,
  resourceList,
  resourceNamed,
} from "../support/mocks.ts";
import { complete, faultLines } from "../support/settings.ts";

const name = "tinkertools-backups";
const arn = "arn:aws:s3:::tinkertools-backups-production";

const build = (args: BackupBucketArgs = {}, options: { protect?: boolean } = {}) =>
  register((recorded) => new BackupBucket(name, args, { ...recorded, ...options }), { stack: "production" });

describe("BackupBucket", () => {
  test("is a bucket with its settings and two identities", async () => {
    const { resources } = await build();
    expect(resourceList(resources)).toEqual([
      `aws:iam/accessKey:AccessKey ${name}-reader-key`,
      `aws:iam/accessKey:AccessKey ${name}-writer-key`,
      `aws:iam/user:User ${name}-reader`,
      `aws:iam/user:User ${name}-writer`,
      `aws:iam/userPolicy:UserPolicy ${name}-reader-rights`,
      `aws:iam/userPolicy:UserPolicy ${name}-writer-rights`,
      `aws:s3/bucket:Bucket ${name}`,
      `aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration ${name}-expiry`,
      `aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration ${name}-lock`,
      `aws:s3/bucketOwnershipControls:BucketOwnershipControls ${name}-ownership`,
      `aws:s3/bucketPolicy:BucketPolicy ${name}-policy`,
      `aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock ${name}-access`,
      `aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration ${name}-encryption`,
      `aws:s3/bucketVersioning:BucketVersioning ${name}-versioning`,
      `slipway:index:BackupBucket ${name}`,
    ]);
  });

  test("is private, encrypted, versioned and locked", async () => {
    const { built, resources } = await build({
      schedule: "daily",
      retentionDays: 30,
      lock: { mode: "compliance", days: 30 },
    });
    const inputs = (child: string) => resourceNamed(resources, `${name}${child}`).inputs;
    const bucket = "tinkertools-backups-production";
    expect(resourceNamed(resources, name, "aws:s3/bucket:Bucket").inputs).toEqual({
      bucket,
      objectLockEnabled: true,
      forceDestroy: false,
    });
    expect(inputs("-ownership")).toEqual({ bucket, rule: { objectOwnership: "BucketOwnerEnforced" } });
    expect(inputs("-access")).toEqual({
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(inputs("-versioning")).toEqual({ bucket, versioningConfiguration: { status: "Enabled" } });
    expect(inputs("-encryption")).toEqual({
      bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    expect(inputs("-lock")).toEqual({ bucket, rule: { defaultRetention: { mode: "COMPLIANCE", days: 30 } } });
    expect(inputs("-expiry")).toEqual({
      bucket,
      rules: expiryRules({
        prefix: "postgres/",
        retentionDays: 30,
        noncurrentDays: 7,
        abortUploadsAfterDays: 2,
      }),
    });
    expect(inputs("-policy")).toEqual({ bucket, policy: tlsOnlyPolicy(arn) });
    for (const child of resources)
      if (child.type !== "slipway:index:BackupBucket") expect(child.options.parent).toBe(built);
  });

  test("changes one setting of the bucket after the other, since S3 refuses two at once", async () => {
    const { resources } = await build();
    const order = ["", "-ownership", "-access", "-versioning", "-encryption", "-lock", "-expiry", "-policy"];
    for (const [index, child] of order.entries())
      if (index > 0)
        expect(dependencies(resourceNamed(resources, `${name}${child}`))).toEqual([
          `${name}${order[index - 1]}`,
        ]);
  });

  test("has an identity that can only add backups and one that can only read them", async () => {
    const { built, resources } = await build({ prefix: "dumps/" });
    const inputs = (child: string) => resourceNamed(resources, `${name}-${child}`).inputs;
    expect(inputs("writer")).toEqual({ name: "tinkertools-backups-writer-production" });
    expect(inputs("writer-rights")).toEqual({
      user: "tinkertools-backups-writer-production",
      policy: writerPolicy(arn, "dumps/"),
    });
    expect(inputs("writer-key")).toEqual({ user: "tinkertools-backups-writer-production" });
    expect(dependencies(resourceNamed(resources, `${name}-writer-key`))).toEqual([`${name}-writer-rights`]);
    expect(inputs("reader-rights")).toEqual({
      user: "tinkertools-backups-reader-production",
      policy: readerPolicy(arn, "dumps/"),
    });
    expect(await outputValue(built.bucketName)).toBe("tinkertools-backups-production");
    expect(await outputValue(built.arn)).toBe(arn);
    expect(built.prefix).toBe("dumps/");
    expect(await outputValue(built.writerKeyId)).toBe(`${name}-writer-key-id`);
    expect(await outputValue(built.writerSecret)).toBe(`${name}-writer-key-secret`);
    expect(await outputValue(built.readerKeyId)).toBe(`${name}-reader-key-id`);
    expect(await outputValue(built.readerSecret)).toBe(`${name}-reader-key-secret`);
    expect(await isSecret(built.writerSecret)).toBe(true);
    expect(await isSecret(built.readerSecret)).toBe(true);
  });

  test("outlives a protected stack, while its identities can be replaced", async () => {
    const { resources } = await build({}, { protect: true });
    for (const { type, name: child, options } of resources) {
      const expected = type.startsWith("aws:iam/")
        ? { protect: false, retainOnDelete: undefined }
        : { protect: undefined, retainOnDelete: true };
      if (type.startsWith("aws:"))
        expect([child, { protect: options.protect, retainOnDelete: options.retainOnDelete }]).toEqual([
          child,
          expected,
        ]);
    }
  });

  test("takes a name of one's own", async () => {
    const { resources } = await build({ bucket: "ao-tinkertools-dumps" });
    expect(resourceNamed(resources, name, "aws:s3/bucket:Bucket").inputs.bucket).toBe("ao-tinkertools-dumps");
  });

  test("fails before it registers anything", () => {
    expect(() => new BackupBucket("backups", { retentionDays: 3, bucket: "Backups" })).toThrow(
      [
        "backups has invalid settings:",
        '  bucket: must be 3 to 63 lower-case letters, digits and single hyphens, such as tinkertools-backups-production; got "Backups"',
        "  retentionDays: must be at least 7, so that one bad week can be undone",
      ].join("\n"),
    );
  });

  test("wants a schedule that there is", () => {
    const attempt = () =>
      // @ts-expect-error weekly backups would lose more than the product may lose
      new BackupBucket("backups", { schedule: "weekly" });
    expect(attempt).toThrow("schedule: must be one of onDemand, daily");
  });
});

describe("BackupBucketSettings", () => {
  test.each<[unknown, string[]]>([
    [
      { retentionDays: 7, lock: { days: 8 } },
      ["lock.days: must be at most retentionDays: what is locked cannot expire"],
    ],
    [
      { lock: { mode: "governence" } },
      ['lock.mode: must be one of governance, compliance; got "governence", did you mean governance?'],
    ],
    [
      { prefix: "dumps" },
      ['prefix: must be one or more folders, each ending in a slash, such as postgres/; got "dumps"'],
    ],
    [
      { prefix: "records/of/" },
      ["prefix: must not begin with records/, where verifications and drills are noted"],
    ],
    [{ noncurrentDays: 0 }, ["noncurrentDays: must be at least 1; got 0"]],
    [{ retention: 30 }, ["retention: must be a known setting; did you mean retentionDays?"]],
  ])("fails on %j", (input, expected) => {
    expect(faultLines(BackupBucketSettings, input)).toEqual(expected);
  });

  test("parses what it has parsed to the same", () => {
    const settings = fc.record(
      { retentionDays: fc.integer({ min: 7, max: 90 }), schedule: fc.constantFrom("daily", "onDemand") },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(settings, (input) => {
        const once = complete(BackupBucketSettings, input);
        expect(complete(BackupBucketSettings, once)).toEqual(once);
      }),
    );
  });
});

describe("backupProtectionFaults", () => {
  test.each<[object, boolean, { path: string; message: string }[]]>([
    [{ lock: { mode: "compliance" } }, true, []],
    [
      { lock: { mode: "compliance" } },
      false,
      [
        {
          path: "lock.mode",
          message:
            "must be governance outside production: a compliance lock makes the bucket undeletable while it lasts",
        },
      ],
    ],
    [{ forceDestroy: true }, false, []],
    [
      { forceDestroy: true },
      true,
      [{ path: "forceDestroy", message: "must be false on a protected stack, whose backups outlive it" }],
    ],
  ])("of %j where protected is %j", (input, isProtected, expected) => {
    expect(backupProtectionFaults(complete(BackupBucketSettings, input), isProtected)).toEqual(expected);
  });
});

test("lockRule has the words of S3", () => {
  expect(lockRule({ mode: "governance", days: 7 })).toEqual({
    defaultRetention: { mode: "GOVERNANCE", days: 7 },
  });
});

test("R6, R7 expiryRules each have a filter, and the one for markers stands alone", () => {
  expect(
    expiryRules({ prefix: "postgres/", retentionDays: 30, noncurrentDays: 7, abortUploadsAfterDays: 2 }),
  ).toEqual([
    {
      id: "backups",
      status: "Enabled",
      filter: { prefix: "postgres/" },
      expiration: { days: 30 },
      noncurrentVersionExpiration: { noncurrentDays: 7 },
    },
    {
      id: "records",
      status: "Enabled",
      filter: { prefix: "records/" },
      expiration: { days: 400 },
      noncurrentVersionExpiration: { noncurrentDays: 7 },
    },
    {
      id: "unfinished-uploads",
      status: "Enabled",
      filter: {},
      abortIncompleteMultipartUpload: { daysAfterInitiation: 2 },
    },
    { id: "expired-markers", status: "Enabled", filter: {}, expiration: { expiredObjectDeleteMarker: true } },
  ]);
});

test.each([
  [400, 400],
  [401, 401],
  [3650, 3650],
])("R6, R7 records of backups that are kept for %i days are kept for %i", (retentionDays, days) => {
  const rules = expiryRules({ prefix: "p/", retentionDays, noncurrentDays: 1, abortUploadsAfterDays: 1 });
  expect(rules.find(({ id }) => id === "records")?.expiration).toEqual({ days });
});

interface Allowance {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: { StringLike: { "s3:prefix": string[] } };
}

/** Whether a policy lets its identity do something: the part of IAM's evaluation that these documents need. */
function allows(policy: string, action: string, resource: string, prefix = ""): boolean {
  const isLike = (patterns: string | string[], text: string) =>
    [patterns].flat().some((one) => (one.endsWith("*") ? text.startsWith(one.slice(0, -1)) : text === one));
  const { Statement } = JSON.parse(policy) as { Statement: Allowance[] };
  return Statement.some(
    ({ Effect, Action, Resource, Condition }) =>
      Effect === "Allow" &&
      isLike(Action, action) &&
      isLike(Resource, resource) &&
      (Condition === undefined || isLike(Condition.StringLike["s3:prefix"], prefix)),
  );
}

describe("R9 what the identities may do", () => {
  const bucket = "arn:aws:s3:::b";
  const backup = `${bucket}/p/shop-db/shop/id.dump.zst.age`;
  const record = `${bucket}/records/p/shop-db/shop/drills/id.passed.json`;
  const [writer, reader] = [writerPolicy(bucket, "p/"), readerPolicy(bucket, "p/")];

  test.each([
    [true, false, "PutObject", backup],
    [true, false, "AbortMultipartUpload", backup],
    [false, true, "PutObject", record],
    [false, false, "AbortMultipartUpload", record],
    [false, true, "GetObject", backup],
    [false, true, "GetObjectVersion", backup],
    [false, false, "GetObject", record],
    [false, true, "GetObjectRetention", backup],
    [false, true, "GetBucketVersioning", bucket],
    ...[`${bucket}/p2/x`, `${bucket}/other`, bucket, "arn:aws:s3:::b2/p/x"].flatMap((elsewhere) =>
      ["PutObject", "GetObject"].map((action) => [false, false, action, elsewhere] as const),
    ),
    ...["DeleteObject", "DeleteObjectVersion", "PutObjectRetention", "BypassGovernanceRetention"]
      .concat("PutObjectAcl", "PutObjectLegalHold", "RestoreObject", "PutObjectTagging")
      .flatMap((action) => [backup, record].map((where) => [false, false, action, where] as const)),
    ...["PutBucketPolicy", "DeleteBucketPolicy", "PutLifecycleConfiguration", "PutBucketVersioning"]
      .concat(
        "PutBucketObjectLockConfiguration",
        "DeleteBucket",
        "PutBucketAcl",
        "PutReplicationConfiguration",
      )
      .concat("PutBucketPublicAccessBlock", "ListBucketMultipartUploads", "GetBucketPolicy")
      .map((action) => [false, false, action, bucket] as const),
  ])("writer %s, reader %s: %s of %s", (mayWriter, mayReader, action, resource) => {
    expect([allows(writer, `s3:${action}`, resource), allows(reader, `s3:${action}`, resource)]).toEqual([
      mayWriter,
      mayReader,
    ]);
  });

  test("only the reader lists, and only where backups and records are", () => {
    const prefixes = ["p/", "p/shop-db/", "records/p/", "", "records/", "p2/"];
    for (const action of ["s3:ListBucket", "s3:ListBucketVersions"]) {
      expect(prefixes.filter((prefix) => allows(writer, action, bucket, prefix))).toEqual([]);
      expect(prefixes.filter((prefix) => allows(reader, action, bucket, prefix))).toEqual(
        prefixes.slice(0, 3),
      );
    }
  });
});

describe("policies", () => {
  test("tlsOnlyPolicy refuses everyone without TLS, in the bucket and below", () => {
    expect(JSON.parse(tlsOnlyPolicy("arn:aws:s3:::b"))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });

  test("R9 writerPolicy allows uploads under the prefix and nothing else", () => {
    expect(JSON.parse(writerPolicy("arn:aws:s3:::b", "p/"))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "PutBackups",
          Effect: "Allow",
          Action: ["s3:PutObject", "s3:AbortMultipartUpload"],
          Resource: "arn:aws:s3:::b/p/*",
        },
      ],
    });
  });

  test("R9 readerPolicy allows to find and read, and to write where no backup is", () => {
    const { Statement } = JSON.parse(readerPolicy("arn:aws:s3:::b", "p/")) as {
      Statement: { Effect: string; Action: string[]; Resource: string; Condition?: unknown }[];
    };
    expect(Statement.map(({ Effect, Resource, Condition }) => ({ Effect, Resource, Condition }))).toEqual([
      {
        Effect: "Allow",
        Resource: "arn:aws:s3:::b",
        Condition: { StringLike: { "s3:prefix": ["p/*", "records/p/*"] } },
      },
      { Effect: "Allow", Resource: "arn:aws:s3:::b", Condition: undefined },
      { Effect: "Allow", Resource: "arn:aws:s3:::b/p/*", Condition: undefined },
      { Effect: "Allow", Resource: "arn:aws:s3:::b/records/p/*", Condition: undefined },
    ]);
    const writing = Statement.filter(({ Action }) =>
      [Action].flat().some((one) => !/^s3:(?:Get|List)/.test(one)),
    );
    expect(writing).toEqual([
      {
        Sid: "NoteFindings",
        Effect: "Allow",
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::b/records/p/*",
      },
    ]);
  });
});
