import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { watchBackups } from "../../operations/backup/watch.ts";

const now = new Date("2026-11-21T12:00:00Z");
const question = {
  stack: "production",
  databases: ["shop", "wiki"],
  backups: [
    { database: "shop", startedAt: "2026-11-20T01:00:00.000Z" },
    { database: "shop", startedAt: "2026-11-21T01:00:00.000Z" },
    { database: "shop2", startedAt: "2026-11-21T11:00:00.000Z" },
    { database: "wiki", startedAt: "2026-11-20T01:30:00.000Z" },
  ],
  drilledOn: "2026-10-01",
  now,
  maxAgeHours: 26,
};

test("a backup that is older than it may be is late, whatever another database has", () => {
  expect(watchBackups(question)).toEqual({
    stack: "production",
    isFine: false,
    maxAgeHours: 26,
    databases: [
      { database: "shop", newest: "2026-11-21T01:00:00.000Z", ageHours: 11, isLate: false },
      { database: "wiki", newest: "2026-11-20T01:30:00.000Z", ageHours: 34.5, isLate: true },
    ],
    drill: { date: "2026-10-01", ageDays: 51, maxAgeDays: null, isLate: false },
    configuration: [],
    late: ["the newest backup of wiki is 34.5 hours old, it may be 26: 2026-11-20T01:30:00.000Z"],
  });
});

test("a backup that never came is late, and so is a drill that nobody noted", () => {
  const { late, isFine } = watchBackups({
    ...question,
    databases: ["new"],
    drilledOn: undefined,
    maxDrillDays: 35,
  });
  expect([isFine, late]).toEqual([
    false,
    ["new has no backup", "no drill is noted in recovery.drill of the stack file"],
  ]);
});

test.each([
  [51, []],
  [50, ["the last drill was 51 days ago, it may be 50: 2026-10-01"]],
])("a drill of 51 days ago where it may be %s", (maxDrillDays, late) => {
  expect(
    watchBackups({ ...question, databases: ["shop"], maxDrillDays, now: new Date("2026-11-21T00:00:00Z") })
      .late,
  ).toEqual(late);
});

test("the newest decides, in whatever order they are listed, to the minute", () => {
  const ages = fc.uniqueArray(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(ages, fc.integer({ min: 1, max: 2000 }), (minutes, maxAgeHours) => {
      const backups = minutes.map((age) => ({
        database: "shop",
        startedAt: new Date(now.getTime() - age * 60_000).toISOString(),
      }));
      const watched = watchBackups({ ...question, databases: ["shop"], backups, maxAgeHours });
      expect(watched.isFine).toBe(Math.min(...minutes) <= maxAgeHours * 60);
    }),
  );
});
