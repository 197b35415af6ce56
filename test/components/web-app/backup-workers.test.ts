import { expect, test } from "@jest/globals";
import { BackupBucketSettings } from "../../../components/backup-bucket.settings.ts";
import { DatabaseSettings } from "../../../components/database.settings.ts";
import { OperationsSettings } from "../../../components/operations.settings.ts";
import { RecoverySettings } from "../../../components/recovery.settings.ts";
import {
  backupNames,
  backupProgramSettings,
  backupSources,
  withBackupWorkers,
} from "../../../components/web-app/backup-workers.ts";
import { WebAppSettings } from "../../../components/web-app.settings.ts";
import { complete } from "../../support/settings.ts";

const operations = complete(OperationsSettings, {
  repository: "acme/operations",
  digest: `sha256:${"0".repeat(64)}`,
});
const app = complete(WebAppSettings, {
  workers: { mail: { image: { registry: "ghcr", repository: "acme/mail", tag: "1" } } },
});
const withDatabases = (owners: Record<string, string>, more: object = {}) =>
  complete(DatabaseSettings, {
    databases: Object.fromEntries(Object.entries(owners).map(([name, owner]) => [name, { owner }])),
    ...more,
  });
const database = withDatabases({ users: "shop_app", orders: "shop_app", books: "accounts" });
const daily = complete(BackupBucketSettings, { schedule: "daily" });

test("one worker backs up what one owner has, and the first has the plain name", () => {
  expect(backupSources({ database })).toEqual([
    { owner: "accounts", databases: ["books"], worker: "backup-worker", settingsKey: "backupSettings" },
    {
      owner: "shop_app",
      databases: ["orders", "users"],
      worker: "backup-worker-2",
      settingsKey: "backupSettings2",
    },
  ]);
  expect(backupSources({ database: undefined })).toEqual([]);
});

test("the names that slipway takes are those of its workers and their secrets", () => {
  expect(backupNames({ database })).toEqual({
    workers: ["backup-worker", "backup-worker-2"],
    secrets: ["backupSettings", "backupSettings2", "backupWriterKeyId", "backupWriterSecret"],
  });
  expect(backupNames({ database: undefined })).toEqual({
    workers: [],
    secrets: ["backupWriterKeyId", "backupWriterSecret"],
  });
});

test("an app that is backed up by schedule has a worker for each owner", () => {
  const { workers, ...rest } = withBackupWorkers(app, { backups: daily, database, operations });
  expect(rest).toEqual({ ...app, workers: undefined });
  expect(workers["mail"]).toEqual(app.workers["mail"]);
  expect(Object.keys(workers)).toEqual(["mail", "backup-worker", "backup-worker-2"]);
  expect(workers["backup-worker-2"]).toEqual({
    image: { ...operations, deployOnPush: false },
    runCommand: "node backup/main.ts schedule",
    size: "apps-s-1vcpu-0.5gb",
    instances: 1,
    termination: { gracePeriodSeconds: 60 },
    alerts: [{ measure: "restarts", operator: "above", value: 3, windowMinutes: 60, isDisabled: false }],
    environment: {
      AWS_ACCESS_KEY_ID: { secret: "backupWriterKeyId" },
      AWS_SECRET_ACCESS_KEY: { secret: "backupWriterSecret" },
      BACKUP_SETTINGS: { secret: "backupSettings2" },
      DATABASE_URL: { database: "orders", connections: 3 },
    },
  });
});

test("a heartbeat is handed to every worker", () => {
  const backups = complete(BackupBucketSettings, { schedule: "daily", heartbeat: { secret: "beat" } });
  const { workers } = withBackupWorkers(app, { backups, database, operations });
  for (const worker of ["backup-worker", "backup-worker-2"])
    expect(workers[worker]?.environment["BACKUP_HEARTBEAT_URL"]).toEqual({ secret: "beat" });
});

test.each([
  ["without backups", { database, operations }],
  ["without the operations image", { backups: daily, database }],
  ["on demand", { backups: complete(BackupBucketSettings, {}), database, operations }],
])("an app stays as it is %s", (_, settings) => {
  expect(withBackupWorkers(app, { backups: undefined, operations: undefined, ...settings })).toBe(app);
});

const place = { bucket: "b", region: "us-east-1", cluster: "shop-db", recipients: " age1a\nage1b " };

test("the backup program gets what the stack says", () => {
  const backups = complete(BackupBucketSettings, {
    schedule: "daily",
    time: "04:30",
    prefix: "dumps/",
    allowEmpty: true,
    retentionDays: 13,
  });
  const recovery = complete(RecoverySettings, { databaseMinutes: 40 });
  const maintained = withDatabases({ a: "b" }, { maintenance: { day: "monday", hour: "02:00" } });
  expect(backupProgramSettings({ backups, database: maintained, recovery }, place, ["a"])).toEqual({
    bucket: "b",
    region: "us-east-1",
    prefix: "dumps/",
    cluster: "shop-db",
    databases: ["a"],
    recipients: ["age1a", "age1b"],
    allowEmpty: true,
    retentionDays: 13,
    schedule: { backup: "30 4 * * *", maintenance: "0 3 * * 1" },
    drill: { objectiveMinutes: 40 },
  });
});

test("and what is usual where the stack says nothing", () => {
  expect(
    backupProgramSettings({ backups: undefined, database: undefined, recovery: undefined }, place, []),
  ).toEqual({
    bucket: "b",
    region: "us-east-1",
    prefix: "postgres/",
    cluster: "shop-db",
    databases: [],
    recipients: ["age1a", "age1b"],
    allowEmpty: false,
    retentionDays: 30,
    schedule: { backup: "0 1 * * *" },
    drill: {},
  });
});

test.each([
  ["sunday", "00:00", "0 1 * * 0"],
  ["saturday", "23:00", "0 0 * * 0"],
  ["tuesday", "23:00", "0 0 * * 3"],
  ["wednesday", "10:00", "0 11 * * 3"],
  ["thursday", "10:00", "0 11 * * 4"],
  ["friday", "10:00", "0 11 * * 5"],
])("after the window on %s at %s a backup is made at %s", (day, hour, cron) => {
  const maintained = withDatabases({ a: "b" }, { maintenance: { day, hour } });
  const { schedule } = backupProgramSettings(
    { backups: daily, database: maintained, recovery: undefined },
    place,
    ["a"],
  );
  expect(schedule.maintenance).toBe(cron);
});
