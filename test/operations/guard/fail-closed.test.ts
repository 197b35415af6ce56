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

describe("what belongs to something that was there before", () => {
  const allows = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
  const denies = JSON.stringify({ Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }] });
  const [user, rule] = [
    "aws:iam/user:User",
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
  ];
  const rights = "is new and gives rights to who was there already";
  const wide = ({ policy }: Values) =>
    policy === unknown
      ? "is new, and nobody knows before up what it allows"
      : "is new and allows *, whatever that is";
  test.each<[string, string, Values, string[]]>([
    [
      "aws:iam/userPolicy:UserPolicy",
      user,
      { user: "a", policy: allows },
      [`the policy of an IAM user x ${rights}`],
    ],
    [
      "aws:iam/userPolicy:UserPolicy",
      user,
      { user: "a", policy: unknown },
      [`the policy of an IAM user x ${rights}`],
    ],
    ["aws:iam/userPolicy:UserPolicy", user, { user: "a", policy: denies }, []],
    [
      "aws:iam/rolePolicy:RolePolicy",
      "aws:iam/role:Role",
      { role: "a", policy: allows },
      [`the policy of an IAM role x ${rights}`],
    ],
    ["aws:iam/accessKey:AccessKey", user, { user: "a" }, ["the access key x is one more key of a"]],
    [s3("BucketPolicy"), s3("Bucket"), { bucket: "a", policy: allows }, [`the bucket's policy x ${rights}`]],
    [
      lifecycle,
      s3("Bucket"),
      { bucket: "a", rules: [{ status: "Enabled", expiration: { days: 1 } }] },
      ["the bucket's lifecycle x deletes objects after 1 day, which were kept"],
    ],
    [
      lock,
      s3("Bucket"),
      { bucket: "a", rule: {} },
      ["the bucket's object lock x is written over the lock that its bucket may have"],
    ],
    [
      rule,
      "github:index/repositoryEnvironment:RepositoryEnvironment",
      { environment: "a", branchPattern: "next" },
      ["the rule which branches may deploy x takes deployments from next as well"],
    ],
  ])("%s of %s: %j", (type, owner, inputs, expected) => {
    expect(made(type, inputs)).toEqual(expected);
    const own = { name: "a", bucket: "a", environment: "a" };
    const other = { name: "b", bucket: "b", environment: "b" };
    const assumeRolePolicy = JSON.stringify({ Statement: [] });
    const owned = (named: Values): Step => ({
      op: "create",
      urn: urnOf(owner, "o"),
      newState: { inputs: { assumeRolePolicy, ...named } },
    });
    expect(made(type, inputs, owned(other))).toEqual(expected);
    // Made together with it, it takes nothing from anybody, unless it holds for more.
    expect(made(type, inputs, owned(own))).toEqual(
      expected.filter((text) => text.endsWith(rights)).map((text) => text.replace(rights, wide(inputs))),
    );
  });

  test.each(["aws:s3/bucketAcl:BucketAcl", "aws:iam/userPolicyAttachment:UserPolicyAttachment"])(
    "nobody has judged a new %s",
    (type) => {
      expect(made(type, {})).toEqual([
        `the ${type.split(":")[2]} x is new, and a ${type}: nobody has judged what it opens`,
      ]);
    },
  );
});

const keeps = (what: string, input: string, was: string, is: string) => [
  `${what} x changes ${input} from ${was} to ${is}`,
];
test.each<[string, Values, Values, string[]]>([
  [
    s3("BucketVersioning"),
    { bucket: "a" },
    { bucket: "b" },
    keeps("the bucket's versioning", "bucket", "a", "b"),
  ],
  [
    "aws:iam/userPolicy:UserPolicy",
    { user: "a" },
    { user: unknown },
    keeps("the policy of an IAM user", "user", "a", "what is known after up only"),
  ],
  [
    "aws:iam/role:Role",
    { permissionsBoundary: "a" },
    {},
    keeps("the IAM role", "permissionsBoundary", "a", "nothing"),
  ],
  ["aws:iam/role:Role", {}, { permissionsBoundary: "a" }, []],
  [
    "aws:iam/role:Role",
    {},
    { managedPolicyArns: ["a"] },
    keeps("the IAM role", "managedPolicyArns", "nothing", '["a"]'),
  ],
  [
    "aws:iam/role:Role",
    { maxSessionDuration: 3600 },
    { maxSessionDuration: 43200 },
    keeps("the IAM role", "maxSessionDuration", "3600", "43200"),
  ],
  ["aws:iam/role:Role", { maxSessionDuration: 3600 }, { maxSessionDuration: 900 }, []],
  [
    "slipway:index:BackupBucket",
    { retentionDays: 30 },
    { retentionDays: 1 },
    keeps("the BackupBucket", "retentionDays", "30", "1"),
  ],
  ["slipway:index:BackupBucket", { retentionDays: 30 }, { retentionDays: 31 }, []],
  [
    "slipway:index:BackupBucket",
    { allowEmpty: false },
    { allowEmpty: true },
    keeps("the BackupBucket", "allowEmpty", "false", "true"),
  ],
  ["slipway:index:BackupBucket", { allowEmpty: true }, { allowEmpty: false }, []],
  [
    "slipway:index:BackupBucket",
    { recipients: "a" },
    { recipients: "b" },
    keeps("the BackupBucket", "recipients", "a", "b"),
  ],
  [
    "slipway:index:BackupBucket",
    { schedule: "daily" },
    {},
    ["the BackupBucket x makes no backups by itself any more: daily → nothing"],
  ],
  [
    "slipway:index:BackupBucket",
    { schedule: "daily" },
    { schedule: unknown },
    ["the BackupBucket x makes no backups by itself any more: daily → what is known after up only"],
  ],
])("%s %j → %j", (type, before, after, expected) => {
  expect(changed(type, before, after)).toEqual(expected);
});

describe("an app that is emptied", () => {
  const spec = {
    services: [{ name: "api" }],
    jobs: [{ name: "nightly" }],
    workers: [{ name: "mailer" }],
    ingress: { rules: [{ match: { path: { prefix: "/" }, authority: { exact: "a.example" } } }] },
    vpcs: [{ id: "1" }],
  };
  test.each<[unknown, string[]]>([
    [spec, []],
    [{ ...spec, services: [] }, ["has the service api no more"]],
    [{ ...spec, services: unknown }, ["has the service api no more"]],
    [{ ...spec, services: [{ name: "api2" }] }, ["has the service api no more"]],
    [
      { ...spec, jobs: undefined, workers: undefined },
      ["has the worker mailer no more", "has the job nightly no more"],
    ],
    [
      { ...spec, ingress: undefined, vpcs: undefined },
      ["has the path / of a.example no more", "has its private network 1 no more"],
    ],
    [
      { ...spec, maintenance: { enabled: true, archive: unknown } },
      ["is taken off the net (maintenance.archive)", "is taken off the net (maintenance.enabled)"],
    ],
    [unknown, ["gets settings that nobody knows before up: what is known after up only"]],
    [undefined, ["gets settings that nobody knows before up: nothing"]],
  ])("%j", (after, expected) => {
    expect(changed("digitalocean:index/app:App", { spec }, { spec: after })).toEqual(
      expected.map((text) => `the app x ${text}`),
    );
  });
});

describe("gates at GitHub", () => {
  const named = { customBranchPolicies: true, protectedBranches: false };
  test.each<[unknown, string[]]>([
    [named, []],
    [null, ["every branch"]],
    [undefined, ["every branch"]],
    [{ customBranchPolicies: false, protectedBranches: false }, ["every branch"]],
    [{ customBranchPolicies: false, protectedBranches: true }, ["every protected branch"]],
    [unknown, ["branches that nobody knows"]],
  ])("the branches of an environment: %j", (deploymentBranchPolicy, expected) => {
    expect(
      changed(
        "github:index/repositoryEnvironment:RepositoryEnvironment",
        { deploymentBranchPolicy: named },
        { deploymentBranchPolicy },
      ),
    ).toEqual(expected.map((which) => `the GitHub environment x takes deployments from ${which}`));
  });

  test.each(["[!x]???", "*/*", "a{b,c}", unknown])("a pattern of branches: %j", (branchPattern) => {
    expect(
      changed(
        "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
        { branchPattern: "release/*" },
        { branchPattern },
      ),
    ).toEqual([
      `the rule which branches may deploy x takes deployments from ${branchPattern === unknown ? "what is known after up only" : branchPattern}`,
    ]);
  });

  const checks = (integrationId: number | undefined, doNotEnforceOnCreate = false) => ({
    target: "branch",
    rules: {
      requiredStatusChecks: { doNotEnforceOnCreate, requiredChecks: [{ context: "ci", integrationId }] },
    },
  });
  test.each<[Values, Values, string[]]>([
    [checks(0), checks(7), []],
    [checks(7), checks(undefined), ["asks no more for requiredStatusChecks.requiredChecks ci"]],
    [checks(7), checks(7, true), ["asks no more for requiredStatusChecks.doNotEnforceOnCreate being off"]],
    [checks(7), { ...checks(7), target: "tag" }, ["changes target from branch to tag"]],
  ])("a ruleset %j → %j", (before, after, expected) => {
    expect(changed("github:index/repositoryRuleset:RepositoryRuleset", before, after)).toEqual(
      expected.map((text) => `the ruleset of a branch x ${text}`),
    );
  });
});
