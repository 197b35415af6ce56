import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { needsWork, stackSecrets } from "../../operations/secrets.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-secrets-"));
const path = join(folder, "Pulumi.staging.yaml");
afterAll(() => rmSync(folder, { recursive: true }));

const git = (date: string, ...args: string[]) =>
  execFileSync(
    "git",
    ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false", ...args],
    {
      cwd: folder,
      env: { ...process.env, GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date },
      stdio: "ignore",
    },
  );

/** A stack file with three secrets and two that nobody has set; the old one is committed first. */
beforeAll(() => {
  const plain = `config:
  slipway:product: { name: shop, repository: acme/shop }
  slipway:app:
    services:
      api:
        image: { registry: ghcr, repository: acme/api, tag: "1", credentials: { secret: registryLogin } }
        environment: { OLD_KEY: { secret: oldKey }, NEW_KEY: { secret: newKey }, DSN: { secret: dsn, optional: true } }
  slipway:delivery: { environment: staging }
  slipway:oldKey:
    secure: v1:old-sealed-value
`;
  const day = "T12:00:00Z";
  git(`2026-08-01${day}`, "init", "-q");
  writeFileSync(path, plain);
  git(`2026-08-01${day}`, "add", ".");
  git(`2026-08-01${day}`, "commit", "-qm", "one");
  writeFileSync(
    path,
    `${plain}  slipway:newKey: { secure: v1:new-sealed-value }\n  slipway:former: { secure: v1:x }\n`,
  );
  git(`2026-11-20${day}`, "commit", "-qam", "two");
  writeFileSync(path, `${readFileSync(path, "utf8")}  slipway:registryLogin:\n    secure: v1:y\n`);
});

const question = (today: string) => ({ stack: "staging", path, local: [], today });

test("tells of each secret what it is, since when, and where it ends up", () => {
  const report = stackSecrets(question("2026-11-21"));
  expect(report.secrets).toEqual([
    {
      name: "digitaloceanAccessToken",
      state: "missing",
      setIn: null,
      setOn: null,
      ageDays: null,
      isOverdue: false,
      endsUpIn: ["secret DIGITALOCEAN_ACCESS_TOKEN of the GitHub environment staging"],
    },
    {
      name: "dsn",
      state: "optional",
      setIn: null,
      setOn: null,
      ageDays: null,
      isOverdue: false,
      endsUpIn: ["variable DSN of api"],
    },
    {
      name: "former",
      state: "unused",
      setIn: "stack file",
      setOn: "2026-11-20",
      ageDays: 1,
      isOverdue: false,
      endsUpIn: [],
    },
    {
      name: "newKey",
      state: "set",
      setIn: "stack file",
      setOn: "2026-11-20",
      ageDays: 1,
      isOverdue: false,
      endsUpIn: ["variable NEW_KEY of api"],
    },
    {
      name: "oldKey",
      state: "set",
      setIn: "stack file",
      setOn: "2026-08-01",
      ageDays: 112,
      isOverdue: true,
      endsUpIn: ["variable OLD_KEY of api"],
    },
    {
      // Its line is not committed, so nobody knows the day.
      name: "registryLogin",
      state: "set",
      setIn: "stack file",
      setOn: null,
      ageDays: null,
      isOverdue: false,
      endsUpIn: ["login at the image registry, app.services.api.image.credentials"],
    },
  ]);
  expect(needsWork(report)).toBe(true);
  expect(JSON.stringify(report)).not.toMatch(/sealed-value|v1:/);
});

test.each([
  ["2026-10-30", false],
  ["2026-10-31", true],
])("on %s a secret of the first of August is overdue: %s", (today, isOverdue) => {
  const { secrets } = stackSecrets(question(today));
  expect(secrets.find(({ name }) => name === "oldKey")?.isOverdue).toBe(isOverdue);
});

test("what this machine has made up is said of a stack with a file just the same", () => {
  const { secrets } = stackSecrets({
    ...question("2026-11-21"),
    local: ["oldKey", "digitaloceanAccessToken", "dsn"],
  });
  const said = secrets.map(({ name, state, setIn }) => [name, state, setIn]);
  expect(said).toContainEqual(["digitaloceanAccessToken", "local", "this machine"]);
  expect(said).toContainEqual(["dsn", "local", "this machine"]);
  expect(said).toContainEqual(["oldKey", "set", "stack file"]);
});

describe("a stack file in no repository", () => {
  const lone = mkdtempSync(join(tmpdir(), "slipway-lone-"));
  afterAll(() => rmSync(lone, { recursive: true }));
  const file = join(lone, "Pulumi.dev.yaml");
  const reportOf = (text: string) => {
    writeFileSync(file, text);
    return stackSecrets({ stack: "dev", path: file, local: [], today: "2026-11-21" });
  };

  test("says of every setting where its secret ends up", () => {
    const api = {
      image: { registry: "ghcr", repository: "acme/api", tag: "1", credentials: { secret: "login" } },
      port: 8080,
      environment: { KEY: { secret: "key" } },
    };
    const app = {
      services: { api },
      environment: { SHARED: { secret: "shared" } },
      ingress: [{ path: "/", component: "api" }],
      alerts: [
        { rule: "deploymentFailed", destinations: { slack: [{ channel: "#ops", secret: "slackOps" }] } },
      ],
      logs: { credentials: { kind: "logtail", token: { secret: "logs" } } },
    };
    const blocks = {
      product: { name: "shop", repository: "acme/shop" },
      app,
      delivery: { environment: "dev", secrets: { NPM_TOKEN: { secret: "npm" } } },
      repository: { secrets: { SCAN_TOKEN: { secret: "scan" } } },
      operations: {
        repository: "acme/ops",
        digest: `sha256:${"0".repeat(64)}`,
        credentials: { secret: "opsLogin" },
      },
      network: {},
      database: { databases: { shop: { owner: "shop_app" } } },
      backups: { schedule: "daily", heartbeat: { secret: "beat" } },
      monitoring: { checks: { credentials: { path: "/", slack: { channel: "#ops", secret: "slackSite" } } } },
    };
    const { secrets } = reportOf(
      `config:\n${Object.entries(blocks)
        .map(([key, block]) => `  slipway:${key}: ${JSON.stringify(block)}\n`)
        .join("")}`,
    );
    expect(Object.fromEntries(secrets.map(({ name, endsUpIn }) => [name, endsUpIn]))).toEqual({
      backupRecipients: ["keys of the backups, in the settings of backup-worker"],
      beat: ["variable BACKUP_HEARTBEAT_URL of backup-worker"],
      digitaloceanAccessToken: ["secret DIGITALOCEAN_ACCESS_TOKEN of the GitHub environment dev"],
      key: ["variable KEY of api"],
      login: ["login at the image registry, app.services.api.image.credentials"],
      logs: ["log destination credentials"],
      npm: ["secret NPM_TOKEN of the GitHub environment dev"],
      opsLogin: ["login at the image registry, operations.credentials"],
      scan: ["secret SCAN_TOKEN of the GitHub repository"],
      shared: ["variable SHARED of every component"],
      slackOps: ["Slack webhook, app.alerts.deploymentFailed.destinations"],
      slackSite: ["Slack webhook, monitoring.checks.credentials"],
    });
  });

  test("tells no day, and leaves the secrets of providers to them", () => {
    const report = reportOf(
      "config:\n  digitalocean:token: { secure: v1:a }\n  slipway:product: { name: shop, repository: acme/shop }\n  slipway:old: { secure: v1:b }\n",
    );
    expect(report.secrets).toEqual([
      {
        name: "old",
        state: "unused",
        setIn: "stack file",
        setOn: null,
        ageDays: null,
        isOverdue: false,
        endsUpIn: [],
      },
    ]);
    expect(needsWork(report)).toBe(false);
  });
});

test.each([
  ["missing", false, true],
  ["set", true, true],
  ["set", false, false],
  ["optional", false, false],
  ["unused", false, false],
] as const)("a secret that is %s, overdue: %s, needs work: %s", (state, isOverdue, expected) => {
  const secret = { name: "a", state, setIn: null, setOn: null, ageDays: null, isOverdue, endsUpIn: [] };
  expect(needsWork({ stack: "dev", secrets: [secret] })).toBe(expected);
});

test("a key in quotes has a day too, and the last line of a file", () => {
  const quoted = join(folder, "Pulumi.quoted.yaml");
  writeFileSync(
    quoted,
    '"config":\n  "slipway:product": { name: shop, repository: acme/shop }\n  "slipway:old":\n    "secure": v1:a',
  );
  git("2026-11-01T12:00:00Z", "add", "Pulumi.quoted.yaml");
  git("2026-11-01T12:00:00Z", "commit", "-qm", "quoted", "--", "Pulumi.quoted.yaml");
  const { secrets } = stackSecrets({ stack: "dev", path: quoted, local: [], today: "2026-11-21" });
  expect(secrets.map(({ name, setOn }) => [name, setOn])).toEqual([["old", "2026-11-01"]]);
});

test("a stack without a file has what this machine has made up", () => {
  const report = stackSecrets({
    stack: "dev",
    path: join(folder, "Pulumi.dev.yaml"),
    local: ["secretKey", "digitaloceanAccessToken", "other"],
    today: "2026-11-21",
  });
  expect(report.secrets.map(({ name, state, setIn, setOn }) => [name, state, setIn, setOn])).toEqual([
    ["backupRecipients", "optional", null, null],
    ["digitaloceanAccessToken", "local", "this machine", null],
    ["newRelicLicenseKey", "optional", null, null],
    ["secretKey", "local", "this machine", null],
    ["sentryDsn", "optional", null, null],
  ]);
  expect(needsWork(report)).toBe(false);
});
