import { expect, test } from "@jest/globals";
import { BackupBucketSettings } from "../../../components/backup-bucket.settings.ts";
import { backupLines } from "../../../components/cost/backups.ts";
import type { DatedLine } from "../../../components/cost/line.ts";
import { monitoringLines, registryLines } from "../../../components/cost/other.ts";
import { DatabaseSettings } from "../../../components/database.settings.ts";
import { pricesWith } from "../../../components/prices.ts";
import { WebAppSettings } from "../../../components/web-app.settings.ts";
import { complete } from "../../support/settings.ts";

const prices = pricesWith();
const told = (lines: readonly DatedLine[]) =>
  lines.map(({ line: { item, minimum, maximum, assumption } }) => [item, minimum, maximum, assumption]);

const image = (registry: string, repository: string) => ({ image: { registry, repository, tag: "1" } });

test("images are counted by registry, each repository once, and registries are in order", () => {
  const app = complete(WebAppSettings, {
    services: {
      api: image("ghcr", "acme/api"),
      web: image("dockerHub", "acme/web"),
      own: image("docr", "api"),
    },
    workers: { mail: image("ghcr", "acme/api"), jobs: image("ghcr", "acme/jobs") },
    staticSites: { site: { github: { branch: "main" } } },
    jobs: { move: { kind: "preDeploy", github: { branch: "main" } } },
    ingress: [{ path: "/", component: "site" }],
  });
  expect(registryLines(app, prices).map(({ line }) => line)).toEqual([
    {
      component: "other",
      item: "images in Docker Hub, 1",
      minimum: 0,
      maximum: 0,
      assumption: "public images, or a plan of Docker's that is paid anyway",
      source: "Docker Hub pricing, not looked up, 2026-11-21",
    },
    {
      component: "other",
      item: "images in DigitalOcean's registry, 1",
      minimum: 0,
      maximum: 5,
      assumption: expect.stringMatching(
        /^the plan that holds so many at least, the next larger one at most; the account's other stacks share it/,
      ),
      source: expect.any(String),
    },
    {
      component: "other",
      item: "images in GitHub's registry, 2",
      minimum: 0,
      maximum: 0,
      assumption: "GitHub charges nothing for container images so far",
      source: "GitHub documents, billing of GitHub Packages, not looked up, 2026-11-21",
    },
  ]);
});

test("checks cost by their number, and none nothing", () => {
  const check = { path: "/", emails: ["a@b.example"] };
  const lines = monitoringLines({ checks: { one: check, two: check } } as never, prices);
  expect(told(lines)).toEqual([
    ["uptime checks, 2", 2, 2, expect.stringMatching(/^their alerts and those of the database are free/)],
  ]);
  expect(monitoringLines(undefined, prices)).toEqual([]);
});

const s3 = { storageGiBMonth: 1, putPer1000: 1000, getPer1000: 1, transferOutGiB: 10 };
const dear = pricesWith({
  source: "test",
  date: "2026-11-21",
  appSizes: {},
  databaseSizes: {},
  platform: {},
  s3: { "us-east-1": s3 },
});

test("backups on demand cost nothing at least, and one a week at most", () => {
  const settings = complete(BackupBucketSettings, { retentionDays: 13, noncurrentDays: 1 });
  const database = complete(DatabaseSettings, { size: "db-s-1vcpu-1gb" });
  // A quarter of 10 GiB is 2.5 GiB, in 160 parts of 16 MiB and two requests more.
  expect(told(backupLines(settings, database, dear, "us-east-1"))).toEqual([
    [
      "backups in S3, 13 days and 1 more after expiry",
      0,
      5,
      "a dump is 0.1 to 2.5 GiB, a quarter of the disk at most: set backups.dumpGiB when you know; none at least, one a week at most, each whole",
    ],
    ["requests of the backups", 0, 810, "parts of 16 MiB, 5 dumps a month at most"],
    [
      "restore of one backup a month",
      0,
      25,
      "free within the 100 GiB that AWS lets out of an account each month, paid beyond",
    ],
  ]);
});

test("backups of every day cost one for each day that is kept", () => {
  const settings = complete(BackupBucketSettings, {
    schedule: "daily",
    retentionDays: 13,
    noncurrentDays: 1,
    dumpGiB: 1,
  });
  expect(told(backupLines(settings, undefined, dear, "us-east-1"))).toEqual([
    [
      "backups in S3, 13 days and 1 more after expiry",
      14,
      14,
      "a dump is 1 GiB, as backups.dumpGiB says; one a day, each whole",
    ],
    ["requests of the backups", 1980, 2046, "parts of 16 MiB, 31 dumps a month at most"],
    [
      "restore of one backup a month",
      0,
      10,
      "free within the 100 GiB that AWS lets out of an account each month, paid beyond",
    ],
  ]);
  const elsewhere = backupLines(settings, undefined, dear, "moon-1").map(({ line }) => line.assumption ?? "");
  for (const assumption of elsewhere) expect(assumption).toContain("prices of us-east-1 stand for moon-1");
});
