import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { description, HollowBench } from "../support/hollow-backups.ts";
import { Refused } from "../support/hollow-postgres.ts";

describe("a backup between stand-ins", () => {
  const hollow = new HollowBench();
  beforeAll(() => hollow.start());
  afterAll(() => hollow.stop());
  beforeEach(() => {
    hollow.programs();
    hollow.database.answer(
      ...description,
      [/^SELECT pg_try_advisory_lock/, [{ is_mine: true }]],
      [/^SELECT pg_export_snapshot/, [{ snapshot: "1" }]],
    );
  });
  const ran = async () => {
    const { exitCode, logged } = await hollow.run(["run"]);
    return [
      exitCode,
      logged.flatMap(({ event, reason }) => (reason === undefined ? [] : [event, reason])),
      logged.at(-1)?.["event"],
    ];
  };
  const lockFails = (times: number, code: string, message: string): void => {
    let left = times;
    hollow.database.alsoAnswer([
      /^LOCK TABLE/,
      () => {
        if (left-- > 0) throw new Refused(code, message);
        return [];
      },
    ]);
  };

  test("B4 begins again where something waits for pg_dump's lock", async () => {
    lockFails(1, "55P03", "could not obtain lock");
    const reason = "shop: something waits to change a table as a whole, as the backup began";
    expect(await ran()).toEqual([0, ["backup begins again", reason], "backup done"]);
  });

  test("says what a server needs that has no room for the locks", async () => {
    lockFails(9, "53200", "out of shared memory");
    expect(await ran()).toEqual([
      81,
      [],
      "shop: the server has no room for the locks of 1 tables: set its max_locks_per_transaction higher",
    ]);
  });

  test("fails as the server does with anything else", async () => {
    lockFails(9, "42501", "permission denied for table thing");
    expect(await ran()).toEqual([
      77,
      [],
      `127.0.0.1:${hollow.database.port}/shop: permission denied for table thing (42501)`,
    ]);
  });

  test("tells of more than five tables the first five", async () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    let asked = 0;
    hollow.database.alsoAnswer(
      [
        /^SELECT c\.oid::text AS number/,
        () => {
          const file = asked++ < 2 ? String(asked) : "same";
          return names.map((name, index) => ({ number: String(index), schema: "s", name, file }));
        },
      ],
      [/^LOCK TABLE ONLY "s"\."a", ONLY "s"\."b"/, []],
    );
    const [exitCode, told] = await ran();
    expect([exitCode, told]).toEqual([
      0,
      [
        "backup begins again",
        'shop: "s"."a", "s"."b", "s"."c", "s"."d", "s"."e", ...: emptied, dropped or written anew (TRUNCATE, ALTER TABLE) as the backup began, which would lack the rows',
      ],
    ]);
  });

  test("keeps the words of pg_dump where the server says nothing more", async () => {
    hollow.programs({ dump: "echo 'pg_dump: error: gone' >&2; exit 1" });
    expect(await ran()).toEqual([81, [], "pg_dump ended with exit code 1: pg_dump: error: gone"]);
    let asked = 0;
    hollow.database.alsoAnswer([
      /^SELECT c\.oid::text AS number/,
      () => {
        if (asked++ > 0) throw new Refused("42501", "permission denied");
        return [];
      },
    ]);
    expect(await ran()).toEqual([81, [], "pg_dump ended with exit code 1: pg_dump: error: gone"]);
  });
});
