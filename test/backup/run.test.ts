import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Interrupted } from "../../backup/failure.ts";
import { readManifest } from "../../backup/manifest.ts";
import { BackupBench, bucket, type Ran, type RunOptions } from "../support/backups.ts";
import { administratorPassword, clusterId } from "../support/database.ts";
import { FakePrograms } from "../support/fake-programs.ts";

const bench = new BackupBench();
const programs = new FakePrograms();
let shop: string;

beforeAll(async () => {
  await bench.start();
  shop = await bench.newDatabase(
    "CREATE TABLE thing (id int PRIMARY KEY, name text)",
    "INSERT INTO thing SELECT i, md5(i::text) FROM generate_series(1, 20000) i",
  );
}, 170_000);
afterAll(async () => {
  programs.remove();
  await bench.stop();
});
beforeEach(() => bench.s3.mend());

const run = (options: RunOptions = {}, args: readonly string[] = []): Promise<Ran> =>
  bench.run(["run", ...args], { database: shop, ...options });

/** Runs, and makes sure that nothing which counts as a backup, and no unfinished upload, is there afterwards. */
async function runInVain(options: RunOptions = {}, args: readonly string[] = []) {
  const before = await bench.s3.contents(bucket);
  const { exitCode, logged, text } = await run(options, args);
  const after = await bench.s3.contents(bucket);
  expect(after).toEqual({ keys: before.keys, uploads: 0 });
  const secrets = [administratorPassword, "writer-secret", bench.identity].flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64"),
  ]);
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  return { exitCode, event: logged.at(-1)?.["event"] };
}

const withPrograms = (scripts: Record<string, string>): RunOptions => ({
  environment: { POSTGRES_BIN: programs.folder(scripts) },
});

describe("a backup", () => {
  test("B27 is an object and, written after it, a manifest that says what it holds", async () => {
    const { exitCode, said, logged } = await run({}, ["--json"]);
    expect(exitCode).toBe(0);
    const [manifest] = JSON.parse(said.join("\n"));
    const { id } = manifest;
    const folder = "postgres/shop-db/shop.200";
    expect(manifest).toMatchObject({
      format: "slipway backup 1",
      cluster: "shop-db",
      database: shop,
      recipients: [bench.recipient],
      object: { key: `${folder}/${id}.dump.zst.age` },
      contents: {
        serverVersion: expect.stringMatching(/^\d+\.\d+$/),
        encoding: "UTF8",
        roles: ["doadmin"],
        tables: [{ schema: "public", name: "thing", rows: 20000, everyNth: 1 }],
        largeObjects: 0,
      },
    });
    const { keys, uploads } = await bench.s3.contents(bucket);
    expect([keys, uploads]).toEqual([[`${folder}/${id}.dump.zst.age`, `${folder}/${id}.json`], 0]);
    const client = bench.s3.client();
    const { Body } = await client.getObject({ Bucket: bucket, Key: `${folder}/${id}.json` });
    expect(readManifest((await Body?.transformToString()) ?? "", "k")).toMatchObject(manifest);
    const { ContentLength, VersionId } = await client.headObject({
      Bucket: bucket,
      Key: manifest.object.key,
    });
    client.destroy();
    expect({ bytes: ContentLength, versionId: VersionId }).toMatchObject({
      bytes: manifest.object.bytes,
      versionId: manifest.object.versionId,
    });
    expect(logged.map(({ event }) => event)).toEqual(["backup begins", "backup done"]);
  });

  test("of several databases is one of each, and told in words without --json", async () => {
    const other = await bench.newDatabase("CREATE TABLE other (id int)");
    const { exitCode, said } = await run({ settings: { databases: [shop, other] } });
    expect(exitCode).toBe(0);
    expect(said.map((line) => line.replace(/\d{8}T\S+ \d+/, "<id> <size>"))).toEqual([
      `${shop} <id> <size> bytes`,
      `${other} <id> <size> bytes`,
    ]);
  });

  test("of a database is made also where another one's fails", async () => {
    const before = (await bench.s3.contents(bucket)).keys.length;
    const { exitCode, logged } = await run({ settings: { databases: ["nowhere", shop, "nowhere else"] } });
    expect([exitCode, (await bench.s3.contents(bucket)).keys.length]).toEqual([65, before + 2]);
    const errors = logged.filter(({ level }) => level === "error").map(({ event }) => event);
    expect(errors).toEqual([
      expect.stringContaining('database "nowhere else" does not exist'),
      expect.stringContaining('database "nowhere" does not exist'),
    ]);
  });

  test("throws away what a killed run left unfinished", async () => {
    const client = bench.s3.client();
    const Key = "postgres/shop-db/shop.200/20200101T000000000Z-00000000.dump.zst.age";
    await client.createMultipartUpload({ Bucket: bucket, Key });
    client.destroy();
    const { logged } = await run();
    expect(logged[1]).toEqual({ level: "warn", event: "dropped unfinished uploads", count: 1 });
    expect((await bench.s3.contents(bucket)).uploads).toBe(0);
  });

  test("needs no right to list uploads", async () => {
    bench.s3.fail("GET", /uploads=/, { status: 403, code: "AccessDenied" });
    expect((await run()).exitCode).toBe(0);
  });

  test("B18 has the password of a user with an odd name in no argument, log or output", async () => {
    const [user, password] = [`o'd "d$é`, `p"w$ü \\'%`];
    await bench.database.servers.createUser(clusterId, user, password);
    const odd = `-o'd "d$ü .`;
    await bench.database.servers.createDatabase(clusterId, odd);
    await bench.sql(odd, "CREATE TABLE thing (id int)", "GRANT SELECT ON thing TO PUBLIC");
    const folder = programs.folder({ pg_dump: 'echo "$0 $*" > "$0.args"; exec "$REAL" "$@"' });
    const { exitCode, text, said } = await bench.run(["run", "--json"], {
      environment: { POSTGRES_BIN: folder, DATABASE_URL: bench.url(odd, { user, password }) },
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(said.join(""))[0].database).toBe(odd);
    const args = readFileSync(join(folder, "pg_dump.args"), "utf8");
    for (const written of [args, text, JSON.stringify(bench.s3.requests)]) {
      expect([password, encodeURIComponent(password)].filter((form) => written.includes(form))).toEqual([]);
    }
  });
});

describe("B1 a run fails, and keeps nothing", () => {
  test("for another password", async () => {
    const DATABASE_URL = bench.url(shop, { password: "wrong-password" });
    expect(await runInVain({ environment: { DATABASE_URL } })).toEqual({
      exitCode: 77,
      event: `127.0.0.1:${bench.server.port}/${shop}: password authentication failed for user "doadmin" (28P01)`,
    });
  });

  test("for a database that is not there", async () => {
    expect(await runInVain({ environment: { DATABASE_URL: bench.url("nowhere") } })).toEqual({
      exitCode: 65,
      event: `127.0.0.1:${bench.server.port}/nowhere: database "nowhere" does not exist (3D000)`,
    });
  });

  test("where nothing listens", async () => {
    const DATABASE_URL = bench.url(shop, { port: 1 });
    expect(await runInVain({ environment: { DATABASE_URL }, settings: { connectSeconds: 0 } })).toEqual({
      exitCode: 69,
      event: `127.0.0.1:1/${shop}: connect ECONNREFUSED 127.0.0.1:1`,
    });
  });
});

describe("B2 a run whose pg_dump is killed keeps nothing", () => {
  test.each([0, 100, 300_000, 800_000])("after %i bytes", async (bytes) => {
    const pg_dump = `"$REAL" "$@" | head -c ${bytes}; kill -9 $$`;
    expect(await runInVain(withPrograms({ pg_dump }))).toEqual({
      exitCode: 81,
      event: "pg_dump was ended by SIGKILL",
    });
  });

  test("after its last byte", async () => {
    const pg_dump = '"$REAL" "$@"; kill -9 $$';
    expect(await runInVain(withPrograms({ pg_dump }))).toEqual({
      exitCode: 81,
      event: "pg_dump was ended by SIGKILL",
    });
  });
});

describe("a run fails, and keeps nothing", () => {
  test("B3 when the server ends the dump's connection", async () => {
    const holder = bench.sql(shop, "BEGIN", "LOCK TABLE thing", "SELECT pg_sleep(30)").catch(String);
    const running = runInVain();
    const ended = () =>
      bench.sql(
        "defaultdb",
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'slipway backup' AND query LIKE 'LOCK TABLE%' AND wait_event_type = 'Lock'`,
      );
    while ((await ended()).length === 0);
    expect(await running).toEqual({
      exitCode: 81,
      event:
        "pg_dump ended with exit code 1: pg_dump: error: query failed: FATAL:  terminating connection due to administrator command",
    });
    await bench.sql(
      "defaultdb",
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)'",
    );
    await holder;
  });

  test.each([
    ["whose rows are counted", "CREATE TABLE thing (id int)"],
    ["that pg_dump alone looks at", "CREATE TABLE thing (id int) PARTITION BY RANGE (id)"],
  ])("B4 when a table %s is locked for too long", async (_what, table) => {
    const name = await bench.newDatabase("CREATE TABLE other (id int)", table);
    const holder = bench.sql(name, "BEGIN", "LOCK TABLE thing", "SELECT pg_sleep(30)").catch(String);
    const held = "SELECT pid FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted";
    let pid: unknown;
    while (pid === undefined) [{ pid } = { pid: undefined }] = await bench.sql(name, held);
    expect(await runInVain({ database: name, settings: { lockWaitSeconds: 1 } })).toEqual({
      exitCode: 75,
      event: `${name}: waited 1 s for public.thing, which process ${pid} of the server has locked: end what locks it, or set lockWaitSeconds higher`,
    });
    await bench.sql("defaultdb", `SELECT pg_terminate_backend(${pid})`);
    await holder;
  });

  test("B5 when pg_dump is older than the server, before it asks the bucket for anything", async () => {
    const folder = programs.folder({ pg_dump: "exit 1" });
    const script = '#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6.24"\n';
    writeFileSync(join(folder, "pg_dump"), script);
    const [row] = await bench.sql(shop, "SHOW server_version");
    const server = String(row?.["server_version"]).split(" ")[0];
    expect(await runInVain({ environment: { POSTGRES_BIN: folder } })).toEqual({
      exitCode: 80,
      event: `pg_dump 9.6.24 is older than the server, which is ${server}: install the PostgreSQL ${server?.split(".")[0]} client programs or newer`,
    });
    expect(bench.s3.requests.filter((line) => !/^GET .*(list-type|uploads)/.test(line))).toEqual([]);
  });

  test("B5 when there is no pg_dump", async () => {
    const folder = programs.folder({});
    expect(await runInVain({ environment: { POSTGRES_BIN: folder } })).toEqual({
      exitCode: 80,
      event: `pg_dump cannot be run: spawn ${folder}/pg_dump ENOENT`,
    });
  });

  test("B6 when the user may not read one of the tables, and names it", async () => {
    await bench.database.servers.createUser(clusterId, "clerk", "clerk-password");
    await bench.sql(
      shop,
      "CREATE TABLE IF NOT EXISTS salary (id int)",
      "REVOKE ALL ON salary FROM PUBLIC",
      "GRANT SELECT ON thing TO clerk",
    );
    const DATABASE_URL = bench.url(shop, { user: "clerk", password: "clerk-password" });
    const result = await runInVain({ environment: { DATABASE_URL } });
    await bench.sql(shop, "DROP TABLE salary");
    expect(result).toEqual({
      exitCode: 77,
      event:
        "pg_dump ended with exit code 1: pg_dump: error: query failed: ERROR:  permission denied for table salary",
    });
  });

  test("B7 for a database without a table, unless that is allowed", async () => {
    const empty = await bench.newDatabase();
    expect(await runInVain({ database: empty })).toEqual({
      exitCode: 83,
      event: `${empty}: the database has no table: set allowEmpty if that is right`,
    });
    expect((await run({ database: empty, settings: { allowEmpty: true } })).exitCode).toBe(0);
  });

  test("B7 for a dump that is smaller than it must be", async () => {
    expect(await runInVain({ settings: { minimumBytes: 10_000_000 } })).toMatchObject({
      exitCode: 83,
      event: expect.stringMatching(/^shop 0: the dump has \d+ bytes, minimumBytes is 10000000$/),
    });
    expect(await runInVain({}, ["--previous-bytes", "10000000"])).toMatchObject({
      exitCode: 83,
      event: expect.stringMatching(
        /^shop 0: the dump has \d+ bytes, less than half of the previous one's 10000000$/,
      ),
    });
  });

  const hasZstd = spawnSync("zstd", ["--version"]).status === 0;

  (hasZstd ? test : test.skip).each([
    ["at its start", "kill -9 $$"],
    ["after its first bytes", '"$REAL" "$@" | head -c 1000; kill -9 $$'],
    ["after its last", '"$REAL" "$@"; kill -9 $$'],
  ])("B8 when the compressor is killed %s", async (_when, zstd) => {
    const path = process.env["PATH"];
    process.env["PATH"] = `${programs.folder({ zstd })}:${path}`;
    try {
      expect(await runInVain()).toEqual({ exitCode: 82, event: "zstd was ended by SIGKILL" });
    } finally {
      process.env["PATH"] = path;
    }
  });

  test("B16 while another run backs up the same database", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const folder = programs.folder({
      pg_dump: 'while [ ! -e "$0.go" ]; do sleep 0.05; done; exec "$REAL" "$@"',
    });
    const first = run({ environment: { POSTGRES_BIN: folder } });
    bench.s3.onRequest = (line) => line.startsWith("POST") && release();
    await held;
    let before = await bench.s3.contents(bucket);
    while (before.uploads === 0) before = await bench.s3.contents(bucket);
    const { exitCode, logged } = await run();
    // The upload that is not finished is the first one's: the second neither drops it nor begins another.
    expect([exitCode, logged, await bench.s3.contents(bucket), before.uploads]).toEqual([
      75,
      [
        {
          level: "error",
          command: "run",
          event: "another run is backing up shop 0 at this moment",
          outcome: "locked",
          exitCode: 75,
        },
      ],
      before,
      1,
    ]);
    writeFileSync(join(folder, "pg_dump.go"), "");
    expect((await first).exitCode).toBe(0);
    const after = await bench.s3.contents(bucket);
    expect([after.keys.length, after.uploads]).toEqual([before.keys.length + 2, 0]);
  });
});

describe("B17 a run that a signal ends keeps nothing", () => {
  test.each([
    ["SIGTERM", 143, /^POST .*uploads=/],
    ["SIGINT", 130, /^PUT .*partNumber/],
    ["SIGTERM", 143, /^GET .*uploads=/],
  ] as const)("%s, exit code %i, at %s", async (name, exitCode, when) => {
    const stop = new AbortController();
    bench.s3.onRequest = (line) => when.test(line) && stop.abort(new Interrupted(name));
    expect(await runInVain({ signal: stop.signal })).toEqual({ exitCode, event: `ended by ${name}` });
  });
});
