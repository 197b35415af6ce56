import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  databasePrefix,
  dumpKey,
  manifestKey,
  newId,
  originalName,
  readKey,
  safeName,
  timeOfId,
} from "../../backup/keys.ts";

const place = { prefix: "postgres/", cluster: "shop-db", database: "shop" };
const moment = fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });

test("a key has the cluster, the database and the time in UTC", () => {
  const id = newId(new Date("2028-02-29T23:59:59.999Z"), Buffer.from("0a1b2c3d", "hex"));
  expect(id).toBe("20280229T235959999Z-0a1b2c3d");
  expect(dumpKey(place, id)).toBe("postgres/shop-db/shop/20280229T235959999Z-0a1b2c3d.dump.zst.age");
  expect(manifestKey(place, id)).toBe("postgres/shop-db/shop/20280229T235959999Z-0a1b2c3d.json");
});

test("B20 ids sort as their times do, and tell the time that they were made of", () => {
  fc.assert(
    fc.property(moment, moment, (one, other) => {
      const [first, second] = [newId(one), newId(other)];
      expect(timeOfId(first)).toEqual(one);
      if (one < other) expect(first < second).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test("B20 the hour that comes twice in autumn gives two ids, in order", () => {
  const first = newId(new Date("2026-10-25T02:30:00+02:00"), Buffer.alloc(4));
  const second = newId(new Date("2026-10-25T02:30:00+01:00"), Buffer.alloc(4));
  expect([first, second]).toEqual(["20261025T003000000Z-00000000", "20261025T013000000Z-00000000"]);
});

test("B18 any name becomes a folder of plain characters, and can be read back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (name) => {
      expect(safeName(name)).toMatch(/^[A-Za-z0-9_.-]+$/);
      expect(originalName(safeName(name))).toBe(Buffer.from(name).toString("utf8"));
    }),
    { numRuns: 1000 },
  );
  expect(safeName("../$a é")).toBe(".2E.2E.2F.24a.20.C3.A9");
});

test("no database's keys begin as another's", () => {
  const names = fc.string({ minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(names, names, (one, other) => {
      fc.pre(one !== other);
      const key = dumpKey({ ...place, database: one }, newId(new Date(0)));
      expect(key.startsWith(databasePrefix({ ...place, database: other }))).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["postgres/shop-db/shop/20261121T130205240Z-e391429f.dump.zst.age", "dump"],
  ["postgres/shop-db/shop/20261121T130205240Z-e391429f.json", "manifest"],
])("%s is a %s", (key, kind) => {
  expect(readKey(place, key)).toEqual({ id: "20261121T130205240Z-e391429f", kind });
});

test.each([
  "postgres/shop-db/shop_staging/20261121T130205240Z-e391429f.json",
  "postgres/shop-db/shop/old/20261121T130205240Z-e391429f.json",
  "postgres/shop-db/shop/20261121T130205240Z-e391429f.sql.gz",
  "postgres/shop-db/shop/20261121T130205240Z-E391429F.json",
  "postgres/shop-db/shop/20261331T130205240Z-e391429f.json",
  "postgres/shop-db/shop/20260231T130205240Z-e391429f.json",
  "postgres/shop-db/shop/.json",
])("%s is nothing that this program wrote for the database", (key) => {
  expect(readKey(place, key)).toBeUndefined();
});
