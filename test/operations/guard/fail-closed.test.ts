import { describe, expect, test } from "@jest/globals";
import type { Step } from "../../../operations/guard/preview.ts";
import { judge } from "../../../operations/guard.ts";

type Values = Record<string, unknown>;
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const s3 = (name: string) => `aws:s3/${name[0]?.toLowerCase()}${name.slice(1)}:${name}`;
const [lifecycle, lock, encryption] = [
  s3("BucketLifecycleConfiguration"),
  s3("BucketObjectLockConfiguration"),
  s3("BucketServerSideEncryptionConfiguration"),
];
const urnOf = (type: string, name = "x") =>
  `urn:pulumi:production::slipway::slipway:index:P$${type}::${name}`;
function said(...steps: Step[]): string[] {
  const { refusals, warnings } = judge({ steps });
  return [...refusals.map(({ reason }) => reason), ...warnings.map(({ reason }) => `look: ${reason}`)];
}
const changed = (type: string, before: Values, after: Values) =>
  said({ op: "update", urn: urnOf(type), oldState: { inputs: before }, newState: { inputs: after } });
const made = (type: string, after: Values, ...others: Step[]) =>
  said({ op: "create", urn: urnOf(type), newState: { inputs: after } }, ...others);

describe("a lifecycle, rule by rule", () => {
  const objects = (expiration: unknown, more: object = {}) => ({
    id: "all",
    status: "Enabled",
    filter: { prefix: "a/" },
    expiration,
    ...more,
  });
  const versions = (end: object, more: object = {}) => ({
    id: "old",
    status: "Enabled",
    filter: {},
    noncurrentVersionExpiration: end,
    ...more,
  });
  const thirty = [
    objects({ days: 30 }),
    versions({ noncurrentDays: 90, newerNoncurrentVersions: 3 }),
  ] as const;
  const deletes = "the bucket's lifecycle x deletes";
  test.each<[unknown, string[]]>([
    [[...thirty], []],
    [[objects({ days: 31 }), thirty[1]], []],
    [
      [objects({ date: "2026-11-22T00:00:00Z" }), thirty[1]],
      [`${deletes} objects by a date (2026-11-22T00:00:00Z), whatever their age`],
    ],
    [
      [...thirty, { status: "Enabled", expiration: { date: "2026-11-22T00:00:00Z" } }],
      [`${deletes} objects by a date (2026-11-22T00:00:00Z), whatever their age`],
    ],
    [
      [objects({ days: unknown }), thirty[1]],
      [`${deletes} objects after a time that nobody knows (what is known after up only)`],
    ],
    [[objects({ days: "soon" }), thirty[1]], [`${deletes} objects after a time that nobody knows (soon)`]],
    [[objects({ days: -1 }), thirty[1]], [`${deletes} objects after a time that nobody knows (-1)`]],
    [[objects(unknown), thirty[1]], [`${deletes} objects when nobody knows before up`]],
    [
      [objects({ days: 30 }, { status: unknown }), thirty[1]],
      [`${deletes} objects when nobody knows before up`],
    ],
    [
      [objects({ days: 30 }, { filter: { prefix: "b/" } }), thirty[1]],
      [`${deletes} objects in b/ only or also, no longer in a/`],
    ],
    [
      [objects({ days: 30 }, { filter: {} }), thirty[1]],
      [`${deletes} objects after 30 days, which were kept`],
    ],
    [
      [
        thirty[0],
        versions({ noncurrentDays: 90, newerNoncurrentVersions: 3 }, { filter: { prefix: "none/" } }),
      ],
      [`${deletes} older versions in none/ only or also, no longer in the bucket`],
    ],
    [
      [thirty[0], versions({ noncurrentDays: 90, newerNoncurrentVersions: 1 })],
      ["the bucket's lifecycle x keeps 1 of the older versions instead of 3"],
    ],
    [
      [thirty[0], versions({ noncurrentDays: 90 })],
      ["the bucket's lifecycle x keeps 0 of the older versions instead of 3"],
    ],
    [[thirty[0], versions({ noncurrentDays: 90, newerNoncurrentVersions: 4 })], []],
    [unknown, ["the bucket's lifecycle x gets rules that nobody knows before up"]],
  ])("%j", (rules, expected) => {
    expect(changed(lifecycle, { rules: [...thirty] }, { rules })).toEqual(expected);
  });
});

test.each<[unknown, string[]]>([
  [unknown, ["locks for a time that nobody knows instead of 30"]],
  ["abc", ["locks for a time that nobody knows instead of 30"]],
  [29, ["locks for 29 days instead of 30"]],
  ["30", []],
])("a lock of %j days instead of 30", (days, expected) => {
  const of = (value: unknown) => ({ rule: { defaultRetention: { mode: "GOVERNANCE", days: value } } });
  expect(changed(lock, of(30), of(days))).toEqual(
    expected.map((text) => `the bucket's object lock x ${text}`),
  );
});

test.each<[string, unknown, string[]]>([
  ["AES256", undefined, []],
  ["aws:kms", undefined, []],
  ["aws:kms", "arn:other", ["encrypts with another key: nothing → arn:other"]],
  ["aws:kms", unknown, ["encrypts with another key: nothing → what is known after up only"]],
  ["aws:kmsx", undefined, ["goes from AES256 to aws:kmsx"]],
  [unknown, undefined, ["goes from AES256 to what is known after up only"]],
])("an encryption by %s with the key %j instead of AES256", (sseAlgorithm, kmsMasterKeyId, expected) => {
  const of = (by: Values) => ({ rules: [{ applyServerSideEncryptionByDefault: by }] });
  expect(changed(encryption, of({ sseAlgorithm: "AES256" }), of({ sseAlgorithm, kmsMasterKeyId }))).toEqual(
    expected.map((text) => `the bucket's encryption x ${text}`),
  );
});

test.each([true, "true", unknown])("a bucket that may be deleted whole: %j", (forceDestroy) => {
  expect(changed(s3("Bucket"), { forceDestroy: false }, { forceDestroy })).toEqual([
    "the bucket x may be deleted with all that is in it (forceDestroy)",
  ]);
});

test.each([
  ["db-s-2vcpu-4gb", "db-s-2vcpu-4gb", true],
  ["db-s-2vcpu-4gb", "db-s-4vcpu-8gb", true],
  ["db-s-2vcpu-4gb", "db-s-1vcpu-2gb", false],
  ["db-s-2vcpu-4gb", "small", false],
])("a cluster of %s that becomes %s", (was, is, isFine) => {
  expect(changed("digitalocean:index/databaseCluster:DatabaseCluster", { size: was }, { size: is })).toEqual(
    isFine
      ? []
      : [`the database cluster x goes from ${was} to ${is}, which is smaller or cannot be compared`],
  );
});

describe("what is new is held against the strictest", () => {
  test("versioning and the block of public access", () => {
    expect(made(s3("BucketVersioning"), { versioningConfiguration: { status: "Suspended" } })).toEqual([
      "the bucket's versioning x is Suspended: what is overwritten or deleted is gone",
    ]);
    expect(made(s3("BucketVersioning"), { versioningConfiguration: { status: "Enabled" } })).toEqual([]);
    const on = { blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
    expect(made(s3("BucketPublicAccessBlock"), { ...on, blockPublicAcls: false })).toEqual([
      "the bucket's public access block x leaves blockPublicAcls off: what is in it can be made public",
    ]);
    expect(made(s3("BucketPublicAccessBlock"), { ...on, blockPublicAcls: true })).toEqual([]);
  });
});
