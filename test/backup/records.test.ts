import { describe, expect, test } from "@jest/globals";
import type { StoredBackup } from "../../backup/history.ts";
import { recordPrefix, recordsAmong, sealOf, type VerificationRecord } from "../../backup/records.ts";
import { standingOf } from "../../backup/standing.ts";
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
        `${start}verifications/${id(19)}.${seal}.${id(22)}.sealed.json`,
        `${start}verifications/${id(19)}.${seal}.${id(23)}.damaged.json`,
        `${start}verifications/${id(19)}.${seal}.${id(24)}.sealed.damaged.json`,
        `${start}drills/${id(11)}.passed.json`,
        `${start}drills/${id(12)}.failed.json`,
      ]),
    ).toEqual({
      verifications: [
        { backup: id(19), seal, at: at(24), isOpened: false, isGood: false },
        { backup: id(19), seal, at: at(23), isOpened: true, isGood: false },
        { backup: id(19), seal, at: at(22), isOpened: false, isGood: true },
        { backup: id(19), seal, at: at(21), isOpened: true, isGood: true },
        { backup: id(19), seal, at: at(20), isOpened: true, isGood: true },
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
    `${start}verifications/${id(19)}.0123456789abcdef.${id(20)}.damaged.sealed.json`,
    `${start}verifications/${id(19)}.0123456789abcdef.${id(20)}.opened.json`,
    `${start}verifications/a/${id(19)}.0123456789abcdef.${id(20)}.json`,
    `${start}verifications/${id(19)}.0123456789abcdef.${id(20)}.json5`,
  ])("are not %s", (key) => {
    expect(recordsAmong(place, [key])).toEqual({ verifications: [], drills: [] });
  });
});

describe("R4 a backup", () => {
  const record = (
    backup: StoredBackup,
    day: number,
    { isOpened = true, isGood = true } = {},
  ): VerificationRecord => ({ backup: backup.id, seal: sealOf(backup), at: at(day), isOpened, isGood });
  const backup = stored("v1");
  const opened = (day: number) => record(backup, day);
  const sealed = (day: number) => record(backup, day, { isOpened: false });
  const damaged = (day: number) => record(backup, day, { isGood: false });
  const damagedSealed = (day: number) => record(backup, day, { isOpened: false, isGood: false });
  /** As the records are read: the newest first. */
  const standing = (...verifications: VerificationRecord[]) =>
    standingOf(
      {
        verifications: verifications.sort((one, other) => other.at.getTime() - one.at.getTime()),
        drills: [],
      },
      backup,
      at(25),
    );
  const known = { verifiedAt: null, sealedAt: null, damagedAt: null };
  const time = (day: number) => at(day).toISOString();

  test("is verified where this version of its object was opened, when that was last done", () => {
    expect(standing(opened(21), opened(22))).toEqual({ ...known, verifiedAt: time(22) });
  });

  test("that was only compared with its manifest is sealed and not verified", () => {
    expect(standing(sealed(21), sealed(22))).toEqual({ ...known, sealedAt: time(22) });
    expect(standing(opened(21), sealed(22))).toEqual({ ...known, verifiedAt: time(21), sealedAt: time(22) });
  });

  test.each([
    ["after it was verified", [opened(21), sealed(21), damaged(22)], 22],
    ["at the time at which it was verified", [opened(22), damaged(22)], 22],
    ["and is only compared with its manifest since", [damaged(22), sealed(23)], 22],
    ["twice", [damaged(21), damaged(22)], 22],
    ["and was found good in between", [damaged(21), opened(22), damaged(23)], 23],
    ["without being opened", [sealed(21), damagedSealed(22)], 22],
    ["and its good record is from the future", [damaged(22), opened(26)], 22],
  ])("is damaged, and not verified any more, that was found so %s", (_what, records, day) => {
    expect(standing(...records)).toEqual({ ...known, damagedAt: time(day) });
  });

  test.each([
    ["opened after it was found damaged", [damaged(21), opened(22)], { verifiedAt: time(22) }],
    ["opened after its object was found damaged", [damagedSealed(21), opened(22)], { verifiedAt: time(22) }],
    ["compared after its object was found damaged", [damagedSealed(21), sealed(22)], { sealedAt: time(22) }],
  ])("is good again that was %s", (_what, records, found) => {
    expect(standing(...records)).toEqual({ ...known, ...found });
  });

  test.each([
    ["another version", stored("v2")],
    ["another length", stored("v1", 11)],
    ["another backup", { ...stored("v1"), id: id(21) }],
    ["no object", { ...stored("v1"), dump: undefined }],
  ])("is neither verified nor damaged where that was of %s", (_what, other) => {
    expect(standing(record(other, 22))).toEqual(known);
    expect(standing(record(other, 22, { isGood: false }))).toEqual(known);
  });

  test("has a seal of its own where the bucket keeps no versions, and where it is gone", () => {
    const seals = [stored(undefined), stored("v1"), stored("v1", 11), { dump: undefined }].map(sealOf);
    expect(new Set(seals).size).toBe(4);
    expect(seals.filter((seal) => !/^[0-9a-f]{16}$/.test(seal))).toEqual([]);
  });
});
