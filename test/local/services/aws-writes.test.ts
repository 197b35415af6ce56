import { rmSync } from "node:fs";
import { join } from "node:path";
import type { IAM } from "@aws-sdk/client-iam";
import type { S3 } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { AwsBench, installLimit } from "../../support/local-aws.ts";

jest.setTimeout(3_600_000);

const bench = new AwsBench();

let s3: S3;
let iam: IAM;

beforeAll(() => restart(), installLimit);
afterAll(() => bench.remove());

const buckets = ["one", "two"] as const;
const keys = ["a", "a/b", "A", "50%_off"] as const;
const users = ["ann", "bob"] as const;

const bucket = fc.constantFrom(...buckets);
const key = fc.constantFrom(...keys);
const user = fc.constantFrom(...users);

/**
 * What people and programs do with the local S3; each may fail, as it may in reality. Suspended versioning is left out:
 * moto confuses the versions without an id then.
 */
const step = fc.oneof(
  fc.record({ do: fc.constant("createBucket" as const), bucket }),
  fc.record({ do: fc.constant("deleteBucket" as const), bucket }),
  fc.record({ do: fc.constant("version" as const), bucket }),
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("put" as const), bucket, key, size: fc.constantFrom(3, 90_000) }),
  },
  fc.record({ do: fc.constant("copy" as const), bucket, key, to: key }),
  fc.record({ do: fc.constant("tag" as const), bucket, key }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), bucket, key }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("purge" as const), bucket, key, batch: fc.boolean() }),
  },
  fc.record({ do: fc.constant("policy" as const), bucket, put: fc.boolean() }),
  fc.record({
    do: fc.constant("upload" as const),
    bucket,
    key,
    ends: fc.constantFrom("open", "made", "dropped"),
  }),
  fc.record({ do: fc.constant("createUser" as const), user }),
  fc.record({ do: fc.constant("deleteUser" as const), user }),
  fc.record({ do: fc.constant("createKey" as const), user }),
  fc.record({ do: fc.constant("deleteKey" as const), user }),
  fc.record({ do: fc.constant("rename" as const), user }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(one: Step): Promise<unknown> {
  const named = { Bucket: "bucket" in one ? one.bucket : "", Key: "key" in one ? one.key : "" };
  const UserName = "user" in one ? one.user : "";
  switch (one.do) {
    case "createBucket":
      return s3.createBucket({ Bucket: one.bucket });
    case "deleteBucket":
      return s3.deleteBucket({ Bucket: one.bucket });
    case "version":
      return s3.putBucketVersioning({
        Bucket: one.bucket,
        VersioningConfiguration: { Status: "Enabled" },
      });
    case "put":
      return s3.putObject({ ...named, Body: Buffer.alloc(one.size, one.size) });
    case "copy":
      return s3.copyObject({
        Bucket: one.bucket,
        Key: one.to,
        CopySource: `${one.bucket}/${encodeURIComponent(one.key)}`,
      });
    case "tag":
      return s3.putObjectTagging({ ...named, Tagging: { TagSet: [{ Key: "k", Value: "v" }] } });
    case "delete":
      return s3.deleteObject(named);
    case "purge": {
      const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({
        Bucket: one.bucket,
        Prefix: one.key,
      });
      const objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
      if (one.batch) return s3.deleteObjects({ Bucket: one.bucket, Delete: { Objects: objects } });
      const [first] = objects;
      return s3.deleteObject({ Bucket: one.bucket, Key: first?.Key, VersionId: first?.VersionId });
    }
    case "policy":
      return one.put
        ? s3.putBucketPolicy({ Bucket: one.bucket, Policy: '{"Statement":[]}' })
        : s3.deleteBucketPolicy({ Bucket: one.bucket });
    case "upload": {
      const { UploadId } = await s3.createMultipartUpload(named);
      const { ETag } = await s3.uploadPart({
        ...named,
        UploadId,
        PartNumber: 1,
        Body: Buffer.alloc(70_000, 1),
      });
      if (one.ends === "made") {
        const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
        return s3.completeMultipartUpload({ ...named, UploadId, MultipartUpload });
      }
      return one.ends === "dropped" ? s3.abortMultipartUpload({ ...named, UploadId }) : undefined;
    }
    case "createUser":
      return iam.createUser({ UserName });
    case "deleteUser":
      return iam.deleteUser({ UserName });
    case "createKey":
      return iam.createAccessKey({ UserName });
    case "deleteKey": {
      const { AccessKeyMetadata = [] } = await iam.listAccessKeys({ UserName });
      return iam.deleteAccessKey({ UserName, AccessKeyId: AccessKeyMetadata[0]?.AccessKeyId });
    }
    case "rename":
      return iam.updateUser({ UserName, NewUserName: users.find((other) => other !== one.user) });
  }
}

/** Starts it with nothing of an earlier run. */
async function restart(): Promise<void> {
  await bench.stop();
  rmSync(join(bench.directory, "aws"), { recursive: true, force: true });
  await bench.start();
  s3 = bench.s3({ maxAttempts: 1 });
  iam = bench.iam();
}

/** Everything that can be seen, with what is not there as the name of the error. */
async function seen(): Promise<unknown> {
  const orError = (work: Promise<object>): Promise<object> =>
    work.catch((error: Error) => ({ error: error.name }));
  const without = (answer: object): unknown => ({ ...answer, $metadata: undefined });
  const all: unknown[] = [without(await s3.listBuckets()), without(await iam.listUsers({}))];
  for (const Bucket of buckets) {
    const versions = await orError(s3.listObjectVersions({ Bucket }));
    all.push(without(versions));
    all.push(without(await orError(s3.getBucketPolicy({ Bucket }))));
    all.push(without(await orError(s3.listMultipartUploads({ Bucket }))));
    for (const { Key, VersionId } of "Versions" in versions
      ? (versions.Versions as { Key: string; VersionId: string }[])
      : []) {
      all.push(without(await orError(s3.headObject({ Bucket, Key, VersionId }))));
      all.push(without(await orError(s3.getObjectTagging({ Bucket, Key, VersionId }))));
    }
  }
  for (const UserName of users) all.push(without(await orError(iam.listAccessKeys({ UserName }))));
  return all;
}

test("whatever was done, moto has the same again when it is started anew", async () => {
  const setUp: Step[] = [
    ...buckets.map((name) => ({ do: "createBucket" as const, bucket: name })),
    { do: "createUser", user: "ann" },
  ];
  let isFresh = true;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 120 }), async (steps) => {
      if (!isFresh) await restart();
      isFresh = false;
      for (const one of [...setUp, ...steps]) await take(one).catch((error: Error) => error);
      const before = await seen();
      bench.killMoto();
      expect(await seen()).toEqual(before);
    }),
    { numRuns: Number(process.env["FC_RUNS"] ?? 1), endOnFailure: true },
  );
});
