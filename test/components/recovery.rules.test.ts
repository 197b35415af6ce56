import { expect, test } from "@jest/globals";
import { readSettings } from "../../components/config.ts";
import { deliveredRecovery } from "../../components/recovery.rules.ts";
import { RecoverySettings } from "../../components/recovery.settings.ts";
import { complete, faultLines, recipients, stackConfig } from "../support/settings.ts";

const secrets = { secretKey: "k", digitaloceanAccessToken: "t" };
const dev = (more: object = {}) => readSettings("dev", stackConfig({ ...secrets, ...more }));

test("the promises are the owners' own wishes by default", () => {
  expect(complete(RecoverySettings, {})).toEqual({
    databaseMinutes: 15,
    appMinutes: 5,
    stackMinutes: 30,
    lossMinutes: 60,
    reachDays: 7,
  });
});

test("the default product delivers this, for these reasons", () => {
  expect(deliveredRecovery(dev())).toEqual({
    databaseMinutes: 20,
    appMinutes: 5,
    stackMinutes: 30,
    lossMinutes: 5,
    offSiteLossHours: undefined,
    reachDays: 7,
    why: {
      databaseMinutes:
        "a restore makes a new cluster (10 minutes, assumed), fills it (5, assumed), and the app gets its address by another pulumi up (5 minutes, assumed)",
      appMinutes:
        "tinkertools-api is found broken after 9 checks, one every 30 seconds, and answers 30 seconds later (assumed)",
      stackMinutes: "the database takes 20 minutes, then a deployment of the app takes 10 (assumed)",
      lossMinutes: "point-in-time recovery knows all but the last 5 minutes (assumed), 7 days back",
      offSiteLossHours: "no backup outside the platform is made by itself: set backups.schedule to daily",
      reachDays: "the platform's own backups reach back 7 days, and none outside it is kept longer",
    },
  });
});

test("daily backups reach further, and a drill replaces what was assumed", () => {
  const drill = { minutes: 8, date: "2026-11-01" };
  const { databaseMinutes, stackMinutes, offSiteLossHours, reachDays, why } = deliveredRecovery(
    dev({
      backups: { schedule: "daily", retentionDays: 30 },
      backupRecipients: recipients,
      recovery: { drill, reachDays: 30, offSiteLossHours: 24 },
    }),
  );
  expect({ databaseMinutes, stackMinutes, offSiteLossHours, reachDays }).toEqual({
    databaseMinutes: 13,
    stackMinutes: 23,
    offSiteLossHours: 24,
    reachDays: 30,
  });
  expect([why.databaseMinutes, why.offSiteLossHours, why.reachDays]).toEqual([
    "a restore makes a new cluster: the drill of 2026-11-01 took 8 minutes, and the app gets its address by another pulumi up (5 minutes, assumed)",
    "a backup outside the platform is made every 24 hours",
    "backups outside the platform are kept for 30 days; the platform's own reach back 7",
  ]);
});

test("a stack of nothing delivers nothing", () => {
  const { why, ...numbers } = deliveredRecovery({});
  expect(numbers).toEqual({
    databaseMinutes: undefined,
    appMinutes: undefined,
    stackMinutes: 10,
    lossMinutes: undefined,
    offSiteLossHours: undefined,
    reachDays: undefined,
  });
  expect(Object.values(why)).toEqual([
    "there is no database",
    "there is no app",
    "a deployment of the app takes 10 (assumed)",
    "there is no database",
    "there is no database",
    "there is no database",
  ]);
});

test("fails on a drill of no day", () => {
  expect(faultLines(RecoverySettings, { drill: { minutes: 8, date: "yesterday" } })).toEqual([
    'drill.date: must be a day that there was, in quotes, such as "2026-11-21"; got "yesterday"',
  ]);
});
