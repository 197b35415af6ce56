import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { generateIdentity } from "age-encryption";
import { BackupBench, type RunOptions } from "../support/backups.ts";
import { cases } from "../support/cases.ts";
import { clusterId } from "../support/database.ts";
import { FakePrograms } from "../support/fake-programs.ts";

const bench = new BackupBench();
const programs = new FakePrograms();
let shop: string;
let id: string;

const rich = [
  "CREATE EXTENSION IF NOT EXISTS pg_trgm",
  "CREATE TYPE mood AS ENUM ('good', 'bad')",
  'CREATE TABLE thing (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, "odd $ name" mood, twice int GENERATED ALWAYS AS (length(name) * 2) STORED)',
  `INSERT INTO thing (name, "odd $ name") SELECT md5(i::text), 'good' FROM generate_series(1, 3000) i`,
  "COMMENT ON TABLE thing IS 'things'",
  "CREATE TABLE event (at timestamptz, kind text) PARTITION BY RANGE (at)",
  "CREATE TABLE event_2026 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
  "CREATE TABLE event_rest PARTITION OF event DEFAULT",
  "INSERT INTO event SELECT timestamptz '2025-12-01' + i * interval '1 hour', 'k' FROM generate_series(1, 2000) i",
  "CREATE MATERIALIZED VIEW summary AS SELECT count(*) AS things FROM thing",
  "CREATE TABLE secret (owner text, value text)",
  "INSERT INTO secret VALUES ('doadmin', 'a'), ('other', 'b')",
  "ALTER TABLE secret ENABLE ROW LEVEL SECURITY",
  "CREATE POLICY own ON secret USING (owner = current_user)",
  `CREATE TABLE wide (${Array.from({ length: 1600 }, (_, n) => `c${n} bool`).join(", ")})`,
  "INSERT INTO wide (c0, c1599) VALUES (true, false)",
  "CREATE TABLE blob (id int PRIMARY KEY, data bytea, price money, at interval, x float8, doc jsonb, p point)",
  "INSERT INTO blob SELECT i, decode(repeat(md5(i::text), 1000), 'hex'), i, i * interval '1 day', i / 3.0, '{\"a\": [1, null]}', point(i, i) FROM generate_series(1, 50) i",
  `INSERT INTO blob (id, data) SELECT 51, decode(repeat(md5('large'), ${cases(4, 100)} * 65536), 'hex')`,
  "SELECT lo_from_bytea(0, decode(repeat('ab', 100000), 'hex'))",
  `CREATE SCHEMA "se$%'x"`,
  `CREATE TABLE "se$%'x"."a.b""c" (id int, "ä" text)`,
  `INSERT INTO "se$%'x"."a.b""c" VALUES (1, 'ü'), (1, 'ü'), (2, NULL)`,
  "CREATE INDEX ON thing USING gin (name gin_trgm_ops)",
];

beforeAll(async () => {
  await bench.start();
  shop = await bench.newDatabase(...rich);
  const ran = await bench.run(["run", "--json"], { database: shop });
  id = JSON.parse(ran.said.join(""))[0].id;
}, 170_000);
afterAll(async () => {
  programs.remove();
  await bench.stop();
});
beforeEach(() => bench.s3.mend());

const restore = (target: string, args: readonly string[] = [], options: RunOptions = {}) =>
  bench.run(["restore", "--database", shop, ...args], {
    ...options,
    environment: {
      DATABASE_URL: "",
      TARGET_DATABASE_URL: bench.url(target),
      TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
      ...options.environment,
    },
  });

/** What is in a database, by its kind and name; large objects by their number. */
const everything = (database: string) =>
  bench.sql(
    database,
    `SELECT 'relation' AS kind, oid::regclass::text AS name FROM pg_class WHERE oid >= 16384
      UNION ALL SELECT 'type', oid::regtype::text FROM pg_type WHERE oid >= 16384
      UNION ALL SELECT 'schema', nspname FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_(temp|toast)'
      UNION ALL SELECT 'extension', extname FROM pg_extension
      UNION ALL SELECT 'policy', polname FROM pg_policy
      UNION ALL SELECT 'large objects', count(*)::text FROM pg_largeobject_metadata
      ORDER BY 1, 2`,
  );

/** Where bytes are damaged on their way, the store's checksum or the encryption tells it. */
const damage = expect.stringMatching(
  /^(the encrypted backup is damaged: .*|cannot read \S+: Checksum mismatch.*)$/,
);

const last = ({ exitCode, logged }: { exitCode: number; logged: Record<string, unknown>[] }) => [
  exitCode,
  logged.at(-1)?.["event"],
];

describe("a restore", () => {
  test("B21 brings everything back: rows, types, partitions, policies, large objects, odd names", async () => {
    const target = await bench.newDatabase();
    const { exitCode, said, logged } = await restore(target);
    expect([exitCode, said]).toEqual([
      0,
      [expect.stringMatching(new RegExp(`^${id} is in 127.0.0.1:\\d+/${target}: 7 tables, [\\d.]+ s$`))],
    ]);
    expect(logged.filter(({ event }) => event === "restored").at(-1)).toMatchObject({ percent: 100 });
    for (const query of [
      "SELECT md5(string_agg(t::text, '' ORDER BY id)) AS all FROM thing t",
      "SELECT tableoid::regclass::text AS part, count(*)::int AS count FROM event GROUP BY 1 ORDER BY 1",
      "SELECT things::int FROM summary",
      "SELECT polname, pg_get_expr(polqual, polrelid) AS rule FROM pg_policy",
      "SELECT relname FROM pg_class WHERE relrowsecurity",
      "SELECT * FROM secret ORDER BY 1",
      "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
      "SELECT extname, extversion FROM pg_extension ORDER BY 1",
      "SELECT attname, attidentity, attgenerated FROM pg_attribute WHERE attrelid = 'thing'::regclass AND attnum > 0 ORDER BY attnum",
      "SELECT relname, pg_get_expr(relpartbound, oid) AS bound FROM pg_class WHERE relispartition ORDER BY 1",
      "SELECT length(data) AS bytes FROM blob WHERE id = 51",
      "SELECT md5(string_agg(b::text, '' ORDER BY id)) AS all FROM blob b",
      "SELECT md5(lo_get(oid)) AS data FROM pg_largeobject_metadata",
      "SELECT obj_description('thing'::regclass) AS comment",
      "SELECT count(*)::int AS columns FROM pg_attribute WHERE attrelid = 'wide'::regclass AND attnum > 0",
      `SELECT * FROM "se$%'x"."a.b""c" ORDER BY 1, 2`,
    ]) {
      expect([query, await bench.sql(target, query)]).toEqual([query, await bench.sql(shop, query)]);
    }
    expect(await bench.sql(target, "INSERT INTO thing (name) VALUES ('next') RETURNING id, twice")).toEqual([
      { id: 3001, twice: 8 },
    ]);
  });

  test("takes the newest of a time, or the one that is named", async () => {
    await bench.sql(shop, "INSERT INTO thing (name) VALUES ('later')");
    await bench.run(["run"], { database: shop });
    const count = "SELECT count(*)::int AS count FROM thing";
    const [newest, named, before] = [
      await bench.newDatabase(),
      await bench.newDatabase(),
      await bench.newDatabase(),
    ];
    await restore(newest);
    await restore(named, ["--id", id]);
    const time = `${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6, 11)}:${id.slice(11, 13)}:${id.slice(13, 15)}.${id.slice(15, 18)}Z`;
    await restore(before, ["--at", time]);
    expect([
      await bench.sql(newest, count),
      await bench.sql(named, count),
      await bench.sql(before, count),
    ]).toEqual([[{ count: 3001 }], [{ count: 3000 }], [{ count: 3000 }]]);
  });

  test("R5 steps over damaged backups only where that is asked for", async () => {
    const source = await bench.newDatabase("CREATE TABLE thing (id int)", "INSERT INTO thing VALUES (1)");
    const older = JSON.parse((await bench.run(["run", "--json"], { database: source })).said.join(""))[0].id;
    const newer = JSON.parse((await bench.run(["run", "--json"], { database: source })).said.join(""))[0].id;
    const target = await bench.newDatabase();
    const environment = {
      DATABASE_URL: "",
      TARGET_DATABASE_URL: bench.url(target),
      TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
    };
    const args = ["restore", "--database", source];
    bench.s3.corrupt = { url: new RegExp(newer), share: 0.5 };
    expect(last(await bench.run(args, { environment }))).toEqual([89, damage]);
    const skipped = await bench.run([...args, "--skip-damaged", "--json"], { environment });
    expect([skipped.exitCode, JSON.parse(skipped.said.join("") || "{}").id]).toEqual([0, older]);
    bench.s3.corrupt = { url: /\.age|\.json/, share: 0.5 };
    expect(last(await bench.run([...args, "--skip-damaged"], { environment }))).toEqual([
      89,
      `all 2 backups of ${source} that fit are damaged`,
    ]);
    bench.s3.corrupt = undefined;
    const wrongKey = { ...environment, BACKUP_IDENTITIES: await generateIdentity() };
    expect(last(await bench.run([...args, "--skip-damaged"], { environment: wrongKey }))).toEqual([
      90,
      "none of the identities in BACKUP_IDENTITIES opens the backup",
    ]);
  });

  test("R10 replaces what is there only where that is asked for", async () => {
    const target = await bench.newDatabase("CREATE TABLE thing (id int)", "CREATE TABLE kept (id int)");
    expect(last(await restore(target, ["--id", id]))).toEqual([
      91,
      "the target is not empty, it holds 2 tables, views or sequences: use --replace to drop them",
    ]);
    const replacing = ["--id", id, "--replace", "--confirm", `127.0.0.1/${target}`];
    expect((await restore(target, replacing)).exitCode).toBe(0);
    expect(await bench.sql(target, "SELECT count(*)::int AS count FROM kept, thing")).toEqual([{ count: 0 }]);
  });

  test("R13 works again after one was killed in its middle, which changed nothing", async () => {
    const target = await bench.newDatabase();
    const before = await everything(target);
    const pg_restore =
      'case "$*" in *dbname*) head -c 200000 | "$REAL" "$@" & sleep 0.5; kill -9 $$ ;; esac; exec "$REAL" "$@"';
    const killed = await restore(target, ["--id", id], {
      environment: { POSTGRES_BIN: programs.folder({ pg_restore }) },
    });
    expect([last(killed), await everything(target)]).toEqual([
      [
        92,
        expect.stringMatching(
          /^pg_restore was ended by SIGKILL(: pg_restore: error: could not read from input file: end of file)?$/,
        ),
      ],
      before,
    ]);
    expect((await restore(target, ["--id", id])).exitCode).toBe(0);
  });
});

describe("a restore fails and leaves the target as it was", () => {
  test("R10 when a statement fails", async () => {
    const target = await bench.newDatabase("CREATE TYPE mood AS ENUM ('other')");
    const before = await everything(target);
    const ran = await restore(target, ["--id", id]);
    expect([last(ran), await everything(target)]).toEqual([
      [
        92,
        'pg_restore ended with exit code 1: pg_restore: error: could not execute query: ERROR:  type "mood" already exists',
      ],
      before,
    ]);
  });

  test("R2 when the object is damaged, in whatever place", async () => {
    const target = await bench.newDatabase();
    bench.s3.corrupt = { url: /dump\.zst\.age/, share: 0.9 };
    const before = await everything(target);
    const ran = await restore(target, ["--id", id]);
    bench.s3.corrupt = undefined;
    expect([last(ran), await everything(target)]).toEqual([[89, damage], before]);
  });

  test("R11 when the target lacks a role or an extension, and names them all", async () => {
    await bench.database.servers.createUser(clusterId, "shop_owner", "pw-of-owner");
    const source = await bench.newDatabase(
      "CREATE TABLE owned (id int)",
      "GRANT SELECT ON owned TO shop_owner",
    );
    await bench.run(["run"], { database: source });
    await bench.sql(source, "DROP TABLE owned");
    await bench.database.servers.dropUser(clusterId, "shop_owner");
    const target = await bench.newDatabase();
    const options = ["restore", "--database", source];
    const environment = {
      DATABASE_URL: "",
      TARGET_DATABASE_URL: bench.url(target),
      TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
    };
    expect(last(await bench.run(options, { environment }))).toEqual([
      91,
      "the target has no role shop_owner: create them, or use --no-owner",
    ]);
    expect((await bench.run([...options, "--no-owner"], { environment })).exitCode).toBe(0);
  });

  test("for want of space", async () => {
    const target = await bench.newDatabase();
    expect(last(await restore(target, ["--disk-bytes", "1000"]))).toEqual([
      91,
      expect.stringMatching(
        /^the target holds \d+ bytes already, more than the 1000 of --disk-bytes: give the size of the server's whole disk$/,
      ),
    ]);
  });

  test("R12 when it is production and nobody confirmed that", async () => {
    const target = await bench.newDatabase();
    const refusal = [93, `the target is production: to go on add --confirm 127.0.0.1/${target}`];
    const asProduction = { settings: { productionHosts: ["127.0.0.1"] } };
    expect(last(await restore(target, [], asProduction))).toEqual(refusal);
    expect(last(await restore(target, ["--confirm", "yes"], asProduction))).toEqual(refusal);
    const besideSource = { environment: { DATABASE_URL: bench.url(shop) } };
    expect(last(await restore(target, [], besideSource))).toEqual(refusal);
    expect((await restore(target, ["--confirm", `127.0.0.1/${target}`], asProduction)).exitCode).toBe(0);
  });

  test("where there is no backup, no database to take it of, or another password", async () => {
    const target = await bench.newDatabase();
    expect(last(await restore(target, ["--at", "2001-01-01"]))).toEqual([
      88,
      `there is no backup of ${shop} of 2001-01-01T00:00:00.000Z or before: backup list shows which there are`,
    ]);
    expect(last(await restore(target, ["--id", "20010101T000000000Z-00000000"]))).toEqual([
      88,
      `there is no backup of ${shop} with the id 20010101T000000000Z-00000000: backup list shows which there are`,
    ]);
    expect(last(await restore(target, ["--database", "never"]))).toEqual([
      88,
      "there is no backup of never: backup run makes one",
    ]);
    const nameless = await bench.run(["restore"], {
      environment: { TARGET_DATABASE_URL: bench.url(target) },
    });
    expect(last(nameless)).toEqual([
      64,
      "name the database with --database, or in the settings with databases",
    ]);
    const environment = { TARGET_DATABASE_URL: bench.url(target, { password: "wrong-password" }) };
    expect(last(await restore(target, [], { environment }))).toEqual([
      77,
      `127.0.0.1:${bench.server.port}/${target}: password authentication failed for user "doadmin" (28P01)`,
    ]);
  });
});

test("B21 contents of any length are read, also where they are nearly the whole dump", async () => {
  const body =
    "SELECT format('CREATE FUNCTION f%s() RETURNS text LANGUAGE sql AS %L', i, 'SELECT 1::text /*' || repeat('x', 1000000) || '*/')";
  const source = await bench.newDatabase(
    `DO $$ DECLARE f text; BEGIN FOR f IN ${body} FROM generate_series(1, 18) i LOOP EXECUTE f; END LOOP; END $$`,
    "CREATE TABLE thing (id int)",
  );
  const target = await bench.newDatabase();
  const environment = {
    DATABASE_URL: "",
    TARGET_DATABASE_URL: bench.url(target),
    TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
  };
  const backedUp = await bench.run(["run"], { database: source });
  const verified = await bench.run(["verify", "--database", source]);
  const restored = await bench.run(["restore", "--database", source], { environment });
  expect([backedUp.exitCode, last(verified), last(restored)[0]]).toEqual([0, [0, "backup verified"], 0]);
  expect(
    await bench.sql(target, "SELECT count(*)::int AS count FROM pg_proc WHERE proname ~ '^f[0-9]+$'"),
  ).toEqual([{ count: 18 }]);
});

test("B23 a backup made while others write is of one moment", async () => {
  const source = await bench.newDatabase(
    "CREATE TABLE account (id int PRIMARY KEY, amount int)",
    "INSERT INTO account SELECT i, 100 FROM generate_series(1, 2000) i",
    "CREATE TABLE journal (id int)",
  );
  let isDone = false;
  const writer = async () => {
    while (!isDone) {
      await bench.sql(
        source,
        "BEGIN; UPDATE account SET amount = amount - 1 WHERE id % 2 = 0; UPDATE account SET amount = amount + 1 WHERE id % 2 = 1; INSERT INTO journal VALUES (1); COMMIT",
      );
    }
  };
  const count = async (database: string) =>
    Number((await bench.sql(database, "SELECT count(*) AS count FROM journal"))[0]?.["count"]);
  const writing = writer();
  while ((await count(source)) === 0);
  const { exitCode } = await bench.run(["run"], { database: source });
  isDone = true;
  await writing;
  const target = await bench.newDatabase();
  const environment = {
    DATABASE_URL: "",
    TARGET_DATABASE_URL: bench.url(target),
    TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
  };
  const restored = await bench.run(["restore", "--database", source], { environment });
  expect([exitCode, last(restored)[0]]).toEqual([0, 0]);
  expect(
    await bench.sql(
      target,
      "SELECT sum(amount)::int AS sum, (100 - min(amount)) = (SELECT count(*) FROM journal) AS whole FROM account",
    ),
  ).toEqual([{ sum: 200_000, whole: true }]);
  // Others did write, before the moment of the backup and after it.
  const [then, now] = [await count(target), await count(source)];
  expect([then > 0, now > then]).toEqual([true, true]);
});
