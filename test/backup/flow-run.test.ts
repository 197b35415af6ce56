import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Interrupted } from "../../backup/failure.ts";
import { readManifest } from "../../backup/manifest.ts";
import { description, HollowBench, table } from "../support/hollow-backups.ts";
import { type Answer, Refused } from "../support/hollow-postgres.ts";

const bench = new HollowBench();
beforeAll(() => bench.start());
afterAll(() => bench.stop());
beforeEach(() => {
  bench.s3.empty();
  bench.programs();
  bench.database.answer(
    ...description,
    [/^SELECT pg_try_advisory_lock\(\$1\) AS is_mine$/, ([key]) => [{ is_mine: key === "7310452020" }]],
    [/^SELECT pg_export_snapshot\(\) AS snapshot$/, [{ snapshot: "0004-1" }]],
  );
});

const start = "postgres/shop-db/shop/";

describe("a run between stand-ins", () => {
  test("B19 gets nothing of what is set for other programs of PostgreSQL", async () => {
    const foreign = {
      PGOPTIONS: "-c role=x",
      PGBINARY: "1",
      PGREPLICATION: "database",
      PGCLIENT_ENCODING: "LATIN1",
      PGCLIENTENCODING: "LATIN1",
      PGSSLNEGOTIATION: "none",
      PGSSLMODE: "disable",
      PGREQUIRESSL: "0",
      PGAPPNAME: "other",
    };
    bench.database.connections.length = 0;
    Object.assign(process.env, foreign);
    try {
      expect((await bench.run(["run"])).exitCode).toBe(0);
      expect(process.env).toMatchObject(foreign);
    } finally {
      for (const name of Object.keys(foreign)) delete process.env[name];
    }
    const [asked = {}] = bench.database.connections;
    expect(Object.keys(asked).filter((name) => /options|replication/.test(name))).toEqual([]);
    expect([asked["application_name"], asked["client_encoding"]]).toEqual(["slipway backup", "UTF8"]);
    expect(
      bench
        .written("pg_dump.environment")
        .match(/^PG(OPTIONS|SSLMODE|APPNAME)=.*$/gm)
        ?.sort(),
    ).toEqual(["PGAPPNAME=slipway backup", "PGSSLMODE=verify-full"]);
  });

  test("tells what was backed up where another database could not be", async () => {
    bench.database.alsoAnswer([
      /^SELECT pg_try_advisory_lock/,
      () => [{ is_mine: !(bench.database.asked.at(-1) ?? "").startsWith("locked:") }],
    ]);
    const settings = { databases: ["locked", "shop"] };
    const { exitCode, said, logged } = await bench.run(["run", "--json"], { settings });
    expect([exitCode, JSON.parse(said.join("")), logged.at(-1)?.["event"]]).toMatchObject([
      75,
      [{ database: "shop" }],
      "another run is backing up locked at this moment",
    ]);
  });

  test("compresses by itself where zstd is one that does not know the options", async () => {
    const path = process.env["PATH"];
    bench.file("zstd", '#!/bin/sh\n[ "$1" = --version ] && exit\necho "Incorrect parameters" >&2; exit 1\n');
    process.env["PATH"] = `${bench.folder}:${path}`;
    try {
      expect((await bench.run(["run"])).exitCode).toBe(0);
    } finally {
      process.env["PATH"] = path;
      bench.file("zstd", "#!/bin/sh\nexit 1\n");
    }
  });

  test("B27 writes an object, and after it a manifest of all that it is", async () => {
    const { exitCode, said, logged } = await bench.run(["run", "--json"]);
    expect(exitCode).toBe(0);
    const [manifest] = JSON.parse(said.join(""));
    const { id } = manifest;
    const key = `${start}${id}.dump.zst.age`;
    expect(manifest).toEqual({
      format: "slipway backup 1",
      id: expect.stringMatching(/^20261121T030000000Z-[0-9a-f]{8}$/),
      cluster: "shop-db",
      database: "shop",
      startedAt: "2026-11-21T03:00:00.000Z",
      endedAt: "2026-11-21T03:00:00.000Z",
      tool: { name: "slipway", version: "0.1.0" },
      pgDumpVersion: "18.1",
      recipients: [bench.recipient],
      object: {
        key,
        versionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        bytes: bench.s3.text(key)?.length,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      plain: { bytes: 16, sha256: "db2cad01d539d448a6fa88761bc2a8496dee6bbde66447ead6eca5988f7df5de" },
      contents: {
        serverVersion: "16.4",
        encoding: "UTF8",
        collation: "C.UTF-8",
        sizeBytes: 12_000_000,
        extensions: [{ name: "plpgsql", version: "1.0" }],
        roles: ["shop_app"],
        tables: [{ schema: "public", name: "thing", rows: 3, checksum: "-42", everyNth: 1 }],
        largeObjects: 3,
      },
    });
    expect(bench.s3.keys).toEqual([key, `${start}${id}.json`]);
    const { digest: _, ...written } = readManifest(bench.s3.text(`${start}${id}.json`) ?? "", "k");
    expect(written).toEqual(manifest);
    expect(
      bench.s3.requests.map((line) =>
        line
          .replace(/uploadId=[^&]+/, "uploadId")
          .split(id)
          .join("<id>"),
      ),
    ).toEqual([
      `GET /shop-backups/?prefix=${encodeURIComponent(start)}&uploads=`,
      `POST /shop-backups/${start}<id>.dump.zst.age?uploads=`,
      `PUT /shop-backups/${start}<id>.dump.zst.age?partNumber=1&uploadId&x-id=UploadPart`,
      `POST /shop-backups/${start}<id>.dump.zst.age?uploadId`,
      `PUT /shop-backups/${start}<id>.json?x-id=PutObject`,
    ]);
    expect(logged).toEqual([
      { level: "info", event: "backup begins", database: "shop", id, serverVersion: "16.4" },
      {
        level: "info",
        event: "backup done",
        database: "shop",
        id,
        bytes: manifest.object.bytes,
        plainBytes: 16,
        tables: 1,
        seconds: 0,
      },
    ]);
  });

  test("gives pg_dump its address by the environment, and the snapshot as an argument", async () => {
    await bench.run(["run"], { settings: { lockWaitSeconds: 7 } });
    expect(bench.written("pg_dump.arguments").trim().split("\n")).toEqual([
      "--format=custom",
      "--compress=0",
      "--no-password",
      "--lock-wait-timeout=7s",
      "--snapshot=0004-1",
    ]);
    expect(bench.written("pg_dump.environment").trim().split("\n")).toEqual([
      "PGAPPNAME=slipway backup",
      "PGCONNECT_TIMEOUT=10",
      "PGDATABASE=shop",
      "PGHOST=127.0.0.1",
      `PGPASSFILE=/dev/null`,
      `PGPASSWORD=${bench.database.password}`,
      `PGPORT=${bench.database.port}`,
      "PGSERVICEFILE=/dev/null",
      "PGSSLMODE=verify-full",
      expect.stringMatching(/^PGSSLROOTCERT=.*\/ca\.crt$/),
      "PGUSER=doadmin",
    ]);
    const own = { user: "doadmin", database: "shop", application_name: "slipway backup" };
    // The second one looks at the tables as they are when pg_dump has locked them.
    expect(bench.database.connections).toEqual([
      expect.objectContaining({ ...own, lock_timeout: "7000" }),
      expect.objectContaining({ ...own, lock_timeout: "60000", statement_timeout: "60000" }),
    ]);
    expect(bench.database.asked.slice(0, 3)).toEqual([
      "shop: SET statement_timeout = 0",
      "shop: SELECT pg_try_advisory_lock($1) AS is_mine",
      "shop: BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    ]);
  });

  test("tells a line for each database without --json, and the first failure where one of them fails", async () => {
    const both = await bench.run(["run"], { settings: { databases: ["shop", "app"] } });
    expect([both.exitCode, both.said.map((line) => line.replace(/\d{8}T\S+ \d+/, "<id> <size>"))]).toEqual([
      0,
      ["shop <id> <size> bytes", "app <id> <size> bytes"],
    ]);
    bench.programs({
      dump: 'case "$PGDATABASE" in shop) printf dump ;; *) echo "$PGDATABASE is odd" >&2; exit 3 ;; esac',
    });
    const { exitCode, logged } = await bench.run(["run"], { settings: { databases: ["a", "shop", "b"] } });
    expect([exitCode, logged.filter(({ level }) => level !== "info")]).toEqual([
      81,
      [
        { level: "warn", event: "pg_dump", line: "a is odd" },
        { level: "warn", event: "pg_dump", line: "b is odd" },
        { level: "error", event: "pg_dump ended with exit code 3: b is odd", database: "b" },
        {
          level: "error",
          event: "pg_dump ended with exit code 3: a is odd",
          command: "run",
          outcome: "dump",
          exitCode: 81,
        },
      ],
    ]);
    expect(bench.s3.unfinished).toEqual([]);
  });

  test("a person at a terminal sees how much is dumped", async () => {
    const watched: string[] = [];
    const { logged, said } = await bench.run(["run"], { watched });
    expect(watched).toEqual(["backing up (shop, 16 bytes of dump)"]);
    const [id] = /\d{8}T\d{9}Z-[0-9a-f]{8}/.exec(said.join("")) ?? [];
    expect(logged.map(({ line }) => line)).toEqual([
      `backup begins (shop, ${id}, PostgreSQL 16.4)`,
      expect.stringMatching(`^backup done \\(shop, ${id}, \\d+ bytes, 16 bytes of dump, 1 table, 0 s\\)$`),
    ]);
  });

  test("B17 drops what another run left, and only below its own database", async () => {
    bench.s3.beginUpload(`${start}old.dump.zst.age`);
    bench.s3.beginUpload("postgres/shop-db/shop2/old.dump.zst.age");
    const { logged } = await bench.run(["run"]);
    expect(logged[1]).toEqual({ level: "warn", event: "dropped unfinished uploads", count: 1 });
    expect(bench.s3.unfinished).toEqual(["postgres/shop-db/shop2/old.dump.zst.age"]);
  });

  test("reads every seventh row of a table of 112 MiB by its key, and all of one without", async () => {
    const bytes = String(7 * 16 * 1024 * 1024);
    bench.database.alsoAnswer([
      /pg_table_size/,
      [
        table("numbered", bytes),
        table("named", bytes, ["a b", "c"], ["text", "integer"]),
        table("bare", bytes, [], []),
        table("pair", bytes, ["a", "b"], ["integer", "integer"]),
        table("lasting", bytes, ["id"], ["uuid"]),
        table("odd", bytes, ["id"], ["public.uuid"]),
        table("short", bytes, ["id"], ["smallint"]),
        table("long", bytes, ["id"], ["bigint"]),
      ],
    ]);
    const [manifest] = JSON.parse((await bench.run(["run", "--json"])).said.join(""));
    expect(manifest.contents.tables.map(({ everyNth }: { everyNth: number }) => everyNth)).toEqual([
      7, 7, 1, 7, 7, 7, 7, 7,
    ]);
    const hash = `hashtextextended(("row of slipway")::text COLLATE "C", 0)`;
    const asked = (name: string, chosen: string) =>
      `shop: SELECT count(*)::text AS rows, coalesce(sum(${hash}) ${chosen}, 0)::text AS checksum FROM ONLY "public"."${name}" AS "row of slipway"`;
    const text = (...columns: string[]) =>
      `hashtextextended((ROW(${columns.map((one) => `"row of slipway"."${one}"`).join(", ")}))::text COLLATE "C", 0)`;
    expect(bench.database.asked.filter((one) => one.includes("AS rows"))).toEqual([
      asked("numbered", `FILTER (WHERE mod(hashint8extended("row of slipway"."id", 0), 7) = 0)`),
      asked("named", `FILTER (WHERE mod(${text("a b", "c")}, 7) = 0)`),
      asked("bare", ""),
      asked("pair", `FILTER (WHERE mod(${text("a", "b")}, 7) = 0)`),
      asked("lasting", `FILTER (WHERE mod(uuid_hash_extended("row of slipway"."id", 0), 7) = 0)`),
      asked("odd", `FILTER (WHERE mod(${text("id")}, 7) = 0)`),
      asked("short", `FILTER (WHERE mod(hashint8extended("row of slipway"."id", 0), 7) = 0)`),
      asked("long", `FILTER (WHERE mod(hashint8extended("row of slipway"."id", 0), 7) = 0)`),
    ]);
  });
});

describe("a run between stand-ins fails, and keeps nothing,", () => {
  async function inVain(options: Parameters<typeof bench.run>[1] = {}, ...args: string[]) {
    const { exitCode, logged } = await bench.run(["run", ...args], options);
    expect([bench.s3.keys, bench.s3.unfinished]).toEqual([[], []]);
    return [exitCode, logged.at(-1)?.["event"]];
  }
  const where = () => `127.0.0.1:${bench.database.port}/shop`;

  test("B16 while another holds the lock", async () => {
    bench.database.alsoAnswer([/advisory_lock/, [{ is_mine: false }]]);
    expect(await inVain()).toEqual([75, "another run is backing up shop at this moment"]);
    expect(bench.s3.requests).toEqual([]);
  });

  test.each<[string, Answer, string]>([
    ["nobody", { columns: ["name"] }, "a table that was locked"],
    [
      "two others",
      [
        { name: "public.a", pid: "7" },
        { name: 'public."b c"', pid: "8" },
      ],
      'public.a, which process 7 of the server has locked, and public."b c", which process 8 of the server has locked',
    ],
    [
      "somebody of whom the server does not tell",
      () => {
        throw new Refused("42501", "permission denied");
      },
      "a table that was locked",
    ],
  ])("B4 where a table is locked for too long, by %s when that is asked", async (_who, holders, what) => {
    bench.database.alsoAnswer([/FROM pg_locks/, holders]);
    const said = "pg_dump: error: query failed: ERROR:  canceling statement due to lock timeout";
    bench.programs({ dump: `echo "${said}" >&2; exit 1` });
    expect(await inVain({ settings: { lockWaitSeconds: 7 } })).toEqual([
      75,
      `shop: waited 7 s for ${what}: end what locks it, or set lockWaitSeconds higher`,
    ]);
  });

  test("B5 with an older pg_dump, before it asks the bucket for anything", async () => {
    bench.programs({ version: "15.8" });
    expect(await inVain()).toEqual([
      80,
      "pg_dump 15.8 is older than the server, which is 16.4: install the PostgreSQL 16 client programs or newer",
    ]);
    expect(bench.s3.requests).toEqual([]);
  });

  test("B7 for a database without tables, unless that is allowed", async () => {
    bench.database.alsoAnswer([/pg_table_size/, { columns: ["schema"] }]);
    expect(await inVain()).toEqual([83, "shop: the database has no table: set allowEmpty if that is right"]);
    expect((await bench.run(["run"], { settings: { allowEmpty: true } })).exitCode).toBe(0);
  });

  test.each([
    [[], { minimumBytes: 17 }, "shop: the dump has 16 bytes, minimumBytes is 17"],
    [["--previous-bytes", "33"], {}, "shop: the dump has 16 bytes, less than half of the previous one's 33"],
  ])("B7 for a dump that is too small, with %j and %j", async (args, settings, message) => {
    expect(await inVain({ settings }, ...args)).toEqual([83, message]);
  });

  test.each([
    [[], { minimumBytes: 16 }],
    [["--previous-bytes", "32"], {}],
  ])("B7 and passes with %j and %j, which it just meets", async (args, settings) => {
    expect((await bench.run(["run", ...args], { settings })).exitCode).toBe(0);
  });

  test("B6 where the rows of a table may not be read, though pg_dump went on", async () => {
    bench.database.alsoAnswer([
      /^SELECT count\(\*\)::text AS rows/,
      () => {
        throw new Refused("42501", "permission denied for table thing");
      },
    ]);
    bench.programs({ dump: "printf dump; exec sleep 60" });
    expect(await inVain()).toEqual([77, `${where()}: permission denied for table thing (42501)`]);
  });

  test.each([
    ["B8 zstd", "82", "zstd"],
    ["B2 pg_dump", "81", "pg_dump"],
  ])("%s is killed", async (_what, code, name) => {
    const path = process.env["PATH"];
    if (name === "zstd") bench.file("zstd", '#!/bin/sh\n[ "$1" = --version ] && exit\nkill -9 $$\n');
    else bench.programs({ dump: "printf dump; kill -9 $$" });
    process.env["PATH"] = `${bench.folder}:${path}`;
    try {
      expect(await inVain()).toEqual([Number(code), `${name} was ended by SIGKILL`]);
    } finally {
      process.env["PATH"] = path;
      bench.file("zstd", "#!/bin/sh\nexit 1\n");
    }
  });

  test("B15 where the manifest's key is there already", async () => {
    bench.s3.refuse = (line) =>
      /^PUT .*\.json/.test(line) ? { status: 412, code: "PreconditionFailed" } : undefined;
    const { exitCode, logged } = await bench.run(["run"]);
    expect([exitCode, logged.at(-1)?.["event"]]).toEqual([
      87,
      expect.stringMatching(
        /^cannot write postgres\/shop-db\/shop\/\S+\.json: PreconditionFailed, made to fail$/,
      ),
    ]);
    // What was sent is there without a manifest, which is no backup.
    expect([bench.s3.keys, bench.s3.unfinished]).toEqual([[expect.stringMatching(/\.dump\.zst\.age$/)], []]);
  });

  test.each([
    [
      "begin the upload",
      /^POST .*uploads/,
      85,
      /^cannot begin the upload of postgres\S+: AccessDenied, made to fail$/,
    ],
    ["upload a part", /partNumber/, 85, /^cannot upload part 1 of postgres\S+: AccessDenied, made to fail$/],
    [
      "complete it",
      /^POST .*uploadId/,
      85,
      /^cannot complete the upload of postgres\S+: AccessDenied, made to fail$/,
    ],
  ])("B10 where it may not %s", async (_what, pattern, code, message) => {
    bench.s3.refuse = (line) => (pattern.test(line) ? { status: 403, code: "AccessDenied" } : undefined);
    expect(await inVain()).toEqual([code, expect.stringMatching(message)]);
  });

  test.each([
    ["SIGTERM", 143, /^POST .*uploads/],
    ["SIGINT", 130, /partNumber/],
    ["SIGTERM", 143, /^GET .*uploads/],
  ] as const)("B17 at %s, with exit code %i, at %s", async (name, exitCode, when) => {
    const stop = new AbortController();
    bench.s3.refuse = (line) => {
      if (when.test(line)) stop.abort(new Interrupted(name));
      return undefined;
    };
    expect(await inVain({ signal: stop.signal })).toEqual([exitCode, `ended by ${name}`]);
  });

  test.each([
    [
      "the object comes to be, which is no backup without a manifest",
      /^POST .*uploadId/,
      [/\.dump\.zst\.age$/],
    ],
    [
      "the manifest arrives, which then is of a whole object",
      /^PUT .*\.json/,
      [/\.dump\.zst\.age$/, /\.json$/],
    ],
  ])("B17 at a signal as %s", async (_what, when, kept) => {
    const stop = new AbortController();
    bench.s3.refuse = (line) => {
      if (when.test(line)) stop.abort(new Interrupted("SIGTERM"));
      return undefined;
    };
    const { exitCode, logged } = await bench.run(["run"], { signal: stop.signal });
    expect([exitCode, logged.at(-1)?.["event"]]).toEqual([143, "ended by SIGTERM"]);
    const keys = kept.map((pattern) => expect.stringMatching(pattern));
    expect([bench.s3.keys, bench.s3.unfinished]).toEqual([keys, []]);
    const { said } = await bench.run(["list", "--database", "shop", "--json"]);
    const state = kept.length === 2 ? "complete" : "unfinished";
    expect(JSON.parse(said.join(""))).toEqual([expect.objectContaining({ state })]);
  });

  test("B17 at a signal while the store says nothing", async () => {
    const stop = new AbortController();
    bench.s3.refuse = (line) => {
      if (!/^GET .*uploads/.test(line)) return undefined;
      stop.abort(new Interrupted("SIGTERM"));
      return "silence";
    };
    expect(await inVain({ signal: stop.signal })).toEqual([143, "ended by SIGTERM"]);
  });

  test("B17 at a signal while pg_dump works", async () => {
    bench.programs({ dump: "printf dump; echo working >&2; exec sleep 60" });
    const stop = new AbortController();
    const onLine = (line: string) => line.includes("working") && stop.abort(new Interrupted("SIGTERM"));
    expect(await inVain({ signal: stop.signal, onLine })).toEqual([143, "ended by SIGTERM"]);
  });

  test("B1 for a host that is none", async () => {
    // Longer than a name can be: nobody has to be asked for its address.
    const host = `${"a".repeat(64)}.invalid`;
    expect(
      await inVain({ environment: { DATABASE_URL: `postgresql://u:p@${host}/shop?sslmode=require` } }),
    ).toEqual([69, `${host}:5432/shop: getaddrinfo ENOTFOUND ${host}`]);
  });

  test("B1 for another password, and where the certificate is another's", async () => {
    const url = bench.url("shop").replace(/:[^:@]+@/, ":wrong@");
    expect(await inVain({ environment: { DATABASE_URL: url } })).toEqual([
      77,
      `${where()}: password authentication failed (28P01)`,
    ]);
    expect(await inVain({ environment: { DATABASE_CA_CERT: "" } })).toEqual([
      76,
      expect.stringContaining(`${where()}: `),
    ]);
    const loose = bench.url("shop").replace("verify-full", "require");
    expect(
      (await bench.run(["run"], { environment: { DATABASE_CA_CERT: "", DATABASE_URL: loose } })).exitCode,
    ).toBe(0);
  });
});
