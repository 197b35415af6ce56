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

describe("a bucket", () => {
  test("has the outputs of the published provider and no difference afterwards", async () => {
    const steps = bench.steps(bucketType);
    const given = { bucket: "made-fully", objectLockEnabled: true, tags: { team: "platform" } };
    const { id, state } = await steps.create(given);
    expect(id).toBe("made-fully");
    const { grants, ...others } = state;
    expect(others).toEqual({
      arn: "arn:aws:s3:::made-fully",
      bucket: "made-fully",
      bucketDomainName: "made-fully.s3.amazonaws.com",
      bucketRegion: "us-east-1",
      bucketRegionalDomainName: "made-fully.s3.us-east-1.amazonaws.com",
      forceDestroy: false,
      hostedZoneId: "Z3AQBSTGFJSTF",
      objectLockEnabled: true,
      region: "us-east-1",
      requestPayer: "BucketOwner",
      tags: { team: "platform" },
      tagsAll: { team: "platform" },
    });
    expect(grants).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        permissions: ["FULL_CONTROL"],
        type: "CanonicalUser",
        uri: "",
      },
    ]);
    expect(steps.changes(state, given)).toEqual([]);
    expect(await steps.read(id, steps.inputs(given), state)).toEqual({ id, state });
    expect(await steps.find(given)).toBe(id);
  });

  test("gets a made-up name in lower case, which it keeps", () => {
    const steps = bench.steps(bucketType);
    const first = steps.inputs({}, "Backups");
    expect(first["bucket"]).toMatch(/^backups-[0-9a-f]{7}$/);
  });

  test("updates tags and how it is deleted in place, and is replaced for another name or lock", async () => {
    const steps = bench.steps(bucketType);
    const state = await makeBucket("changed", { tags: { a: "1", b: "2" } });
    const wanted = { bucket: "changed", forceDestroy: true, tags: { a: "3" } };
    expect(steps.changes(state, wanted)).toEqual(["forceDestroy", "tags.a", "tags.b"]);
    const updated = await steps.update("changed", wanted, state);
    expect([updated["tags"], updated["forceDestroy"]]).toEqual([{ a: "3" }, true]);
    expect(steps.changes(updated, wanted)).toEqual([]);
    const untagged = await steps.update("changed", { bucket: "changed" }, updated);
    expect([untagged["tags"], untagged["tagsAll"]]).toEqual([undefined, {}]);
    expect(
      steps.changes(state, { bucket: "other", objectLockEnabled: true, tags: { a: "1", b: "2" } }),
    ).toEqual(["bucket!", "objectLockEnabled!"]);
  });

  test("fails where a bucket of that name is there already", async () => {
    await makeBucket("taken");
    await expect(makeBucket("taken")).rejects.toThrow(
      new Error("BucketAlreadyExists: there is a bucket taken already"),
    );
  });

  test.each([
    [{ bucket: "ab" }, 'bucket: must have 3 to 63 characters, has 2, got "ab"'],
    [
      { bucket: "My_Bucket" },
      'bucket: must have lower case letters, digits, dots and hyphens only, got "My_Bucket"',
    ],
    [{ bucket: "-abc" }, 'bucket: must begin and end with a letter or digit, got "-abc"'],
    [{ bucket: "a..b" }, 'bucket: must not have two dots side by side, got "a..b"'],
    [{ bucket: "10.0.0.1" }, 'bucket: must not look like an IP address, got "10.0.0.1"'],
    [{ bucket: "xn--abc" }, 'bucket: must not begin with xn--, sthree- or amzn-s3-demo-, got "xn--abc"'],
    [
      { bucket: "abc-s3alias" },
      'bucket: must not end with a suffix that S3 keeps for itself, got "abc-s3alias"',
    ],
    [
      { bucketPrefix: "abc" },
      "bucketPrefix: must be left out with the built-in provider: give bucket, or leave both out for a made-up name",
    ],
    [
      { bucket: "abc", versioning: { enabled: true } },
      "versioning: must be left out with the built-in provider: use aws.s3.BucketVersioning",
    ],
    [{ bucket: "abc", forceDestroy: "yes" }, 'forceDestroy: must be true or false, got "yes"'],
    [{ bucket: "abc", objectLock: true }, "objectLock: must be left out: there is no such input"],
  ])("fails at Check for %j", (given, fault) => {
    expect(
      bench
        .steps(bucketType)
        .faults(given)
        .map((text) => text.replace(/, did you mean .*$/, "")),
    ).toEqual([fault]);
  });

  test("fails to be deleted while it holds objects, unless that is forced", async () => {
    const steps = bench.steps(bucketType);
    const state = await makeBucket("filled", { objectLockEnabled: true });
    await bench.steps(settingType("BucketObjectLockConfiguration")).create({
      bucket: "filled",
      rule: { defaultRetention: { mode: "GOVERNANCE", days: 7 } },
    });
    const s3 = bench.s3();
    await s3.putObject({ Bucket: "filled", Key: "k", Body: "1" });
    await s3.putObject({ Bucket: "filled", Key: "k", Body: "2" });
    await s3.deleteObject({ Bucket: "filled", Key: "k" });
    await s3.createMultipartUpload({ Bucket: "filled", Key: "open" });
    await expect(steps.delete("filled", state)).rejects.toThrow(
      new Error("BucketNotEmpty: The bucket you tried to delete is not empty"),
    );
    await steps.delete("filled", { ...state, forceDestroy: true });
    expect(await steps.read("filled")).toBeUndefined();
    expect(await steps.find({ bucket: "filled" })).toBeUndefined();
    await steps.delete("filled", state);
  });

  test("fails where a name that XML cannot hold comes back as another, in the place of going on for ever", async () => {
    const state = await makeBucket("turned", { forceDestroy: true });
    await bench.s3().putObject({ Bucket: "turned", Key: "a\rb", Body: "1" });
    await expect(bench.steps(bucketType).delete("turned", state)).rejects.toThrow(
      new Error('object "a\\nb" of bucket turned is listed and cannot be deleted'),
    );
  });
});
