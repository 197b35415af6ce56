import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { IAM } from "@aws-sdk/client-iam";
import type { S3 } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { requestLine } from "../../../local/cloud/request-lines.ts";
import { AwsBench, installLimit } from "../../support/local-aws.ts";

// moto is started several times.
jest.setTimeout(60_000);

const bench = new AwsBench();
let s3: S3;
let iam: IAM;

const connect = (): void => {
  s3 = bench.s3();
  iam = bench.iam();
};

beforeAll(async () => {
  await bench.start();
  connect();
}, installLimit);
afterAll(() => bench.remove());

const bodyFiles = (): string[] => readdirSync(join(bench.directory, "aws", "bodies"));

/** What the journal would repeat, one text each. */
function keptWrites(): string[] {
  const database = new DatabaseSync(join(bench.directory, "aws", "writes.db"), { readOnly: true });
  const rows = database.prepare("SELECT method, url, CAST(body AS TEXT) AS body FROM write").all();
  database.close();
  return rows.map(({ method, url, body }) => `${method} ${url} ${body}`);
}

/** Everything that a reader can see. */
async function seen(bucket: string, user: string): Promise<unknown> {
  const versions = await s3.listObjectVersions({ Bucket: bucket });
  const contents = await Promise.all(
    (versions.Versions ?? []).map(async ({ Key, VersionId }) => {
      const found = await s3.getObject({ Bucket: bucket, Key, VersionId });
      const bytes = await found.Body?.transformToByteArray();
      return [
        Key,
        found.ContentType,
        found.Metadata,
        bytes?.length,
        found.ObjectLockRetainUntilDate,
        found.ETag,
      ];
    }),
  );
  return {
    versions: versions.Versions,
    markers: versions.DeleteMarkers,
    contents,
    buckets: (await s3.listBuckets()).Buckets,
    lock: (await s3.getObjectLockConfiguration({ Bucket: bucket })).ObjectLockConfiguration,
    uploads: (await s3.listMultipartUploads({ Bucket: bucket })).Uploads,
    keys: (await iam.listAccessKeys({ UserName: user })).AccessKeyMetadata,
    user: (await iam.getUser({ UserName: user })).User,
    role: (await iam.getRole({ RoleName: "deployer" })).Role,
  };
}

describe("LocalAws", () => {
  test("has everything again, to the id and the second, after moto was killed and after a restart", async () => {
    await s3.createBucket({ Bucket: "kept", ObjectLockEnabledForBucket: true });
    await s3.putObjectLockConfiguration({
      Bucket: "kept",
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 7 } },
      },
    });
    await s3.putObject({
      Bucket: "kept",
      Key: "db/a b+ü.dump",
      Body: "one",
      ContentType: "no type",
      Metadata: { m: "1" },
    });
    await s3.putObject({ Bucket: "kept", Key: "db/a b+ü.dump", Body: Buffer.alloc(200_000, 1) });
    await s3.deleteObject({ Bucket: "kept", Key: "db/a b+ü.dump" });
    const { UploadId } = await s3.createMultipartUpload({ Bucket: "kept", Key: "db/parts" });
    const part = { Bucket: "kept", Key: "db/parts", UploadId };
    const { ETag } = await s3.uploadPart({ ...part, PartNumber: 1, Body: Buffer.alloc(5_300_000, 2) });
    await iam.createUser({ UserName: "writer" });
    await iam.createRole({ RoleName: "deployer", AssumeRolePolicyDocument: '{"Statement":[]}' });
    const { AccessKey } = await iam.createAccessKey({ UserName: "writer" });
    const before = await seen("kept", "writer");

    bench.killMoto();
    expect(await seen("kept", "writer")).toEqual(before);

    const { url } = bench;
    await bench.stop();
    await bench.start();
    connect();
    expect(bench.url).toBe(url);
    expect(await seen("kept", "writer")).toEqual(before);

    // What was under way goes on.
    const second = await s3.uploadPart({ ...part, PartNumber: 2, Body: "end" });
    const parts = [
      { PartNumber: 1, ETag },
      { PartNumber: 2, ETag: second.ETag },
    ];
    const made = await s3.completeMultipartUpload({ ...part, MultipartUpload: { Parts: parts } });
    bench.killMoto();
    const found = await s3.headObject({ Bucket: "kept", Key: "db/parts", VersionId: made.VersionId });
    expect([found.ContentLength, found.ETag]).toEqual([5_300_003, made.ETag]);
    const keys = await iam.listAccessKeys({ UserName: "writer" });
    expect(keys.AccessKeyMetadata?.map((key) => key.AccessKeyId)).toEqual([AccessKey?.AccessKeyId]);
  });

  test("forgets what is gone: nothing is repeated and no file is left for it", async () => {
    const files = bodyFiles().length;
    await s3.createBucket({ Bucket: "gone" });
    for (const size of [100_000, 200_000]) {
      await s3.putObject({ Bucket: "gone", Key: "big", Body: Buffer.alloc(size) });
    }
    expect(bodyFiles().length).toBe(files + 1);
    await s3.putBucketVersioning({ Bucket: "gone", VersioningConfiguration: { Status: "Enabled" } });
    const { VersionId } = await s3.putObject({ Bucket: "gone", Key: "big", Body: Buffer.alloc(300_000) });
    await s3.deleteObjects({ Bucket: "gone", Delete: { Objects: [{ Key: "big", VersionId }], Quiet: true } });
    expect(bodyFiles().length).toBe(files + 1);
    await s3.deleteObject({ Bucket: "gone", Key: "big", VersionId: "null" });
    await s3.deleteBucket({ Bucket: "gone" });
    await iam.createUser({ UserName: "leaver" });
    const { AccessKey } = await iam.createAccessKey({ UserName: "leaver" });
    await iam.deleteAccessKey({ UserName: "leaver", AccessKeyId: AccessKey?.AccessKeyId });
    await iam.deleteUser({ UserName: "leaver" });

    expect(keptWrites().filter((write) => /gone|leaver/.test(write))).toEqual([]);
    expect(bodyFiles().length).toBe(files);
  });

  test("a bucket goes with all that is in it where that is asked for, locked or of any name, and stays gone", async () => {
    const Bucket = "whole";
    await s3.createBucket({ Bucket, ObjectLockEnabledForBucket: true });
    for (const Key of [".", "..", "a/../b", "\u0000", "\u0001", "a\rb", "\ufffe"])
      await s3.putObject({
        Bucket,
        Key,
        Body: "1",
        ObjectLockMode: "COMPLIANCE",
        ObjectLockRetainUntilDate: new Date("2099-01-01T00:00:00Z"),
      });
    await s3.deleteObject({ Bucket, Key: "." });
    await s3.createMultipartUpload({ Bucket, Key: "open" });
    await expect(s3.deleteBucket({ Bucket })).rejects.toThrow("The bucket you tried to delete is not empty");
    bench.letBucketsGoWhole(true);
    await s3.deleteBucket({ Bucket });
    bench.letBucketsGoWhole(false);
    await bench.stop();
    await bench.start();
    connect();
    const { Buckets } = await s3.listBuckets();
    expect(Buckets?.filter(({ Name }) => Name === Bucket)).toEqual([]);
    await s3.createBucket({ Bucket });
    expect(await s3.listObjectVersions({ Bucket })).not.toHaveProperty("Versions");
    await s3.putObject({ Bucket, Key: "k", Body: "1" });
    await expect(s3.deleteBucket({ Bucket })).rejects.toThrow("The bucket you tried to delete is not empty");
  });

  test("a failed write leaves nothing to repeat", async () => {
    const failed = s3.putObject({ Bucket: "never-made", Key: "k", Body: Buffer.alloc(100_000) });
    await expect(failed).rejects.toThrow("The specified bucket does not exist");
    expect(keptWrites().filter((write) => write.includes("never-made"))).toEqual([]);
  });

  test("a write that cannot be kept never happened", async () => {
    const other = new DatabaseSync(join(bench.directory, "aws", "writes.db"));
    other.exec("BEGIN IMMEDIATE");
    await expect(bench.s3({ maxAttempts: 1 }).createBucket({ Bucket: "unkept" })).rejects.toThrow(
      "database is locked",
    );
    other.close();
    const { Buckets } = await s3.listBuckets();
    expect(Buckets?.filter(({ Name }) => Name === "unkept")).toEqual([]);
    await s3.createBucket({ Bucket: "unkept" });
    expect(keptWrites().filter((write) => write.includes("unkept")).length).toBe(1);
  });

  test("fails with an error that clients try again where moto does not come back", async () => {
    bench.breakMoto();
    bench.killMoto();
    await expect(bench.s3({ maxAttempts: 1 }).listBuckets()).rejects.toThrow(
      new Error(
        `the local S3 (moto) ended as it started and said "broken on purpose": remove ${bench.environment} to have it installed again`,
      ),
    );
    bench.mendMoto();
    expect((await s3.listBuckets()).Buckets?.length).toBeGreaterThan(0);
  });

  test.each([["/moto-api/reset"], ["//moto-api/reset"], ["/%6doto-api/reset"], ["/MOTO-API/data.json"]])(
    "has no door to moto itself: %s",
    async (path) => {
      await s3.createBucket({ Bucket: `door${path.length}` });
      expect((await fetch(`${bench.url}${path}`, { method: "POST" })).status).toBe(404);
      await s3.headBucket({ Bucket: `door${path.length}` });
    },
  );

  test("refuses to overwrite where the writer asked for that", async () => {
    await s3.createBucket({ Bucket: "once" });
    await s3.putObject({ Bucket: "once", Key: "k", Body: "1", IfNoneMatch: "*" });
    await expect(s3.putObject({ Bucket: "once", Key: "k", Body: "2", IfNoneMatch: "*" })).rejects.toThrow(
      "At least one of the pre-conditions you specified did not hold",
    );
  });

  test("obeys what a bucket's policy denies outright, and leaves out what hangs on TLS or another condition", async () => {
    await s3.createBucket({ Bucket: "guarded" });
    const deny = (Action: string, more = {}) => ({
      Effect: "Deny",
      Principal: "*",
      Action,
      Resource: "arn:aws:s3:::guarded/*",
      ...more,
    });
    const put = (Statement: unknown) =>
      s3.putBucketPolicy({ Bucket: "guarded", Policy: JSON.stringify({ Statement }) });
    const tlsOnly = deny("s3:*", { Condition: { Bool: { "aws:SecureTransport": "false" } } });
    await put([tlsOnly]);
    await s3.putObject({ Bucket: "guarded", Key: "k", Body: "1" });
    await put([tlsOnly, deny("s3:PutObject")]);
    await expect(s3.putObject({ Bucket: "guarded", Key: "k", Body: "2" })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    const { Body } = await s3.getObject({ Bucket: "guarded", Key: "k" });
    expect(await Body?.transformToString()).toBe("1");
  });

  test("writes every request down by its action, without what objects hold", async () => {
    bench.journal.records.splice(0);
    const PolicyDocument = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::logged/*" }],
    };
    await s3.createBucket({ Bucket: "logged" });
    await s3.putBucketPolicy({ Bucket: "logged", Policy: '{"Statement":[]}' });
    await s3.putObject({ Bucket: "logged", Key: "k", Body: "the secret of the object" });
    await s3.listObjectsV2({ Bucket: "logged" });
    await iam.createUser({ UserName: "shown" });
    const { AccessKey } = await iam.createAccessKey({ UserName: "shown" });
    await iam.listAccessKeys({ UserName: "shown" });
    await iam.putUserPolicy({
      UserName: "shown",
      PolicyName: "p",
      PolicyDocument: JSON.stringify(PolicyDocument),
    });
    const shown = bench.journal.records.map(({ method, action, effect, status, body }) => [
      method,
      action,
      effect,
      status,
      body,
    ]);
    const iamBody = (Action: string, more = {}) => ({
      Action,
      Version: "2010-05-08",
      UserName: "shown",
      ...more,
    });
    expect(shown).toEqual([
      ["PUT", "CreateBucket", "write", 200, undefined],
      ["PUT", "PutBucketPolicy", "write", 200, '{"Statement":[]}'],
      ["PUT", "PutObject", "write", 200, undefined],
      ["GET", "ListObjectsV2", "read", 200, undefined],
      ["POST", "CreateUser", "write", 200, iamBody("CreateUser")],
      ["POST", "CreateAccessKey", "write", 200, iamBody("CreateAccessKey")],
      ["POST", "ListAccessKeys", "read", 200, iamBody("ListAccessKeys")],
      ["POST", "PutUserPolicy", "write", 200, iamBody("PutUserPolicy", { PolicyName: "p", PolicyDocument })],
    ]);
    const log = JSON.stringify(bench.journal.records);
    expect(log).not.toContain(AccessKey?.SecretAccessKey);
    expect(log).not.toContain("the secret of the object");
  });

  test("tells what the app's own identities asked from what the engine did", async () => {
    await s3.createBucket({ Bucket: "shared" });
    await iam.createUser({ UserName: "worker" });
    const { AccessKey } = await iam.createAccessKey({ UserName: "worker" });
    bench.journal.records.splice(0);
    await s3.putObject({ Bucket: "shared", Key: "engine", Body: "1" });
    const credentials = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
    await bench.s3({ credentials }).putObject({ Bucket: "shared", Key: "app", Body: "1" });
    expect(bench.journal.records.map(({ path, by }) => [path, by])).toEqual([
      ["/shared/engine?x-id=PutObject", undefined],
      ["/shared/app?x-id=PutObject", "app"],
    ]);
    expect(bench.journal.records.map((record) => requestLine({ ...record }).slice(13))).toEqual([
      "aws          write 200 PutObject (PUT /shared/engine?x-id=PutObject)",
      "aws          write 200 PutObject (PUT /shared/app?x-id=PutObject) by the app",
    ]);
  });

  test("lets a set fault answer, once, and leaves no trace of the request", async () => {
    const before = bodyFiles();
    bench.journal.faults.push({
      api: "aws",
      method: "PUT",
      path: "^/faulty/?$",
      status: 409,
      body: "<Error><Code>OperationAborted</Code><Message>conflicting operation</Message></Error>",
      headers: { "content-type": "application/xml" },
      times: 1,
    });
    await expect(s3.createBucket({ Bucket: "faulty" })).rejects.toThrow("conflicting operation");
    await s3.createBucket({ Bucket: "faulty" });
    expect(bodyFiles()).toEqual(before);
    expect(existsSync(join(bench.directory, "aws", "writes.db"))).toBe(true);
  });

  test("takes requests at once as well as one after the other", async () => {
    await s3.createBucket({ Bucket: "many" });
    const names = Array.from({ length: 30 }, (_, index) => `key-${index}`);
    await Promise.all(names.map((Key) => s3.putObject({ Bucket: "many", Key, Body: Buffer.alloc(70_000) })));
    const sizes = await Promise.all(
      names.map(async (Key) => (await s3.headObject({ Bucket: "many", Key })).ContentLength),
    );
    expect(sizes).toEqual(names.map(() => 70_000));
  });
});
