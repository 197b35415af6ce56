import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { BackupSettings } from "../backup/backup.settings.ts";
import { monthlyCost } from "../components/cost.ts";
import { stackSettings } from "../operations/stack-settings.ts";
import {
  type MockWorld,
  outputValue,
  resourceList,
  resourceNamed,
  revealed,
  setMockWorld,
} from "./support/mocks.ts";

const secrets = {
  secretKey: "sessions-are-signed-with-this",
  digitaloceanAccessToken: "dop_v1_0123",
  slackAlerts: "https://hooks.slack.example/alerts",
  slackCritical: "https://hooks.slack.example/critical",
  backupRecipients: `age1${"q".repeat(58)}`,
};

let runs = 0;

/** Runs the program of a stack as its file says, with every secret that it could need. */
async function run(stack: string, world: MockWorld = {}, extra: Record<string, string> = {}) {
  const resources = await setMockWorld({
    stack,
    calls: { "github:index/getTeam:getTeam": () => ({ id: "77" }) },
    ...world,
  });
  const config = { ...fileOf(stack), ...extra };
  for (const [key, value] of Object.entries(secrets)) config[`slipway:${key}`] ??= value;
  if (stack !== "production")
    for (const key of ["slackAlerts", "slackCritical"]) delete config[`slipway:${key}`];
  pulumi.runtime.setAllConfig(
    config,
    Object.keys(secrets).map((key) => `slipway:${key}`),
  );
  runs += 1;
  const outputs: Record<string, unknown> = { ...(await import(`../index.ts?run=${runs}`)) };
  await pulumi.runtime.disconnect();
  return { resources, outputs };
}

/** What a stack's file sets, as the engine hands it to the program. */
function fileOf(stack: string): Record<string, string> {
  if (stack === "dev") return { "aws:region": "us-east-1" };
  const { config } = parse(readFileSync(new URL(`../Pulumi.${stack}.yaml`, import.meta.url), "utf8"));
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** What an output of the stack is worth, with a mark where it is secret. */
async function shown(output: unknown): Promise<unknown> {
  if (!pulumi.Output.isInstance(output)) return output;
  const isSecret = await pulumi.isSecret(output);
  const value = await outputValue(output);
  return isSecret ? { secret: value } : value;
}

const everywhere = [
  "aws:iam/accessKey:AccessKey tinkertools-backups-reader-key",
  "aws:iam/accessKey:AccessKey tinkertools-backups-writer-key",
  "aws:iam/user:User tinkertools-backups-reader",
  "aws:iam/user:User tinkertools-backups-writer",
  "aws:iam/userPolicy:UserPolicy tinkertools-backups-reader-rights",
  "aws:iam/userPolicy:UserPolicy tinkertools-backups-writer-rights",
  "aws:s3/bucket:Bucket tinkertools-backups",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration tinkertools-backups-expiry",
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration tinkertools-backups-lock",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls tinkertools-backups-ownership",
  "aws:s3/bucketPolicy:BucketPolicy tinkertools-backups-policy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock tinkertools-backups-access",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration tinkertools-backups-encryption",
  "aws:s3/bucketVersioning:BucketVersioning tinkertools-backups-versioning",
  "digitalocean:index/app:App tinkertools",
  "digitalocean:index/databaseCluster:DatabaseCluster tinkertools-db",
  "digitalocean:index/databaseDb:DatabaseDb tinkertools-db-db-tinkertools",
  "digitalocean:index/databaseFirewall:DatabaseFirewall tinkertools-db-firewall",
  "digitalocean:index/databasePostgresqlConfig:DatabasePostgresqlConfig tinkertools-db-postgres",
  "digitalocean:index/databaseUser:DatabaseUser tinkertools-db-user-tinkertools_app",
  "digitalocean:index/vpc:Vpc tinkertools-network",
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret tinkertools-delivery-secret-DIGITALOCEAN_ACCESS_TOKEN",
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable tinkertools-delivery-variable-AWS_REGION",
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable tinkertools-delivery-variable-BACKUP_BUCKET",
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable tinkertools-delivery-variable-PULUMI_STACK",
  "github:index/repositoryEnvironment:RepositoryEnvironment tinkertools-delivery",
  "slipway:index:BackupBucket tinkertools-backups",
  "slipway:index:Database tinkertools-db",
  "slipway:index:DeployEnvironment tinkertools-delivery",
  "slipway:index:Network tinkertools-network",
  "slipway:index:WebApp tinkertools",
];

const delivered = [
  "aws:iam/role:Role tinkertools-delivery-role",
  "aws:iam/rolePolicy:RolePolicy tinkertools-delivery-role-rights",
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable tinkertools-delivery-variable-AWS_ROLE_ARN",
  "slipway:index:Monitoring tinkertools-monitoring",
  "slipway:index:Repository tinkertools-repository",
  ...["preview", "drill"].flatMap((operation) => [
    `aws:iam/role:Role tinkertools-delivery-${operation}-role`,
    `aws:iam/rolePolicy:RolePolicy tinkertools-delivery-${operation}-role-rights`,
    `github:index/repositoryEnvironment:RepositoryEnvironment tinkertools-delivery-${operation}`,
    ...["AWS_REGION", "AWS_ROLE_ARN", "BACKUP_BUCKET"].map(
      (name) =>
        `github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable tinkertools-delivery-${operation}-variable-${name}`,
    ),
  ]),
];

const policy = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";

describe("the product is made of exactly these resources", () => {
  test("in dev, without any file", async () => {
    const { resources } = await run("dev");
    expect(resourceList(resources)).toEqual(
      [...everywhere, "pulumi:pulumi:StackReference organization/slipway/dev"].sort(),
    );
  });

  test("in staging", async () => {
    const { resources } = await run("staging");
    expect(resourceList(resources)).toEqual(
      [
        ...everywhere,
        ...delivered,
        "pulumi:pulumi:StackReference organization/slipway/staging",
        `${policy} tinkertools-delivery-branch-develop`,
        `${policy} tinkertools-delivery-drill-branch-develop`,
        "github:index/repositoryRuleset:RepositoryRuleset tinkertools-repository-branch-develop",
        "digitalocean:index/monitorAlert:MonitorAlert tinkertools-monitoring-database-disk",
        "digitalocean:index/uptimeAlert:UptimeAlert tinkertools-monitoring-health-down",
        "digitalocean:index/uptimeAlert:UptimeAlert tinkertools-monitoring-health-latency-2000",
        "digitalocean:index/uptimeCheck:UptimeCheck tinkertools-monitoring-health",
      ].sort(),
    );
  });

  test("in production", async () => {
    const { resources } = await run("production");
    expect(resourceList(resources)).toEqual(
      [
        ...everywhere,
        ...delivered,
        "pulumi:pulumi:StackReference organization/slipway/production",
        `${policy} tinkertools-delivery-branch-main`,
        `${policy} tinkertools-delivery-drill-branch-main`,
        "github:index/repositoryRuleset:RepositoryRuleset tinkertools-repository-branch-main",
        "slipway:index:Dns tinkertools-dns",
        "digitalocean:index/domain:Domain tinkertools-dns",
        "digitalocean:index/dnsRecord:DnsRecord tinkertools-dns-caa-iodef-apex-mailto-devops-tinkertools-ao-19751452",
        "digitalocean:index/dnsRecord:DnsRecord tinkertools-dns-caa-issue-apex-letsencrypt-org-959a1c15",
        "digitalocean:index/dnsRecord:DnsRecord tinkertools-dns-caa-issue-apex-pki-goog-0b426d5e",
        "digitalocean:index/monitorAlert:MonitorAlert tinkertools-monitoring-database-cpu",
        "digitalocean:index/monitorAlert:MonitorAlert tinkertools-monitoring-database-disk-85",
        "digitalocean:index/monitorAlert:MonitorAlert tinkertools-monitoring-database-disk-90",
        "digitalocean:index/monitorAlert:MonitorAlert tinkertools-monitoring-database-memory",
        "digitalocean:index/uptimeAlert:UptimeAlert tinkertools-monitoring-api-database-down",
        "digitalocean:index/uptimeAlert:UptimeAlert tinkertools-monitoring-api-down",
        "digitalocean:index/uptimeAlert:UptimeAlert tinkertools-monitoring-health-certificate",
        "digitalocean:index/uptimeAlert:UptimeAlert tinkertools-monitoring-health-down",
        "digitalocean:index/uptimeAlert:UptimeAlert tinkertools-monitoring-health-latency-2000",
        "digitalocean:index/uptimeCheck:UptimeCheck tinkertools-monitoring-api",
        "digitalocean:index/uptimeCheck:UptimeCheck tinkertools-monitoring-api-database",
        "digitalocean:index/uptimeCheck:UptimeCheck tinkertools-monitoring-health",
      ].sort(),
    );
  });
});

describe("the stack's outputs", () => {
  test("in dev are the contract with everything around the program", async () => {
    const { outputs } = await run("dev");
    const values = await Promise.all(
      Object.entries(outputs).map(async ([key, value]) => [key, await shown(value)]),
    );
    const host = "tinkertools-db-dev.db.example";
    expect(Object.fromEntries(values)).toEqual({
      deployed: {
        product: "tinkertools",
        dataCentre: "nyc1",
        ipRange: "10.40.0.0/20",
        database: { version: "16", size: "db-s-1vcpu-1gb", replicas: {} },
      },
      appId: "tinkertools-id",
      appUrl: "https://tinkertools.ondigitalocean.example",
      databaseHost: host,
      databasePort: 25060,
      databaseName: "tinkertools",
      databaseUser: "tinkertools_app",
      databaseUrl: {
        secret: `postgresql://tinkertools_app:tinkertools_app-password@${host}:25060/tinkertools?sslmode=require`,
      },
      databaseUrls: {
        secret: {
          tinkertools: `postgresql://tinkertools_app:tinkertools_app-password@${host}:25060/tinkertools?sslmode=require`,
        },
      },
      databaseAdminUrl: {
        secret: `postgresql://doadmin:admin-password@${host}:25060/defaultdb?sslmode=require`,
      },
      backupBucket: "tinkertools-backups-dev",
      backupAccess: {
        secret: {
          isProtected: false,
          writer: {
            keyId: "tinkertools-backups-writer-key-id",
            secret: "tinkertools-backups-writer-key-secret",
          },
          reader: {
            keyId: "tinkertools-backups-reader-key-id",
            secret: "tinkertools-backups-reader-key-secret",
          },
          sources: [
            {
              databaseUrl: `postgresql://tinkertools_app:tinkertools_app-password@${host}:25060/tinkertools?sslmode=require`,
              settings: {
                bucket: "tinkertools-backups-dev",
                region: "us-east-1",
                prefix: "postgres/",
                cluster: "tinkertools-db-dev",
                databases: ["tinkertools"],
                recipients: [secrets.backupRecipients],
                allowEmpty: true,
                retentionDays: 7,
                schedule: { backup: "0 1 * * *", maintenance: "0 4 * * 0" },
                drill: {},
              },
            },
          ],
        },
      },
      zone: undefined,
      githubEnvironment: "dev",
      release: { version: "0.0.0-dev", images: { "tinkertools-api": `sha256:${"0".repeat(64)}` } },
      monthlyCost: monthlyCost(stackSettings("dev")),
      sealed: { secret: { key: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/), entries: {} } },
    });
  });

  test("feed the secrets of the next run", async () => {
    const spec = {
      services: [{ name: "tinkertools-api", envs: [{ key: "SECRET_KEY", value: "EV[1:known]" }] }],
    };
    const app = { "digitalocean:index/app:App": { spec } };
    const first = await run("dev", { outputs: app });
    const sealed = await outputValue(first.outputs.sealed as pulumi.Output<unknown>);
    const own = { outputs: { sealed }, secretOutputNames: ["sealed"] };
    const second = await run("dev", { outputs: { ...app, "pulumi:pulumi:StackReference": own } });
    const sent = JSON.stringify(
      revealed(resourceNamed(second.resources, "tinkertools", "digitalocean:index/app:App")),
    );
    expect(sent).toContain("EV[1:known]");
    expect(sent).not.toContain(secrets.secretKey);
  });
});

describe("what holds the pieces together", () => {
  test("the app runs the preparation of the database first, as administrator", async () => {
    const { resources } = await run("dev");
    const { inputs } = resourceNamed(resources, "tinkertools", "digitalocean:index/app:App");
    const { spec } = revealed(inputs) as {
      spec: { jobs: { name: string; envs: unknown[] }[]; vpcs: unknown };
    };
    expect(spec.vpcs).toEqual([{ id: "tinkertools-network-id" }]);
    expect(spec.jobs.map(({ name }) => name)).toEqual(["prepare-database"]);
    expect(spec.jobs[0]?.envs).toEqual([
      {
        key: "DATABASE_ADMIN_URL",
        scope: "RUN_TIME",
        type: "SECRET",
        value:
          "postgresql://doadmin:admin-password@private-tinkertools-db-dev.db.example:25060/defaultdb?sslmode=require",
      },
      {
        key: "DATABASE_PREPARATION",
        scope: "RUN_TIME",

        value:
          '{"databases":[{"name":"tinkertools","owner":"tinkertools_app","extensions":["uuid-ossp","pg_trgm","pg_stat_statements"]}]}',
      },
    ]);
  });

  test("a worker backs the database up as its owner, with a key that can only add backups", async () => {
    const { resources } = await run("staging");
    const { inputs } = resourceNamed(resources, "tinkertools", "digitalocean:index/app:App");
    const { spec } = revealed(inputs) as {
      spec: { workers: { name: string; runCommand: string; envs: { key: string; value: string }[] }[] };
    };
    const [worker, ...others] = spec.workers;
    expect([worker?.name, worker?.runCommand, others]).toEqual([
      "backup-worker",
      "node backup/main.ts schedule",
      [],
    ]);
    const values = Object.fromEntries((worker?.envs ?? []).map(({ key, value }) => [key, value]));
    const { BACKUP_SETTINGS, ...rest } = values;
    expect(rest).toEqual({
      AWS_ACCESS_KEY_ID: "tinkertools-backups-writer-key-id",
      AWS_SECRET_ACCESS_KEY: "tinkertools-backups-writer-key-secret",
      DATABASE_URL:
        "postgresql://${db.USERNAME}:${db.PASSWORD}@private-tinkertools-db-staging.db.example:25060/tinkertools?sslmode=require",
    });
    expect(BackupSettings.parse(JSON.parse(BACKUP_SETTINGS ?? ""))).toMatchObject({
      bucket: "tinkertools-backups-staging",
      databases: ["tinkertools"],
      recipients: [secrets.backupRecipients],
      schedule: { backup: "0 1 * * *", maintenance: "0 4 * * 0", timeZone: "UTC" },
    });
  });

  test.each([
    ["staging", "tinkertools-staging"],
    ["production", "tinkertools-production"],
  ])("names in %s are of that stack", async (stack, name) => {
    const { resources } = await run(stack);
    const inputs = (of: string, type?: string) =>
      revealed(resourceNamed(resources, of, type).inputs) as Record<string, unknown>;
    expect((inputs("tinkertools", "digitalocean:index/app:App").spec as { name: string }).name).toBe(name);
    expect(inputs("tinkertools-db", "digitalocean:index/databaseCluster:DatabaseCluster").name).toBe(
      `tinkertools-db-${stack}`,
    );
    expect(inputs("tinkertools-backups", "aws:s3/bucket:Bucket").bucket).toBe(`tinkertools-backups-${stack}`);
  });
});

test("fails before anything is registered, with every fault", async () => {
  const resources = await setMockWorld({ stack: "dev" });
  pulumi.runtime.setAllConfig({
    "slipway:app": '{"domain":[]}',
    "slipway:network": '{"ipRange":"10.0.0.0"}',
  });
  await expect(import("../index.ts?run=wrong" as string)).rejects.toThrow(
    /^stack dev has invalid settings:\n/,
  );
  await pulumi.runtime.disconnect();
  expect(resources).toEqual([]);
});
