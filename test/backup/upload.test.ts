import { randomBytes } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { storageClient } from "../../backup/storage.ts";
import { dropUnfinished, putNew, upload } from "../../backup/upload.ts";
import { bytesIn } from "../support/bytes.ts";
import { failing } from "../support/failing.ts";
import { FaultyS3, type Trouble } from "../support/faulty-s3.ts";

const s3 = new FaultyS3();
const bucket = "uploads";
const mebibyte = 2 ** 20;
/** The smallest part that S3 takes, except for the last. */
const partBytes = 5 * mebibyte;
let client: S3Client;
let count = 0;
let key: string;

beforeAll(async () => {
  await s3.start();
  client = storageClient(
    { region: "us-east-1", endpoint: s3.url },
    { accessKeyId: "writer-key", secretAccessKey: "writer-secret" },
  );
  const admin = s3.client();
  await admin.createBucket({ Bucket: bucket });
  admin.destroy();
}, 170_000);
afterAll(async () => {
  client.destroy();
  await s3.stop();
});
beforeEach(() => {
  s3.mend();
  key = `object-${count++}`;
});

const send = (bytes: Buffer, signal = new AbortController().signal, name = bucket) =>
  upload({
    client,
    bucket: name,
    key,
    source: bytesIn(bytes, 1_000_000),
    partSize: () => partBytes,
    beforeCompletion: async () => undefined,
    signal,
  });

async function stored(): Promise<Buffer> {
  const admin = s3.client();
  const { Body } = await admin.getObject({ Bucket: bucket, Key: key });
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  admin.destroy();
  return bytes;
}

const sentParts = () => s3.requests.filter((line) => line.includes("partNumber")).length;

describe("B13 an upload arrives whole", () => {
  test.each([0, 1, partBytes - 1, partBytes, partBytes + 1, 4 * partBytes + 17])(
    "with %i bytes",
    async (size) => {
      const bytes = randomBytes(size);
      await send(bytes);
      expect((await stored()).equals(bytes)).toBe(true);
      expect(sentParts()).toBe(Math.max(1, Math.ceil(size / partBytes)));
      expect((await s3.contents(bucket)).uploads).toBe(0);
    },
  );
});

const bytes = randomBytes(2 * partBytes + 100);

describe("B11 an upload recovers", () => {
  test.each<[string, Trouble, number]>([
    ["from one failed part", { status: 500, code: "InternalError" }, 1],
    ["from a part that fails four times", { status: 500, code: "InternalError" }, 4],
    ["from a cut connection", "reset", 2],
    ["from a server that is too busy", { status: 503, code: "SlowDown" }, 1],
  ])("%s", async (_what, trouble, times) => {
    s3.fail("PUT", /partNumber=2/, trouble, times);
    await send(bytes);
    expect((await stored()).equals(bytes)).toBe(true);
    expect(s3.requests.filter((line) => line.includes("partNumber=2")).length).toBe(times + 1);
  });

  test("from a completion that is answered with an error in a good answer", async () => {
    s3.fail("POST", /uploadId/, "errorIn200", 1);
    await send(bytes);
    expect((await stored()).equals(bytes)).toBe(true);
  });
});

/** The upload's failure; no object and no unfinished upload may be left. */
async function failureOf(work: Promise<unknown>): Promise<{ outcome: string; message: string }> {
  const failure = await work.then(
    () => ({ outcome: "done", message: "" }),
    ({ outcome, message }) => ({ outcome, message }),
  );
  const { keys, uploads } = await s3.contents(bucket);
  expect([keys.includes(key), uploads]).toEqual([false, 0]);
  return failure;
}

describe("B10 an upload fails cleanly", () => {
  test.each<[string, string, RegExp, Trouble, number, string, string]>([
    [
      "for credentials that are refused",
      "POST",
      /uploads=/,
      { status: 403, code: "AccessDenied" },
      1,
      "storageRefused",
      "cannot begin the upload of KEY: AccessDenied, made to fail",
    ],
    [
      "for a clock that is wrong",
      "PUT",
      /partNumber/,
      { status: 403, code: "RequestTimeTooSkewed" },
      3,
      "storageRefused",
      "cannot upload part 1 of KEY: RequestTimeTooSkewed, made to fail",
    ],
    [
      "for a part that always fails",
      "PUT",
      /partNumber=2/,
      { status: 500, code: "InternalError" },
      5,
      "storage",
      "cannot upload part 2 of KEY: InternalError, made to fail",
    ],
    [
      "for a store that is always too busy",
      "PUT",
      /partNumber=2/,
      { status: 503, code: "SlowDown" },
      5,
      "storage",
      "cannot upload part 2 of KEY: SlowDown, made to fail",
    ],
    [
      "for an upload that cannot be begun",
      "POST",
      /uploads=/,
      { status: 500, code: "InternalError" },
      5,
      "storage",
      "cannot begin the upload of KEY: InternalError, made to fail",
    ],
    [
      "for connections that are always cut",
      "PUT",
      /partNumber=2/,
      "reset",
      5,
      "storage",
      "cannot upload part 2 of KEY: socket hang up",
    ],
    [
      "B11 for a completion that always fails in a good answer",
      "POST",
      /uploadId/,
      "errorIn200",
      5,
      "storage",
      "cannot complete the upload of KEY: InternalError, made to fail",
    ],
    [
      "B14 for a part that arrived with another checksum",
      "PUT",
      /partNumber=2/,
      "otherChecksum",
      1,
      "storage",
      "cannot upload part 2 of KEY: it arrived with another checksum than it was sent with",
    ],
  ])("%s", async (_what, method, url, trouble, tries, outcome, message) => {
    s3.fail(method, url, trouble);
    expect(await failureOf(send(bytes))).toEqual({ outcome, message: message.replace("KEY", key) });
    const tried = s3.requests.filter((line) => line.startsWith(method) && url.test(line)).length;
    expect(tried).toBe(tries);
  });

  test("for a bucket that is not there", async () => {
    expect(await failureOf(send(bytes, undefined, "no-such-bucket"))).toEqual({
      outcome: "storageMissing",
      message: `cannot begin the upload of ${key}: NoSuchBucket, The specified bucket does not exist`,
    });
  });

  test("where nothing listens", async () => {
    const nowhere = storageClient(
      { region: "us-east-1", endpoint: "http://127.0.0.1:1" },
      { accessKeyId: "k", secretAccessKey: "s" },
    );
    await expect(
      putNew({ client: nowhere, bucket, key }, "{}", new AbortController().signal),
    ).rejects.toMatchObject({
      outcome: "storage",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  test("when the source throws, whatever was sent", async () => {
    async function* broken() {
      yield* bytesIn(bytes, 100_000);
      throw new Error("pg_dump was killed");
    }
    const work = upload({
      client,
      bucket,
      key,
      source: broken(),
      partSize: () => partBytes,
      beforeCompletion: async () => undefined,
      signal: new AbortController().signal,
    });
    expect(await failureOf(work)).toEqual({ outcome: undefined, message: "pg_dump was killed" });
  });

  test("when what must be true before its completion is not", async () => {
    const work = upload({
      client,
      bucket,
      key,
      source: bytesIn(bytes),
      partSize: () => partBytes,
      beforeCompletion: async () => {
        throw new Error("too small");
      },
      signal: new AbortController().signal,
    });
    expect((await failureOf(work)).message).toBe("too small");
  });

  test("for a part that the store does not take", async () => {
    const work = upload({
      client,
      bucket,
      key,
      source: bytesIn(Buffer.alloc(10_001)),
      partSize: () => 1,
      beforeCompletion: async () => undefined,
      signal: new AbortController().signal,
    });
    s3.fail("PUT", /partNumber/, { status: 400, code: "EntityTooSmall" });
    expect(await failureOf(work)).toEqual({
      outcome: "storage",
      message: `cannot upload part 1 of ${key}: EntityTooSmall, made to fail`,
    });
  });
});

test("B15 an object that is there is never overwritten, by an upload or by a manifest", async () => {
  const first = randomBytes(1000);
  await send(first);
  const why = "PreconditionFailed, At least one of the pre-conditions you specified did not hold";
  await expect(send(randomBytes(1000))).rejects.toEqual(
    failing("exists", `cannot complete the upload of ${key}: ${why}`),
  );
  await expect(putNew({ client, bucket, key }, "{}", new AbortController().signal)).rejects.toEqual(
    failing("exists", `cannot write ${key}: ${why}`),
  );
  expect((await s3.contents(bucket)).uploads).toBe(0);
  expect((await stored()).equals(first)).toBe(true);
});

test("unfinished uploads of other databases are left alone, and more than a page of one's own is dropped", async () => {
  const admin = s3.client();
  const begin = (Key: string) => admin.createMultipartUpload({ Bucket: bucket, Key });
  const own = await Promise.all([1, 2, 3].map((n) => begin(`postgres/c/shop/${n}`)));
  const other = await begin("postgres/c/shop_staging/1");
  expect([
    own.length,
    await dropUnfinished(client, bucket, "postgres/c/shop/", new AbortController().signal),
  ]).toEqual([3, 3]);
  const { Uploads = [] } = await admin.listMultipartUploads({ Bucket: bucket });
  expect(Uploads.map(({ UploadId }) => UploadId)).toEqual([other.UploadId]);
  await admin.abortMultipartUpload({
    Bucket: bucket,
    Key: "postgres/c/shop_staging/1",
    UploadId: other.UploadId,
  });
  admin.destroy();
});
