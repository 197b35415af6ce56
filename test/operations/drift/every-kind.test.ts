import { globSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { isOfPlatform, notCovered } from "../../../operations/drift/covered.ts";
import { findDrift } from "../../../operations/drift.ts";
import { everythingState, RecordedClouds } from "./recorded.ts";

const recorded = new RecordedClouds("everything");
beforeAll(() => recorded.start());
afterAll(() => recorded.stop());
beforeEach(() => recorded.reset());

const state = everythingState();
const found = () => findDrift(state, recorded.clouds());
const idOf = (type: string): string => state.resources.find((one) => one.type.endsWith(type))?.id ?? "";

/** Every kind of resource that a component imports from a provider: all that any stack file can lead to. */
const made = globSync("components/**/*.ts", { cwd: new URL("../../../", import.meta.url) })
  .flatMap((file) => [
    ...readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8").matchAll(
      /^import \{ ([A-Z]\w+)[^}]*\} from "@pulumi\/(aws|digitalocean|github)\/(?:(\w+)\/)?(\w+)\.js"/gm,
    ),
  ])
  .map(([, name, platform, group = "index", file]) => `${platform}:${group}/${file}:${name}`)
  .filter((type) => !type.endsWith(":Provider"));
const kinds = [...new Set(made)].sort();

const keyOf = (user: string): string =>
  state.resources.find(({ type, inputs }) => type.endsWith(":AccessKey") && inputs["user"] === user)?.id ??
  "";

const cluster = "database cluster shop-db-staging";
const environment = "GitHub environment staging of acme/shop";
const rules = 'branch rules "slipway: develop" of acme/shop';
const clusterPath = `/v2/databases/${idOf(":DatabaseCluster")}`;
const files = '{"Bucket":"shop-files"}';
const backups = '{"Bucket":"shop-backups"}';
const copier = '{"RoleName":"shop-files-copier-staging"}';
const drill = '{"RoleName":"shop-delivery-drill-staging"}';
const writer = '{"UserName":"shop-backups-writer-staging"}';
const checkPath = `/v2/uptime/checks/${idOf(":UptimeCheck")}`;
const route = (part: string): string => {
  const [one = "", ...others] = Object.keys(recorded.answers).filter((name) => name.includes(part));
  if (others.length > 0 || one === "") throw new Error(`${others.length} more answers to ${part}`);
  return one;
};
const is404 = (part: string) => () => {
  recorded.answers[route(part)] = 404;
};
// An answer is whatever a test makes of it.
// biome-ignore lint/suspicious/noExplicitAny: see above
const changed = (end: string, change: (body: any) => void) => () => change(recorded.body(end));

/** One change by hand for each kind of resource, and more where a kind has more to lose. */
const changes: readonly [kind: string, change: () => void, sentence: string][] = [
  [
    "aws:iam/accessKey:AccessKey",
    changed(`listAccessKeys ${writer}`, (body) => {
      body.AccessKeyMetadata[0].Status = "Inactive";
    }),
    `user shop-backups-writer-staging access key ${keyOf("shop-backups-writer-staging")} is switched off`,
  ],
  [
    "aws:iam/role:Role",
    changed(`getRole ${drill}`, ({ Role }) => {
      Role.AssumeRolePolicyDocument = encodeURIComponent(
        decodeURIComponent(Role.AssumeRolePolicyDocument).replace(
          "environment:staging-drill",
          "ref:refs/heads/x",
        ),
      );
    }),
    "role shop-delivery-drill-staging who may take it was changed: Statement.0.Condition.StringEquals.token.actions.githubusercontent.com:sub is repo:acme/shop:ref:refs/heads/x; the program says repo:acme/shop:environment:staging-drill",
  ],
  [
    "aws:iam/role:Role",
    changed(`listRolePolicies ${copier}`, (body) => body.PolicyNames.push("mine")),
    "role shop-files-copier-staging has the rights mine, which the program did not give",
  ],
  [
    "aws:iam/role:Role",
    changed(`listAttachedRolePolicies ${drill}`, (body) =>
      body.AttachedPolicies.push({ PolicyName: "AdministratorAccess" }),
    ),
    "role shop-delivery-drill-staging has the policy AdministratorAccess, which the program did not attach",
  ],
  [
    "aws:iam/rolePolicy:RolePolicy",
    () => {
      const body = recorded.answers[route("shop-delivery-preview-role-state-")] as { PolicyDocument: string };
      body.PolicyDocument = encodeURIComponent(
        decodeURIComponent(body.PolicyDocument).replace('"s3:GetObject"', '"s3:*"'),
      );
    },
    "role shop-delivery-preview-staging its rights were changed at Statement.1.Action",
  ],
  [
    "aws:iam/user:User",
    changed(`listGroupsForUser ${writer}`, (body) => body.Groups.push({ GroupName: "admins" })),
    "user shop-backups-writer-staging is in the group admins, and has its rights",
  ],
  [
    "aws:iam/userPolicy:UserPolicy",
    is404('getUserPolicy {"UserName":"shop-files-product-staging"'),
    "rights of user shop-files-product-staging is not there any more",
  ],
  [
    "aws:s3/bucket:Bucket",
    is404('headBucket {"Bucket":"shop-files-copy"}'),
    "bucket shop-files-copy is not there any more",
  ],
  [
    "aws:s3/bucket:Bucket",
    () => {
      recorded.answers[route(`getBucketReplication ${backups}`)] = {
        ReplicationConfiguration: { Role: "arn:aws:iam::666666666666:role/mine", Rules: [{ ID: "out" }] },
      };
    },
    "bucket shop-backups has replication, which the program does not say",
  ],
  [
    "aws:s3/bucket:Bucket",
    () => {
      recorded.answers[route(`getBucketCors ${backups}`)] = { CORSRules: [{ AllowedOrigins: ["*"] }] };
    },
    "bucket shop-backups has CORS, which the program does not say",
  ],
  [
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
    changed(`getBucketCors ${files}`, (body) => {
      body.CORSRules[0].AllowedOrigins.push("*");
    }),
    "bucket shop-files CORS 0.allowedOrigins.* is *; the program says not set",
  ],
  [
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    is404(`getBucketLifecycleConfiguration ${files}`),
    "bucket shop-files has no lifecycle any more",
  ],
  [
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    changed(`getObjectLockConfiguration ${backups}`, (body) => {
      body.ObjectLockConfiguration.Rule.DefaultRetention.Days = 1;
    }),
    "bucket shop-backups object lock Days is 1; the program says 30",
  ],
  [
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    changed(`getBucketOwnershipControls ${files}`, (body) => {
      body.OwnershipControls.Rules[0].ObjectOwnership = "ObjectWriter";
    }),
    "bucket shop-files ownership is ObjectWriter; the program says BucketOwnerEnforced",
  ],
  [
    "aws:s3/bucketPolicy:BucketPolicy",
    changed(`getBucketPolicy ${files}`, (body) => {
      body.Policy =
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*"}]}';
    }),
    "bucket shop-files policy is another one than the program says, in 12 places",
  ],
  [
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    is404(`getPublicAccessBlock ${files}`),
    "bucket shop-files has no public access block any more",
  ],
  [
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    changed(`getBucketReplication ${files}`, (body) => {
      body.ReplicationConfiguration.Rules[0].Status = "Disabled";
    }),
    "bucket shop-files replication rules.files.status is Disabled; the program says Enabled",
  ],
  [
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    is404(`getBucketEncryption ${files}`),
    "bucket shop-files encryption is not set; the program says AES256",
  ],
  [
    "aws:s3/bucketVersioning:BucketVersioning",
    changed('getBucketVersioning {"Bucket":"shop-files-copy"}', (body) => {
      body.Status = "Suspended";
    }),
    "bucket shop-files-copy versioning is Suspended; the program says Enabled",
  ],
  [
    "digitalocean:index/app:App",
    changed(`/v2/apps/${idOf(":App")}`, ({ app }) => {
      app.active_deployment = null;
    }),
    "app shop-staging has no active deployment",
  ],
  [
    "digitalocean:index/databaseCluster:DatabaseCluster",
    changed(clusterPath, ({ database }) => {
      database.num_nodes = 1;
    }),
    `${cluster} num_nodes is 1; the last run left 2`,
  ],
  [
    "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool",
    changed(`${clusterPath}/pools`, ({ pools }) => {
      pools[0].mode = "session";
    }),
    `pool web of ${cluster} mode is session; the program says transaction`,
  ],
  [
    "digitalocean:index/databaseDb:DatabaseDb",
    changed(`${clusterPath}/dbs`, ({ dbs }) => dbs.push({ name: "spare" })),
    `${cluster} has the database spare, which the program did not make`,
  ],
  [
    "digitalocean:index/databaseFirewall:DatabaseFirewall",
    changed(`${clusterPath}/firewall`, ({ rules: list }) => list.pop()),
    `firewall of ${cluster} has no rule: every address may try to log in`,
  ],
  [
    "digitalocean:index/databasePostgresqlConfig:DatabasePostgresqlConfig",
    changed(`${clusterPath}/config`, ({ config }) => {
      config.work_mem = 4;
    }),
    `${cluster} setting work_mem is 4; the program says 8`,
  ],
  [
    "digitalocean:index/databaseReplica:DatabaseReplica",
    changed(`${clusterPath}/replicas`, (body) => {
      body.replicas = [];
    }),
    `replica shop-db-reports-staging of ${cluster} is not there any more`,
  ],
  [
    "digitalocean:index/databaseReplica:DatabaseReplica",
    changed(`${clusterPath}/replicas`, ({ replicas }) => replicas.push({ name: "copy", region: "nyc3" })),
    `${cluster} has the replica copy, which the program did not make`,
  ],
  [
    "digitalocean:index/databaseUser:DatabaseUser",
    changed(`${clusterPath}/users`, ({ users }) => users.push({ name: "mallory" })),
    `${cluster} has the user mallory, which the program did not make`,
  ],
  [
    "digitalocean:index/dnsRecord:DnsRecord",
    changed("/v2/domains/shop.example/records", (body) => {
      body.domain_records.find(({ name }: { name: string }) => name === "www").data = "203.0.113.66";
    }),
    "A record www of shop.example value is 203.0.113.66; the program says 203.0.113.7",
  ],
  [
    "digitalocean:index/domain:Domain",
    is404("/v2/domains/shop.example/records"),
    "zone shop.example is not there any more",
  ],
  [
    "digitalocean:index/monitorAlert:MonitorAlert",
    changed(`/v2/monitoring/alerts/${idOf(":MonitorAlert")}`, ({ policy }) => {
      policy.alerts.email = [];
    }),
    "alert shop-monitoring-database-cpu-staging ops@shop.example is not told any more",
  ],
  [
    "digitalocean:index/uptimeAlert:UptimeAlert",
    () => {
      const end = Object.keys(recorded.answers).find(
        (one) => /\/alerts\//.test(one) && one.includes(checkPath),
      );
      const { alert } = recorded.answers[end ?? ""] as { alert: { notifications: { slack: unknown[] } } };
      alert.notifications.slack = [];
    },
    "uptime alert shop-monitoring-home-latency-staging #alerts is not told any more",
  ],
  [
    "digitalocean:index/uptimeCheck:UptimeCheck",
    changed(checkPath, ({ check }) => {
      check.target = "https://example.org";
    }),
    "uptime check shop-monitoring-home-staging target is https://example.org; the program says https://app.example/",
  ],
  [
    "digitalocean:index/vpc:Vpc",
    is404(`/v2/vpcs/${idOf(":Vpc")}`),
    "private network shop-network-staging is not there any more",
  ],
  [
    "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
    changed("/environments/staging/secrets", (body) => {
      body.secrets = body.secrets.filter(({ name }: { name: string }) => name !== "NPM_TOKEN");
    }),
    `secret NPM_TOKEN of ${environment} is not there any more`,
  ],
  [
    "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
    changed("/environments/staging-drill/variables/AWS_ROLE_ARN", (body) => {
      body.value = "arn:aws:iam::666666666666:role/mine";
    }),
    "GitHub environment staging-drill of acme/shop variable AWS_ROLE_ARN was changed",
  ],
  [
    "github:index/actionsSecret:ActionsSecret",
    changed("/repos/acme/shop/actions/secrets", ({ secrets }) => {
      secrets[0].updated_at = "2999-01-01T00:00:00Z";
    }),
    "repository acme/shop secret SHARED_TOKEN was set by someone else since the last run",
  ],
  [
    "github:index/actionsVariable:ActionsVariable",
    changed("/actions/variables/SHARED", (body) => {
      body.value = "for none";
    }),
    "repository acme/shop variable SHARED was changed",
  ],
  [
    "github:index/repositoryEnvironment:RepositoryEnvironment",
    changed("/environments/staging-preview", (body) => {
      body.deployment_branch_policy = { protected_branches: true, custom_branch_policies: false };
    }),
    "GitHub environment staging-preview of acme/shop only some branches may use it; the program says any",
  ],
  [
    "github:index/repositoryEnvironment:RepositoryEnvironment",
    changed("/environments/staging", (body) => {
      body.protection_rules = body.protection_rules.filter(
        ({ type }: { type: string }) => type !== "required_reviewers",
      );
    }),
    `${environment} nobody has to approve a deployment any more`,
  ],
  [
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
    changed("/environments/staging-drill/deployment-branch-policies", ({ branch_policies: list }) =>
      list.pop(),
    ),
    "GitHub environment staging-drill of acme/shop tag v* may not deploy any more",
  ],
  ...(
    [
      ["the rule pull_request was taken away", "pull_request", undefined],
      ["0 approvals are enough; the program says 1", "pull_request", { required_approving_review_count: 0 }],
      [
        "an approval stays after another commit was pushed",
        "pull_request",
        { dismiss_stale_reviews_on_push: false },
      ],
      ["the check ci need not pass any more", "required_status_checks", { required_status_checks: [] }],
      [
        "a branch need not be up to date any more",
        "required_status_checks",
        { strict_required_status_checks_policy: false },
      ],
    ] as const
  ).map(([sentence, type, parameters]): [string, () => void, string] => [
    "github:index/repositoryRuleset:RepositoryRuleset",
    changed(`/rulesets/${idOf(":RepositoryRuleset")}`, (body) => {
      const rule = body.rules.find((one: { type: string }) => one.type === type);
      if (parameters === undefined) body.rules = body.rules.filter((one: unknown) => one !== rule);
      else Object.assign(rule.parameters, parameters);
    }),
    `${rules} ${sentence}`,
  ]),
  [
    "github:index/repositoryRuleset:RepositoryRuleset",
    changed(`/rulesets/${idOf(":RepositoryRuleset")}`, ({ conditions }) => {
      conditions.ref_name = { include: ["refs/heads/other"], exclude: [] };
    }),
    `${rules} do not hold for refs/heads/develop any more`,
  ],
  [
    "github:index/repositoryRuleset:RepositoryRuleset",
    changed(`/rulesets/${idOf(":RepositoryRuleset")}`, ({ conditions }) =>
      conditions.ref_name.exclude.push("refs/heads/develop"),
    ),
    `${rules} leave out refs/heads/develop, which the program does not say`,
  ],
];

describe("every kind of resource that a component makes", () => {
  test("is in the recording, is looked at, and has a change below that is found", () => {
    expect(kinds.length).toBeGreaterThan(30);
    const types = [...new Set(state.resources.map(({ type }) => type))].filter(isOfPlatform).sort();
    expect(types).toEqual(kinds);
    expect(notCovered(kinds)).toEqual([]);
    expect([...new Set(changes.map(([kind]) => kind))].sort()).toEqual(kinds);
  });

  test("does not drift right after it was made", async () => {
    expect(await found()).toEqual({
      version: 1,
      stack: "staging",
      resources: state.resources.filter(({ type }) => isOfPlatform(type)).length,
      drifts: [],
      unchecked: [],
    });
  });

  test.each(changes)("%s", async (_kind, change, sentence) => {
    change();
    const { drifts, unchecked } = await found();
    const sentences = drifts.map(({ resource, message }) => `${resource} ${message}`);
    expect([sentences, unchecked]).toEqual([[sentence], []]);
  });
});

test("a kind of resource that is not known is told, and not taken for unchanged", async () => {
  const type = "digitalocean:index/spacesBucket:SpacesBucket";
  const urn = `urn:pulumi:staging::slipway::${type}::more`;
  const resources = [...state.resources, { urn, type, name: "more", id: "more", inputs: {}, outputs: {} }];
  const report = await findDrift({ ...state, resources }, recorded.clouds());
  expect([report.drifts, report.unchecked]).toEqual([
    [],
    [{ resource: type, reason: "drift does not know this kind of resource" }],
  ]);
});
