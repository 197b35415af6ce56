import { describe, expect, test } from "@jest/globals";
import { PostgresSettings, postgresConfig } from "../../components/postgres.settings.ts";
import { complete, faultLines } from "../support/settings.ts";

describe("PostgresSettings", () => {
  test.each([
    "autovacuumNaptimeSeconds",
    "backupHour",
    "backupMinute",
    "maxParallelWorkers",
    "tempFileLimitKiB",
  ])("fails on 0 for %s, which the provider would not send", (name) => {
    expect(faultLines(PostgresSettings, { [name]: 0 })).toEqual([
      `${name}: must not be 0: the provider leaves a 0 out of the request, so the server would keep its old value`,
    ]);
  });

  test("fails outside the ranges of the API", () => {
    expect(
      faultLines(PostgresSettings, { workMemMiB: 2048, backupHour: 24, maxReplicationSlots: 4, jit: "off" }),
    ).toEqual([
      "backupHour: must be at most 23; got 24",
      "jit: must be true or false, not a text",
      "maxReplicationSlots: must be at least 8; got 4",
      "workMemMiB: must be at most 1024; got 2048",
    ]);
  });
});

describe("postgresConfig", () => {
  test("has the provider's names and words for what is set, and nothing else", () => {
    expect(
      postgresConfig(
        complete(PostgresSettings, {
          trackIoTiming: true,
          trackCommitTimestamp: false,
          jit: false,
          workMemMiB: 8,
          idleInTransactionSessionTimeoutMs: 60_000,
          logMinDurationStatementMs: -1,
        }),
      ),
    ).toEqual({
      trackIoTiming: "on",
      trackCommitTimestamp: "off",
      jit: false,
      workMem: 8,
      idleInTransactionSessionTimeout: 60_000,
      logMinDurationStatement: -1,
    });
    expect(postgresConfig({})).toEqual({});
  });
});
