import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Interrupted } from "../../backup/failure.ts";
import { readConfigManifest } from "../../backup/manifest.ts";
import type { RunOptions } from "../support/backups.ts";
import { description, HollowBench } from "../support/hollow-backups.ts";
import { type Answer, Refused } from "../support/hollow-postgres.ts";

const bench = new HollowBench();
beforeAll(() => bench.start());
afterAll(() => bench.stop());
beforeEach(() => bench.s3.empty());

const last = ({ exitCode, logged }: { exitCode: number; logged: Record<string, unknown>[] }) => [
  exitCode,
  logged.at(-1)?.["event"],
];

describe("configuration between stand-ins", () => {
  const start = "postgres/shop-db/.config/stack/";
  let source: string;
  beforeAll(() => {
    source = bench.file("stack.json", "the state");
  });
  const at = (time: string): RunOptions => ({ now: () => new Date(time) });
  const save = (options: RunOptions = {}, ...args: string[]) =>
    bench.run(["save-config", "--config", "stack", "--file", source, ...args], options);
  let outputs = 0;
  const restore = async (...args: string[]) => {
    const output = join(bench.folder, `restored-${outputs++}`);
    const ran = await bench.run(["restore-config", "--config", "stack", "--output", output, ...args]);
    return { ...ran, output };
  };

  test("is saved as databases are, and comes back for its owner's eyes alone", async () => {
    const { exitCode, said, logged } = await save({}, "--json");
    const [manifest] = said.map((line) => JSON.parse(line));
    const { id } = manifest;
    const bytes = bench.s3.text(`${start}${id}.config.zst.age`)?.length;
    expect([exitCode, manifest]).toEqual([
      0,
      {
        format: "slipway config 1",
        id: expect.stringMatching(/^20261121T030000000Z-/),
        cluster: "shop-db",
        name: "stack",
        startedAt: "2026-11-21T03:00:00.000Z",
        endedAt: "2026-11-21T03:00:00.000Z",
        tool: { name: "slipway", version: "0.1.0" },
        recipients: [bench.recipient],
        object: {
          key: `${start}${id}.config.zst.age`,
          versionId: expect.any(String),
          bytes,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        plain: { bytes: 9, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    ]);
    expect(bench.s3.keys).toEqual([`${start}${id}.config.zst.age`, `${start}${id}.json`]);
    const { digest: _, ...written } = readConfigManifest(bench.s3.text(`${start}${id}.json`) ?? "", "k");
    expect(written).toEqual(manifest);
    expect(logged).toEqual([
      { level: "info", event: "configuration saved", name: "stack", id, bytes, plainBytes: 9 },
    ]);
    const back = await restore();
    expect([back.exitCode, back.said, readFileSync(back.output, "utf8")]).toEqual([
      0,
      [`stack ${id} is in ${back.output}, 9 bytes`],
      "the state",
    ]);
    expect([statSync(back.output).mode & 0o777, existsSync(`${back.output}.part`)]).toEqual([0o600, false]);
    const json = await restore("--json");
    expect(JSON.parse(json.said.join(""))).toEqual({ config: "stack", id, bytes: 9, file: json.output });
  });

  test("is chosen by time and id, listed and verified", async () => {
    expect((await save(at("2026-11-20T03:00:00Z"))).said).toEqual([
      expect.stringMatching(/^stack 20261120T030000000Z-[0-9a-f]{8} \d+ bytes$/),
    ]);
    await save(at("2026-11-21T03:00:00Z"));
    const id = async (...args: string[]) => JSON.parse((await restore("--json", ...args)).said.join("")).id;
    const [newer, older] = [await id(), await id("--at", "2026-11-20T04:00:00Z")];
    expect([newer.slice(0, 8), older.slice(0, 8), await id("--id", older)]).toEqual([
      "20261121",
      "20261120",
      older,
    ]);
    expect((await bench.run(["list", "--config", "stack"])).said).toEqual([
      expect.stringMatching(`^stack ${older} complete \\d+ bytes, goes 2026-12-21$`),
      expect.stringMatching(`^stack ${newer} complete \\d+ bytes, goes 2026-12-22$`),
    ]);
    expect((await bench.run(["verify", "--config", "stack"])).said).toEqual([`stack ${newer} verified`]);
    const all = await bench.run(["verify", "--config", "stack", "--all", "--json"]);
    expect(JSON.parse(all.said.join(""))).toEqual([
      { database: "stack", id: newer, result: "verified" },
      { database: "stack", id: older, result: "verified" },
    ]);
    bench.s3.replace(`${start}${newer}.json`, "{");
    const damaged = await bench.run(["verify", "--config", "stack", "--all", "--json"]);
    const message = `${start}${newer}.json: the manifest is no JSON`;
    expect([last(damaged), JSON.parse(damaged.said.join(""))]).toEqual([
      [89, message],
      [
        { database: "stack", id: newer, result: "corrupt", message },
        { database: "stack", id: older, result: "verified" },
      ],
    ]);
    const back = await restore();
    expect([last(back), existsSync(back.output)]).toEqual([[89, message], false]);
  });

  test("fails for a file that is empty or not there, a name that is none, and what is there already", async () => {
    const file = bench.file("empty", "");
    expect(last(await bench.run(["save-config", "--config", "x", "--file", file]))).toEqual([
      83,
      `${file} is empty`,
    ]);
    expect(last(await bench.run(["save-config", "--config", "x", "--file", "/no/such"]))).toEqual([
      64,
      "cannot read /no/such: ENOENT: no such file or directory, open '/no/such'",
    ]);
    expect(last(await bench.run(["save-config", "--config", "", "--file", file]))).toEqual([
      64,
      "--config must be a name of 1 to 63 bytes, for example stack-production",
    ]);
    expect(last(await bench.run(["restore-config", "--config", "stack", "--output", file]))).toEqual([
      64,
      `${file} is there already`,
    ]);
    expect(last(await restore())).toEqual([
      88,
      "there is no configuration stack: backup save-config makes one",
    ]);
    expect([bench.s3.keys, bench.s3.unfinished]).toEqual([[], []]);
  });

  test("B17 is not saved where a signal comes", async () => {
    const stop = new AbortController();
    bench.s3.refuse = (line) => {
      if (/partNumber/.test(line)) stop.abort(new Interrupted("SIGTERM"));
      return undefined;
    };
    expect(last(await save({ signal: stop.signal }))).toEqual([143, "ended by SIGTERM"]);
    expect([bench.s3.keys, bench.s3.unfinished]).toEqual([[], []]);
  });
});

const refusing = (code: string, message: string) => () => {
  throw new Refused(code, message);
};

const otherKey = refusing("XX000", "another lock than that of all runs");

describe("prepare between stand-ins", () => {
  const ordinary = {
    rolsuper: false,
    rolcreaterole: false,
    rolcreatedb: false,
    rolreplication: false,
    rolbypassrls: false,
  };
  const statements: readonly (readonly [RegExp, Answer])[] = [
    [/^SET statement_timeout = 0; SET lock_timeout = \d+$/, []],
    [/^SELECT pg_advisory_lock\(\$1\)$/, ([key]) => (key === "7310452019" ? [] : otherKey())],
    [/^(BEGIN; SET LOCAL search_path = public|COMMIT|CREATE SCHEMA public)$/, []],
    [/^(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT) attempt$/, []],
    [/^SELECT to_regnamespace\('public'\) IS NULL AS is_missing$/, [{ is_missing: false }]],
    [/^SELECT rolsuper, rolcreaterole/, ([owner]) => (owner === "shop_app" ? [ordinary] : [])],
    [
      /^SELECT name, installed_version FROM pg_available_extensions/,
      [
        { name: "pg_trgm", installed_version: null },
        { name: "uuid-ossp", installed_version: "1.1" },
      ],
    ],
    [/^CREATE EXTENSION IF NOT EXISTS "pg_trgm"$/, []],
    [/^SELECT current_setting\('server_version'\) AS version$/, [{ version: "16.4" }]],
    [
      /^SELECT pg_has_role\(current_user, \$1, CASE/,
      [{ is_member: false, options: " WITH SET TRUE, INHERIT FALSE" }],
    ],
    [/^(GRANT|REVOKE|ALTER) /, []],
  ];
  const rights = (
    ...all: { is_owner?: boolean; can_create?: boolean; is_open?: boolean }[]
  ): [RegExp, Answer] => {
    let at = 0;
    return [
      /^SELECT pg_get_userbyid\(nspowner\) = \$1 AS is_owner/,
      ([owner]) =>
        owner !== "shop_app"
          ? []
          : [{ is_owner: false, can_create: false, is_open: false, ...all[Math.min(at++, all.length - 1)] }],
    ];
  };
  const prepare = async (change: Record<string, unknown> = {}) => {
    const databases = [{ name: "shop", owner: "shop_app", extensions: ["pg_trgm", "uuid-ossp"], ...change }];
    const { exitCode, said, logged } = await bench.run(["prepare"], {
      environment: {
        DATABASE_ADMIN_URL: bench.url("defaultdb"),
        DATABASE_PREPARATION: JSON.stringify({ databases }),
        DATABASE_WAIT_SECONDS: "0",
      },
    });
    return { exitCode, lines: [...said, ...logged.map(({ line }) => line)] };
  };
  const asked = () => bench.database.asked.filter((one) => !/: (SELECT|SAVE|RELEASE)/.test(one));

  test("gives the schema to its owner, extensions first", async () => {
    bench.database.answer(...statements, rights({ is_open: true }, {}, { can_create: true }));
    expect(await prepare()).toEqual({
      exitCode: 0,
      lines: [
        "shop: extension pg_trgm created",
        "shop: extension uuid-ossp is there",
        "shop: schema public now belongs to shop_app",
      ],
    });
    expect(asked()).toEqual([
      expect.stringMatching(/^defaultdb: SET statement_timeout = 0; SET lock_timeout = 1$/),
      "shop: BEGIN; SET LOCAL search_path = public",
      'shop: CREATE EXTENSION IF NOT EXISTS "pg_trgm"',
      "shop: REVOKE CREATE ON SCHEMA public FROM PUBLIC",
      'shop: GRANT "shop_app" TO CURRENT_USER WITH SET TRUE, INHERIT FALSE',
      "shop: GRANT USAGE, CREATE ON SCHEMA public TO CURRENT_USER",
      'shop: ALTER SCHEMA public OWNER TO "shop_app"',
      'shop: REVOKE "shop_app" FROM CURRENT_USER',
      "shop: COMMIT",
    ]);
    expect(
      bench.database.connections.map((one) => [
        one["database"],
        one["application_name"],
        one["statement_timeout"],
      ]),
    ).toEqual([
      ["defaultdb", "slipway prepare", "60000"],
      ["shop", "slipway prepare", "60000"],
    ]);
  });

  test("leaves what is as it should be, and makes a schema that is missing", async () => {
    bench.database.answer(...statements, rights({ is_owner: true }), [
      /to_regnamespace/,
      [{ is_missing: true }],
    ]);
    expect(await prepare({ extensions: [] })).toEqual({
      exitCode: 0,
      lines: ["shop: schema public belongs to shop_app"],
    });
    expect(asked().slice(2)).toEqual(["shop: CREATE SCHEMA public", "shop: COMMIT"]);
  });

  test("opens the schema where it may not hand it over", async () => {
    const no = refusing("42501", "must be member");
    bench.database.answer(...statements, rights({}, {}, { can_create: true }), [/^GRANT "shop_app"/, no]);
    expect((await prepare({ extensions: [] })).lines).toEqual([
      "shop: schema public is now open to shop_app",
    ]);
    expect(asked().slice(2)).toEqual([
      'shop: GRANT "shop_app" TO CURRENT_USER WITH SET TRUE, INHERIT FALSE',
      "shop: ROLLBACK TO SAVEPOINT attempt",
      'shop: GRANT USAGE, CREATE ON SCHEMA public TO "shop_app"',
      "shop: COMMIT",
    ]);
    bench.database.answer(...statements, rights({ can_create: true }), [/^GRANT "shop_app"/, no]);
    expect((await prepare({ extensions: [] })).lines).toEqual(["shop: schema public is open to shop_app"]);
    expect(asked().filter((one) => one.includes("GRANT USAGE"))).toEqual([]);
  });

  test("needs no membership that its user has", async () => {
    bench.database.answer(...statements, rights({}, {}, { can_create: true }), [
      /^SELECT pg_has_role/,
      [{ is_member: true, options: "" }],
    ]);
    expect((await prepare({ extensions: [] })).exitCode).toBe(0);
    expect(asked().slice(2, -1)).toEqual([
      "shop: GRANT USAGE, CREATE ON SCHEMA public TO CURRENT_USER",
      'shop: ALTER SCHEMA public OWNER TO "shop_app"',
    ]);
  });

  test.each([
    ["everyone still can", { can_create: true, is_open: true }],
    ["the owner cannot", { can_create: false }],
  ])("fails where in the end %s create in it", async (_what, reached) => {
    bench.database.answer(...statements, rights({}, {}, reached));
    expect(await prepare({ extensions: [] })).toEqual({
      exitCode: 77,
      lines: [
        "prepare: the administrator must own schema public to let shop_app, and not everyone, create in it",
      ],
    });
    expect(asked().at(-1)).not.toBe("shop: COMMIT");
  });

  test("fails for owners who are none, or no ordinary ones", async () => {
    bench.database.answer(...statements, rights({ is_owner: true }), [
      /^SELECT rolsuper/,
      { columns: ["rolsuper"] },
    ]);
    expect(await prepare()).toEqual({
      exitCode: 65,
      lines: ["prepare: owner shop_app must be a user of the cluster"],
    });
    const all = Object.fromEntries(Object.keys(ordinary).map((right) => [right, true]));
    bench.database.alsoAnswer([/^SELECT rolsuper/, [all]]);
    expect((await prepare()).lines).toEqual([
      "prepare: owner shop_app must be an ordinary user, but has SUPERUSER, CREATEROLE, CREATEDB, REPLICATION, BYPASSRLS",
    ]);
    bench.database.alsoAnswer([/^SELECT rolsuper/, [{ ...ordinary, rolcreatedb: true }]]);
    expect((await prepare()).lines).toEqual([
      "prepare: owner shop_app must be an ordinary user, but has CREATEDB",
    ]);
  });

  test("fails for extensions that the server does not have, all at once", async () => {
    bench.database.answer(...statements, rights({ is_owner: true }));
    expect(await prepare({ extensions: ["one", "pg_trgm", "two"] })).toEqual({
      exitCode: 65,
      lines: [
        "prepare: PostgreSQL 16.4 has no extension one, two: install it on the server, or leave it out of the database's extensions",
      ],
    });
  });
});

describe("maintain between stand-ins", () => {
  const statements: readonly (readonly [RegExp, Answer])[] = [
    ...description,
    [/^SELECT pg_try_advisory_lock/, ([key]) => [{ is_mine: key === "7310452021" }]],
    [/^SELECT nspname, relname FROM pg_index/, [{ nspname: "public", relname: 'odd"_ccnew' }]],
    [
      /^SELECT nspname, relname FROM pg_class c/,
      [
        { nspname: "public", relname: "large" },
        { nspname: "my", relname: "small" },
      ],
    ],
    [/^(DROP INDEX CONCURRENTLY|VACUUM \(ANALYZE\)|REINDEX TABLE CONCURRENTLY) "/, []],
  ];
  const done = () =>
    bench.database.asked
      .map((one) => one.slice("shop: ".length))
      .filter((one) => /^(DROP|VACUUM|REINDEX)/.test(one));

  test("does every table, the largest first, after what was left over", async () => {
    bench.database.answer(...statements);
    const { exitCode, said, logged } = await bench.run(["maintain"], { settings: { lockWaitSeconds: 9 } });
    expect([exitCode, said]).toEqual([0, [expect.stringMatching(/^shop 2 tables, [\d.]+ s$/)]]);
    expect(logged).toEqual([
      { level: "info", event: "maintenance done", database: "shop", tables: 2, seconds: expect.any(Number) },
    ]);
    expect(done()).toEqual([
      'DROP INDEX CONCURRENTLY "public"."odd""_ccnew"',
      'VACUUM (ANALYZE) "public"."large"',
      'REINDEX TABLE CONCURRENTLY "public"."large"',
      'VACUUM (ANALYZE) "my"."small"',
      'REINDEX TABLE CONCURRENTLY "my"."small"',
    ]);
    expect(bench.database.connections).toMatchObject([
      { database: "shop", application_name: "slipway maintain", lock_timeout: "9000" },
    ]);
    expect(bench.database.asked[0]).toBe("shop: SET statement_timeout = 0");
    const watched: string[] = [];
    await bench.run(["maintain"], { watched });
    // The clock stands still: each thing is shown once.
    expect(watched).toEqual(['maintaining (shop, "public"."large", 0 %)']);
    const two = await bench.run(["maintain", "--json"], { settings: { databases: ["shop", "app"] } });
    expect(JSON.parse(two.said.join(""))).toEqual([
      { database: "shop", tables: 2, seconds: expect.any(Number) },
      { database: "app", tables: 2, seconds: expect.any(Number) },
    ]);
  });

  test("begins no further table when the window is over", async () => {
    bench.database.answer(...statements);
    const times = ["03:00:00", "03:01:00", "03:01:01"].map((time) => new Date(`2026-11-21T${time}Z`));
    let at = 0;
    const { exitCode, logged } = await bench.run(["maintain"], {
      settings: { maintenanceMinutes: 1 },
      // Once for the beginning, once for each table; the log's own lines come after.
      now: () => times[Math.min(at++, 2)] as Date,
    });
    expect([exitCode, logged[0]]).toEqual([
      0,
      { level: "warn", event: "the window for maintenance is over", database: "shop", tables: 1 },
    ]);
    expect(done().length).toBe(3);
  });

  test("goes on after what fails, and fails in the end", async () => {
    bench.database.answer(...statements, [/^VACUUM/, refusing("55P03", "lock timeout")]);
    const { exitCode, logged } = await bench.run(["maintain"]);
    const first = 'VACUUM (ANALYZE) "public"."large": lock timeout';
    expect([exitCode, logged.at(-1)?.["event"]]).toEqual([
      98,
      `2 parts of the maintenance failed, first: ${first}`,
    ]);
    expect(logged[0]).toEqual({ level: "error", event: first, database: "shop" });
    expect(done().length).toBe(5);
  });

  test("B16 fails while another run maintains", async () => {
    bench.database.answer(...statements, [/advisory/, [{ is_mine: false }]]);
    expect(last(await bench.run(["maintain"]))).toEqual([
      75,
      "another run is maintaining shop at this moment",
    ]);
  });

  test("B17 ends what runs when a signal comes", async () => {
    const stop = new AbortController();
    bench.database.answer(...statements, [
      /^VACUUM/,
      () => {
        stop.abort(new Interrupted("SIGINT"));
        return [];
      },
    ]);
    expect(last(await bench.run(["maintain"], { signal: stop.signal }))).toEqual([130, "ended by SIGINT"]);
    expect(done().length).toBe(2);
  });
});

describe("the worker between stand-ins", () => {
  const due = "a backup was missed and is made up for";

  /** The worker at four o'clock, with a backup that was due at three, until a line says so. */
  async function work(until: RegExp, settings = {}, environment = {}, now = "2026-11-21T04:00:00Z") {
    const stop = new AbortController();
    const ran = await bench.run(["schedule"], {
      signal: stop.signal,
      now: () => new Date(now),
      environment: { PORT: "0", ...environment },
      settings: {
        ...settings,
        schedule: {
          backup: "0 3 * * *",
          jitterSeconds: 0,
          ...("schedule" in settings ? (settings.schedule as object) : {}),
        },
      },
      onLine: (line) => until.test(line) && setImmediate(() => stop.abort(new Interrupted("SIGTERM"))),
    });
    expect(ran.exitCode).toBe(143);
    return ran.logged;
  }
  const events = (logged: Record<string, unknown>[]) => logged.map(({ event }) => event);
  beforeEach(() => {
    bench.programs();
    bench.database.answer(
      ...description,
      [/^SELECT pg_try_advisory_lock/, [{ is_mine: true }]],
      [/^SELECT pg_export_snapshot/, [{ snapshot: "1" }]],
    );
  });

  test("R15 makes up for what was missed, beats, and finds it made at its next start", async () => {
    const beats: string[] = [];
    const server = createServer((request, answer) => {
      beats.push(`${request.method} ${request.url}`);
      answer.writeHead(beats.length > 1 ? 500 : 200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const BACKUP_HEARTBEAT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/beat`;
    const noted = /backup done/;
    const logged = await work(noted, { schedule: { maintenance: "30 3 * * 0" } }, { BACKUP_HEARTBEAT_URL });
    expect(logged.slice(0, 4)).toEqual([
      {
        level: "info",
        event: "scheduled",
        task: "backup",
        cron: "0 3 * * *",
        next: expect.stringMatching(/T03:00:00\.000Z$/),
      },
      {
        level: "info",
        event: "scheduled",
        task: "maintenance",
        cron: "30 3 * * 0",
        next: expect.stringMatching(/T03:30:00\.000Z$/),
      },
      { level: "info", event: "worker started", port: expect.any(Number) },
      { level: "info", event: due, due: "2026-11-21T03:00:00.000Z" },
    ]);
    expect(bench.s3.keys.filter((key) => !key.includes(".runs")).length).toBe(2);
    await new Promise((resolve) => server.close(resolve));
    expect(events(await work(/made up for/)).slice(-2)).toEqual([
      expect.stringMatching(/made up for/),
      "ended by SIGTERM",
    ]);
  });

  test("tells a heartbeat that nobody takes, and no failure of the backup", async () => {
    const logged = await work(/heartbeat/, {}, { BACKUP_HEARTBEAT_URL: "http://127.0.0.1:1/" });
    expect(events(logged).slice(2)).toEqual([
      due,
      "backup begins",
      "backup done",
      "the heartbeat was not taken",
      "ended by SIGTERM",
    ]);
    expect(logged.at(-2)).toEqual({
      level: "warn",
      event: "the heartbeat was not taken",
      reason: "fetch failed",
    });
    const tickets = bench.s3.keys.filter((key) => key.includes(".runs/"));
    expect(tickets).toEqual(
      [1, 2, 3].map((number) => `postgres/shop-db/shop/.runs/20261121T030000000Z.${number}.json`),
    );
    expect(bench.s3.text(tickets[0] ?? "")).toBe("{}\n");
    expect(events(await work(/no backup/)).slice(2)).toEqual([
      "no backup is made up for",
      "ended by SIGTERM",
    ]);
  });

  test("B26 tells a heartbeat that is refused, by its status", async () => {
    const server = createServer((_request, answer) => answer.writeHead(500).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const BACKUP_HEARTBEAT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const logged = await work(/heartbeat/, {}, { BACKUP_HEARTBEAT_URL });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(logged.at(-2)).toEqual({ level: "warn", event: "the heartbeat was not taken", status: 500 });
  });

  test("leaves alone what was due longer ago than a backup may be old", async () => {
    const settings = { schedule: { backup: "0 3 20 11 *" } };
    expect(events(await work(/started/, settings, {}, "2026-11-21T05:00:00.001Z"))).toEqual([
      "scheduled",
      "worker started",
      "ended by SIGTERM",
    ]);
    expect(bench.s3.requests).toEqual([]);
    expect(events(await work(/made up for/, settings, {}, "2026-11-21T05:00:00Z"))[2]).toBe(due);
  });

  test("B26 begins none where the store does not tell, and says when it cannot note that one was made", async () => {
    bench.s3.refuse = (line) => (/\.runs/.test(line) ? { status: 403, code: "AccessDenied" } : undefined);
    const logged = await work(/cannot tell/);
    expect(logged.at(-2)).toEqual({
      level: "warn",
      event: "cannot tell whether a backup was missed",
      reason:
        "cannot write postgres/shop-db/shop/.runs/20261121T030000000Z.1.json: AccessDenied, made to fail",
    });
    bench.s3.refuse = (line) => (/\.2\.json/.test(line) ? { status: 403, code: "AccessDenied" } : undefined);
    expect((await work(/cannot note/)).at(-2)).toEqual({
      level: "warn",
      event: "cannot note that the backup was made",
      reason:
        "cannot write postgres/shop-db/shop/.runs/20261121T030000000Z.2.json: AccessDenied, made to fail",
    });
  });

  test("B17 takes up no backup that ended it as often as it may", async () => {
    for (let attempt = 1; attempt <= 3; attempt += 1)
      expect(events(await work(/backup begins/)).slice(2)).toEqual([
        due,
        "backup begins",
        "ended by SIGTERM",
      ]);
    expect(events(await work(/made up for/))[2]).toBe("no backup is made up for");
    expect(bench.s3.unfinished).toEqual([]);
  });

  test("spreads what it makes up for by the jitter too", async () => {
    expect(events(await work(/made up for/, { schedule: { jitterSeconds: 3600 } })).slice(2)).toEqual([
      due,
      "ended by SIGTERM",
    ]);
  });

  test("leaves it where a signal comes while it asks", async () => {
    const stop = new AbortController();
    bench.s3.refuse = (line) => {
      if (line.includes("/.runs/")) stop.abort(new Interrupted("SIGTERM"));
      return undefined;
    };
    const ran = await bench.run(["schedule"], {
      signal: stop.signal,
      now: () => new Date("2026-11-21T04:00:00Z"),
      environment: { PORT: "0" },
    });
    expect([ran.exitCode, events(ran.logged).slice(1)]).toEqual([
      143,
      ["worker started", "ended by SIGTERM"],
    ]);
  });

  test("B26 tells what failed, beats for nobody, and tries again later", async () => {
    bench.programs({ dump: "exit 3" });
    let beats = 0;
    const server = createServer((_request, answer) => {
      beats += 1;
      answer.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const BACKUP_HEARTBEAT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const logged = await work(/tries again/, {}, { BACKUP_HEARTBEAT_URL });
    await new Promise((resolve) => server.close(resolve));
    expect(beats).toBe(0);
    expect(logged.slice(-3, -1)).toEqual([
      {
        level: "error",
        event: "pg_dump ended with exit code 3",
        task: "backup",
        outcome: "dump",
        exitCode: 81,
      },
      { level: "info", event: "tries again", task: "backup", seconds: 60 },
    ]);
  });
});
