import { describe, expect, test } from "@jest/globals";
import { judgedTypes } from "../../../operations/guard/judged.ts";
import type { Step } from "../../../operations/guard/preview.ts";
import { judge } from "../../../operations/guard.ts";
import { highlightedTypes } from "../../../operations/plan/highlights.ts";

type Values = Record<string, unknown>;
const names = {
  firewall: "digitalocean:index/databaseFirewall:DatabaseFirewall",
  cluster: "digitalocean:index/databaseCluster:DatabaseCluster",
  pool: "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool",
  record: "digitalocean:index/dnsRecord:DnsRecord",
  app: "digitalocean:index/app:App",
  alert: "digitalocean:index/uptimeAlert:UptimeAlert",
  bucket: "aws:s3/bucket:Bucket",
  versioning: "aws:s3/bucketVersioning:BucketVersioning",
  lock: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  access: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  ownership: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  encryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  lifecycle: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  policy: "aws:s3/bucketPolicy:BucketPolicy",
  rights: "aws:iam/userPolicy:UserPolicy",
  role: "aws:iam/role:Role",
  user: "aws:iam/user:User",
  ruleset: "github:index/repositoryRuleset:RepositoryRuleset",
  environment: "github:index/repositoryEnvironment:RepositoryEnvironment",
  branches: "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
  secret: "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
  variable: "github:index/actionsVariable:ActionsVariable",
  backups: "slipway:index:BackupBucket",
  volume: "digitalocean:index/volume:Volume",
} as const;
const urnOf = (type: string) => `urn:pulumi:production::slipway::slipway:index:Parent$${type}::x`;
const step = (op: string, type: string, before?: Values, after?: Values, more: Partial<Step> = {}): Step => ({
  op,
  urn: urnOf(type),
  ...(before === undefined ? {} : { oldState: { inputs: before } }),
  ...(after === undefined ? {} : { newState: { inputs: after } }),
  ...more,
});
/** What is refused, and behind "look" what is only shown. */
function said(...steps: Step[]): string[] {
  const { refusals, warnings } = judge({ steps });
  // Whoever reads what was found is told of which input, and what to do instead.
  for (const { inputs, remedy } of [...refusals, ...warnings]) {
    for (const input of inputs) expect(input).toMatch(/^[a-z][A-Za-z]+$/);
    expect(remedy).toMatch(/^[a-z].{7,}[a-z0-9)]$/s);
  }
  return [...refusals.map(({ reason }) => reason), ...warnings.map(({ reason }) => `look: ${reason}`)];
}
const changed = (type: string, before: Values, after: Values) => said(step("update", type, before, after));

const rules = (...values: string[]) => ({ rules: values.map((value) => ({ type: "ip_addr", value })) });
const firewall = "the database's firewall x";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("a database's firewall", () => {
  const own = rules("10.40.0.0/20");
  const all = (address: string) => [`${firewall} takes logins from every address (${address})`];
  test.each<[Values, Values, string[]]>([
    [own, rules(), [`${firewall} has no rules any more: every address may log in`]],
    [own, {}, [`${firewall} has no rules any more: every address may log in`]],
    ...[
      "0.0.0.0/0",
      "::/0",
      "0.0.0.0",
      "::",
      "0:0:0:0:0:0:0:0/0",
      "128.0.0.0/1",
      "2000::/3",
      "::ffff:0:0/96",
      "::ffff:0.0.0.0/96",
      "0:0:0:0:0:ffff::/90",
      "::/95",
      "64:ff9b::/64",
      "64:ff9b::/96",
      "fc00::/31",
      "10.0.0.0/7",
    ].map((address): [Values, Values, string[]] => [own, rules("10.40.0.0/20", address), all(address)]),
    [own, rules("10.40.0.0/20", "203.0.113.7"), [`look: ${firewall} also admits ip_addr 203.0.113.7`]],
    ...[
      "1.2.3.4/",
      " 0.0.0.0/00 ",
      "10.0.0.0/0x8",
      "10.0.0.0/1e1",
      "10.0.0.0/Infinity",
      "10.0.0.0/08",
      "10.0.0.0/8/8",
      "10.0.0.0/-1",
      "10.0.0.0/33",
      "::/129",
      "010.0.0.1",
      "10.0.0",
      "167772160",
      "fe80::1%eth0",
      "::ffff:010.0.0.1",
      "example.com",
    ].map((address): [Values, Values, string[]] => [
      own,
      rules("10.40.0.0/20", address),
      [`${firewall} takes logins from what is no address for certain (${address})`],
    ]),
    ...(
      [
        ["", '""'],
        [{ a: 1 }, '{"a":1}'],
        [null, "null"],
        [7, "7"],
        [undefined, "nothing"],
        [["10.0.0.1"], '["10.0.0.1"]'],
      ] as const
    ).map(([value, text]): [Values, Values, string[]] => [
      own,
      { rules: [{ type: "ip_addr", value }] },
      [`${firewall} has a rule whose value nobody can read: ip_addr ${text}`],
    ]),
    [
      own,
      { rules: [{ type: "tag", value: "web" }] },
      [`${firewall} takes logins from every machine that carries the tag web`],
    ],
    [
      own,
      { rules: [{ type: "ip_range", value: "x" }, { value: "10.0.0.1" }, "10.0.0.1"] },
      [
        `${firewall} has a rule of a type that nobody knows: ip_range x`,
        `${firewall} has a rule of a type that nobody knows: nothing 10.0.0.1`,
        `${firewall} has a rule of a type that nobody knows: nothing nothing`,
      ],
    ],
    [
      own,
      { rules: ["app", "droplet", "k8s"].map((type) => ({ type, value: "42" })) },
      ["app", "droplet", "k8s"].map((type) => `look: ${firewall} also admits ${type} 42`),
    ],
    [
      own,
      rules("10.40.0.0/20", unknown),
      [`${firewall} takes logins from what is known after up only (ip_addr)`],
    ],
    [own, { rules: unknown }, [`${firewall} gets rules that nobody knows before up`]],
    [own, { rules: { value: "10.0.0.1" } }, [`${firewall} has no rules any more: every address may log in`]],
    [own, rules("::ffff:203.0.113.7"), [`look: ${firewall} also admits ip_addr ::ffff:203.0.113.7`]],
    [own, rules("2001:db8::/32"), [`look: ${firewall} also admits ip_addr 2001:db8::/32`]],
    [own, rules("198.0.0.0/8"), [`look: ${firewall} also admits ip_addr 198.0.0.0/8`]],
    [rules("10.40.0.0/20", "203.0.113.7"), own, []],
    [rules("0.0.0.0/0"), rules("0.0.0.0/0"), []],
  ])("%j → %j", (before, after, expected) => {
    expect(changed(names.firewall, before, after)).toEqual(expected);
  });

  test("is wide by many ranges together, of which private ones and repeated ones do not count", () => {
    const every = Array.from({ length: 256 }, (_, first) => `${first}.0.0.0/8`);
    const [first] = changed(names.firewall, own, rules(...every));
    expect(first).toBe(
      `${firewall} takes logins from 4278190080 addresses of the internet, with 256 rules together`,
    );
    expect(changed(names.firewall, rules(...every), rules(...every.slice(0, 100)))).toEqual([]);
    expect(
      changed(names.firewall, own, rules("198.0.0.0/8", "10.0.0.0/8", "198.1.0.0/16", "172.16.0.0/12")),
    ).toEqual(
      ["198.0.0.0/8", "10.0.0.0/8", "198.1.0.0/16", "172.16.0.0/12"].map(
        (address) => `look: ${firewall} also admits ip_addr ${address}`,
      ),
    );
    expect(changed(names.firewall, rules("198.0.0.0/8"), rules("198.0.0.0/8", "203.0.113.7"))).toEqual([
      `${firewall} takes logins from 16777217 addresses of the internet, with 2 rules together`,
      `look: ${firewall} also admits ip_addr 203.0.113.7`,
    ]);
    expect(changed(names.firewall, rules("203.0.113.7"), rules("2001:db8::/32", "2001:db9::/32"))[0]).toBe(
      `${firewall} takes logins from 158456325028528675187087900672 addresses of the internet, with 2 rules together`,
    );
  });

  test("that is new with its cluster is open or not, and admits what it was made for", () => {
    const cluster = step("create", names.cluster, undefined, { name: "db" });
    const made = (inputs: Values, dependencies = [cluster.urn]) =>
      said(
        cluster,
        step("create", names.firewall, undefined, undefined, { newState: { inputs, dependencies } }),
      );
    expect(made(rules(unknown))).toEqual([]);
    expect(made({ rules: [{ type: "tag", value: "web" }] })).toEqual([
      `${firewall} takes logins from every machine that carries the tag web`,
    ]);
    expect(made(rules("10.0.0.0/8", "203.0.113.7"))).toEqual([]);
    expect(made({ ...rules("10.0.0.0/8"), clusterId: unknown })).toEqual([]);
    expect(made(rules("0.0.0.0/0"))).toEqual(all("0.0.0.0/0"));
    expect(made({})).toEqual([`${firewall} has no rules any more: every address may log in`]);
  });

  test("that is new for a cluster that was there is written over its rules", () => {
    const over = `${firewall} is written over the rules that its cluster has`;
    const decoy = step("create", names.cluster, undefined, { name: "db" });
    for (const clusterId of ["1", unknown, undefined])
      expect(
        said(decoy, step("create", names.firewall, undefined, { ...rules("203.0.113.7"), clusterId })),
      ).toEqual([over, `look: ${firewall} also admits ip_addr 203.0.113.7`]);
  });
});

describe("what keeps a resource from being deleted by mistake", () => {
  const off = (type: string, op: string, option: string) =>
    said(step(op, type, {}, {}, { oldState: { [option]: true }, newState: { [option]: false } }));
  test.each(["same", "update"])("is refused where it is switched off by %s", (op) => {
    expect(off(names.cluster, op, "protect")).toEqual([
      "the database cluster x is protected no more: the next change may delete it",
    ]);
    expect(off(names.cluster, op, "retainOnDelete")).toEqual([
      "the database cluster x stays at the platform no more when the stack is destroyed",
    ]);
  });
  test("is shown where nothing is in the resource itself, and told of components by their parts", () => {
    expect(off(names.record, "update", "protect")).toEqual([
      "look: the DNS record x is protected no more: the next change may delete it",
    ]);
    expect(off("slipway:index:Database", "update", "protect")).toEqual([]);
  });
});

const status = (text: string) => ({ versioningConfiguration: { status: text } });
const lock = (mode: string, days: number) => ({ rule: { defaultRetention: { mode, days } } });
const expiry = (days: number, noncurrentDays = 7) => ({
  rules: [{ status: "Enabled", expiration: { days }, noncurrentVersionExpiration: { noncurrentDays } }],
});
const algorithm = (text: string) => ({
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: text } }],
});

describe("a bucket of backups", () => {
  test.each<[string, Values, Values, string[]]>([
    [
      names.bucket,
      {},
      { forceDestroy: true },
      ["the bucket x may be deleted with all that is in it (forceDestroy)"],
    ],
    [names.bucket, { forceDestroy: true }, { forceDestroy: true }, []],
    [
      names.versioning,
      status("Enabled"),
      status("Suspended"),
      ["the bucket's versioning x goes from Enabled to Suspended: what is overwritten or deleted is gone"],
    ],
    [names.versioning, status("Suspended"), status("Enabled"), []],
    [
      names.access,
      { blockPublicAcls: true, restrictPublicBuckets: true },
      { blockPublicAcls: false },
      [
        "the bucket's public access block x switches blockPublicAcls off: what is in it can be made public",
        "the bucket's public access block x switches restrictPublicBuckets off: what is in it can be made public",
      ],
    ],
    [
      names.ownership,
      { rule: { objectOwnership: "BucketOwnerEnforced" } },
      { rule: { objectOwnership: "ObjectWriter" } },
      [
        "the bucket's ownership rule x goes from BucketOwnerEnforced to ObjectWriter: access lists count again",
      ],
    ],
    [
      names.encryption,
      algorithm("aws:kms"),
      algorithm("AES256"),
      ["the bucket's encryption x goes from aws:kms to AES256"],
    ],
    [names.encryption, algorithm("AES256"), {}, ["the bucket's encryption x goes from AES256 to nothing"]],
    [names.encryption, algorithm("AES256"), algorithm("aws:kms"), []],
    [
      names.lock,
      lock("COMPLIANCE", 30),
      lock("GOVERNANCE", 7),
      [
        "the bucket's object lock x goes from COMPLIANCE to GOVERNANCE",
        "the bucket's object lock x locks for 7 days instead of 30",
      ],
    ],
    [
      names.lock,
      lock("GOVERNANCE", 30),
      {},
      ["the bucket's object lock x locks new backups no more: they can be deleted before their time"],
    ],
    [
      names.lock,
      lock("GOVERNANCE", 30),
      { rule: { defaultRetention: { mode: "COMPLIANCE", years: 1 } } },
      [],
    ],
    [
      names.lifecycle,
      expiry(30),
      expiry(7, 1),
      [
        "the bucket's lifecycle x deletes objects after 7 days instead of 30",
        "the bucket's lifecycle x deletes older versions after 1 day instead of 7",
      ],
    ],
    [
      names.lifecycle,
      { rules: [] },
      { rules: [{ status: "Enabled", expiration: { days: 7 } }] },
      ["the bucket's lifecycle x deletes objects after 7 days, which were kept"],
    ],
    [
      names.lifecycle,
      expiry(30),
      { rules: [{ status: "Disabled", expiration: { days: 30 } }] },
      [
        "look: the bucket's lifecycle x never deletes objects any more, and the cost grows",
        "look: the bucket's lifecycle x never deletes older versions any more, and the cost grows",
      ],
    ],
    [names.lifecycle, expiry(7), expiry(30), []],
    [
      names.backups,
      { schedule: "daily" },
      { schedule: "onDemand" },
      ["the BackupBucket x makes no backups by itself any more: daily → onDemand"],
    ],
    [names.backups, { schedule: "onDemand" }, { schedule: "daily" }, []],
  ])("%s %j → %j", (type, before, after, expected) => {
    expect(changed(type, before, after)).toEqual(expected);
  });
});

const document = (...statements: object[]) => ({
  policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
});
const allow = (
  Action: string | string[],
  Resource: string | string[] = "arn:aws:s3:::b/db/*",
  more: object = {},
) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const tls = { Bool: { "aws:SecureTransport": "false" } };
const deny = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
  Condition: tls,
};

describe("a policy", () => {
  const more = (grant: string) => [`the policy of an IAM user x allows more: ${grant}`];
  test.each<[Values, Values, string[]]>([
    [
      document(allow("s3:PutObject")),
      document(allow(["s3:PutObject", "s3:DeleteObject"])),
      more("s3:DeleteObject on arn:aws:s3:::b/db/*"),
    ],
    [document(allow("s3:PutObject")), document(allow("s3:*")), more("s3:* on arn:aws:s3:::b/db/*")],
    [
      document(allow("s3:Put?bject")),
      document(allow("s3:Put*bject")),
      more("s3:Put*bject on arn:aws:s3:::b/db/*"),
    ],
    [document(allow("s3:PutObject")), document(allow("s3:PutObject", "*")), more("s3:PutObject on *")],
    [
      document(allow("s3:PutObject", "b", { Condition: tls })),
      document(allow("s3:PutObject", "b")),
      more("s3:PutObject on b"),
    ],
    [
      document(allow("s3:PutObject")),
      document({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }),
      more('all but "iam:*" on *'),
    ],
    [
      document(allow("s3:PutObject")),
      document(allow("s3:PutObject", "b", { Principal: "*" })),
      more('s3:PutObject on b to "*"'),
    ],
    [document(), { policy: "{" }, ["the policy of an IAM user x has a policy that cannot be read"]],
    [
      document(),
      { policy: unknown },
      ["the policy of an IAM user x gets a policy that nobody knows before up"],
    ],
    [document(allow("s3:*")), document(allow(["S3:getobject", "s3:PutObject"])), []],
    [
      document(allow(["a:B", "a:C"])),
      document(allow("a:C", "arn:aws:s3:::b/db/2026/*", { Condition: tls })),
      [],
    ],
    [
      document(allow("a:B", "b", { Condition: tls })),
      document({ ...allow("a:B", "b"), Condition: { ...tls, IpAddress: {} } }),
      [],
    ],
  ])("%j → %j", (before, after, expected) => {
    expect(changed(names.rights, before, after)).toEqual(expected);
  });

  test("that denies less, or for fewer, is refused", () => {
    const less = ["arn:aws:s3:::b", "arn:aws:s3:::b/*"].map(
      (place) => `the bucket's policy x denies no more: s3:* on ${place} to "*"`,
    );
    expect(changed(names.policy, document(deny), document())).toEqual(less);
    expect(changed(names.policy, document(deny), document({ ...deny, Principal: { AWS: "1" } }))).toEqual(
      less,
    );
    expect(changed(names.policy, document(deny), document({ ...deny, Resource: "arn:aws:s3:::b" }))).toEqual(
      less.slice(1),
    );
    expect(
      changed(names.policy, document(deny), document({ ...deny, Resource: "*", Condition: undefined })),
    ).toEqual([]);
  });

  test("of who may take on a role", () => {
    const trust = (sub: string) => ({
      assumeRolePolicy: JSON.stringify({
        Statement: [
          {
            Effect: "Allow",
            Principal: { Federated: "github" },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: { StringEquals: { sub } },
          },
        ],
      }),
    });
    expect(changed(names.role, trust("repo:a/b:environment:production"), trust("repo:a/b:*"))).toEqual([
      'the IAM role x allows more: sts:AssumeRoleWithWebIdentity on it to {"Federated":"github"}',
    ]);
  });
});

describe("the gates at GitHub", () => {
  const branch = (more: object = {}) => ({
    enforcement: "active",
    conditions: { refName: { includes: ["refs/heads/main"], excludes: [] } },
    rules: {
      deletion: true,
      pullRequest: { requiredApprovingReviewCount: 2 },
      requiredStatusChecks: { requiredChecks: [{ context: "ci" }, { context: "e2e" }] },
    },
    ...more,
  });
  test("a branch whose rules are weaker", () => {
    expect(
      changed(
        names.ruleset,
        branch(),
        branch({
          enforcement: "evaluate",
          conditions: { refName: { includes: [], excludes: ["refs/heads/main"] } },
          rules: {
            pullRequest: { requiredApprovingReviewCount: 1 },
            requiredStatusChecks: { requiredChecks: [{ context: "ci" }] },
          },
          bypassActors: [{ actorId: 5 }],
        }),
      ),
    ).toEqual(
      [
        "goes from active to evaluate",
        "asks no more for deletion",
        "asks no more for pullRequest.requiredApprovingReviewCount: 2 → 1",
        "asks no more for requiredStatusChecks.requiredChecks e2e",
        'lets somebody pass by: {"actorId":5}',
        "no longer holds for refs/heads/main",
        "no longer holds for refs/heads/main",
      ].map((text) => `the ruleset of a branch x ${text}`),
    );
    expect(changed(names.ruleset, branch({ rules: {} }), branch())).toEqual([]);
    expect(changed(names.ruleset, branch(), branch())).toEqual([]);
    const without = changed(
      names.ruleset,
      branch(),
      branch({ enforcement: undefined, rules: { deletion: true } }),
    );
    expect(without).toEqual(
      [
        "goes from active to nothing",
        "asks no more for pullRequest.requiredApprovingReviewCount: 2 → nothing",
        "asks no more for requiredStatusChecks.requiredChecks ci",
        "asks no more for requiredStatusChecks.requiredChecks e2e",
      ].map((text) => `the ruleset of a branch x ${text}`),
    );
    const none = branch({ rules: { creation: null, update: false } });
    expect(changed(names.ruleset, none, branch({ rules: {} }))).toEqual([]);
  });

  test("a branch that may be passed by as before, or whose exceptions stay", () => {
    const given = branch({
      bypassActors: [{ actorId: 5 }],
      conditions: { refName: { includes: ["refs/heads/main"], excludes: ["refs/heads/x"] } },
    });
    expect(changed(names.ruleset, given, given)).toEqual([]);
  });

  test.each<[Values, Values, string[]]>([
    [{ reviewers: [{ users: [1] }] }, {}, ["the GitHub environment x has no reviewers any more"]],
    [
      { reviewers: [{ users: [1], teams: [2] }] },
      { reviewers: [{ users: [3] }] },
      [
        "the GitHub environment x lets the user 3 approve deployments as well",
        "look: the GitHub environment x has fewer reviewers: without the team 2 and the user 1",
      ],
    ],
    [
      { reviewers: [{ users: [1] }], preventSelfReview: true },
      { reviewers: [{ users: [1] }] },
      ["the GitHub environment x lets people review their own deployments"],
    ],
    [
      { reviewers: [{ users: [1] }], preventSelfReview: true },
      { reviewers: [{ users: [1] }], preventSelfReview: true },
      [],
    ],
    [
      { reviewers: [{ users: [1] }], preventSelfReview: true },
      {},
      ["the GitHub environment x has no reviewers any more"],
    ],
    [
      { reviewers: [{ teams: [1] }] },
      { reviewers: [{ users: [1] }] },
      [
        "the GitHub environment x lets the user 1 approve deployments as well",
        "look: the GitHub environment x has fewer reviewers: without the team 1",
      ],
    ],
    [
      { reviewers: [{ users: [1] }] },
      { reviewers: [{ users: [unknown] }] },
      [
        "the GitHub environment x has reviewers that nobody knows before up",
        "look: the GitHub environment x has fewer reviewers: without the user 1",
      ],
    ],
    [{ reviewers: [{ users: [1, 2] }] }, { reviewers: [{ users: [2, 1] }] }, []],
    [
      { reviewers: [{ users: [unknown] }] },
      { reviewers: [{ users: [`${unknown}2`] }] },
      ["the GitHub environment x has reviewers that nobody knows before up"],
    ],
    [
      { reviewers: [{ users: [1, 2] }] },
      { reviewers: [{ users: [2] }] },
      ["look: the GitHub environment x has fewer reviewers: without the user 1"],
    ],
    [{ canAdminsBypass: true }, {}, []],
    [{ canAdminsBypass: false }, { canAdminsBypass: false }, []],
    [{ waitTimer: 5 }, { waitTimer: 1 }, ["the GitHub environment x waits 1 minute instead of 5"]],
    [{ waitTimer: 5 }, {}, ["the GitHub environment x waits 0 minutes instead of 5"]],
    [{ waitTimer: 5 }, { waitTimer: 5 }, []],
    [{ deploymentBranchPolicy: {} }, { deploymentBranchPolicy: {} }, []],
    [{ canAdminsBypass: false }, {}, ["the GitHub environment x lets administrators pass by"]],
    [{ waitTimer: 30 }, { waitTimer: 5 }, ["the GitHub environment x waits 5 minutes instead of 30"]],
    [{ deploymentBranchPolicy: {} }, {}, ["the GitHub environment x takes deployments from every branch"]],
    [{}, { reviewers: [{ users: [1] }], waitTimer: 5, canAdminsBypass: false }, []],
  ])("an environment %j → %j", (before, after, expected) => {
    expect(changed(names.environment, before, after)).toEqual(expected);
  });

  test("the branches that may deploy", () => {
    const what = "the rule which branches may deploy x";
    expect(changed(names.branches, { branchPattern: "main" }, { branchPattern: "*" })).toEqual([
      `${what} takes deployments from *`,
    ]);
    expect(changed(names.branches, { branchPattern: "main" }, { branchPattern: "next" })).toEqual([
      `${what} takes deployments from next instead of main`,
    ]);
    expect(changed(names.branches, { branchPattern: "main" }, { branchPattern: "main" })).toEqual([]);
    expect(changed(names.branches, { branchPattern: "main" }, { tagPattern: "v*" })).toEqual([
      `${what} takes deployments from v*`,
    ]);
    expect(changed(names.branches, { tagPattern: "v*" }, { tagPattern: "w*" })).toEqual([
      `${what} takes deployments from w*`,
    ]);
    expect(changed(names.branches, {}, { tagPattern: "v1" })).toEqual([]);
  });
});

describe("an app, a cluster and a record", () => {
  const app = (type: string, ...domains: string[]) => ({
    spec: {
      domainNames: domains.map((name) => ({ name })),
      services: [{ name: "api", envs: [{ key: "SECRET_KEY", type }] }],
    },
  });
  test.each<[string, Values, Values, string[]]>([
    [
      names.app,
      app("SECRET"),
      app("GENERAL"),
      ["the app x shows the secret SECRET_KEY of api to everybody who may see the app"],
    ],
    [
      names.app,
      app("SECRET", "a.example", "b.example"),
      app("SECRET", "b.example"),
      ["look: the app x is not found at a.example any more"],
    ],
    [
      names.cluster,
      { nodeCount: 2, version: "16", region: "fra1" },
      { nodeCount: 1, version: "17", region: "ams3" },
      [
        "look: the database cluster x goes from 2 nodes to 1: no standby takes over",
        "look: the database cluster x goes from version 16 to 17, and never back",
        "look: the database cluster x moves from fra1 to ams3 while it runs",
      ],
    ],
    [
      names.cluster,
      { nodeCount: 3 },
      { nodeCount: 2 },
      ["look: the database cluster x goes from 3 nodes to 2: one standby less"],
    ],
    [
      names.record,
      { type: "MX", value: "a" },
      { type: "MX", value: "b" },
      ["look: the DNS record x goes from a to b"],
    ],
    [
      names.record,
      { type: "A", value: "a", name: "@" },
      { type: "A", value: "b", name: "www", ttl: 60 },
      ["look: the DNS record x goes from a to b", "look: the DNS record x changes name from @ to www"],
    ],
    [names.record, { type: "A", value: "a", ttl: 60 }, { type: "A", value: "a", ttl: 30 }, []],
  ])("%s %j → %j", (type, before, after, expected) => {
    expect(changed(type, before, after)).toEqual(expected);
  });
});

describe("a replacement of what holds nothing itself", () => {
  const away = (what: string) => [`look: replaces ${what} x: it is away until the new one is there`];
  test.each<[string, string[]]>([
    [names.policy, away("the bucket's policy")],
    [names.encryption, away("the bucket's encryption")],
    [names.lifecycle, away("the bucket's lifecycle")],
    ["aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", away("the bucket's CORS")],
    [names.user, away("the IAM user")],
    [names.pool, away("the connection pool")],
    [names.record, away("the DNS record")],
    [names.ruleset, away("the ruleset of a branch")],
    [names.branches, away("the rule which branches may deploy")],
    [names.alert, []],
    [names.secret, []],
    ["github:index/actionsSecret:ActionsSecret", []],
  ])("%s", (type, expected) => {
    expect(said(step("replace", type, {}, {}))).toEqual(expected);
  });
});

describe("a deletion", () => {
  test.each<[string, Values, string[]]>([
    [names.pool, {}, ["deletes the connection pool x: whoever connects through it is shut out"]],
    [names.record, { type: "MX" }, ["deletes the DNS record x: its name is not found any more"]],
    [names.record, { type: "A" }, ["look: deletes the DNS record x: its name is not found any more"]],
    [names.versioning, {}, ["deletes the bucket's versioning x: what is overwritten or deleted is gone"]],
    [names.lock, {}, ["deletes the bucket's object lock x: new backups can be deleted before their time"]],
    [
      names.access,
      {},
      ["deletes the bucket's public access block x: nothing keeps the backups from being made public"],
    ],
    [names.policy, {}, ["deletes the bucket's policy x: what it denies is allowed, plain HTTP among it"]],
    [
      names.lifecycle,
      {},
      ["look: deletes the bucket's lifecycle x: old backups are never deleted, and the cost grows"],
    ],
    [
      names.user,
      {},
      ["deletes the IAM user x: its keys and rights go with it, and what uses them is shut out"],
    ],
    [names.rights, {}, ["deletes the policy of an IAM user x: what it may do and must not do ends"]],
    [
      names.ruleset,
      {},
      [
        "deletes the ruleset of a branch x: the branch takes pushes without review or checks, and force pushes",
      ],
    ],
    [
      names.branches,
      {},
      [
        "deletes the rule which branches may deploy x: the environment takes deployments from other branches, or from none",
      ],
    ],
    [names.secret, {}, ["look: deletes the secret of an environment x: workflows that use it fail"]],
    [names.alert, {}, ["look: deletes the alert of an uptime check x: nobody is told any more"]],
    [
      "github:index/actionsSecret:ActionsSecret",
      {},
      ["look: deletes the secret of the repository x: workflows that use it fail"],
    ],
    [
      "digitalocean:index/uptimeCheck:UptimeCheck",
      {},
      ["look: deletes the uptime check x: nobody is told any more"],
    ],
    [
      "digitalocean:index/monitorAlert:MonitorAlert",
      {},
      ["look: deletes the alert x: nobody is told any more"],
    ],
    [
      names.ownership,
      {},
      ["deletes the bucket's ownership rule x: access lists count again, and others may own objects"],
    ],
    [
      names.encryption,
      {},
      ["deletes the bucket's encryption x: new backups are encrypted as the platform likes"],
    ],
    [names.record, { type: "NS" }, ["deletes the DNS record x: its name is not found any more"]],
    [names.record, { type: "CAA" }, ["deletes the DNS record x: its name is not found any more"]],
    [names.variable, {}, []],
    [
      names.backups,
      {},
      ["deletes the component x, and the preview does not tell what becomes of its resources"],
    ],
    [names.volume, {}, [`deletes x, a ${names.volume}: nobody has judged what is lost with it`]],
  ])("of %s %j", (type, before, expected) => {
    expect(said(step("delete", type, before))).toEqual(expected);
  });

  test("of what belongs to a bucket that goes as well is told with the bucket", () => {
    const dependencies = [urnOf(names.bucket)];
    expect(
      said(
        step("delete", names.bucket, {}),
        step("delete", names.policy, {}, undefined, { oldState: { dependencies } }),
      ),
    ).toEqual([
      "deletes the bucket x: with forceDestroy off that fails as long as any objects are in it, older versions as well; only an empty one goes",
    ]);
  });

  test.each<[string, string, string, Values, string]>([
    [
      "slipway:index:FileStore",
      "shop-files",
      "delete",
      { forceDestroy: false },
      "deletes the bucket shop-files: with forceDestroy off that fails as long as any users' files are in it, older versions as well; only an empty one goes",
    ],
    [
      "slipway:index:FileStore",
      "shop-files",
      "delete",
      { forceDestroy: true },
      "deletes the bucket shop-files: with forceDestroy on all users' files in it are deleted too, older versions as well",
    ],
    [
      "slipway:index:FileStore",
      "shop-files-replica",
      "delete",
      {},
      "deletes the bucket shop-files-replica: with forceDestroy off that fails as long as any copies of users' files are in it, older versions as well; only an empty one goes",
    ],
    [
      "slipway:index:BackupBucket",
      "shop-backups",
      "delete",
      { forceDestroy: true, objectLockEnabled: true },
      "deletes the bucket shop-backups: with forceDestroy on all backups in it are deleted too, older versions as well, which fails at what is locked in compliance mode",
    ],
    [
      "slipway:index:BackupBucket",
      "shop-backups",
      "replace",
      {},
      "the replacement of what it depends on replaces the bucket shop-backups: the new one is empty; the old one is deleted, and with forceDestroy off that fails as long as any backups are in it, older versions as well; only an empty one goes",
    ],
  ])(
    "of a bucket in %s, %s, to %s with %j tells what becomes of what it holds",
    (owner, name, op, inputs, expected) => {
      const urn = `urn:pulumi:production::slipway::${owner}$${names.bucket}::${name}`;
      expect(said({ ...step(op, names.bucket, inputs, op === "replace" ? inputs : undefined), urn })).toEqual(
        [expected],
      );
    },
  );

  test("that is told by a setting of the backups and by their lifecycle counts once, and by the setting where no lifecycle tells", () => {
    const days = (retentionDays: number, noncurrentDays: number) => ({ retentionDays, noncurrentDays });
    const rules = (expiration: number, noncurrentDays: number) => ({
      rules: [
        {
          id: "backups",
          status: "Enabled",
          expiration: { days: expiration },
          noncurrentVersionExpiration: { noncurrentDays },
        },
      ],
    });
    const component = {
      ...step("update", names.backups, days(14, 3), days(10, 1)),
      urn: "urn:pulumi:production::slipway::slipway:index:BackupBucket::x",
    };
    const inside = {
      ...step("update", names.lifecycle, rules(14, 3), rules(10, 1)),
      urn: `urn:pulumi:production::slipway::slipway:index:BackupBucket$${names.lifecycle}::x-expiry`,
    };
    const lifecycle = [
      "the bucket's lifecycle x-expiry deletes objects after 10 days instead of 14",
      "the bucket's lifecycle x-expiry deletes older versions after 1 day instead of 3",
    ];
    const own = [
      "the BackupBucket x changes retentionDays from 14 to 10",
      "the BackupBucket x changes noncurrentDays from 3 to 1",
    ];
    expect(said(component, inside)).toEqual(lifecycle);
    expect(said(component)).toEqual(own);
    // Other days, or a lifecycle of something else, are another change.
    const other = { ...inside, newState: { inputs: rules(11, 2) } };
    expect(said(component, other)).toHaveLength(4);
    expect(said(component, step("update", names.lifecycle, rules(14, 3), rules(10, 1)))).toHaveLength(4);
  });

  test("or replacement of what protects is shown, of an alert it is not", () => {
    const replaced = (type: string) => said(step("replace", type, {}, {}));
    expect(replaced(names.pool)).toEqual([
      "look: replaces the connection pool x: it is away until the new one is there",
    ]);
    expect(replaced(names.alert)).toEqual([]);
    expect(replaced(names.volume)).toEqual([
      `replaces x, a ${names.volume}: nobody has judged what is lost with it`,
    ]);
  });
});

test("every type that the program makes is judged", () => {
  expect(highlightedTypes.filter((type) => !judgedTypes.includes(type))).toEqual([]);
});
