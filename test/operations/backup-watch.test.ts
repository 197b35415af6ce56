import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type JudgedBackup, watchBackups } from "../../operations/backup/watch.ts";

const now = new Date("2026-11-21T12:00:00Z");
const later = "2026-11-21T11:30:00.000Z";
const backup = (database: string, startedAt: string, verifiedAt: string | null = later): JudgedBackup => ({
  database,
  startedAt,
  verifiedAt,
  sealedAt: null,
  damagedAt: null,
});
const question = {
  stack: "production",
  databases: ["shop", "wiki"],
  backups: [
    backup("shop", "2026-11-20T01:00:00.000Z"),
    backup("shop", "2026-11-21T01:00:00.000Z"),
    backup("shop2", "2026-11-21T11:00:00.000Z"),
    backup("wiki", "2026-11-20T01:30:00.000Z"),
  ],
  drilledAt: (): string | undefined => "2026-10-01",
  now,
  maxAgeHours: 26,
};
const ofShop = { ...question, databases: ["shop"] };

test("R15 a backup that is older than it may be is late, whatever another database has", () => {
  expect(watchBackups(question)).toEqual({
    stack: "production",
    isFine: false,
    maxAgeHours: 26,
    maxDrillDays: null,
    databases: [
      {
        database: "shop",
        verified: "2026-11-21T01:00:00.000Z",
        isSealed: false,
        damaged: null,
        ageHours: 11,
        newest: "2026-11-21T01:00:00.000Z",
        isLate: false,
        drill: { date: "2026-10-01", ageDays: 51, isLate: false },
      },
      {
        database: "wiki",
        verified: "2026-11-20T01:30:00.000Z",
        isSealed: false,
        damaged: null,
        ageHours: 34.5,
        newest: "2026-11-20T01:30:00.000Z",
        isLate: true,
        drill: { date: "2026-10-01", ageDays: 51, isLate: false },
      },
    ],
    configuration: [],
    late: ["the newest verified backup of wiki is 34.5 hours old, it may be 26: 2026-11-20T01:30:00.000Z"],
  });
});

test("R5 a backup that nobody read to its end is none", () => {
  const backups = [
    backup("shop", "2026-11-20T01:00:00.000Z"),
    backup("shop", "2026-11-21T01:00:00.000Z", null),
    backup("wiki", "2026-11-21T01:30:00.000Z", null),
  ];
  const { databases, late, isFine } = watchBackups({ ...question, backups });
  expect([isFine, late]).toEqual([
    false,
    [
      "the newest verified backup of shop is 35 hours old, it may be 26: 2026-11-20T01:00:00.000Z; that of 2026-11-21T01:00:00.000Z is not verified: read it with backup verify",
      "no backup of wiki is verified, the newest is of 2026-11-21T01:30:00.000Z: read it with backup verify",
    ],
  ]);
  expect(
    databases.map(({ verified, newest, ageHours, isLate }) => [verified, newest, ageHours, isLate]),
  ).toEqual([
    ["2026-11-20T01:00:00.000Z", "2026-11-21T01:00:00.000Z", 35, true],
    [null, "2026-11-21T01:30:00.000Z", null, true],
  ]);
});

const sealed = (startedAt: string) => ({ ...backup("shop", startedAt, null), sealedAt: later });
const damaged = (startedAt: string) => ({ ...backup("shop", startedAt, null), damagedAt: later });
const [early, middle, late] = [
  "2026-11-20T23:00:00.000Z",
  "2026-11-21T01:00:00.000Z",
  "2026-11-21T09:00:00.000Z",
] as const;

test("R5 a backup that was only read sealed counts, and is told as one that nobody opened", () => {
  const judged = (...backups: JudgedBackup[]) => {
    const { isFine, databases } = watchBackups({ ...ofShop, backups });
    return [isFine, databases[0]?.verified, databases[0]?.isSealed];
  };
  expect(judged(sealed(middle))).toEqual([true, middle, true]);
  expect(judged(sealed(middle), backup("shop", early))).toEqual([true, middle, true]);
  expect(judged(sealed(early), backup("shop", middle))).toEqual([true, middle, false]);
  expect(judged({ ...backup("shop", middle), sealedAt: later })).toEqual([true, middle, false]);
  expect(watchBackups({ ...ofShop, backups: [sealed(middle)], maxAgeHours: 5 }).late).toEqual([
    "the newest sealed backup of shop is 11 hours old, it may be 5: 2026-11-21T01:00:00.000Z",
  ]);
});

test("R5 a backup that was found damaged is red until a younger one was opened and is whole", () => {
  const words =
    "the backup of shop of 2026-11-21T01:00:00.000Z is damaged, and nobody opened a younger one that is whole: look with backup list, make one with backup run, and read it with backup verify and the secret keys";
  const none = "no backup of shop is verified, the newest is of 2026-11-21T01:00:00.000Z: it is damaged";
  const judged = (...backups: JudgedBackup[]) => {
    const watch = watchBackups({ ...ofShop, backups });
    return [watch.isFine, watch.late, watch.databases[0]?.damaged];
  };
  expect(judged(damaged(middle))).toEqual([false, [words, none], middle]);
  expect(judged(backup("shop", early), damaged(middle))).toEqual([false, [words], middle]);
  expect(judged(damaged(middle), sealed(late))).toEqual([false, [words], middle]);
  expect(judged(damaged(early), damaged(middle))).toEqual([false, [words, none], middle]);
  expect(judged(damaged(middle), backup("shop", late))).toEqual([true, [], null]);
  expect(
    watchBackups({ ...ofShop, backups: [backup("shop", early), damaged(middle)], maxAgeHours: 5 }).late,
  ).toEqual([
    words,
    "the newest verified backup of shop is 13 hours old, it may be 5: 2026-11-20T23:00:00.000Z",
  ]);
});

test("R15 an older backup that is verified is enough while it is young", () => {
  const backups = [
    backup("shop", "2026-11-20T11:00:00.000Z"),
    backup("shop", "2026-11-21T11:00:00.000Z", null),
  ];
  expect(watchBackups({ ...ofShop, backups })).toMatchObject({ isFine: true, late: [] });
});

test("R15, R16 a backup that never came is late, and so is a drill that never passed", () => {
  const { late, isFine, databases, maxDrillDays } = watchBackups({
    ...question,
    databases: ["new"],
    drilledAt: () => undefined,
    maxDrillDays: 35,
  });
  expect([isFine, maxDrillDays, databases[0]?.drill, late]).toEqual([
    false,
    35,
    { date: null, ageDays: null, isLate: true },
    [
      "new has no backup: make one with backup run",
      "no drill of new has passed, neither by the records in the bucket nor by recovery.drill of the stack file: do one with backup drill",
    ],
  ]);
});

test("R16 a drill of one database says nothing of another", () => {
  const drills = new Map([["shop", "2026-11-20T05:00:00Z"]]);
  const backups = [backup("shop", later), backup("wiki", later)];
  const watch = { ...question, backups, drilledAt: (name: string) => drills.get(name), maxDrillDays: 35 };
  expect(watchBackups(watch).late).toEqual([
    "no drill of wiki has passed, neither by the records in the bucket nor by recovery.drill of the stack file: do one with backup drill",
  ]);
  drills.set("wiki", "2026-10-01T05:00:00Z");
  expect(watchBackups(watch).late).toEqual([
    "the last drill of wiki was 51 days ago, it may be 35: 2026-10-01T05:00:00Z",
  ]);
});

test.each([
  ["2026-10-17T00:00:00Z", 35, []],
  [
    "2026-10-16T23:59:59Z",
    35,
    ["the last drill of shop was 35 days ago, it may be 35: 2026-10-16T23:59:59Z"],
  ],
  ["2026-10-01", 51, []],
  ["2026-10-01", 50, ["the last drill of shop was 51 days ago, it may be 50: 2026-10-01"]],
])("R16 a drill of %s where it may be %i days old", (drilledAt, maxDrillDays, late) => {
  const backups = [backup("shop", "2026-11-20T23:00:00.000Z")];
  expect(
    watchBackups({
      ...ofShop,
      backups,
      drilledAt: () => drilledAt,
      maxDrillDays,
      now: new Date("2026-11-21T00:00:00Z"),
    }).late,
  ).toEqual(late);
});

test.each([
  ["2026-11-21T12:14:00.000Z", []],
  [
    "2026-11-21T12:16:00.000Z",
    [
      "the newest backup of shop is from the future, 2026-11-21T12:16:00.000Z: the clock here says 2026-11-21T12:00:00.000Z, so one of the two is wrong",
    ],
  ],
])("a backup of %s is a fault of a clock where none is so wrong", (startedAt, late) => {
  const backups = [backup("shop", "2026-11-21T01:00:00.000Z"), backup("shop", startedAt)];
  const watch = watchBackups({ ...ofShop, backups });
  expect([watch.late, watch.isFine, watch.databases[0]?.isLate]).toEqual([
    late,
    late.length === 0,
    late.length > 0,
  ]);
});

test.each([
  ["2026-11-21T12:14:00Z", true],
  ["2026-11-21T12:16:00Z", false],
  // A day as it was somewhere on earth.
  ["2026-11-22", true],
  ["2026-11-23", false],
])("a drill of %s may be, or is a fault of a clock", (drilledAt, isFine) => {
  const watch = watchBackups({ ...ofShop, drilledAt: () => drilledAt });
  expect([watch.isFine, watch.late]).toEqual([
    isFine,
    isFine
      ? []
      : [
          `the last drill of shop is from the future, ${drilledAt}: the clock here says 2026-11-21T12:00:00.000Z, so one of the two is wrong`,
        ],
  ]);
});

test("the newest verified decides, in whatever order they are listed, to the minute", () => {
  const ages = fc.uniqueArray(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(ages, fc.integer({ min: 1, max: 2000 }), fc.nat(), (minutes, maxAgeHours, among) => {
      const verified = new Set(minutes.slice(among % minutes.length));
      const backups = minutes.map((age) =>
        backup(
          "shop",
          new Date(now.getTime() - age * 60_000).toISOString(),
          verified.has(age) ? now.toISOString() : null,
        ),
      );
      const watched = watchBackups({ ...ofShop, backups, maxAgeHours });
      expect(watched.isFine).toBe(Math.min(...verified) <= maxAgeHours * 60);
    }),
  );
});

test.each([
  ["2026-11-21T12:14:00.000Z", []],
  [
    "2026-11-21T12:16:00.000Z",
    [
      "what was saved last of stack-production is from the future, 2026-11-21T12:16:00.000Z: the clock here says 2026-11-21T12:00:00.000Z, so one of the two is wrong",
    ],
  ],
])("configuration of %s is a fault of a clock where none is so wrong", (startedAt, late) => {
  const saved = [{ database: "stack-production", startedAt }];
  const configuration = { names: ["stack-production"], saved, maxAgeDays: 8 };
  const watch = watchBackups({ ...ofShop, drilledAt: () => undefined, configuration });
  expect([watch.late, watch.isFine, watch.configuration[0]?.isLate]).toEqual([
    late,
    late.length === 0,
    late.length > 0,
  ]);
});
