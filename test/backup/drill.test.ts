import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Interrupted } from "../../backup/failure.ts";
import { BackupBench, type RunOptions } from "../support/backups.ts";
import { FakePrograms } from "../support/fake-programs.ts";

const bench = new BackupBench();
const programs = new FakePrograms();
const folder = mkdtempSync(join(tmpdir(), "slipway-drill-"));
let shop: string;
let id: string;

/** Tables that have the same name once their names are joined, with other rows each. */
const alike = [
  ["a.b", "c"],
  ["a", "b.c"],
  ["a b", "c"],
  ["a", "b c"],
].flatMap(([schema, name], at) => [
  `CREATE SCHEMA IF NOT EXISTS "${schema}"`,
  `CREATE TABLE "${schema}"."${name}" AS SELECT generate_series(1, ${at}) AS id`,
]);

beforeAll(async () => {
  await bench.start();
  shop = await bench.newDatabase(
    "CREATE TABLE thing (id int PRIMARY KEY, name text)",
    "INSERT INTO thing SELECT i, md5(i::text) FROM generate_series(1, 3000) i",
    "CREATE TABLE other (id int)",
    ...alike,
  );
  id = JSON.parse((await bench.run(["run", "--json"], { database: shop })).said.join(""))[0].id;
}, 170_000);
afterAll(async () => {
  programs.remove();
  rmSync(folder, { recursive: true });
  await bench.stop();
});
beforeEach(() => bench.s3.mend());

async function drill(args: readonly string[] = [], options: RunOptions = {}) {
  const ran = await bench.run(["drill", "--database", shop, "--json", ...args], {
    ...options,
    environment: {
      SCRATCH_DATABASE_URL: bench.url("defaultdb"),
      SCRATCH_DATABASE_CA_CERT: bench.server.caCertificate,
      ...options.environment,
    },
  });
  const left = await bench.sql(
    "defaultdb",
    "SELECT datname FROM pg_database WHERE datname ~ '^slipway_drill'",
  );
  expect(left).toEqual([]);
  const text = ran.said.join("\n");
  return { ...ran, report: text.startsWith("{") ? JSON.parse(text) : undefined };
}

function assertions(sql: string): string[] {
  const file = join(folder, "assertions.sql");
  writeFileSync(file, sql);
  return ["--assertions", file];
}

describe("R14 a drill", () => {
  test("restores the newest backup, compares it, measures, and leaves nothing behind", async () => {
    const sql =
      'SELECT count(*) = 3000 AS "all things are there", min(id) = 1 AS "the first too" FROM thing;\nSELECT true AS "so is this";';
    const { exitCode, report } = await drill(["--json", ...assertions(sql)]);
    expect([exitCode, report]).toEqual([
      0,
      {
        format: "slipway drill 1",
        database: shop,
        cluster: "shop-db",
        startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        result: "passed",
        backup: { id, ageHours: expect.any(Number), plainBytes: expect.any(Number) },
        seconds: {
          find: expect.any(Number),
          restore: expect.any(Number),
          compare: expect.any(Number),
          assertions: expect.any(Number),
        },
        recoverySeconds: expect.any(Number),
        objectiveSeconds: 900,
        isObjectiveDeclared: false,
        megabytesPerSecond: expect.any(Number),
        tables: { compared: 6, different: [] },
        extensionsLeftOut: ["pg_stat_statements"],
        partsLeftOut: [],
        assertions: [
          { name: "all things are there", holds: true },
          { name: "the first too", holds: true },
          { name: "so is this", holds: true },
        ],
      },
    ]);
    const written = bench.s3.requests.filter((line) => !/^(GET|HEAD) /.test(line));
    const place = `PUT /shop-backups/records/postgres/shop-db/${shop.replace(" ", ".20")}`;
    expect(written).toEqual([
      expect.stringMatching(new RegExp(`^${place}/verifications/${id}\\.`)),
      expect.stringMatching(new RegExp(`^${place}/drills/\\d{8}T\\d{9}Z-[0-9a-f]{8}\\.passed\\.json`)),
    ]);
  });

  test("R16 is in the list, with what came of it", async () => {
    expect((await bench.run(["verify", "--database", shop])).said).toEqual([`${shop} ${id} verified`]);
    const told = async () => (await bench.run(["list", "--database", shop])).said.at(-1);
    const at = new Date(Date.now() + 60_000);
    await drill([], { now: () => at });
    expect(await told()).toBe(`${shop} last drill passed ${at.toISOString()}`);
    const then = new Date(Date.now() + 120_000);
    await drill(assertions("SELECT false AS never"), { now: () => then });
    expect(await told()).toBe(`${shop} last drill failed ${then.toISOString()}`);
  });

  test("drops what a killed drill left behind", async () => {
    await bench.sql("defaultdb", "CREATE DATABASE slipway_drill_0123456789ab");
    expect((await drill()).exitCode).toBe(0);
  });
});

describe("one drill at a time on a server", () => {
  const another =
    "another drill is under way on this server, and one may be at a time: begin this one when that has ended, or give it another server in SCRATCH_DATABASE_URL";

  test("the second is refused, wherever on the server the first logged in, and a killed one leaves no lock", async () => {
    const started = join(folder, "started");
    const POSTGRES_BIN = programs.folder({
      pg_restore: `case "$*" in *dbname*) echo $$ > '${started}'; exec sleep 60 ;; *) exec "$REAL" "$@" ;; esac`,
    });
    const stop = new AbortController();
    const first = bench.run(["drill", "--database", shop], {
      signal: stop.signal,
      environment: {
        SCRATCH_DATABASE_URL: bench.url("defaultdb"),
        SCRATCH_DATABASE_CA_CERT: bench.server.caCertificate,
        POSTGRES_BIN,
      },
    });
    while (!existsSync(started)) await delay(10);
    const elsewhere = await bench.newDatabase();
    for (const database of ["defaultdb", elsewhere]) {
      const ran = await bench.run(["drill", "--database", shop, "--json"], {
        environment: {
          SCRATCH_DATABASE_URL: bench.url(database),
          SCRATCH_DATABASE_CA_CERT: bench.server.caCertificate,
        },
      });
      const report = JSON.parse(ran.said.join(""));
      expect([ran.exitCode, report.result, report.failure]).toEqual([75, "locked", another]);
    }
    // As the end of its process would.
    await bench.sql(
      "defaultdb",
      "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted",
    );
    expect((await bench.run(["list", "--database", shop])).exitCode).toBe(0);
    const [row] = await bench.sql(
      "defaultdb",
      "SELECT count(*)::int AS locks FROM pg_locks WHERE locktype = 'advisory'",
    );
    expect(row).toEqual({ locks: 0 });
    stop.abort(new Interrupted("SIGTERM"));
    expect((await first).exitCode).toBe(143);
    expect((await drill()).exitCode).toBe(0);
  });
});

describe("a subscription", () => {
  const superuserUrl = (database: string) => bench.url(database, bench.superuser());
  const subscription =
    "CREATE SUBSCRIPTION sub8 CONNECTION 'host=nowhere.invalid' PUBLICATION p WITH (connect = false, slot_name = 'prod_slot')";
  let own: string;

  beforeAll(async () => {
    own = await bench.newDatabase("CREATE TABLE thing (id int)");
    await bench.asSuperuser(
      own,
      subscription,
      "COMMENT ON SUBSCRIPTION sub8 IS 'of production'",
      `ALTER DATABASE "${own}" SET work_mem = '8MB'`,
      `COMMENT ON DATABASE "${own}" IS 'the shop'`,
      `GRANT CREATE ON DATABASE "${own}" TO pg_monitor`,
    );
    await bench.run(["run"], { environment: { DATABASE_URL: superuserUrl(own) } });
  });
  afterAll(() =>
    bench.asSuperuser(own, "ALTER SUBSCRIPTION sub8 SET (slot_name = NONE)", "DROP SUBSCRIPTION sub8"),
  );

  const parts = [
    "comment on the database",
    "rights on the database",
    "settings of the database",
    "subscription sub8",
  ];
  const warning = {
    level: "warn",
    event: "not restored: backup/README.md says how it is put back by hand",
    parts,
  };

  test("is left out of a drill, which says so, as it says of what belongs to the database itself", async () => {
    const ran = await bench.run(["drill", "--database", own, "--json"], {
      environment: {
        SCRATCH_DATABASE_URL: superuserUrl("defaultdb"),
        SCRATCH_DATABASE_CA_CERT: bench.server.caCertificate,
      },
    });
    expect([ran.exitCode, JSON.parse(ran.said.join("")).partsLeftOut]).toEqual([0, parts]);
    expect(ran.logged.filter(({ level }) => level === "warn")).toEqual([warning]);
  });

  test("is left out of a restore, which says so", async () => {
    const target = await bench.newDatabase();
    const ran = await bench.run(["restore", "--database", own, "--json"], {
      environment: {
        DATABASE_URL: "",
        TARGET_DATABASE_URL: superuserUrl(target),
        TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
      },
    });
    expect([ran.exitCode, JSON.parse(ran.said.join("")).leftOut]).toEqual([0, parts]);
    expect(ran.logged.filter(({ level }) => level === "warn")).toEqual([warning]);
    const there =
      "SELECT subname FROM pg_subscription JOIN pg_database d ON d.oid = subdbid WHERE datname = current_database()";
    expect([await bench.sql(target, there), await bench.sql(own, there)]).toEqual([
      [],
      [{ subname: "sub8" }],
    ]);
  });

  test("that keeps what a drill left behind is told and fails no other drill; who may drop it drops it", async () => {
    const leftover = "slipway_drill_0123456789ab";
    await bench.asSuperuser("defaultdb", `CREATE DATABASE ${leftover}`);
    await bench.asSuperuser(leftover, subscription);
    const run = (url: string) =>
      bench.run(["drill", "--database", shop], {
        environment: { SCRATCH_DATABASE_URL: url, SCRATCH_DATABASE_CA_CERT: bench.server.caCertificate },
      });
    const weak = await run(bench.url("defaultdb"));
    expect([weak.exitCode, weak.logged.filter(({ level }) => level === "warn")]).toEqual([
      0,
      [
        {
          level: "warn",
          event: "this could not be undone and is left to run by hand",
          statement: `DROP DATABASE IF EXISTS ${leftover}`,
          reason: `127.0.0.1:${bench.server.port}/defaultdb: must be owner of database ${leftover} (42501)`,
        },
      ],
    ]);
    const strong = await run(superuserUrl("defaultdb"));
    expect([strong.exitCode, strong.logged.filter(({ level }) => level === "warn")]).toEqual([0, []]);
    expect((await drill()).exitCode).toBe(0);
  });
});

describe("R14 a drill fails, with a report and without a scratch database,", () => {
  const failed = async (args: readonly string[] = [], options: RunOptions = {}) => {
    const { exitCode, report } = await drill(args, options);
    return [exitCode, report?.result, report?.failure];
  };

  test("where an assertion does not hold", async () => {
    const sql = 'SELECT count(*) > 5000 AS "there are | many" FROM thing; SELECT false AS never WHERE false';
    const { exitCode, report } = await drill([...assertions(sql), "--report", join(folder, "broken")]);
    expect([exitCode, report.failure, report.assertions]).toEqual([
      95,
      "does not hold: there are | many; never",
      [
        { name: "there are | many", holds: false },
        { name: "never", holds: false },
      ],
    ]);
    const markdown = readFileSync(join(folder, "broken", "drill.md"), "utf8");
    expect(markdown).toContain("- **does not hold**: there are &#124; many\n");
    expect(markdown).toContain("| Signature | none: no REPORT_SIGNING_KEY was set |");
  });

  test.each([
    ["is no SQL", "SELEC 1", /^the assertions cannot be asked: syntax error/],
    [
      "changes something",
      "DELETE FROM thing RETURNING true",
      /cannot execute DELETE in a read-only transaction/,
    ],
  ])("where the file of assertions %s", async (_what, sql, message) => {
    expect(await failed(assertions(sql))).toEqual([95, "assertion", expect.stringMatching(message)]);
  });

  test("R17 where it took longer than its objective", async () => {
    expect(await failed([], { settings: { drill: { objectiveMinutes: 0.0001 } } })).toEqual([
      97,
      "tooSlow",
      expect.stringMatching(
        /^the recovery of \d+ bytes took [\d.]+ s, [\d.]+ MB\/s; its objective is 0.006 s$/,
      ),
    ]);
  });

  test("where what was restored is something else", async () => {
    // Rows are deleted behind pg_restore's back.
    const POSTGRES_BIN = programs.folder({
      pg_restore: `case "$*" in
        *dbname*) "$REAL" "$@" && PGDATABASE=$(echo "$1" | cut -d"'" -f2) psql -qc "DELETE FROM thing WHERE id <= 2" ;;
        *) exec "$REAL" "$@" ;;
      esac`,
    });
    expect(await failed([], { environment: { POSTGRES_BIN } })).toEqual([
      94,
      "mismatch",
      expect.stringMatching(
        /^public\.thing has 2998 rows, checksum -?\d+, the backup 3000 rows, checksum -?\d+$/,
      ),
    ]);
  });

  test("where the backup is damaged", async () => {
    bench.s3.corrupt = { url: /\.age/, share: 0.7 };
    const result = await failed();
    bench.s3.corrupt = undefined;
    expect(result.slice(0, 2)).toEqual([89, "corrupt"]);
  });
});
