import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Decrypter } from "age-encryption";
import { Interrupted } from "../../backup/failure.ts";
import { cacheDirectory } from "../../local/home.ts";
import { packagedClients } from "../../local/services/postgres-clients.ts";
import { BackupBench, bucket } from "../support/backups.ts";

/**
 * The image has the programs of the newest PostgreSQL, and the servers are older: PostgreSQL 18's against the server of this
 * machine.
 */
const bench = new BackupBench();
const folder = mkdtempSync(join(tmpdir(), "newer client "));
let environment: Record<string, string>;
let shop: string;
let id: string;

const rich = [
  "CREATE EXTENSION pg_trgm",
  "CREATE TABLE thing (id int PRIMARY KEY, name text)",
  "INSERT INTO thing SELECT i, md5(i::text) FROM generate_series(1, 3000) i",
  // Such a line is a row here, and nothing to leave out.
  "INSERT INTO thing VALUES (0, 'x'), (-1, E'\\nSET transaction_timeout = 0;\\n\\\\.')",
  "CREATE TABLE line (text text)",
  "INSERT INTO line VALUES ('SET transaction_timeout = 0;'), ('BEGIN;'), ('COMMIT;'), ('')",
  "CREATE VIEW names AS SELECT name FROM thing",
  "CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2'",
  "SELECT lo_from_bytea(0, decode(repeat('ab', 100000), 'hex'))",
];

const tables = [
  "SELECT md5(string_agg(t::text, '' ORDER BY id)) AS all FROM thing t",
  "SELECT array_agg(text ORDER BY text) AS lines FROM line",
  "SELECT md5(lo_get(oid)) AS data FROM pg_largeobject_metadata",
  "SELECT count(*)::int AS count FROM names",
];

const things = "SELECT count(*)::int AS count FROM pg_class WHERE relname IN ('thing', 'line')";

beforeAll(async () => {
  const POSTGRES_BIN = await packagedClients({ directory: cacheDirectory(), progress: () => undefined }, 18);
  environment = { POSTGRES_BIN, PATH: process.env["PATH"] ?? "" };
  await bench.start();
  shop = await bench.newDatabase(...rich);
  const ran = await bench.run(["run", "--json"], { database: shop, environment });
  expect([ran.exitCode, ran.logged.map(({ event }) => event)]).toEqual([0, ["backup begins", "backup done"]]);
  const [manifest] = JSON.parse(ran.said.join(""));
  id = manifest.id;
  expect([manifest.pgDumpVersion.split(".")[0], Number.parseInt(bench.server.version, 10) < 17]).toEqual([
    "18",
    true,
  ]);
}, 170_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await bench.stop();
});

const restore = (target: string, args: readonly string[] = [], more: Record<string, string> = {}) =>
  bench.run(["restore", "--database", shop, ...args], {
    environment: {
      ...environment,
      DATABASE_URL: "",
      TARGET_DATABASE_URL: bench.url(target),
      TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
      ...more,
    },
  });

describe("R11 a dump of newer programs is restored into the older server that it came from", () => {
  test("row by row, also rows that read like what is left out", async () => {
    const target = await bench.newDatabase();
    const { exitCode, said } = await restore(target);
    expect([exitCode, said]).toEqual([
      0,
      [expect.stringMatching(new RegExp(`^${id} is in 127.0.0.1:\\d+/${target}: 2 tables, [\\d.]+ s$`))],
    ]);
    for (const query of tables)
      expect([query, await bench.sql(target, query)]).toEqual([query, await bench.sql(shop, query)]);
  });

  test("in place of what is there, where that is asked for", async () => {
    const target = await bench.newDatabase(...rich, "DELETE FROM thing WHERE id > 10");
    expect(await restore(target, ["--replace", "--confirm", `127.0.0.1/${target}`])).toMatchObject({
      exitCode: 0,
    });
    const [query = ""] = tables;
    expect(await bench.sql(target, query)).toEqual(await bench.sql(shop, query));
  });

  test("or not at all, where a statement fails", async () => {
    const target = await bench.newDatabase(
      "CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1'",
    );
    const { exitCode, logged } = await restore(target);
    expect([exitCode, logged.at(-1)]).toEqual([
      92,
      {
        level: "error",
        event:
          'psql ended with exit code 3: ERROR:  function "twice" already exists with same argument types',
        command: "restore",
        outcome: "restore",
        exitCode: 92,
      },
    ]);
    expect(await bench.sql(target, things)).toEqual([{ count: 0 }]);
  });

  test("or not at all, where the end of the object is damaged", async () => {
    const target = await bench.newDatabase();
    bench.s3.corrupt = { url: /\.age/, share: 0.99 };
    const { exitCode, logged } = await restore(target);
    bench.s3.corrupt = undefined;
    expect([exitCode, logged.at(-1)?.["event"]]).toEqual([
      89,
      "the encrypted backup is damaged: a chunk was changed, or the end is cut off",
    ]);
    expect(await bench.sql(target, things)).toEqual([{ count: 0 }]);
  });

  test("by a drill", async () => {
    const { exitCode, said } = await bench.run(["drill", "--database", shop, "--json"], {
      environment: {
        ...environment,
        SCRATCH_DATABASE_URL: bench.url("defaultdb"),
        SCRATCH_DATABASE_CA_CERT: bench.server.caCertificate,
      },
    });
    expect([exitCode, JSON.parse(said.join(""))]).toEqual([
      0,
      expect.objectContaining({ result: "passed", tables: { compared: 2, different: [] } }),
    ]);
  });
});

test("R10 a signal in the midst of a long statement ends psql and the statement", async () => {
  const own = await bench.newDatabase();
  await bench.sql(
    own,
    `CREATE FUNCTION slow(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF current_database() <> '${own}' THEN PERFORM pg_sleep(60); END IF; RETURN $1; END $$`,
    "CREATE TABLE thing (id int)",
    "INSERT INTO thing VALUES (1)",
    "CREATE INDEX slow_index ON thing (slow(id))",
  );
  await bench.run(["run"], { database: own, environment });
  const target = await bench.newDatabase();
  const building = "SELECT FROM pg_stat_activity WHERE query ~ '^CREATE INDEX slow_index'";
  const stop = new AbortController();
  const running = bench.run(["restore", "--database", own], {
    signal: stop.signal,
    environment: {
      ...environment,
      DATABASE_URL: "",
      TARGET_DATABASE_URL: bench.url(target),
      TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
    },
  });
  while ((await bench.sql("defaultdb", building)).length === 0);
  stop.abort(new Interrupted("SIGINT"));
  expect((await running).exitCode).toBe(130);
  expect([await bench.sql("defaultdb", building), await bench.sql(target, things)]).toEqual([
    [],
    [{ count: 0 }],
  ]);
});

test("the guide's pipeline for an older server gives the same rows by standard tools alone", async () => {
  const guide = readFileSync(new URL("../../backup/README.md", import.meta.url), "utf8");
  const pipeline = /^pg_restore .*\|\n.*\|\n.*psql .*$/m.exec(guide)?.[0] ?? "";
  const target = await bench.newDatabase("CREATE EXTENSION pg_trgm");
  writeFileSync(join(folder, "dump"), await dumpOf(id));
  writeFileSync(join(folder, "ca.crt"), bench.server.caCertificate);
  const { status, stderr } = spawnSync("sh", ["-c", pipeline.replace("<an empty database>", `"$TARGET"`)], {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: `${environment["POSTGRES_BIN"]}:${process.env["PATH"]}`,
      PGSSLROOTCERT: "ca.crt",
      TARGET: bench.url(target),
    },
  });
  expect([status, stderr]).toEqual([0, ""]);
  for (const query of tables)
    expect([query, await bench.sql(target, query)]).toEqual([query, await bench.sql(shop, query)]);
});

/** The plain dump of a backup. */
async function dumpOf(one: string): Promise<Buffer> {
  const client = bench.s3.client();
  const { Contents = [] } = await client.listObjectsV2({ Bucket: bucket });
  const Key = Contents.map(({ Key: key = "" }) => key).find((key) => key.includes(`${one}.dump`));
  const { Body } = await client.getObject({ Bucket: bucket, Key });
  const sealed = (await Body?.transformToByteArray()) ?? new Uint8Array();
  client.destroy();
  const decrypter = new Decrypter();
  decrypter.addIdentity(bench.identity);
  return zstdDecompressSync(await decrypter.decrypt(sealed));
}
