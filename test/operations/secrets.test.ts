import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
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
