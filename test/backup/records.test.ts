import { describe, expect, test } from "@jest/globals";
import type { StoredBackup } from "../../backup/history.ts";
import { recordPrefix, recordsAmong, sealOf, verifiedAt } from "../../backup/records.ts";
import { recordsOf } from "../../components/backup-bucket.policies.ts";
import { recordsPrefix } from "../../components/backup-bucket.settings.ts";

const place = { prefix: "postgres/", cluster: "shop-db", database: "shop" };
const start = "records/postgres/shop-db/shop/";
const id = (day: number) => `202611${day}T030000000Z-0a1b2c3d`;
const at = (day: number) => new Date(`2026-11-${day}T03:00:00Z`);
const version = (versionId: string | undefined, bytes = 10) => ({
  key: "k",
  versionId,
  bytes,
  isLatest: true,
  isMarker: false,
});
const stored = (versionId: string | undefined, bytes?: number): StoredBackup => ({
  id: id(20),
  startedAt: at(20),
  state: "complete",
  dump: version(versionId, bytes),
  manifest: version("m"),
});

test("records are where the reader of the bucket may write, and nothing else is", () => {
  expect(recordPrefix(place)).toBe(start);
  expect(recordPrefix(place).startsWith(recordsOf("postgres/"))).toBe(true);
  expect(recordsPrefix).toBe("records/");
});

describe("the records among keys", () => {
  test("are told by their keys, newest first", () => {
    const seal = "0123456789abcdef";
    expect(
      recordsAmong(place, [
        `${start}verifications/${id(19)}.${seal}.${id(20)}.json`,
        `${start}verifications/${id(19)}.${seal}.${id(21)}.json`,
        `${start}drills/${id(11)}.passed.json`,
        `${start}drills/${id(12)}.failed.json`,
      ]),
    ).toEqual({
      verifications: [
        { backup: id(19), seal, at: at(21) },
        { backup: id(19), seal, at: at(20) },
      ],
      drills: [
        { at: at(12), isPassed: false },
        { at: at(11), isPassed: true },
      ],
    });
  });

  test.each([
    `records/postgres/shop-db/shop2/drills/${id(11)}.passed.json`,
    `postgres/shop-db/shop/drills/${id(11)}.passed.json`,
    `${start}drills/${id(11)}.good.json`,
    `${start}drills/${id(11)}.passed.json.old`,
    `${start}drills/x${id(11)}.passed.json`,
    `${start}other/drills/${id(11)}.passed.json`,
    `${start}drills/20261399T030000000Z-0a1b2c3d.passed.json`,
    `${start}verifications/${id(19)}.${id(20)}.json`,
    `${start}verifications/${id(19)}.0123456789abcde.${id(20)}.json`,
    `${start}verifications/${id(19)}.0123456789abcdef.today.json`,
    `${start}verifications/a/${id(19)}.0123456789abcdef.${id(20)}.json`,
    `${start}verifications/${id(19)}.0123456789abcdef.${id(20)}.json5`,
  ])("are not %s", (key) => {
    expect(recordsAmong(place, [key])).toEqual({ verifications: [], drills: [] });
  });
});

describe("R4 a backup", () => {
  const record = (backup: StoredBackup, day: number) => ({
    backup: backup.id,
    seal: sealOf(backup),
    at: at(day),
  });

  test("is verified where this version of its object was, when that was last done", () => {
    const backup = stored("v1");
    const verifications = [record(backup, 22), record(backup, 21)];
    expect(verifiedAt({ verifications, drills: [] }, backup)).toEqual(at(22));
  });

  test.each([
    ["another version", stored("v2")],
    ["another length", stored("v1", 11)],
    ["another backup", { ...stored("v1"), id: id(21) }],
    ["no object", { ...stored("v1"), dump: undefined }],
  ])("is not verified where that was of %s", (_what, other) => {
    expect(verifiedAt({ verifications: [record(stored("v1"), 22)], drills: [] }, other)).toBeUndefined();
  });

  test("has a seal of its own where the bucket keeps no versions, and where it is gone", () => {
    const seals = [stored(undefined), stored("v1"), stored("v1", 11), { dump: undefined }].map(sealOf);
    expect(new Set(seals).size).toBe(4);
    expect(seals.filter((seal) => !/^[0-9a-f]{16}$/.test(seal))).toEqual([]);
  });
});
