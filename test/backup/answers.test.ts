import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { describe, expect, test } from "@jest/globals";
import { objectBytes, objectText } from "../../backup/download.ts";
import { Failure } from "../../backup/failure.ts";
import { listVersions } from "../../backup/history.ts";
import { Log } from "../../backup/log.ts";
import { openManifest, type Vault } from "../../backup/opening.ts";
import { readRecords } from "../../backup/records.ts";
import { storageClient, storageFailure } from "../../backup/storage.ts";
import { dropUnfinished, putNew, upload } from "../../backup/upload.ts";
import { makeAuthority, makeServer } from "../../local/services/postgres-x509.ts";
import { bytesIn, collected } from "../support/bytes.ts";
import { failing } from "../support/failing.ts";

type Sent = { readonly name: string; readonly input: Record<string, unknown> };

/** A client of the store that answers as it is told, one answer after the other; errors are thrown. */
function answering(...answers: unknown[]) {
  const sent: Sent[] = [];
  const send = async (command: { constructor: { name: string }; input: Sent["input"] }): Promise<unknown> => {
    sent.push({ name: command.constructor.name, input: command.input });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { client: { send } as unknown as S3Client, sent };
}

const named = (name: string, message = "", status?: number): Error =>
  Object.assign(new Error(message), {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
  });

const source = (client: S3Client) => ({ client, bucket: "b", key: "k", versionId: undefined });
const answerOf = (text: string, length = text.length) => ({
  ContentLength: length,
  Body: Readable.from([Buffer.from(text)]),
});

describe("B10 a download", () => {
  test("that ends early is taken up where it ended", async () => {
    const { client, sent } = answering(answerOf("begin", 8), answerOf("end"));
    expect((await collected(objectBytes(source(client)))).toString()).toBe("beginend");
    expect(sent.map(({ input }) => input["Range"])).toEqual([undefined, "bytes=5-"]);
  });

  test("fails that ends early again and again", async () => {
    const { client, sent } = answering(named("TimeoutError", "too slow"));
    await expect(collected(objectBytes(source(client)))).rejects.toEqual(
      failing("storage", "cannot read k: TimeoutError, too slow"),
    );
    expect(sent.length).toBe(6);
  });

  test("fails without a length, because nothing tells whether it is whole", async () => {
    const { client } = answering({ Body: [] });
    await expect(collected(objectBytes(source(client)))).rejects.toEqual(
      failing("storage", "cannot read k: the answer ended early"),
    );
  });

  test("B14 fails at once for another checksum than the store's", async () => {
    const { client, sent } = answering(named("Error", "Checksum mismatch: expected a but received b"));
    await expect(collected(objectBytes(source(client)))).rejects.toEqual(
      failing("corrupt", "cannot read k: Checksum mismatch: expected a but received b"),
    );
    expect(sent.length).toBe(1);
  });

  test("fails at once for what is not there, and with a signal's reason", async () => {
    const { client, sent } = answering(named("NoSuchKey", "gone", 404));
    await expect(collected(objectBytes(source(client)))).rejects.toEqual(
      failing("storageMissing", "cannot read k: NoSuchKey, gone"),
    );
    const aborted = AbortSignal.abort(new Error("ended"));
    await expect(collected(objectBytes(source(client), aborted))).rejects.toEqual(new Error("ended"));
    expect(sent.length).toBe(2);
  });

  test("is taken up again where the store goes silent, and ends at a signal meanwhile", async () => {
    const silent = () => ({ ContentLength: 8, Body: new Readable({ read: () => undefined }) });
    const { client, sent } = answering(silent(), answerOf("all of it", 9));
    expect((await collected(objectBytes({ ...source(client), patience: 1 }))).toString()).toBe("all of it");
    expect(sent.length).toBe(2);
    await expect(
      collected(
        objectBytes({ ...source(answering(...Array.from({ length: 6 }, silent)).client), patience: 1 }),
      ),
    ).rejects.toEqual(failing("storage", "cannot read k: no byte came for 0.001 s"));
    const stop = new AbortController();
    const ended = collected(objectBytes(source(answering(silent()).client), stop.signal));
    stop.abort(new Error("ended by SIGINT"));
    await expect(ended).rejects.toEqual(new Error("ended by SIGINT"));
  });

  test("of a manifest fails when it is longer than one can be", async () => {
    const { client } = answering(answerOf("12345"));
    await expect(objectText(source(client), 4)).rejects.toEqual(
      failing("corrupt", "k: is longer than a manifest can be"),
    );
    expect(await objectText(source(answering(answerOf("1234")).client), 4)).toBe("1234");
  });
});

describe("R5 a listing", () => {
  const all = async (client: S3Client) => {
    const found = [];
    for await (const version of listVersions(client, "b", "p/", 2)) found.push(version);
    return found;
  };

  test("goes on from page to page, and takes what a store leaves out for nothing", async () => {
    const { client, sent } = answering(
      {
        Versions: [{ Key: "a", VersionId: "null", Size: 3, IsLatest: true }],
        IsTruncated: true,
        NextKeyMarker: "a",
        NextVersionIdMarker: "v",
      },
      { Versions: [{}], DeleteMarkers: [{ Key: "b", VersionId: "2", IsLatest: true }] },
    );
    expect(await all(client)).toEqual([
      { key: "a", versionId: undefined, bytes: 3, isLatest: true, isMarker: false },
      { key: "", versionId: undefined, bytes: 0, isLatest: false, isMarker: false },
      { key: "b", versionId: "2", bytes: 0, isLatest: true, isMarker: true },
    ]);
    expect(sent.map(({ input }) => input)).toEqual([
      { Bucket: "b", Prefix: "p/", MaxKeys: 2 },
      { Bucket: "b", Prefix: "p/", MaxKeys: 2, KeyMarker: "a", VersionIdMarker: "v" },
    ]);
  });

  test("with a size that is missing has 0 bytes, and fails where the store does", async () => {
    const { client } = answering({ Versions: [{ Key: "a", Size: undefined }] });
    expect((await all(client)).map(({ bytes }) => bytes)).toEqual([0]);
    await expect(all(answering(named("AccessDenied", "no", 403)).client)).rejects.toEqual(
      failing("storageRefused", "cannot list b/p/: AccessDenied, no"),
    );
  });
});

describe("unfinished uploads", () => {
  test("are dropped page by page, and those of others left alone", async () => {
    const { client, sent } = answering(
      {
        Uploads: [
          { Key: "p/a", UploadId: "1" },
          { Key: "q/a", UploadId: "2" },
          { Key: "p/b" },
          { UploadId: "3" },
        ],
        IsTruncated: true,
        NextKeyMarker: "p/b",
        NextUploadIdMarker: "9",
      },
      {},
      {},
    );
    expect(await dropUnfinished(client, "b", "p/", new AbortController().signal)).toBe(1);
    expect(sent).toEqual([
      { name: "ListMultipartUploadsCommand", input: { Bucket: "b", Prefix: "p/" } },
      { name: "AbortMultipartUploadCommand", input: { Bucket: "b", Key: "p/a", UploadId: "1" } },
      {
        name: "ListMultipartUploadsCommand",
        input: { Bucket: "b", Prefix: "p/", KeyMarker: "p/b", UploadIdMarker: "9" },
      },
    ]);
  });

  test("R8 fail to be dropped where the store refuses, and are left where it does not list them", async () => {
    const { client } = answering(
      { Uploads: [{ Key: "p/a", UploadId: "1" }] },
      named("AccessDenied", "no", 403),
    );
    await expect(dropUnfinished(client, "b", "p/", new AbortController().signal)).rejects.toEqual(
      failing("storageRefused", "cannot drop the unfinished upload of p/a: AccessDenied, no"),
    );
    expect(
      await dropUnfinished(answering(named("AccessDenied")).client, "b", "p/", new AbortController().signal),
    ).toBeUndefined();
  });
});

test("B10 an upload fails that the store begins without an id", async () => {
  const { client, sent } = answering({});
  const options = {
    client,
    bucket: "b",
    key: "k",
    source: bytesIn(Buffer.from("text")),
    partSize: () => 5,
    beforeCompletion: async () => undefined,
    signal: new AbortController().signal,
  };
  await expect(upload(options)).rejects.toEqual(
    failing("storage", "cannot begin the upload of k: no upload id"),
  );
  expect(sent.length).toBe(1);
});

test("B12 an upload fails that needs more than 10,000 parts, and its parts are thrown away", async () => {
  const { client, sent } = answering({ UploadId: "u", ETag: "e" });
  const most = 10_000;
  const options = {
    client,
    bucket: "b",
    key: "k",
    partSize: () => 1,
    beforeCompletion: async () => undefined,
    signal: new AbortController().signal,
  };
  await expect(upload({ ...options, source: bytesIn(Buffer.alloc(most + 1)) })).rejects.toEqual(
    failing("storage", "the backup needs more than 10000 parts"),
  );
  expect([sent.length, sent.at(-1)]).toEqual([
    most + 2,
    { name: "AbortMultipartUploadCommand", input: { Bucket: "b", Key: "k", UploadId: "u" } },
  ]);
  sent.length = 0;
  await upload({ ...options, source: bytesIn(Buffer.alloc(most)) });
  const parts = sent.at(-1)?.input["MultipartUpload"] as { Parts: { PartNumber: number }[] };
  expect([sent.length, parts.Parts.length, parts.Parts.at(-1)?.PartNumber]).toEqual([most + 2, most, most]);
});

test.each([
  ["v1", "v1"],
  ["null", undefined],
  ["", undefined],
  [undefined, undefined],
])("an upload that is answered with the version %p has the version %p", async (VersionId, version) => {
  const { client } = answering({ UploadId: "u" }, { ETag: "e" }, { VersionId });
  const options = {
    client,
    bucket: "b",
    key: "k",
    source: bytesIn(Buffer.from("text")),
    partSize: () => 5,
    beforeCompletion: async () => undefined,
    signal: new AbortController().signal,
  };
  expect(await upload(options)).toBe(version);
});

test("records are listed page by page, and what a store leaves out is none", async () => {
  const place = { prefix: "p/", cluster: "c", database: "shop" };
  const key = "records/p/c/shop/drills/20261121T030000000Z-00000000.passed.json";
  const { client, sent } = answering(
    { NextContinuationToken: "next" },
    { Contents: [{ Key: key }, {}], NextContinuationToken: "last" },
    {},
  );
  const log = new Log({ write: () => undefined, format: "text" });
  expect(await readRecords(client, "b", place, log)).toEqual({
    verifications: [],
    drills: [{ at: new Date("2026-11-21T03:00:00Z"), isPassed: true }],
  });
  expect(sent.map(({ input }) => [input["Prefix"], input["ContinuationToken"]])).toEqual([
    ["records/p/c/shop/", undefined],
    ["records/p/c/shop/", "next"],
    ["records/p/c/shop/", "last"],
  ]);
});

test.each([
  ["storageMissing", named("NoSuchBucket", "gone"), "cannot: NoSuchBucket, gone"],
  ["storageMissing", named("NotFound", ""), "cannot: NotFound"],
  ["storageMissing", named("NoSuchVersion"), "cannot: NoSuchVersion"],
  ["exists", named("PreconditionFailed"), "cannot: PreconditionFailed"],
  ["exists", named("ConditionalRequestConflict"), "cannot: ConditionalRequestConflict"],
  ["storageRefused", named("Other", "no", 401), "cannot: Other, no"],
  ["storageRefused", named("Other", "no", 403), "cannot: Other, no"],
  ["storage", named("Other", "no", 500), "cannot: Other, no"],
  ["storage", named("Error", "AWS SDK error wrapper for TypeError: odd\nat line 1"), "cannot: odd"],
] as const)("B26 fails with %s for %s", (outcome, error, message) => {
  const failure = storageFailure(error, "cannot");
  expect([failure.outcome, failure.message]).toEqual([outcome, message]);
});

test("a failure that is one already stays as it is", () => {
  const failure = new Failure("corrupt", "bad");
  expect(storageFailure(failure, "cannot")).toBe(failure);
});

test("a client without an endpoint asks Amazon's S3 of the region", async () => {
  const client = storageClient({ region: "eu-central-1" }, { accessKeyId: "a", secretAccessKey: "b" });
  expect([await client.config.region(), client.config.forcePathStyle ?? false]).toEqual([
    "eu-central-1",
    false,
  ]);
  client.destroy();
});

test("B27 fails to open what has no manifest, or no object", async () => {
  const vault: Vault = {
    client: answering({}).client,
    bucket: "b",
    place: { prefix: "p/", cluster: "c", database: "d" },
    identities: [],
    compressor: "node",
    signal: new AbortController().signal,
  };
  const version = { key: "k", versionId: undefined, bytes: 1, isLatest: true, isMarker: false };
  for (const parts of [
    { manifest: undefined, dump: version },
    { manifest: version, dump: undefined },
  ])
    await expect(
      openManifest(vault, { id: "x", startedAt: new Date(), state: "deleted", ...parts }),
    ).rejects.toEqual(failing("noBackup", "x has no manifest: it is no backup"));
});

test("a client of another store than Amazon's asks five times, with the bucket in the path", async () => {
  const client = storageClient(
    { region: "r", endpoint: "http://127.0.0.1:1" },
    { accessKeyId: "a", secretAccessKey: "b" },
  );
  const endpoint = await client.config.endpoint?.();
  expect([await client.config.maxAttempts(), endpoint?.hostname, client.config.forcePathStyle]).toEqual([
    5,
    "127.0.0.1",
    true,
  ]);
  client.destroy();
});

test("P11 no more than three parts are on their way at once, and they are completed in their order", async () => {
  let now = 0;
  let most = 0;
  const asked: unknown[] = [];
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: object }) => {
    if (name !== "UploadPartCommand") {
      asked.push(input);
      return { UploadId: "u" };
    }
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return { ETag: `e${(input as { PartNumber: number }).PartNumber}` };
  };
  await upload({
    client: { send } as unknown as S3Client,
    bucket: "b",
    key: "k",
    source: bytesIn(Buffer.from("0123456789"), 3),
    partSize: () => 1,
    beforeCompletion: async () => undefined,
    signal: new AbortController().signal,
  });
  expect(most).toBe(3);
  expect(asked).toEqual([
    { Bucket: "b", Key: "k", ContentType: "application/octet-stream", ChecksumAlgorithm: "CRC32" },
    {
      Bucket: "b",
      Key: "k",
      UploadId: "u",
      IfNoneMatch: "*",
      MultipartUpload: {
        Parts: Array.from({ length: 10 }, (_, at) => ({
          PartNumber: at + 1,
          ETag: `e${at + 1}`,
          ChecksumCRC32: expect.stringMatching(/^[A-Za-z0-9+/]{6}==$/),
        })),
      },
    },
  ]);
});

test("a small object is written once, as JSON", async () => {
  const { client, sent } = answering({});
  await putNew({ client, bucket: "b", key: "k" }, "{}", new AbortController().signal);
  expect(sent).toEqual([
    {
      name: "PutObjectCommand",
      input: { Bucket: "b", Key: "k", Body: "{}", ContentType: "application/json", IfNoneMatch: "*" },
    },
  ]);
});

test("B10 fails for a store whose certificate nobody trusts", async () => {
  const { certificate, key } = await makeServer(await makeAuthority());
  const server = createServer({ cert: certificate, key }, (_request, answer) => answer.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = storageClient({ region: "r", endpoint }, { accessKeyId: "a", secretAccessKey: "b" });
  const writing = putNew({ client, bucket: "b", key: "k" }, "{}", new AbortController().signal);
  const failure = await writing.catch((error: unknown) => error as Failure);
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  expect(failure).toMatchObject({
    outcome: "storage",
    message: expect.stringMatching(/^cannot write k: .*unable to verify the first certificate/),
  });
});
