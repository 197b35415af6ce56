import { generateKeyPairSync, verify as verifySignature } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { generateIdentity } from "age-encryption";
import { Interrupted } from "../../backup/failure.ts";
import { type ManifestContent, manifestText, readManifest } from "../../backup/manifest.ts";
import { recordPrefix, recordsAmong } from "../../backup/records.ts";
import type { Ran, RunOptions } from "../support/backups.ts";
import { HollowBench, restorable, table } from "../support/hollow-backups.ts";
import { type Answer, Refused } from "../support/hollow-postgres.ts";

const bench = new HollowBench();
const place = { prefix: "postgres/", cluster: "shop-db", database: "shop" };
const start = "postgres/shop-db/shop/";
let older: string;
let newer: string;
let begin: () => void;

beforeAll(async () => {
  await bench.start();
  bench.programs();
  answer();
  older = await backUp("2026-11-20T03:00:00Z");
  newer = await backUp("2026-11-21T03:00:00Z");
  begin = bench.s3.keep();
});
afterAll(() => bench.stop());
beforeEach(() => {
  begin();
  bench.programs();
  answer();
});

const answer = (): void =>
  bench.database.answer(
    ...restorable,
    [/^SELECT pg_try_advisory_lock/, [{ is_mine: true }]],
    [/^SELECT pg_export_snapshot/, [{ snapshot: "1" }]],
  );

async function backUp(time: string, settings = {}): Promise<string> {
  const ran = await bench.run(["run", "--json"], { now: () => new Date(time), settings });
  return JSON.parse(ran.said.join("") || "[{}]")[0].id;
}

const now = () => new Date("2026-11-21T12:00:00Z");
const run = (args: readonly string[], options: RunOptions = {}) => bench.run(args, { now, ...options });
const last = ({ exitCode, logged }: Awaited<ReturnType<typeof run>>) => [exitCode, logged.at(-1)?.["event"]];

/** What a reader finds in place of the object; the manifest still names the version that it was written for. */
function damage(id: string): void {
  const key = `${start}${id}.dump.zst.age`;
  const bytes = Buffer.from(bench.s3.text(key) ?? "", "latin1");
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  bench.s3.replace(key, bytes);
}

describe("list between stand-ins", () => {
  test("tells each backup, what is known of it, and when it goes", async () => {
    await run(["verify", "--database", "shop"]);
    bench.s3.put(`${start}20261121T040000000Z-00000000.dump.zst.age`, "dump");
    bench.s3.hide(`${start}${older}.dump.zst.age`);
    const bytes = (id: string) => bench.s3.text(`${start}${id}.dump.zst.age`)?.length;
    const { exitCode, said } = await run(["list", "--database", "shop"], { settings: { retentionDays: 7 } });
    expect([exitCode, said]).toEqual([
      0,
      [
        expect.stringMatching(`^shop ${older} deleted \\d+ bytes, not verified, goes 2026-11-28$`),
        `shop ${newer} complete ${bytes(newer)} bytes, verified 2026-11-21, goes 2026-11-29`,
        "shop 20261121T040000000Z-00000000 unfinished 4 bytes, not verified, goes 2026-11-29",
        "shop has no drill yet: backup drill does one",
      ],
    ]);
    const json = JSON.parse(
      (await run(["list", "--json"], { settings: { databases: ["shop"] } })).said.join(""),
    );
    expect(json[1]).toEqual({
      database: "shop",
      id: newer,
      startedAt: "2026-11-21T03:00:00.000Z",
      state: "complete",
      bytes: bytes(newer),
      verifiedAt: "2026-11-21T12:00:00.000Z",
      sealedAt: null,
      damagedAt: null,
      expiresAt: "2026-12-22T00:00:00.000Z",
    });
    expect([json.length, json[0].verifiedAt]).toEqual([3, null]);
  });

  test("fails where nobody says which, and says what to do where there is none", async () => {
    expect(last(await run(["list"]))).toEqual([
      64,
      "name the database with --database, or in the settings with databases",
    ]);
    expect((await run(["list", "--database", "other"])).said).toEqual([
      "other has no backup yet: backup run makes one",
    ]);
    expect((await run(["list", "--config", "dns"])).said).toEqual([
      "dns has no backup yet: save-config --config dns --file <path> makes one",
    ]);
  });
});

describe("verify between stand-ins", () => {
  test("reads the newest, and notes that it did", async () => {
    const { exitCode, said, logged } = await run(["verify", "--database", "shop"]);
    expect([exitCode, said]).toEqual([0, [`shop ${newer} verified`]]);
    expect(logged).toEqual([
      {
        level: "info",
        event: "backup verified",
        database: "shop",
        id: newer,
        plainBytes: 16,
        seconds: expect.any(Number),
      },
    ]);
    expect(bench.written("pg_restore.read")).toBe("the dump of shop");
    const [key = ""] = bench.s3.keys.filter((one) => one.startsWith("records/"));
    expect(key).toMatch(
      new RegExp(
        `^records/${start}verifications/${newer}\\.[0-9a-f]{16}\\.20261121T120000000Z-[0-9a-f]{8}\\.json$`,
      ),
    );
    expect(JSON.parse(bench.s3.text(key) ?? "")).toEqual({
      format: "slipway verification 1",
      at: "2026-11-21T12:00:00.000Z",
      backup: newer,
      isOpened: true,
      object: {
        key: `${start}${newer}.dump.zst.age`,
        versionId: expect.any(String),
        bytes: expect.any(Number),
        sha256: expect.any(String),
      },
    });
  });

  test("R2 needs no key where it opens nothing, and finds the damage all the same", async () => {
    const sealed = ["verify", "--database", "shop", "--sealed", "--json"];
    const options = { environment: { BACKUP_IDENTITIES: "", POSTGRES_BIN: "" } };
    const { exitCode, said } = await run(sealed, options);
    expect([exitCode, JSON.parse(said.join(""))]).toEqual([
      0,
      [{ database: "shop", id: newer, result: "sealed" }],
    ]);
    const [key = ""] = bench.s3.keys.filter((one) => one.startsWith("records/"));
    expect(JSON.parse(bench.s3.text(key) ?? "").isOpened).toBe(false);
    damage(newer);
    const message = `${start}${newer}.dump.zst.age: the object is not the one that its manifest names`;
    const damaged = await run(sealed, options);
    expect([last(damaged), JSON.parse(damaged.said.join(""))]).toEqual([
      [89, message],
      [{ database: "shop", id: newer, result: "corrupt", message }],
    ]);
    expect(damaged.logged[0]).toEqual({
      level: "error",
      event: message,
      database: "shop",
      id: newer,
      outcome: "corrupt",
      exitCode: 89,
    });
  });

  describe("R2 a backup", () => {
    const sealed = { environment: { BACKUP_IDENTITIES: "", POSTGRES_BIN: "" } };
    const shop = ["--database", "shop"];
    const hour = (at: number) => ({ now: () => new Date(`2026-11-21T${at}:00:00Z`) });
    const listed = async () => {
      const { said } = await run(["list", ...shop, "--json"], hour(20));
      const { verifiedAt, sealedAt, damagedAt } = JSON.parse(said.join(""))[1];
      const text = (await run(["list", ...shop], hour(20))).said[1]?.split(", ").slice(1, -1).join(", ");
      return [text, verifiedAt, sealedAt, damagedAt];
    };
    const records = () => bench.s3.keys.filter((one) => one.startsWith("records/"));

    test("that was only read sealed is told so, and read again by who has the key", async () => {
      const { said, logged } = await run(["verify", ...shop, "--sealed", "--unverified"], sealed);
      expect([said, logged[0]?.["event"]]).toEqual([[`shop ${newer} sealed`], "backup compared sealed"]);
      expect(await listed()).toEqual([
        "not opened, sealed 2026-11-21",
        null,
        "2026-11-21T12:00:00.000Z",
        null,
      ]);
      expect((await run(["verify", ...shop, "--sealed", "--unverified"], sealed)).said).toEqual([]);
      expect((await run(["verify", ...shop, "--unverified"], hour(13))).said).toEqual([
        `shop ${newer} verified`,
      ]);
      expect(await listed()).toEqual([
        "verified 2026-11-21",
        "2026-11-21T13:00:00.000Z",
        "2026-11-21T12:00:00.000Z",
        null,
      ]);
    });

    test("that a later reading finds damaged is not verified any more until one finds it good", async () => {
      await run(["verify", ...shop], hour(10));
      bench.programs({ list: ["215; 1259 1 TABLE public thing shop_app"] });
      await run(["verify", ...shop], hour(11));
      bench.programs();
      const damage = `${start}${newer}.dump.zst.age: lacks the rows of public.thing`;
      const key = records().find((one) => one.endsWith(".damaged.json")) ?? "";
      expect(JSON.parse(bench.s3.text(key) ?? "")).toEqual({
        format: "slipway verification 1",
        at: "2026-11-21T11:00:00.000Z",
        backup: newer,
        isOpened: true,
        damage,
      });
      const found = ["damaged 2026-11-21", null, null, "2026-11-21T11:00:00.000Z"];
      expect(await listed()).toEqual(found);
      // What opens nothing does not see it.
      await run(["verify", ...shop, "--sealed"], { ...sealed, ...hour(13) });
      expect(await listed()).toEqual(found);
      expect((await run(["verify", ...shop, "--unverified"], hour(14))).said).toEqual([
        `shop ${newer} verified`,
      ]);
      expect(await listed()).toEqual([
        "verified 2026-11-21",
        "2026-11-21T14:00:00.000Z",
        "2026-11-21T13:00:00.000Z",
        null,
      ]);
    });

    test("that a drill finds damaged is not verified any more", async () => {
      await run(["verify", ...shop], hour(10));
      damage(newer);
      const environment = {
        SCRATCH_DATABASE_URL: bench.url("defaultdb"),
        SCRATCH_DATABASE_CA_CERT: bench.database.caCertificate,
      };
      expect((await run(["drill", ...shop], { environment })).exitCode).toBe(89);
      expect(records().filter((one) => one.endsWith(".damaged.json"))).toHaveLength(1);
    });

    test("is not damaged where the store fails, a program is killed or the key is another's", async () => {
      bench.s3.refuse = (line) => (/dump\.zst/.test(line) ? { status: 404, code: "NoSuchKey" } : undefined);
      expect((await run(["verify", ...shop])).exitCode).toBe(86);
      bench.s3.refuse = () => undefined;
      const BACKUP_IDENTITIES = await generateIdentity();
      expect((await run(["verify", ...shop], { environment: { BACKUP_IDENTITIES } })).exitCode).toBe(90);
      bench.file(
        "pg_restore",
        '#!/bin/sh\n[ "$1" = --version ] && echo "pg_restore (PostgreSQL) 18.1" && exit\nkill -9 $$\n',
      );
      expect((await run(["verify", ...shop])).exitCode).toBe(92);
      expect(records()).toEqual([]);
    });

    test("whose header is nobody's though its manifest names the key is damaged", async () => {
      const key = `${start}${newer}.dump.zst.age`;
      const bytes = Buffer.from(bench.s3.text(key) ?? "", "latin1");
      const at = bytes.indexOf("-> X25519 ") + 12;
      bytes[at] = bytes[at] === 65 ? 66 : 65;
      bench.s3.replace(key, bytes);
      expect(last(await run(["verify", ...shop]))).toEqual([
        89,
        "the encrypted backup is damaged: its header is for none of the keys that its manifest names",
      ]);
      expect(records().map((one) => one.slice(-13))).toEqual([".damaged.json"]);
    });
  });

  test("R5 reads all, or those that nobody read, or the one that is named", async () => {
    const results = async (...args: string[]) => (await run(["verify", "--database", "shop", ...args])).said;
    expect(await results("--unverified")).toEqual([`shop ${newer} verified`]);
    expect(await results("--unverified", "--all")).toEqual([`shop ${older} verified`]);
    expect(await results("--unverified", "--all")).toEqual([]);
    expect(await results("--all")).toEqual([`shop ${newer} verified`, `shop ${older} verified`]);
    expect(await results("--id", older)).toEqual([`shop ${older} verified`]);
    for (const time of ["2026-11-20T12:00:00Z", "2026-11-20 12:00+05:45", "2026-11-21"])
      expect(await results("--at", time)).toEqual([`shop ${older} verified`]);
    for (const time of [
      "soon",
      "2026-11-20T12:00",
      "2026-11-20 12:00",
      "2026-11-20T24:00:00Z",
      "2026-11-20T12:60:00Z",
      "2026-11-20T12:00:60Z",
      "2026-11-20T12:00:00+24:00",
      "2026-11-20T12Z",
    ])
      expect(await run(["verify", "--at", time])).toMatchObject({
        exitCode: 64,
        text: `error: option '--at <time>' argument '${time}' is invalid. It must be a time with its zone, such as 2026-11-21T03:00:00Z.`,
      });
  });

  test.each([
    "2026-02-30",
    "2026-02-30T00:00:00Z",
    "2026-02-29 12:00Z",
    "2026-13-20T12:00:00Z",
    "2026-04-31",
  ])("%s is no day, and not one of the next month", async (time) => {
    for (const command of [["verify"], ["restore"], ["restore-config", "--config", "dns", "--output", "x"]])
      expect(await run([...command, "--at", time])).toMatchObject({
        exitCode: 64,
        text: `error: option '--at <time>' argument '${time}' is invalid. It must be a day that there is, and ${time.slice(0, 10)} is none.`,
      });
  });

  test.each([
    ["list", "--database", "", "<name>", "It must be a name of 1 to 63 bytes, for example tinkertools."],
    ["verify", "--database", "", "<name>", "It must be a name of 1 to 63 bytes, for example tinkertools."],
    [
      "drill",
      "--database",
      "é".repeat(32),
      "<name>",
      "It must be a name of 1 to 63 bytes, for example tinkertools.",
    ],
    ["drill", "--report", "", "<folder>", "It must be the path of a folder, for example drill."],
  ])("%s fails for %s %j", async (command, option, value, form, words) => {
    expect(await run([command, option, value])).toMatchObject({
      exitCode: 64,
      text: `error: option '${option} ${form}' argument '${value}' is invalid. ${words}`,
    });
  });

  test.each([["verify"], ["restore"], ["drill"]])(
    "%s fails where nobody says which database",
    async (command) => {
      const environment = { ...into("copy").environment, SCRATCH_DATABASE_URL: bench.url("defaultdb") };
      expect(last(await run([command], { environment }))).toEqual([
        64,
        "name the database with --database, or in the settings with databases",
      ]);
      expect(bench.database.asked).toEqual([]);
    },
  );

  test("goes on after a damaged one, and fails in the end", async () => {
    damage(newer);
    const ran = await run(["verify", "--database", "shop", "--all"]);
    expect([ran.exitCode, ran.said]).toEqual([89, [`shop ${newer} corrupt`, `shop ${older} verified`]]);
  });

  test.each<[string, readonly string[], Record<string, string>, number, string | RegExp]>([
    [
      "where there is none",
      ["--database", "other"],
      {},
      88,
      "there is no backup of other: backup run makes one",
    ],
    [
      "where none is so old",
      ["--at", "2020-01-01"],
      {},
      88,
      "there is no backup of shop of 2020-01-01T00:00:00.000Z or before: backup list shows which there are",
    ],
    [
      "B24 with another identity",
      [],
      { BACKUP_IDENTITIES: "other" },
      90,
      "none of the identities in BACKUP_IDENTITIES opens the backup",
    ],
  ])("fails %s", async (_what, args, environment, code, message) => {
    const change =
      environment["BACKUP_IDENTITIES"] === undefined ? {} : { BACKUP_IDENTITIES: await generateIdentity() };
    expect(
      last(await run(["verify", ...args], { settings: { databases: ["shop"] }, environment: change })),
    ).toEqual([code, message]);
  });

  test("R3 fails for a dump that lacks the rows of a table, and an older pg_restore", async () => {
    bench.programs({ list: ["215; 1259 1 TABLE public thing shop_app"] });
    expect(last(await run(["verify", "--database", "shop"]))).toEqual([
      89,
      `${start}${newer}.dump.zst.age: lacks the rows of public.thing`,
    ]);
    bench.programs({ version: "17.2" });
    expect(last(await run(["verify", "--database", "shop"]))).toEqual([
      80,
      `${newer} was written by pg_dump 18.1, and pg_restore is 17.2: install the PostgreSQL 18 client programs or newer`,
    ]);
  });

  test.each([
    ["list", /versions/],
    ["list", /list-type.*records/],
    ["verify", /versions/],
    ["verify", /list-type.*records/],
    ["verify", /^GET \S+\.json/],
    ["verify", /^GET \S+\.dump\.zst\.age/],
    ["verify", /^PUT /],
    ["restore", /versions/],
    ["drill", /versions/],
  ])("B17 %s ends at a signal while the store says nothing to %s", async (command, request) => {
    const stop = new AbortController();
    bench.s3.refuse = (line) => {
      if (!request.test(line)) return undefined;
      stop.abort(new Interrupted("SIGINT"));
      return "silence";
    };
    const environment = {
      ...into("copy").environment,
      SCRATCH_DATABASE_URL: bench.url("defaultdb"),
      SCRATCH_DATABASE_CA_CERT: bench.database.caCertificate,
    };
    const ran = await run([command, "--database", "shop"], { signal: stop.signal, environment });
    expect(last(ran)).toEqual([130, "ended by SIGINT"]);
  });

  test("tells what was read before a signal came", async () => {
    const stop = new AbortController();
    bench.s3.refuse = (line) => {
      if (!line.includes(`${older}.json`)) return undefined;
      stop.abort(new Interrupted("SIGINT"));
      return "silence";
    };
    const ran = await run(["verify", "--database", "shop", "--all"], { signal: stop.signal });
    expect([ran.exitCode, ran.said]).toEqual([130, [`shop ${newer} verified`]]);
  });

  test("R5 every database is read, and told, though one before it has no backup", async () => {
    const settings = { databases: ["none", "shop", "nothing"] };
    const message = (name: string) => `there is no backup of ${name}: backup run makes one`;
    const ran = await run(["verify", "--json"], { settings });
    expect([last(ran), JSON.parse(ran.said.join(""))]).toEqual([
      [88, message("none")],
      [
        { database: "none", result: "noBackup", message: message("none") },
        { database: "shop", id: newer, result: "verified" },
        { database: "nothing", result: "noBackup", message: message("nothing") },
      ],
    ]);
    expect(ran.logged.map(({ event }) => event)).toEqual([
      "backup verified",
      message("nothing"),
      message("none"),
    ]);
    expect((await run(["verify"], { settings })).said).toEqual([
      "none noBackup",
      `shop ${newer} verified`,
      "nothing noBackup",
    ]);
  });

  test("where records may not be written or read it says so, and goes on", async () => {
    bench.s3.refuse = (line) =>
      line.includes("records") ? { status: 403, code: "AccessDenied" } : undefined;
    const { exitCode, logged } = await run(["verify", "--database", "shop"]);
    expect([exitCode, logged.filter(({ level }) => level === "warn")]).toEqual([
      0,
      [
        {
          level: "warn",
          event: "the records may not be read: bring the stack up, for its reader's rights",
          reason: `cannot list shop-backups/records/${start}: AccessDenied, made to fail`,
        },
        {
          level: "warn",
          event: "the record was not written",
          key: expect.stringMatching(`^records/${start}verifications/${newer}`),
          reason: expect.stringMatching(/^cannot write records\/\S+: AccessDenied, made to fail$/),
        },
      ],
    ]);
  });

  test("fails where the records cannot be listed for another reason", async () => {
    bench.s3.refuse = (line) =>
      /list-type.*records/.test(line) ? { status: 404, code: "NoSuchBucket" } : undefined;
    expect(last(await run(["verify", "--database", "shop"]))).toEqual([
      86,
      `cannot list shop-backups/records/${start}: NoSuchBucket, made to fail`,
    ]);
  });
});

const into = (database: string, environment: Record<string, string> = {}): RunOptions => ({
  environment: {
    DATABASE_URL: "",
    TARGET_DATABASE_URL: bench.url(database),
    TARGET_DATABASE_CA_CERT: bench.database.caCertificate,
    ...environment,
  },
});
const restore = (...args: string[]) => run(["restore", "--database", "shop", ...args], into("copy"));

/** A server whose user may act for clerk, and makes himself a member of shop_app where he needs that. */
function lending(): (readonly [RegExp, Answer])[] {
  const roles = new Set(["clerk"]);
  const asTold = { wanted: " WITH INHERIT TRUE, SET TRUE", by: ' GRANTED BY "doadmin"' };
  const options = "INHERIT true, SET true";
  const does = (change: () => unknown) => () => {
    change();
    return [];
  };
  return [
    [/^SELECT pg_has_role/, ([role = ""]) => [{ may_act: roles.has(role) }]],
    [/ AS is_given FROM /, ([role = ""]) => [{ ...asTold, options, is_given: roles.has(role) }]],
    [/^GRANT "shop_app" TO CURRENT_USER WITH INHERIT TRUE, SET TRUE$/, does(() => roles.add("shop_app"))],
    [/^REVOKE "shop_app" FROM CURRENT_USER GRANTED BY "doadmin"$/, does(() => roles.delete("shop_app"))],
  ];
}

describe("restore between stand-ins", () => {
  test("R11 looks, opens, restores in one transaction and compares, in that order", async () => {
    const ran = await restore("--json", "--disk-bytes", "12001000");
    const where = `127.0.0.1:${bench.database.port}/copy`;
    expect([ran.exitCode, JSON.parse(ran.said.join(""))]).toEqual([
      0,
      { id: newer, database: "shop", target: where, tables: 1, leftOut: [], seconds: expect.any(Number) },
    ]);
    expect(ran.logged).toEqual([
      { level: "info", event: "restore begins", id: newer, database: "shop", target: where },
      { level: "info", event: "restored", percent: 100 },
      { level: "info", event: "restore done", id: newer, target: where, seconds: expect.any(Number) },
    ]);
    expect(bench.written("pg_restore.arguments").trim().split("\n")).toEqual([
      "--dbname=dbname='copy'",
      "--no-password",
      "--single-transaction",
      "--exit-on-error",
      expect.stringMatching(/^--use-list=.*\/slipway-restore-\w+\/list$/),
    ]);
    expect(bench.written("pg_restore.environment")).toContain("PGDATABASE=copy\n");
    expect(bench.written("pg_restore.input")).toBe("the dump of shop");
    expect(bench.written("pg_restore.list").split("\n")).toEqual([
      "215; 1259 1 TABLE public thing shop_app",
      "300; 0 1 TABLE DATA public thing shop_app",
    ]);
    expect(bench.database.asked.map((one) => one.replace(/^copy: /, "").slice(0, 44))).toEqual([
      "SELECT current_setting('server_version') AS ",
      "SELECT name FROM pg_available_extensions",
      "SELECT name FROM pg_available_extensions WHE",
      "BEGIN",
      "ROLLBACK",
      "SELECT rolname AS name FROM pg_roles",
      "SELECT count(*)::int AS count FROM pg_class ",
      "SELECT coalesce(sum(pg_database_size(oid)), ",
      "BEGIN",
      "SELECT pg_has_role(current_user, $1, 'USAGE'",
      "SELECT has_schema_privilege($2, oid, 'CREATE",
      "COMMIT",
      "SELECT extname AS name FROM pg_extension",
      "SELECT name FROM pg_settings",
      "SELECT current_setting('server_version') AS ",
      "SET statement_timeout = 0",
      "ANALYZE",
      "BEGIN ISOLATION LEVEL REPEATABLE READ READ O",
      "SET LOCAL search_path = ''; SET LOCAL datest",
      "SELECT nspname AS schema, relname AS name, p",
      "SELECT count(*)::text AS rows, coalesce(sum(",
    ]);
    expect(bench.database.connections.map((one) => one["application_name"])).toEqual([
      "slipway prepare",
      "slipway restore",
      "slipway prepare",
      expect.stringMatching(/^slipway restore [0-9a-f]{12}$/),
    ]);
  });

  test("R11 goes into an older server than its programs by psql, and with pg_restore's own script", async () => {
    bench.database.alsoAnswer([
      /^SELECT current_setting\('server_version'\) AS version$/,
      [{ version: "16.4" }],
    ]);
    const asksVersion = '[ "$1" = --version ] && echo "psql (PostgreSQL) 18.1" && exit';
    bench.file("psql", `#!/bin/sh\n${asksVersion}\nprintf "%s\\n" "$@" > "$0.arguments"; cat > /dev/null\n`);
    expect((await restore()).exitCode).toBe(0);
    expect(bench.written("pg_restore.arguments").trim().split("\n")).toEqual([
      "--single-transaction",
      "--exit-on-error",
      expect.stringMatching(/^--use-list=/),
      "--file=-",
    ]);
    expect(bench.written("psql.arguments").trim().split("\n")).toEqual([
      "--no-psqlrc",
      "--quiet",
      "--no-password",
      "--set=ON_ERROR_STOP=1",
      "--output=/dev/null",
    ]);
  });

  test("says in words what it did, without owners and over what was there where that is asked for", async () => {
    bench.database.alsoAnswer(
      [/AS count FROM pg_class/, [{ count: 2 }]],
      [/FROM pg_roles$/, [{ name: "x" }]],
    );
    const { exitCode, said } = await restore("--no-owner", "--replace", "--confirm", "127.0.0.1/copy");
    expect([exitCode, said]).toEqual([
      0,
      [expect.stringMatching(`^${newer} is in 127.0.0.1:${bench.database.port}/copy: 1 tables, [\\d.]+ s$`)],
    ]);
    expect(bench.written("pg_restore.arguments").trim().split("\n").slice(5)).toEqual([
      "--no-owner",
      "--no-acl",
      "--clean",
      "--if-exists",
    ]);
    expect(bench.database.asked.filter((one) => /has_role/.test(one))).toEqual([]);
  });

  test("R11 fails with everything that the target lacks, before anything is written", async () => {
    bench.database.alsoAnswer(
      [/pg_encoding_to_char/, [{ version: "15.9", encoding: "LATIN1" }]],
      [/^SELECT name FROM pg_available_extensions$/, [{ name: "x" }]],
      [/FROM pg_roles$/, [{ name: "x" }]],
      [/AS count FROM pg_class/, [{ count: 2 }]],
    );
    expect(last(await restore("--disk-bytes", "12000999"))).toEqual([
      91,
      [
        "the target is PostgreSQL 15.9, older than the backup's 16.4",
        "the target has the encoding LATIN1, the backup UTF8",
        "the target has no extension plpgsql",
        "the target has no role shop_app: create them, or use --no-owner",
        "the target is not empty, it holds 2 tables, views or sequences: use --replace to drop them",
        "the target has 11999999 bytes left, the backed up database had 12000000",
      ].join("; "),
    ]);
    expect(bench.written("pg_restore.input")).toBe("the dump of shop");
  });

  test("R11 fails for an extension that the user may not make, having tried", async () => {
    bench.database.alsoAnswer(
      [/installed_version IS NULL$/, [{ name: "plpgsql" }]],
      [
        /^CREATE EXTENSION/,
        () => {
          throw new Refused("42501", "permission denied");
        },
      ],
    );
    expect(last(await restore())).toEqual([
      91,
      "the target does not let its user make the extension plpgsql: have it made beforehand",
    ]);
    const tried = bench.database.asked.map((one) => one.replace("copy: ", "")).slice(3, 8);
    expect(tried).toEqual([
      "BEGIN",
      "SAVEPOINT attempt",
      'CREATE EXTENSION IF NOT EXISTS "plpgsql" CASCADE',
      "ROLLBACK TO SAVEPOINT attempt",
      "ROLLBACK",
    ]);
    bench.database.alsoAnswer([/^CREATE EXTENSION/, []]);
    expect((await restore()).exitCode).toBe(0);
  });

  const isGranted = (role: string): boolean =>
    bench.database.asked.some((one) => one.startsWith(`copy: GRANT "${role}" TO CURRENT_USER`));

  test("lends itself the owners' roles and their schemas, and gives all of it back", async () => {
    bench.programs({
      list: [
        "5; 2615 10 SCHEMA - sales clerk",
        "6; 2615 11 SCHEMA - own shop_app",
        "7; 3079 12 EXTENSION - plpgsql ",
        "8; 3079 13 EXTENSION - pg_trgm ",
        "9; 0 0 COMMENT - EXTENSION pg_trgm ",
        "215; 1259 1 TABLE sales thing shop_app",
        "216; 0 1 TABLE DATA public thing shop_app",
      ],
    });
    bench.database.alsoAnswer(
      ...lending(),
      [/^SELECT FROM pg_namespace WHERE nspname = \$1$/, { columns: ["x"] }],
      [/^(CREATE SCHEMA "sales"|ALTER SCHEMA "sales" OWNER TO "clerk"|DROP SCHEMA "sales")$/, []],
      [/^SELECT has_schema_privilege/, [{ can_create: false }]],
      [/^(GRANT|REVOKE) CREATE ON SCHEMA "(public|sales)" (TO|FROM) "shop_app"$/, []],
    );
    const roles = [{ name: "clerk" }, { name: "shop_app" }];
    bench.database.alsoAnswer([/^SELECT rolname AS name FROM pg_roles/, roles]);
    await backUp("2026-11-21T04:00:00Z");
    bench.database.asked.length = 0;
    expect((await restore()).exitCode).toBe(0);
    const asked = bench.database.asked.map((one) => one.replace("copy: ", ""));
    expect(asked.filter((one) => /^(GRANT|REVOKE|CREATE|ALTER|DROP|SAVE|RELEASE)/.test(one))).toEqual([
      "SAVEPOINT attempt",
      'GRANT "shop_app" TO CURRENT_USER WITH INHERIT TRUE, SET TRUE',
      "RELEASE SAVEPOINT attempt",
      'CREATE SCHEMA "sales"',
      'ALTER SCHEMA "sales" OWNER TO "clerk"',
      'GRANT CREATE ON SCHEMA "public" TO "shop_app"',
      'GRANT CREATE ON SCHEMA "sales" TO "shop_app"',
      'REVOKE CREATE ON SCHEMA "public" FROM "shop_app"',
      'REVOKE CREATE ON SCHEMA "sales" FROM "shop_app"',
      'REVOKE "shop_app" FROM CURRENT_USER GRANTED BY "doadmin"',
    ]);
    expect(bench.written("pg_restore.list").split("\n")).toEqual([
      "6; 2615 11 SCHEMA - own shop_app",
      "8; 3079 13 EXTENSION - pg_trgm ",
      "215; 1259 1 TABLE sales thing shop_app",
      "216; 0 1 TABLE DATA public thing shop_app",
    ]);
  });

  test("R10 fails with what pg_restore says, and gives back what it lent", async () => {
    bench.programs({ restore: 'echo "pg_restore: error: type mood already exists" >&2; exit 1;' });
    expect(last(await restore())).toEqual([
      92,
      "pg_restore ended with exit code 1: pg_restore: error: type mood already exists",
    ]);
    bench.database.alsoAnswer(
      ...lending(),
      [/^SELECT has_schema_privilege/, [{ can_create: false }]],
      [/^(GRANT|REVOKE) CREATE ON SCHEMA "public" (TO|FROM) "shop_app"$/, []],
    );
    await restore();
    expect(bench.database.asked.slice(-2)).toEqual([
      'copy: REVOKE CREATE ON SCHEMA "public" FROM "shop_app"',
      'copy: REVOKE "shop_app" FROM CURRENT_USER GRANTED BY "doadmin"',
    ]);
  });

  test("tells what it could not take back, whatever came of it, and takes back the rest", async () => {
    const lend = () =>
      bench.database.alsoAnswer(
        [/^SELECT pg_has_role/, ([role = ""]) => [{ may_act: isGranted(role) }]],
        [
          /^SELECT CASE WHEN has_options/,
          ([role = ""]) => [{ wanted: "", by: "", options: "INHERIT , SET ", is_given: isGranted(role) }],
        ],
        [/^GRANT "shop_app" TO CURRENT_USER$/, []],
        [/^SELECT has_schema_privilege/, [{ can_create: false }]],
        [/^(GRANT|REVOKE) CREATE ON SCHEMA "public" (TO|FROM) "shop_app"$/, []],
        [
          /^REVOKE "shop_app" FROM CURRENT_USER$/,
          () => {
            throw new Refused("55P03", "canceling statement due to lock timeout");
          },
        ],
      );
    const reason = `127.0.0.1:${bench.database.port}/copy: canceling statement due to lock timeout (55P03)`;
    const warning = {
      level: "warn",
      event: "this could not be undone and is left to run by hand",
      statement: 'REVOKE "shop_app" FROM CURRENT_USER',
      reason,
    };
    const told = ({ exitCode, logged }: Ran) => [exitCode, ...logged.filter(({ level }) => level !== "info")];
    lend();
    const error = { level: "error", command: "restore" };
    expect(told(await restore())).toEqual([
      75,
      warning,
      { ...error, event: reason, outcome: "locked", exitCode: 75 },
    ]);
    expect(bench.database.asked).toContain('copy: REVOKE CREATE ON SCHEMA "public" FROM "shop_app"');
    bench.database.asked.length = 0;
    bench.programs({ restore: 'echo "pg_restore: error: no" >&2; exit 1;' });
    expect(told(await restore())).toEqual([
      92,
      warning,
      {
        ...error,
        event: "pg_restore ended with exit code 1: pg_restore: error: no",
        outcome: "restore",
        exitCode: 92,
      },
    ]);
  });

  test("fails for owners for whom its user may not act, before anything is written", async () => {
    const no = () => {
      throw new Refused("0LP01", "no");
    };
    bench.database.alsoAnswer(...lending(), [/^GRANT/, no]);
    expect(last(await restore())).toEqual([
      91,
      "the target's user doadmin may not act for shop_app, who own what is restored: restore as the owner, GRANT the role to doadmin, or use --no-owner",
    ]);
    expect(bench.database.asked.at(-1)).toBe("copy: ROLLBACK TO SAVEPOINT attempt");
  });

  test("fails for owners whose rights its user does not inherit, before anything is written", async () => {
    bench.database.alsoAnswer(...lending(), [/^SELECT pg_has_role/, [{ may_act: false }]]);
    expect(last(await restore())).toEqual([
      91,
      "the target's user doadmin does not inherit the rights of shop_app, who own what is restored: ALTER ROLE doadmin INHERIT, restore as the owner, or use --no-owner",
    ]);
    // What was granted goes with the transaction that nobody commits.
    expect(bench.database.asked.filter((one) => /COMMIT|CREATE SCHEMA/.test(one))).toEqual([]);
  });

  test("R14 fails where other rows are there than were backed up", async () => {
    bench.database.alsoAnswer([/AS rows/, [{ rows: "2", checksum: "-42" }]]);
    expect(last(await restore())).toEqual([
      94,
      "public.thing has 2 rows, checksum -42, the backup 3 rows, checksum -42",
    ]);
  });

  test("R5 steps over damaged ones only where that is asked for", async () => {
    damage(newer);
    expect(last(await restore())).toEqual([
      89,
      "the encrypted backup is damaged: a chunk was changed, or the end is cut off",
    ]);
    expect(JSON.parse((await restore("--skip-damaged", "--json")).said.join("")).id).toBe(older);
    damage(older);
    expect(last(await restore("--skip-damaged"))).toEqual([89, "all 2 backups of shop that fit are damaged"]);
    const wrong = { BACKUP_IDENTITIES: await generateIdentity() };
    expect(last(await run(["restore", "--database", "shop", "--skip-damaged"], into("copy", wrong)))).toEqual(
      [90, "none of the identities in BACKUP_IDENTITIES opens the backup"],
    );
  });

  test("R5 steps over none that may be whole, where pg_restore was killed as it read", async () => {
    bench.file(
      "pg_restore",
      '#!/bin/sh\n[ "$1" = --version ] && echo "(PostgreSQL) 18.1" && exit\nkill -9 $$\n',
    );
    expect(last(await restore("--skip-damaged"))).toEqual([92, "pg_restore was ended by SIGKILL"]);
    const { exitCode, said } = await run(["verify", "--database", "shop", "--all", "--json"]);
    const message = "pg_restore was ended by SIGKILL";
    expect([exitCode, JSON.parse(said.join(""))]).toEqual([
      92,
      [newer, older].map((id) => ({ database: "shop", id, result: "restore", message })),
    ]);
    expect(bench.s3.keys.filter((key) => key.startsWith("records/"))).toEqual([]);
  });

  test.each([
    [["--id", "x"], "there is no backup of shop with the id x: backup list shows which there are"],
    [
      ["--at", "2020-01-01T00:00:00Z"],
      "there is no backup of shop of 2020-01-01T00:00:00.000Z or before: backup list shows which there are",
    ],
  ])("fails where none fits %j", async (args, message) => {
    expect(last(await restore(...args))).toEqual([88, message]);
  });

  test("fails where there is none at all, and where several databases are meant", async () => {
    expect(last(await run(["restore", "--database", "other"], into("copy")))).toEqual([
      88,
      "there is no backup of other: backup run makes one",
    ]);
    expect(last(await run(["restore"], { ...into("copy"), settings: { databases: ["a", "b"] } }))).toEqual([
      64,
      "name the database whose backup it shall be with --database",
    ]);
  });

  test("R12 fails where the target is production, until that is typed", async () => {
    const settings = { productionHosts: ["127.0.0.1"] };
    const args = ["restore", "--database", "shop"];
    expect(last(await run(args, { ...into("copy"), settings }))).toEqual([
      93,
      "the target is production: to go on add --confirm 127.0.0.1/copy",
    ]);
    const source = into("copy", { DATABASE_URL: bench.url("shop") });
    expect(last(await run(args, source))).toEqual([
      93,
      "the target is production: to go on add --confirm 127.0.0.1/copy",
    ]);
    expect((await run([...args, "--confirm", "127.0.0.1/copy"], source)).exitCode).toBe(0);
  });

  test("R12 fails where something would be dropped, whosever it is, until that is typed", async () => {
    expect(last(await restore("--replace"))).toEqual([
      93,
      "what the target holds is dropped: to go on add --confirm 127.0.0.1/copy",
    ]);
  });

  test.each([
    [
      "was replaced after its manifest was written",
      (id: string) => bench.s3.put(`${start}${id}.dump.zst.age`, "other"),
    ],
    [
      "the manifest is that of",
      (id: string) => bench.s3.replace(`${start}${id}.json`, bench.s3.text(`${start}${older}.json`) ?? ""),
    ],
    ["has 3 bytes, its manifest says", (id: string) => bench.s3.replace(`${start}${id}.dump.zst.age`, "odd")],
    ["the manifest is no JSON", (id: string) => bench.s3.replace(`${start}${id}.json`, "{")],
  ])("R3, R4 fails where %s", async (message, spoil) => {
    spoil(newer);
    expect(last(await restore())).toEqual([89, expect.stringContaining(message)]);
  });
});

describe("R3 a manifest that says one thing only that is not so", () => {
  const key = (id: string) => `${start}${id}.dump.zst.age`;
  const spoilt = "0".repeat(64);
  const changed = ["object", "dump"].map((what) => `KEY: the ${what} is not the one that its manifest names`);

  test.each<[string, (content: ManifestContent) => Partial<ManifestContent>, string]>([
    ["its id", () => ({ id: older }), "MANIFEST: the manifest is that of KEY"],
    ["its cluster", () => ({ cluster: "other" }), "MANIFEST: the manifest is that of KEY"],
    ["its database", () => ({ database: "other" }), "MANIFEST: the manifest is that of KEY"],
    [
      "where its object is",
      ({ object }) => ({ object: { ...object, key: "elsewhere" } }),
      "MANIFEST: the manifest is that of elsewhere",
    ],
    [
      "the version of its object",
      ({ object }) => ({ object: { ...object, versionId: "v0" } }),
      "KEY: was replaced after its manifest was written",
    ],
    [
      "how long its object is",
      ({ object }) => ({ object: { ...object, bytes: 7 } }),
      "KEY: has BYTES bytes, its manifest says 7",
    ],
    [
      "the digest of its object",
      ({ object }) => ({ object: { ...object, sha256: spoilt } }),
      changed[0] ?? "",
    ],
    ["the digest of its dump", ({ plain }) => ({ plain: { ...plain, sha256: spoilt } }), changed[1] ?? ""],
    ["how long its dump is", ({ plain }) => ({ plain: { ...plain, bytes: 17 } }), changed[1] ?? ""],
  ])("fails for %s", async (_what, change, message) => {
    const where = `${start}${newer}.json`;
    const { digest: _, ...content } = readManifest(bench.s3.text(where) ?? "", where);
    bench.s3.replace(where, manifestText({ ...content, ...change(content) }));
    const bytes = String(bench.s3.text(key(newer))?.length);
    const told = message.replace("MANIFEST", where).replace("KEY", key(newer)).replace("BYTES", bytes);
    const ran = await run(["verify", "--database", "shop", "--json"]);
    expect([last(ran), JSON.parse(ran.said.join(""))]).toEqual([
      [89, told],
      [{ database: "shop", id: newer, result: "corrupt", message: told }],
    ]);
    expect(last(await restore())).toEqual([89, told]);
    expect(bench.s3.keys.filter((one) => one.startsWith("records/"))).toEqual([
      expect.stringMatching(/\.damaged\.json$/),
    ]);
  });
});

describe("a drill between stand-ins", () => {
  const scratch = (environment: Record<string, string> = {}): RunOptions => ({
    environment: {
      SCRATCH_DATABASE_URL: bench.url("defaultdb"),
      SCRATCH_DATABASE_CA_CERT: bench.database.caCertificate,
      ...environment,
    },
  });
  const drill = (args: readonly string[] = [], options: RunOptions = scratch()) =>
    run(["drill", "--database", "shop", ...args], options);
  const failed = async (args: readonly string[] = [], options: RunOptions = scratch()) => {
    const { exitCode, said } = await drill(["--json", ...args], options);
    const { result, failure } = JSON.parse(said.join("") || "{}");
    return [exitCode, result, failure];
  };

  test("R14 restores the newest, compares, asks, measures, notes and leaves nothing", async () => {
    bench.database.alsoAnswer(
      [/^SET default_transaction_read_only = on$/, []],
      [/^SELECT all_is_well$/, [{ well: true, "as it was": true }]],
      [
        /^SELECT name, oid IS NOT NULL/,
        [
          { name: "shop_app", is_there: false, is_ours: null },
          { name: "ours", is_there: true, is_ours: true },
          { name: "theirs", is_there: true, is_ours: false },
        ],
      ],
      [/^(CREATE|DROP) ROLE (IF EXISTS )?"(shop_app|ours)"$/, []],
      [/^COMMENT ON ROLE "shop_app" IS 'made by a drill of slipway'$/, []],
      [/^SELECT datname AS name FROM pg_database/, [{ name: "slipway_drill_0123456789ab" }]],
    );
    const { exitCode, said, logged } = await drill([
      "--json",
      "--assertions",
      bench.file("assertions.sql", "SELECT all_is_well"),
    ]);
    const report = JSON.parse(said.join(""));
    expect([exitCode, report]).toEqual([
      0,
      {
        format: "slipway drill 1",
        database: "shop",
        cluster: "shop-db",
        startedAt: "2026-11-21T12:00:00.000Z",
        result: "passed",
        backup: { id: newer, ageHours: 9, plainBytes: 16 },
        seconds: {
          find: expect.any(Number),
          restore: expect.any(Number),
          compare: expect.any(Number),
          assertions: expect.any(Number),
        },
        recoverySeconds: expect.any(Number),
        objectiveSeconds: 900,
        isObjectiveDeclared: false,
        megabytesPerSecond: Math.round(16 / 10_000 / report.recoverySeconds) / 100,
        tables: { compared: 1, different: [] },
        extensionsLeftOut: [],
        partsLeftOut: [],
        assertions: [
          { name: "well", holds: true },
          { name: "as it was", holds: true },
        ],
      },
    ]);
    expect(logged).toEqual([
      { level: "info", event: "drill begins", id: newer, database: "shop" },
      {
        level: "info",
        event: "drill done",
        database: "shop",
        result: "passed",
        seconds: expect.any(Number),
      },
    ]);
    const asked = bench.database.asked.map((one) => one.replaceAll(/slipway_drill_[0-9a-f]{12}/g, "drill"));
    expect(asked.filter((one) => one.startsWith("defaultdb: ")).map((one) => one.slice(11, 60))).toEqual([
      "SELECT set_config(name, '0', false) FROM pg_setti",
      "SELECT pg_try_advisory_lock($1)",
      "SELECT count(*) FILTER (WHERE pid = pg_backend_pi",
      "SELECT datname AS name FROM pg_database WHERE dat",
      "DROP DATABASE IF EXISTS drill",
      "CREATE DATABASE drill ENCODING 'UTF8' TEMPLATE te",
      "SELECT name, oid IS NOT NULL AS is_there, shobj_d",
      "BEGIN",
      "SAVEPOINT attempt",
      'CREATE ROLE "shop_app"',
      "RELEASE SAVEPOINT attempt",
      'COMMENT ON ROLE "shop_app" IS \'made by a drill of',
      "COMMIT",
      "DROP DATABASE IF EXISTS drill WITH (FORCE)",
      'DROP ROLE IF EXISTS "shop_app"',
      'DROP ROLE IF EXISTS "ours"',
    ]);
    const { verifications, drills } = recordsAmong(place, bench.s3.keys);
    expect([verifications.map(({ backup }) => backup), drills]).toEqual([
      [newer],
      [{ at: now(), isPassed: true }],
    ]);
    const key = bench.s3.keys.find((one) => one.startsWith(`${recordPrefix(place)}drills/`)) ?? "";
    expect(JSON.parse(bench.s3.text(key) ?? "")).toEqual({
      format: "slipway drill record 1",
      at: "2026-11-21T12:00:00.000Z",
      result: "passed",
      backup: report.backup,
      recoverySeconds: report.recoverySeconds,
      objectiveSeconds: 900,
    });
  });

  test("R16 is in the list afterwards, with what came of the last", async () => {
    const told = async () => (await run(["list", "--database", "shop"])).said.at(-1);
    await drill();
    expect(await told()).toBe("shop last drill passed 2026-11-21T12:00:00.000Z");
    await drill([], { ...scratch(), now: () => new Date("2026-11-23T12:00:00Z") });
    expect(await told()).toBe("shop last drill failed 2026-11-23T12:00:00.000Z");
  });

  test("R14 writes a report that is signed where there is a key", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const REPORT_SIGNING_KEY = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const folder = join(bench.folder, "a", "report");
    const { exitCode, said } = await drill(["--report", folder], scratch({ REPORT_SIGNING_KEY }));
    const file = (name: string) => readFileSync(join(folder, name));
    expect(exitCode).toBe(0);
    expect(verifySignature(null, file("drill.json"), publicKey, file("drill.json.sig"))).toBe(true);
    expect(file("drill.md").toString()).toContain("| Signature | drill.json.sig |\n");
    expect(said[0]).toContain("\nSignature     drill.json.sig\n");
    const unsigned = await drill([], scratch({ REPORT_SIGNING_KEY }));
    expect(unsigned.said[0]).toContain("\nSignature     none: no REPORT_SIGNING_KEY was set\n");
  });

  test.each<[string, string, string]>([
    ["tooOld", "2026-11-22T05:00:01Z", "the newest backup is 26.0 hours old, it may be 26"],
    [
      "fromFuture",
      "2026-11-21T02:44:59Z",
      "the newest backup is from the future, 2026-11-21T03:00:00.000Z: the clock here says 2026-11-21T02:44:59.000Z",
    ],
    ["passed", "2026-11-22T05:00:00Z", ""],
    ["passed", "2026-11-21T02:45:00Z", ""],
  ])("R14 is %s at %s", async (result, time, failure) => {
    const options = { ...scratch(), now: () => new Date(time) };
    const codes: Record<string, number> = { tooOld: 96, fromFuture: 99, passed: 0 };
    const ran = await drill(["--json"], options);
    const report = JSON.parse(ran.said.join(""));
    expect([ran.exitCode, report.result, report.failure ?? ""]).toEqual([codes[result], result, failure]);
  });

  test("R17 fails where it took longer than its objective", async () => {
    const settings = { drill: { objectiveMinutes: 0.00001 } };
    expect(await failed([], { ...scratch(), settings })).toEqual([
      97,
      "tooSlow",
      expect.stringMatching(
        /^the recovery of 16 bytes took [\d.]+ s, [\d.]+ MB\/s; its objective is 0\.0006/,
      ),
    ]);
    const key = bench.s3.keys.find((one) => one.startsWith(`${recordPrefix(place)}drills/`)) ?? "";
    expect(key.endsWith(".failed.json")).toBe(true);
  });

  test("fails where it cannot drop what it made, and says how that is done", async () => {
    bench.database.alsoAnswer([
      /^DROP DATABASE/,
      () => {
        throw new Refused("55006", "it is in use");
      },
    ]);
    const { exitCode, logged } = await drill();
    const reason = `127.0.0.1:${bench.database.port}/defaultdb: it is in use (55006)`;
    expect([exitCode, logged.filter(({ level }) => level !== "info")]).toEqual([
      70,
      [
        {
          level: "warn",
          event: "this could not be undone and is left to run by hand",
          statement: expect.stringMatching(
            /^DROP DATABASE IF EXISTS slipway_drill_[0-9a-f]{12} WITH \(FORCE\)$/,
          ),
          reason,
        },
        { level: "error", event: reason, command: "drill", outcome: "unexpected", exitCode: 70 },
      ],
    ]);
  });

  test("R14 fails for other rows and drops what it made", async () => {
    bench.database.alsoAnswer([/pg_table_size/, [table("other", "1")]]);
    const { exitCode, said } = await drill(["--json"]);
    const { tables, backup, recoverySeconds } = JSON.parse(said.join(""));
    expect([exitCode, tables, backup.id, typeof recoverySeconds]).toEqual([
      94,
      {
        compared: 1,
        different: [{ table: "public.thing", expected: "3 rows, checksum -42", found: "nothing" }],
      },
      newer,
      "number",
    ]);
    expect(bench.database.asked.at(-1)).toMatch(/DROP DATABASE IF EXISTS slipway_drill_/);
    expect(recordsAmong(place, bench.s3.keys).verifications).toEqual([]);
  });

  test("does without the extensions that its user may not make, and tells which", async () => {
    bench.database.alsoAnswer(
      [
        /installed_version IS NULL$/,
        ([names = ""]) => (names.includes("plpgsql") ? [{ name: "plpgsql" }] : []),
      ],
      [
        /^CREATE EXTENSION/,
        () => {
          throw new Refused("42501", "permission denied");
        },
      ],
    );
    const report = JSON.parse((await drill(["--json"])).said.join(""));
    expect([report.result, report.extensionsLeftOut]).toEqual(["passed", ["plpgsql"]]);
  });

  test("leaves roles that it may not make to be told as missing", async () => {
    bench.database.alsoAnswer(
      [/^SELECT name, oid IS NOT NULL/, [{ name: "shop_app", is_there: false, is_ours: null }]],
      [
        /^CREATE ROLE/,
        () => {
          throw new Refused("42501", "permission denied");
        },
      ],
      [/FROM pg_roles$/, [{ name: "x" }]],
    );
    expect(await failed()).toEqual([
      91,
      "unfit",
      "the target has no role shop_app: create them, or use --no-owner",
    ]);
    expect(bench.database.asked.filter((one) => /DROP ROLE|COMMENT/.test(one))).toEqual([]);
  });

  test.each([
    ["SELECT 1 AS one", 'the assertion "one" must be true or false, by count(*) > 0 for example'],
    ["SELECT no rows", "does not hold: never"],
    ["SELECT false", "does not hold: it; is"],
    ["SELECT odd", expect.stringMatching(/^the assertions cannot be asked: nobody expected: SELECT odd$/)],
    ["SELECT nothing", "the file of assertions asks nothing"],
  ])("R14 fails for the assertion %s", async (sql, message) => {
    bench.database.alsoAnswer(
      [/^SET default_transaction_read_only = on$/, []],
      [/^SELECT 1 AS one$/, [{ one: 1 }]],
      [/^SELECT no rows$/, { columns: ["never"] }],
      [
        /^SELECT false$/,
        [
          { it: true, is: false },
          { it: null, is: false },
        ],
      ],
      [/^SELECT nothing$/, []],
    );
    expect(await failed(["--assertions", bench.file("one.sql", sql)])).toEqual([95, "assertion", message]);
  });

  test("fails before it begins for a key that signs nothing, assertions that are not there, and no name", async () => {
    expect(
      await run(["drill", "--database", "shop"], scratch({ REPORT_SIGNING_KEY: "secret" })),
    ).toMatchObject({
      exitCode: 78,
      logged: [
        {
          line: "drill: the environment is not valid:\n  REPORT_SIGNING_KEY: must be an Ed25519 private key in PEM form",
        },
      ],
    });
    expect(last(await drill(["--assertions", "/no/such"]))).toEqual([
      64,
      "there is no file of assertions at /no/such",
    ]);
    expect(last(await run(["drill"], { ...scratch(), settings: { databases: ["a", "b"] } }))).toEqual([
      64,
      "name the database whose backup it shall be with --database",
    ]);
    expect(bench.database.asked).toEqual([]);
  });

  test("fails where there is no backup, with a report", async () => {
    const { exitCode, said } = await run(["drill", "--database", "other", "--json"], scratch());
    const { said: told } = await run(["drill", "--database", "other"], scratch());
    expect(told.join("")).toContain("there is no backup of other: backup run makes one");
    expect(told.join("")).not.toContain("{");
    expect([exitCode, JSON.parse(said.join(""))]).toEqual([
      88,
      {
        format: "slipway drill 1",
        database: "other",
        cluster: "shop-db",
        startedAt: "2026-11-21T12:00:00.000Z",
        result: "noBackup",
        failure: "there is no backup of other: backup run makes one",
        seconds: {},
        objectiveSeconds: 900,
        isObjectiveDeclared: false,
        tables: { compared: 0, different: [] },
        extensionsLeftOut: [],
        partsLeftOut: [],
        assertions: [],
      },
    ]);
  });
});

describe("a person at a terminal", () => {
  const lines = (ran: Awaited<ReturnType<typeof run>>) => ran.logged.map(({ line }) => line);

  test("sees how much of a backup is read, opened or not, and then the result in words", async () => {
    for (const [args, result, words] of [
      [[], "verified", "backup verified \\(shop, ID, 16 bytes of dump"],
      [["--sealed"], "sealed", "backup compared sealed \\(shop, ID, \\d+ bytes"],
    ] as const) {
      const watched: string[] = [];
      const ran = await run(["verify", "--database", "shop", ...args], { watched });
      expect([ran.said, watched]).toEqual([
        [`shop ${newer} ${result}`],
        ["reading the backup (shop, 100 %)"],
      ]);
      expect(lines(ran)).toEqual([expect.stringMatching(`^${words.replace("ID", newer)}, [\\d.]+ s\\)$`)]);
    }
  });

  test("sees a restore's progress in place of its lines", async () => {
    const watched: string[] = [];
    const ran = await run(["restore", "--database", "shop"], { ...into("copy"), watched });
    const where = `127.0.0.1:${bench.database.port}/copy`;
    expect(lines(ran)).toEqual([
      `restore begins (${newer}, shop, into ${where})`,
      expect.stringMatching(`^restore done \\(${newer}, into ${where}, [\\d.]+ s\\)$`),
    ]);
    expect(watched).toEqual([
      "reading the backup (shop, 100 %)",
      "comparing the tables with the backup (shop)",
    ]);
  });

  test("who asks for JSON gets it in both streams, and so does a worker; nothing moves", async () => {
    const watched: string[] = [];
    const asked = await run(["verify", "--database", "shop", "--json"], { watched });
    expect(asked.logged.map(({ event }) => event)).toEqual(["backup verified"]);
    const worker = await run(["schedule"], {
      watched,
      environment: { PORT: "0" },
      signal: AbortSignal.abort(new Interrupted("SIGTERM")),
    });
    expect(worker.logged.map(({ event }) => event)).toEqual([
      "scheduled",
      "worker started",
      "ended by SIGTERM",
    ]);
    expect(watched).toEqual([]);
  });

  test("reads faults as sentences, and no name moves the cursor", async () => {
    const options = { watched: [], settings: { databases: ["a\u001b[2Jb"] } };
    expect(lines(await run(["verify"], options))).toEqual([
      "error: there is no backup of a\\u{1b}[2Jb: backup run makes one (exit code 88)",
    ]);
    expect((await run(["list"], options)).said).toEqual([
      "a\\u{1b}[2Jb has no backup yet: backup run makes one",
    ]);
  });
});
