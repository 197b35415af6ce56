import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { connected } from "../../backup/database.ts";
import { BackupBench, type RunOptions } from "../support/backups.ts";
import { administratorPassword } from "../support/database.ts";
import { FakePrograms } from "../support/fake-programs.ts";

const bench = new BackupBench();
const programs = new FakePrograms();
beforeAll(() => bench.start(), 170_000);
afterAll(async () => {
  programs.remove();
  await bench.stop();
});

const newShop = () =>
  bench.newDatabase(
    "CREATE TABLE thing (id int PRIMARY KEY, amount int)",
    "INSERT INTO thing SELECT i, i FROM generate_series(1, 2000) i",
    "CREATE TABLE other (id int PRIMARY KEY)",
    "INSERT INTO other VALUES (1)",
  );

/** Waits until a question of one number is answered with that one. */
async function until(database: string, question: string, answer: number): Promise<void> {
  for (;;) {
    const [row] = await bench.sql(database, `SELECT count(*)::int AS count FROM ${question}`);
    if (row?.["count"] === answer) return;
  }
}

async function run(database: string, options: RunOptions = {}) {
  const { exitCode, said, logged } = await bench.run(["run", "--json"], { database, ...options });
  const [manifest] = JSON.parse(said.join("") || "[]");
  const rows = Object.fromEntries(
    (manifest?.contents?.tables ?? []).map(({ name, rows }: { name: string; rows: number }) => [name, rows]),
  );
  const again = logged.filter(({ event }) => event === "backup begins again").map(({ reason }) => reason);
  return { exitCode, rows, again, last: logged.at(-1)?.["event"] };
}

describe("a backup that begins while a table is changed as a whole", () => {
  const why =
    "emptied, dropped or written anew (TRUNCATE, ALTER TABLE) as the backup began, which would lack the rows";

  test.each([
    ["written anew", "ALTER TABLE thing ALTER COLUMN amount TYPE bigint", { thing: 2000, other: 1 }],
    ["emptied and filled", "TRUNCATE thing; INSERT INTO thing VALUES (1, 1), (2, 2)", { thing: 2, other: 1 }],
    ["dropped", "DROP TABLE thing", { other: 1 }],
  ])("B23 begins again where it was %s, and has every row", async (_what, change, rows) => {
    const shop = await newShop();
    const address = {
      host: "127.0.0.1",
      port: bench.server.port,
      user: "doadmin",
      password: administratorPassword,
      database: shop,
      mode: "require",
    } as const;
    const ran = await connected(address, Date.now() + 10_000, async (gate) => {
      await gate.query("SELECT pg_advisory_lock(1)");
      const changing = bench.sql(shop, "BEGIN", change, "SELECT pg_advisory_lock(1)", "COMMIT");

      await until(
        shop,
        "pg_locks WHERE granted AND mode = 'AccessExclusiveLock' AND relation = 'thing'::regclass",
        1,
      );
      const running = run(shop);
      // pg_dump, which has the snapshot from before.
      await until(shop, "pg_locks WHERE NOT granted AND mode = 'AccessShareLock'", 1);
      await gate.query("SELECT pg_advisory_unlock(1)");
      await changing;
      return await running;
    });
    expect(ran).toEqual({
      exitCode: 0,
      rows,
      again: [`${shop}: "public"."thing": ${why}`],
      last: "backup done",
    });
    const target = await bench.newDatabase();
    const environment = { TARGET_DATABASE_URL: bench.url(target) };
    const restored = await bench.run(["restore", "--database", shop], {
      environment: { ...environment, DATABASE_URL: "", TARGET_DATABASE_CA_CERT: bench.server.caCertificate },
    });
    expect(restored.exitCode).toBe(0);
    for (const [name, count] of Object.entries(rows)) await until(target, name, count);
  });

  test("B23 fails where that happens every time", async () => {
    const shop = await newShop();
    const emptied = '"$(dirname "$REAL")/psql" --quiet --command "TRUNCATE thing, other"; exec "$REAL" "$@"';
    const reason = `${shop}: "public"."other", "public"."thing": ${why}`;
    expect(await run(shop, { environment: { POSTGRES_BIN: programs.folder({ pg_dump: emptied }) } })).toEqual(
      {
        exitCode: 75,
        rows: {},
        again: [reason, reason, reason, reason],
        last: `${reason}, 5 times: run it when nothing does that`,
      },
    );
  });

  test("B4 goes on where a table is to be changed in its midst, which waits for its end", async () => {
    const shop = await newShop();
    // More than a pipe holds, so that pg_dump is still at work.
    await bench.sql(shop, "INSERT INTO other SELECT generate_series(2, 100000)");
    const waiting = "SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'";
    const psql = '"$(dirname "$REAL")/psql" --quiet --no-align --tuples-only --command';
    const pg_dump = `"$REAL" "$@" | { dd bs=1 count=10 status=none; until [ -n "$(${psql} "${waiting.replace("FROM", "1 FROM")}")" ]; do :; done; cat; }`;
    const running = run(shop, { environment: { POSTGRES_BIN: programs.folder({ pg_dump }) } });
    // That of pg_dump and the backup's own.
    await until(shop, "pg_locks WHERE relation = 'thing'::regclass AND mode = 'AccessShareLock'", 2);
    const changing = bench.sql(shop, "ALTER TABLE thing ALTER COLUMN amount TYPE bigint");
    expect(await running).toEqual({
      exitCode: 0,
      rows: { thing: 2000, other: 100_000 },
      again: [],
      last: "backup done",
    });
    await changing;
  });
});
