import { expect, test } from "@jest/globals";
import type { Step } from "../../../operations/guard/preview.ts";
import { judge } from "../../../operations/guard.ts";

type Values = Record<string, unknown>;
const types = {
  cluster: "digitalocean:index/databaseCluster:DatabaseCluster",
  firewall: "digitalocean:index/databaseFirewall:DatabaseFirewall",
  login: "digitalocean:index/databaseUser:DatabaseUser",
  replica: "digitalocean:index/databaseReplica:DatabaseReplica",
  app: "digitalocean:index/app:App",
  record: "digitalocean:index/dnsRecord:DnsRecord",
  monitor: "digitalocean:index/monitorAlert:MonitorAlert",
  uptimeAlert: "digitalocean:index/uptimeAlert:UptimeAlert",
  uptimeCheck: "digitalocean:index/uptimeCheck:UptimeCheck",
  bucket: "aws:s3/bucket:Bucket",
  versioning: "aws:s3/bucketVersioning:BucketVersioning",
  ownership: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  encryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  lock: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  lifecycle: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  cors: "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
  copy: "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  user: "aws:iam/user:User",
  userPolicy: "aws:iam/userPolicy:UserPolicy",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  accessKey: "aws:iam/accessKey:AccessKey",
  ruleset: "github:index/repositoryRuleset:RepositoryRuleset",
  environment: "github:index/repositoryEnvironment:RepositoryEnvironment",
  branches: "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
  variable: "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
  provider: "pulumi:providers:aws",
} as const;
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const urnOf = (kind: keyof typeof types, name = "x") =>
  `urn:pulumi:production::slipway::${types[kind]}::${name}`;
const up = (kind: keyof typeof types, before: Values, after: Values, op = "update"): Step[] => [
  { op, urn: urnOf(kind), oldState: { inputs: before }, newState: { inputs: after } },
];
const make = (kind: keyof typeof types, inputs: Values, name = "x"): Step[] => [
  { op: "create", urn: urnOf(kind, name), newState: { inputs } },
];
const fw = (...values: string[]) => ({ rules: values.map((value) => ({ type: "ip_addr", value })) });
const doc = (...Statement: object[]) => ({ policy: JSON.stringify({ Statement }) });
const allow = (Action: string, Resource: string, more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const trust = (more: object) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", ...more }] });
const ruleset = (more: Values = {}) => ({
  enforcement: "active",
  conditions: { refName: { includes: ["main"], excludes: [] } },
  ...more,
});
const spec = (of: Values) => ({ spec: of });
const api = (more: Values = {}) => ({ name: "api", ...more });
const secretKey = { key: "KEY", type: "SECRET" };
const plainKey = { key: "KEY", type: "GENERAL", value: "hunter2" };
const cpu = { rule: "CPU_UTILIZATION", operator: "GREATER_THAN", value: 80, window: "FIVE_MINUTES" };
const cors = (allowOrigins: object, more: object = {}) => ({
  ingress: { rules: [{ match: { path: { prefix: "/api" } }, cors: { allowOrigins, ...more } }] },
});
/** What is refused, and behind "look" what is only shown. */
function said(steps: Step[]): string[] {
  const { refusals, warnings } = judge({ steps });
  for (const { inputs, remedy } of [...refusals, ...warnings]) {
    for (const input of inputs) expect(input).toMatch(/^[a-z][A-Za-z]+$/);
    expect(remedy).toMatch(/^[a-z].{7,}[a-z0-9)]$/s);
  }
  return [...refusals.map(({ reason }) => reason), ...warnings.map(({ reason }) => `look: ${reason}`)];
}

const attempts: readonly (readonly [title: string, steps: Step[], expected: string[]])[] = [
  [
    "the cluster's nodes are unknown",
    up("cluster", { nodeCount: 2 }, { nodeCount: unknown }),
    ["the database cluster x goes from 2 nodes to what is known after up only"],
  ],
  [
    "the cluster's nodes are left out",
    up("cluster", { nodeCount: 2 }, {}),
    ["the database cluster x goes from 2 nodes to nothing"],
  ],
  [
    "the cluster gets an older version",
    up("cluster", { version: "17" }, { version: "16" }),
    ["the database cluster x goes from version 17 to 16, and never back"],
  ],
  [
    "the cluster's version is unknown",
    up("cluster", { version: "17" }, { version: unknown }),
    ["the database cluster x goes from version 17 to what is known after up only, and never back"],
  ],
  [
    "the cluster's disk shrinks",
    up("cluster", { storageSizeMib: "61440" }, { storageSizeMib: "30720" }),
    ["the database cluster x changes storageSizeMib from 61440 to 30720"],
  ],
  [
    "the cluster's size is left out",
    up("cluster", { size: "db-s-2vcpu-4gb" }, {}),
    ["the database cluster x goes from db-s-2vcpu-4gb to nothing, which is smaller or cannot be compared"],
  ],
  [
    "the cluster is renamed in a step called same",
    up("cluster", { name: "db" }, { name: "db2" }, "same"),
    [
      "a change of name replaces the database cluster x: its data is lost, and so are its backups at the platform",
    ],
  ],
  [
    "a second firewall is written over the first",
    make("firewall", { clusterId: "1", rules: [{ type: "ip_addr", value: "203.0.113.7" }] }),
    [
      "the database's firewall x is written over the rules that its cluster has",
      "look: the database's firewall x also admits ip_addr 203.0.113.7",
    ],
  ],
  [
    "a second firewall hides behind a new cluster",
    [
      ...make("cluster", { name: "decoy" }),
      ...make("firewall", { clusterId: "1", rules: [{ type: "ip_addr", value: "203.0.113.7" }] }),
    ],
    [
      "the database's firewall x is written over the rules that its cluster has",
      "look: the database's firewall x also admits ip_addr 203.0.113.7",
    ],
  ],
  [
    "the firewall takes many halves of the internet",
    up(
      "firewall",
      fw("10.0.0.0/20"),
      fw("10.0.0.0/20", ...Array.from({ length: 3 }, (_, i) => `${i + 20}.0.0.0/9`)),
    ),
    [
      "the database's firewall x takes logins from 25165824 addresses of the internet, with 4 rules together",
      "look: the database's firewall x also admits ip_addr 20.0.0.0/9",
      "look: the database's firewall x also admits ip_addr 21.0.0.0/9",
      "look: the database's firewall x also admits ip_addr 22.0.0.0/9",
    ],
  ],
  [
    "the firewall takes a mapped range",
    up("firewall", fw("10.0.0.0/20"), fw("::ffff:0:0/90")),
    ["the database's firewall x takes logins from every address (::ffff:0:0/90)"],
  ],
  [
    "a login gets other rights",
    up("login", {}, { settings: [{ pgAllowReplication: true }] }),
    ['the database\'s login x changes settings from nothing to [{"pgAllowReplication":true}]'],
  ],
  [
    "a replica's disk shrinks",
    up("replica", { storageSizeMib: "61440" }, { storageSizeMib: "1" }),
    ["the read replica x changes storageSizeMib from 61440 to 1"],
  ],
  [
    "the bucket says an access list itself",
    up("bucket", { bucket: "a" }, { bucket: "a", acl: "public-read" }),
    ["the bucket x has acl of its own, which nobody compares with what is said of it elsewhere"],
  ],
  [
    "the bucket says a lifecycle itself",
    up(
      "bucket",
      { bucket: "a" },
      { bucket: "a", lifecycleRules: [{ enabled: true, expiration: { days: 1 } }] },
    ),
    ["the bucket x has lifecycleRules of its own, which nobody compares with what is said of it elsewhere"],
  ],
  [
    "the bucket says a policy itself",
    up("bucket", { bucket: "a" }, { bucket: "a", policy: "{}" }),
    ["the bucket x has policy of its own, which nobody compares with what is said of it elsewhere"],
  ],
  [
    "the bucket says a website itself",
    up("bucket", { bucket: "a" }, { bucket: "a", website: { indexDocument: "x" } }),
    ["the bucket x has website of its own, which nobody compares with what is said of it elsewhere"],
  ],
  [
    "the bucket says grants that are unknown",
    up("bucket", { bucket: "a" }, { bucket: "a", grants: unknown }),
    ["the bucket x has grants of its own, which nobody compares with what is said of it elsewhere"],
  ],
  [
    "the bucket says versioning itself",
    up("bucket", { bucket: "a" }, { bucket: "a", versioning: { enabled: false } }),
    ["the bucket x has versioning of its own, which nobody compares with what is said of it elsewhere"],
  ],
  [
    "a new bucket is open from the start",
    make("bucket", { bucket: "b", acl: "public-read-write" }),
    ["the bucket x has acl of its own, which nobody compares with what is said of it elsewhere"],
  ],
  [
    "MFA is asked no more before a deletion",
    up(
      "versioning",
      { versioningConfiguration: { status: "Enabled", mfaDelete: "Enabled" } },
      { versioningConfiguration: { status: "Enabled", mfaDelete: "Disabled" } },
    ),
    [
      "the bucket's versioning x goes from Enabled to Disabled (mfaDelete): what is overwritten or deleted is gone",
    ],
  ],
  [
    "access lists count again for a bucket",
    make("ownership", { bucket: "a", rule: { objectOwnership: "ObjectWriter" } }),
    ["the bucket's ownership rule x is ObjectWriter: access lists count again"],
  ],
  [
    "who owns objects gets weaker in two steps",
    up(
      "ownership",
      { rule: { objectOwnership: "BucketOwnerPreferred" } },
      { rule: { objectOwnership: "ObjectWriter" } },
    ),
    [
      "the bucket's ownership rule x goes from BucketOwnerPreferred to ObjectWriter: access lists count again",
    ],
  ],
  [
    "a foreign key for a bucket that was there",
    make("encryption", {
      bucket: "a",
      rules: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: "arn:aws:kms:us-east-1:666666666666:key/x",
          },
        },
      ],
    }),
    [
      "the bucket's encryption x is written over the encryption that its bucket has: aws:kms, key arn:aws:kms:us-east-1:666666666666:key/x",
    ],
  ],
  [
    "a foreign key behind a new bucket of another name",
    [
      ...make("bucket", { bucket: "b" }),
      ...make("encryption", {
        bucket: "a",
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:x" } }],
      }),
    ],
    ["the bucket's encryption x is written over the encryption that its bucket has: aws:kms, key arn:x"],
  ],
  [
    "an encryption that is unknown",
    make("encryption", { bucket: "a", rules: unknown }),
    ["the bucket's encryption x is written over the encryption that its bucket has: nothing, key nothing"],
  ],
  [
    "a foreign key in place of the platform's",
    up(
      "encryption",
      { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      {
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:x" } }],
      },
    ),
    ["the bucket's encryption x encrypts with another key: nothing → arn:x"],
  ],
  [
    "the lock is unknown",
    up("lock", { rule: { defaultRetention: { mode: "COMPLIANCE", days: 30 } } }, { rule: unknown }),
    ["the bucket's object lock x locks new backups no more: they can be deleted before their time"],
  ],
  [
    "the lock is of another mode",
    up(
      "lock",
      { rule: { defaultRetention: { mode: "COMPLIANCE", days: 30 } } },
      { rule: { defaultRetention: { mode: "compliance", days: 30 } } },
    ),
    ["the bucket's object lock x goes from COMPLIANCE to compliance"],
  ],
  [
    "CORS is unknown",
    up("cors", { corsRules: [] }, { corsRules: unknown }),
    ["the bucket's CORS x gets CORS rules that nobody knows before up"],
  ],
  [
    "CORS takes a page by its end",
    up(
      "cors",
      { corsRules: [] },
      { corsRules: [{ allowedOrigins: ["https://*.example"], allowedMethods: ["PUT"] }] },
    ),
    ["the bucket's CORS x lets pages of https://*.example ask by PUT"],
  ],
  [
    "the copy is unknown",
    up("copy", { rules: [] }, { rules: unknown }),
    ["the bucket's replication x gets rules of copying that nobody knows before up"],
  ],
  [
    "the copy goes to nobody knows where",
    up(
      "copy",
      { rules: [{ status: "Enabled", destination: { bucket: "a" } }] },
      { rules: [{ status: "Enabled", destination: { bucket: unknown } }] },
    ),
    ["the bucket's replication x copies the bucket to a bucket that nobody knows before up"],
  ],
  [
    "a lifecycle hides behind a bucket without a name",
    [
      ...make("bucket", {}),
      ...make("lifecycle", { bucket: "a", rules: [{ status: "Enabled", expiration: { days: 1 } }] }),
    ],
    ["the bucket's lifecycle x deletes objects after 1 day, which were kept"],
  ],
  [
    "a lifecycle hides behind a bucket that it does not need",
    [
      ...make("bucket", {}),
      ...make("lifecycle", { rules: [{ status: "Enabled", expiration: { days: 1 } }] }),
    ],
    ["the bucket's lifecycle x deletes objects after 1 day, which were kept"],
  ],
  [
    "a transition takes every object to the slowest class",
    up(
      "lifecycle",
      { rules: [] },
      { rules: [{ status: "Enabled", transitions: [{ days: 0, storageClass: "DEEP_ARCHIVE" }] }] },
    ),
    ["the bucket's lifecycle x moves what is in the bucket to DEEP_ARCHIVE"],
  ],
  [
    "a policy is unknown",
    up("bucketPolicy", doc(), { policy: unknown }),
    ["the bucket's policy x gets a policy that nobody knows before up"],
  ],
  [
    "a policy is left out",
    up("userPolicy", doc(), {}),
    ["the policy of an IAM user x has a policy that cannot be read"],
  ],
  [
    "a policy appears where none was",
    up("rolePolicy", { role: "a" }, doc(allow("s3:*", "*"))),
    [
      "the policy of an IAM role x changes role from a to nothing",
      "the policy of an IAM role x allows more: s3:* on *",
    ],
  ],
  [
    "a new identity may do everything",
    [...make("user", { name: "x" }), ...make("userPolicy", { user: "x", ...doc(allow("*", "*")) })],
    ["the policy of an IAM user x is new and allows *, whatever that is"],
  ],
  [
    "a new identity may read what was there",
    [
      ...make("user", { name: "x" }),
      ...make("userPolicy", { user: "x", ...doc(allow("s3:GetObject", "arn:aws:s3:::prod-backups/*")) }),
    ],
    [
      "the policy of an IAM user x is new and allows s3:GetObject on arn:aws:s3:::prod-backups/*, which is not made with it",
    ],
  ],
  [
    "a new identity gets what nobody knows",
    [...make("user", { name: "x" }), ...make("userPolicy", { user: "x", policy: unknown })],
    ["the policy of an IAM user x is new, and nobody knows before up what it allows"],
  ],
  [
    "a new identity gets what a preview leaves out",
    [...make("user", { name: "x" }), ...make("userPolicy", { user: "x" })],
    ["the policy of an IAM user x is new, and nobody knows before up what it allows"],
  ],
  [
    "a new identity may do all but little",
    [
      ...make("user", { name: "x" }),
      ...make("userPolicy", { user: "x", ...doc({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }) }),
    ],
    ['the policy of an IAM user x is new and allows all but "iam:*" (NotAction)'],
  ],
  [
    "a new identity may take on a role that was there",
    [
      ...make("user", { name: "x" }),
      ...make("userPolicy", { user: "x", ...doc(allow("sts:AssumeRole", "arn:aws:iam::1:role/prod")) }),
    ],
    [
      "the policy of an IAM user x is new and allows sts:AssumeRole on arn:aws:iam::1:role/prod, which is not made with it",
    ],
  ],
  [
    "a new identity may do it to every user",
    [
      ...make("user", { name: "x" }),
      ...make("userPolicy", { user: "x", ...doc(allow("iam:CreateAccessKey", "arn:aws:iam::1:user/*")) }),
    ],
    [
      "the policy of an IAM user x is new and allows iam:CreateAccessKey on arn:aws:iam::1:user/*, which is not made with it",
    ],
  ],
  [
    "a new identity has a policy twice readable",
    [
      ...make("user", { name: "x" }),
      ...make("userPolicy", { user: "x", policy: '{"Statement":[],"Statement":[{"Effect":"Allow"}]}' }),
    ],
    ["the policy of an IAM user x has a policy that cannot be read"],
  ],
  [
    "rights hide behind a user without a name",
    [
      ...make("user", {}),
      ...make("userPolicy", { user: "prod", ...doc(allow("s3:GetObject", "arn:aws:s3:::b/x")) }),
    ],
    ["the policy of an IAM user x is new and gives rights to who was there already"],
  ],
  [
    "rights hide behind a user of the same logical name",
    [
      ...make("user", {}, "prod"),
      ...make("userPolicy", { user: "prod", ...doc(allow("s3:GetObject", "arn:aws:s3:::b/x")) }),
    ],
    ["the policy of an IAM user x is new and gives rights to who was there already"],
  ],
  [
    "a key hides behind a user of another name",
    [...make("user", { name: "x" }), ...make("accessKey", { user: "prod" })],
    ["the access key x is one more key of prod"],
  ],
  [
    "a key is switched on again",
    up("accessKey", { user: "a", status: "Inactive" }, { user: "a", status: "Active" }),
    ["the access key x changes status from Inactive to Active"],
  ],
  [
    "a new role trusts everybody",
    make("role", { name: "x", assumeRolePolicy: trust({ Principal: "*" }) }),
    ["the IAM role x is new and lets * do sts:AssumeRole"],
  ],
  [
    "a new role trusts every account",
    make("role", { name: "x", assumeRolePolicy: trust({ Principal: { AWS: "*" } }) }),
    ['the IAM role x is new and lets {"AWS":"*"} do sts:AssumeRole'],
  ],
  [
    "a new role trusts another account",
    make("role", {
      name: "x",
      assumeRolePolicy: trust({ Principal: { AWS: "arn:aws:iam::666666666666:root" } }),
    }),
    ['the IAM role x is new and lets {"AWS":"arn:aws:iam::666666666666:root"} do sts:AssumeRole'],
  ],
  [
    "a new role trusts every workflow",
    make("role", {
      name: "x",
      assumeRolePolicy: trust({
        Principal: { Federated: "github" },
        Condition: { StringLike: { "token:sub": "repo:*" } },
      }),
    }),
    ['the IAM role x is new and lets {"Federated":"github"} do sts:AssumeRole'],
  ],
  [
    "a new role trusts every workflow by a star in its subject",
    make("role", {
      name: "x",
      assumeRolePolicy: trust({
        Principal: { Federated: "github" },
        Condition: { StringEquals: { "token:sub": "repo:acme/*" } },
      }),
    }),
    ['the IAM role x is new and lets {"Federated":"github"} do sts:AssumeRole'],
  ],
  [
    "a new role trusts one of two",
    make("role", {
      name: "x",
      assumeRolePolicy: trust({
        Principal: { Federated: "github", AWS: "*" },
        Condition: { StringEquals: { "token:sub": "repo:a/b" } },
      }),
    }),
    ['the IAM role x is new and lets {"Federated":"github","AWS":"*"} do sts:AssumeRole'],
  ],
  [
    "a new role trusts all but one",
    make("role", { name: "x", assumeRolePolicy: trust({ NotPrincipal: { AWS: "1" } }) }),
    ['the IAM role x is new and allows all but {"AWS":"1"} (NotPrincipal)'],
  ],
  [
    "a new role is an administrator",
    make("role", {
      name: "x",
      assumeRolePolicy: trust({ Principal: { Service: "s3.amazonaws.com" } }),
      managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
    }),
    ["the IAM role x is new with managedPolicyArns, of which nobody has judged what it allows"],
  ],
  [
    "a new role has a policy inside",
    make("role", {
      name: "x",
      assumeRolePolicy: trust({ Principal: { Service: "s3.amazonaws.com" } }),
      inlinePolicies: [{ policy: "{}" }],
    }),
    ["the IAM role x is new with inlinePolicies, of which nobody has judged what it allows"],
  ],
  [
    "a new role's trust is unknown",
    make("role", { name: "x", assumeRolePolicy: unknown }),
    ["the IAM role x is new, and nobody knows before up what it allows"],
  ],
  [
    "a role is trusted by another workflow",
    up(
      "role",
      {
        assumeRolePolicy: trust({
          Principal: { Federated: "g" },
          Condition: { StringEquals: { sub: "repo:a/b:environment:production" } },
        }),
      },
      {
        assumeRolePolicy: trust({
          Principal: { Federated: "g" },
          Condition: { StringEquals: { sub: "repo:evil/b:environment:production" } },
        }),
      },
    ),
    ['the IAM role x allows more: sts:AssumeRole on it to {"Federated":"g"}'],
  ],
  [
    "a new bucket takes from everybody",
    [
      ...make("bucket", { bucket: "b" }),
      ...make("bucketPolicy", {
        bucket: "b",
        ...doc(allow("s3:GetObject", "arn:aws:s3:::b/*", { Principal: "*" })),
      }),
    ],
    ["the bucket's policy x is new and lets * do s3:GetObject"],
  ],
  [
    "a branch's exceptions are unknown",
    up("ruleset", ruleset(), ruleset({ conditions: { refName: { includes: ["main"], excludes: unknown } } })),
    ["the ruleset of a branch x has conditions.refName.excludes that nobody knows before up"],
  ],
  [
    "who may pass by is unknown",
    up("ruleset", ruleset(), ruleset({ bypassActors: unknown })),
    ["the ruleset of a branch x has bypassActors that nobody knows before up"],
  ],
  [
    "another pattern is asked for",
    up(
      "ruleset",
      ruleset({ rules: { commitMessagePattern: { operator: "regex", pattern: "^JIRA" } } }),
      ruleset({ rules: { commitMessagePattern: { operator: "regex", pattern: "." } } }),
    ),
    ["the ruleset of a branch x asks no more for commitMessagePattern.pattern: ^JIRA → ."],
  ],
  [
    "a pattern is turned round",
    up(
      "ruleset",
      ruleset({ rules: { commitMessagePattern: { negate: false, pattern: "a" } } }),
      ruleset({ rules: { commitMessagePattern: { negate: true, pattern: "a" } } }),
    ),
    ["the ruleset of a branch x asks no more for commitMessagePattern.negate: false → true"],
  ],
  [
    "larger files are taken",
    up(
      "ruleset",
      ruleset({ rules: { maxFileSize: { maxFileSize: 5 } } }),
      ruleset({ rules: { maxFileSize: { maxFileSize: 500 } } }),
    ),
    ["the ruleset of a branch x asks no more for maxFileSize.maxFileSize: 5 → 500"],
  ],
  [
    "a check is of any app",
    up(
      "ruleset",
      ruleset({ rules: { requiredStatusChecks: { requiredChecks: [{ context: "ci", integrationId: 7 }] } } }),
      ruleset({ rules: { requiredStatusChecks: { requiredChecks: [{ context: "ci" }] } } }),
    ),
    ["the ruleset of a branch x asks no more for requiredStatusChecks.requiredChecks ci"],
  ],
  [
    "a passer-by may do so always",
    up(
      "ruleset",
      ruleset({ bypassActors: [{ actorId: 1, bypassMode: "pull_request" }] }),
      ruleset({ bypassActors: [{ actorId: 1, bypassMode: "always" }] }),
    ),
    ['the ruleset of a branch x lets somebody pass by: {"actorId":1,"bypassMode":"always"}'],
  ],
  [
    "the reviewers are others",
    up("environment", { reviewers: [{ users: [1] }] }, { reviewers: [{ users: [666] }] }),
    [
      "the GitHub environment x lets the user 666 approve deployments as well",
      "look: the GitHub environment x has fewer reviewers: without the user 1",
    ],
  ],
  [
    "one more reviewer",
    up("environment", { reviewers: [{ users: [1] }] }, { reviewers: [{ users: [1], teams: [9] }] }),
    ["the GitHub environment x lets the team 9 approve deployments as well"],
  ],
  [
    "the reviewers are unknown",
    up("environment", { reviewers: [{ users: [1] }] }, { reviewers: [{ users: [unknown] }] }),
    [
      "the GitHub environment x has reviewers that nobody knows before up",
      "look: the GitHub environment x has fewer reviewers: without the user 1",
    ],
  ],
  [
    "deployments from another branch",
    up("branches", { branchPattern: "main" }, { branchPattern: "next" }),
    ["the rule which branches may deploy x takes deployments from next instead of main"],
  ],
  [
    "one more branch behind an environment of another repository",
    [
      ...make("environment", { environment: "production", repository: "decoy" }),
      ...make("branches", { environment: "production", repository: "shop", branchPattern: "next" }),
    ],
    ["the rule which branches may deploy x takes deployments from next as well"],
  ],
  [
    "the app is at another database",
    up(
      "app",
      spec({ databases: [{ name: "db", clusterName: "prod" }] }),
      spec({ databases: [{ name: "db", clusterName: "evil" }] }),
    ),
    ["the app x is connected to another database as db: clusterName prod → evil"],
  ],
  [
    "the app gets a database of the platform's own",
    up(
      "app",
      spec({ databases: [{ name: "db", clusterName: "prod", production: true }] }),
      spec({ databases: [{ name: "db", clusterName: "prod", production: false }] }),
    ),
    ["the app x is connected to another database as db: production true → false"],
  ],
  [
    "the app has no database",
    up("app", spec({ databases: [{ name: "db" }] }), spec({})),
    ["the app x is connected to the database db no more"],
  ],
  [
    "the app logs in as somebody else",
    up(
      "app",
      spec({ databases: [{ name: "db", dbUser: "app" }] }),
      spec({ databases: [{ name: "db", dbUser: "doadmin" }] }),
    ),
    ["the app x is connected to another database as db: dbUser app → doadmin"],
  ],
  [
    "the app is in no network",
    up("app", spec({ vpcs: [{ id: "1" }] }), spec({})),
    ["the app x has its private network 1 no more"],
  ],
  [
    "the app is in another network",
    up("app", spec({ vpcs: [{ id: "1" }] }), spec({ vpcs: [{ id: "2" }] })),
    ["the app x has its private network 1 no more"],
  ],
  [
    "the app runs somebody else's image",
    up(
      "app",
      spec({ services: [api({ image: { registry: "acme", repository: "api" } })] }),
      spec({ services: [api({ image: { registry: "evil", repository: "api" } })] }),
    ),
    ["the app x runs the service api from elsewhere: registry acme → evil"],
  ],
  [
    "the app is built from another repository",
    up(
      "app",
      spec({ services: [api({ github: { repo: "acme/shop" } })] }),
      spec({ services: [api({ github: { repo: "evil/shop" } })] }),
    ),
    ["the app x runs the service api from elsewhere: repo acme/shop → evil/shop"],
  ],
  [
    "a part beside it shows the secret",
    up(
      "app",
      spec({ services: [api({ envs: [secretKey] })] }),
      spec({ services: [api({ envs: [secretKey] }), { name: "api2", envs: [plainKey] }] }),
    ),
    ["the app x shows the secret KEY of api2 to everybody who may see the app"],
  ],
  [
    "the whole app shows the secret of a part",
    up(
      "app",
      spec({ services: [api({ envs: [secretKey] })] }),
      spec({ services: [api({ envs: [secretKey] })], envs: [plainKey] }),
    ),
    ["the app x shows the secret KEY to everybody who may see the app"],
  ],
  [
    "a secret's type is unknown",
    up(
      "app",
      spec({ services: [api({ envs: [secretKey] })] }),
      spec({ services: [api({ envs: [{ ...plainKey, type: unknown }] })] }),
    ),
    ["the app x shows the secret KEY of api to everybody who may see the app"],
  ],
  [
    "a part's variables are unknown",
    up(
      "app",
      spec({ workers: [{ name: "backup-worker", envs: [secretKey] }] }),
      spec({ workers: [{ name: "backup-worker", envs: unknown }] }),
    ),
    [
      "the app x gets variables of the worker backup-worker that nobody knows before up",
      "look: the app x has the secret KEY of backup-worker no more",
    ],
  ],
  [
    "pages of everybody may ask",
    up("app", spec(cors({ exact: "https://a.example" })), spec(cors({ regex: ".*" }))),
    ["the app x lets pages of .* ask for the path /api otherwise than before"],
  ],
  [
    "pages without TLS may ask",
    up("app", spec(cors({ exact: "https://a.example" })), spec(cors({ exact: "http://a.example" }))),
    ["the app x lets pages of http://a.example ask for the path /api otherwise than before"],
  ],
  [
    "the provider speaks to another address",
    up("provider", { version: "1" }, { version: "2", endpoints: [{ s3: "https://evil.example" }] }),
    ["the provider x is told otherwise where it speaks to, or as whom: endpoints"],
  ],
  [
    "the provider is of another region",
    up("provider", { region: "us-east-1" }, { region: "eu-west-1" }),
    ["the provider x is told otherwise where it speaks to, or as whom: region"],
  ],
  [
    "the provider is fetched from elsewhere",
    up("provider", {}, { __internal: { pluginDownloadURL: "https://evil.example" } }),
    ["the provider x is told otherwise where it speaks to, or as whom: __internal"],
  ],
];

test.each(attempts)("is refused: %s", (_, steps, expected) => {
  expect(said(steps)).toEqual(expected);
  expect(judge({ steps }).refusals).not.toEqual([]);
});

const seen: readonly (readonly [title: string, steps: Step[], expected: string[]])[] = [
  [
    "the app's alerts are gone",
    up(
      "app",
      spec({ alerts: [{ rule: "DEPLOYMENT_FAILED" }], services: [api({ alerts: [cpu] })] }),
      spec({ services: [api()] }),
    ),
    [
      "look: the app x tells nobody of DEPLOYMENT_FAILED any more",
      "look: the app x tells nobody of CPU_UTILIZATION of api any more",
    ],
  ],
  [
    "the app's alerts are off",
    up(
      "app",
      spec({ alerts: [{ rule: "DEPLOYMENT_FAILED" }] }),
      spec({ alerts: [{ rule: "DEPLOYMENT_FAILED", disabled: true }] }),
    ),
    ["look: the app x tells nobody of DEPLOYMENT_FAILED any more"],
  ],
  [
    "an alert comes later",
    up(
      "app",
      spec({ services: [api({ alerts: [cpu] })] }),
      spec({ services: [api({ alerts: [{ ...cpu, value: 99 }] })] }),
    ),
    [
      "look: the app x tells of CPU_UTILIZATION of api later: GREATER_THAN 80 FIVE_MINUTES → GREATER_THAN 99 FIVE_MINUTES",
    ],
  ],
  [
    "an alert has another window",
    up(
      "app",
      spec({ services: [api({ alerts: [cpu] })] }),
      spec({ services: [api({ alerts: [{ ...cpu, window: "ONE_HOUR" }] })] }),
    ),
    [
      "look: the app x tells of CPU_UTILIZATION of api later: GREATER_THAN 80 FIVE_MINUTES → GREATER_THAN 80 ONE_HOUR",
    ],
  ],
  [
    "an alert below a limit comes later",
    up(
      "app",
      spec({ services: [api({ alerts: [{ ...cpu, operator: "LESS_THAN" }] })] }),
      spec({ services: [api({ alerts: [{ ...cpu, operator: "LESS_THAN", value: 1 }] })] }),
    ),
    [
      "look: the app x tells of CPU_UTILIZATION of api later: LESS_THAN 80 FIVE_MINUTES → LESS_THAN 1 FIVE_MINUTES",
    ],
  ],
  [
    "the health check is gone",
    up(
      "app",
      spec({ services: [api({ healthCheck: {}, livenessHealthCheck: {} })] }),
      spec({ services: [api()] }),
    ),
    [
      "look: the app x is not asked any more how the service api is (healthCheck)",
      "look: the app x is not asked any more how the service api is (livenessHealthCheck)",
    ],
  ],
  [
    "the backup worker does nothing",
    up(
      "app",
      spec({ workers: [{ name: "backup-worker", runCommand: "backup schedule" }] }),
      spec({ workers: [{ name: "backup-worker", runCommand: "sleep infinity" }] }),
    ),
    ["look: the app x runs another command in the worker backup-worker: backup schedule → sleep infinity"],
  ],
  [
    "fewer instances",
    up("app", spec({ services: [api({ instanceCount: 2 })] }), spec({ services: [api()] })),
    ["look: the app x runs the service api 1 times instead of 2"],
  ],
  [
    "logs go elsewhere",
    up(
      "app",
      spec({ services: [api()] }),
      spec({ services: [api({ logDestinations: [{ name: "evil" }] })] }),
    ),
    ["look: the app x sends the logs of the service api to evil"],
  ],
  [
    "a secret is gone",
    up(
      "app",
      spec({ envs: [secretKey], workers: [{ name: "w", envs: [{ key: "B", type: "SECRET" }] }] }),
      spec({ workers: [{ name: "w" }] }),
    ),
    ["look: the app x has the secret KEY no more", "look: the app x has the secret B of w no more"],
  ],
  [
    "pages of another site may ask",
    up("app", spec(cors({ exact: "https://a.example" })), spec(cors({ exact: "https://b.example" }))),
    ["look: the app x lets pages of https://b.example ask for the path /api otherwise than before"],
  ],
  [
    "pages may ask with cookies",
    up(
      "app",
      spec(cors({ exact: "https://a.example" })),
      spec(cors({ exact: "https://a.example" }, { allowCredentials: true })),
    ),
    ["look: the app x lets pages of https://a.example ask for the path /api otherwise than before"],
  ],
  [
    "the site is led elsewhere",
    up("record", { type: "A", name: "@", value: "1" }, { type: "A", name: "@", value: "6" }),
    ["look: the DNS record x goes from 1 to 6"],
  ],
  [
    "mail goes to a new host",
    make("record", { domain: "a.example", type: "MX", name: "@", value: "evil." }),
    ["look: the DNS record x is new: MX @ evil."],
  ],
  [
    "a part of the zone is given away",
    make("record", { domain: "a.example", type: "NS", name: "api", value: "ns.evil." }),
    ["look: the DNS record x is new: NS api ns.evil."],
  ],
  [
    "an alert is switched off",
    up("monitor", { enabled: true, value: 80 }, { enabled: false, value: 99 }),
    [
      "look: the alert x is switched off: nobody is told any more",
      "look: the alert x watches otherwise: value 80 → 99",
    ],
  ],
  [
    "an alert goes to others",
    up("uptimeAlert", { notifications: [1], threshold: 1 }, { notifications: [2], threshold: 1 }),
    ["look: the alert of an uptime check x tells others than before"],
  ],
  [
    "a check looks elsewhere",
    up("uptimeCheck", { target: "https://a.example/health" }, { target: "https://a.example/" }),
    ["look: the uptime check x watches otherwise: target https://a.example/health → https://a.example/"],
  ],
  [
    "a variable of a workflow",
    up("variable", { value: "arn:a" }, { value: "arn:b" }),
    ["look: the ActionsEnvironmentVariable x has another value"],
  ],
  [
    "older versions are moved to a cheaper class",
    up(
      "lifecycle",
      { rules: [] },
      {
        rules: [
          {
            status: "Enabled",
            noncurrentVersionTransitions: [{ noncurrentDays: 1, storageClass: "STANDARD_IA" }],
          },
        ],
      },
    ),
    ["look: the bucket's lifecycle x moves what is in the bucket to STANDARD_IA"],
  ],
  [
    "a new bucket has a key of somebody's own",
    [
      ...make("bucket", { bucket: "a" }),
      ...make("encryption", {
        bucket: "a",
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:x" } }],
      }),
    ],
    ["look: the bucket's encryption x encrypts with the key arn:x"],
  ],
];

test.each(seen)("is shown: %s", (_, steps, expected) => {
  expect(said(steps)).toEqual(expected);
});
