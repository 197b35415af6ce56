import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { readCommandSettings } from "../../backup/command.settings.ts";
import { Interrupted } from "../../backup/failure.ts";
import { Log } from "../../backup/log.ts";
import { tasksOf } from "../../backup/schedule.ts";
import { BackupBench, bucket } from "../support/backups.ts";
import { roomyFolder } from "../support/folder.ts";

const bench = new BackupBench();
const program = fileURLToPath(new URL("../../backup/main.ts", import.meta.url));
let shop: string;

beforeAll(async () => {
  await bench.start();
  shop = await bench.newDatabase(
    "CREATE TABLE thing (id int PRIMARY KEY, name text)",
    "INSERT INTO thing SELECT i, md5(i::text) FROM generate_series(1, 1000) i",
  );
}, 170_000);
afterAll(() => bench.stop());
beforeEach(() => bench.s3.mend());

/** The program as its container starts it, with nothing but its own environment. */
function start(args: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  const { PATH = "" } = process.env;
  return spawn(process.execPath, [program, ...args], {
    env: { PATH, ...bench.environment({ database: shop }), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

const ended = async (child: ChildProcess) => (await once(child, "close")) as [number | null, string | null];

const reached = (pattern: RegExp) =>
  new Promise<void>((resolve) => {
    bench.s3.onRequest = (line) => pattern.test(line) && resolve();
  });

describe("the program", () => {
  test.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("B17 drops its upload at %s and exits with %i", async (signal, exitCode) => {
    bench.s3.fail("PUT", /partNumber/, "hang");
    const before = await bench.s3.contents(bucket);
    const sending = reached(/partNumber/);
    const child = start(["run"]);
    await sending;
    child.kill(signal);
    expect(await ended(child)).toEqual([exitCode, null]);
    expect(await bench.s3.contents(bucket)).toEqual({ ...before, uploads: 0 });
  });

  test("B2 leaves no backup when it is killed, and the next run drops what it left", async () => {
    bench.s3.fail("PUT", /partNumber/, "hang", 1);
    const before = await bench.s3.contents(bucket);
    const sending = reached(/partNumber/);
    const child = start(["run"]);
    await sending;
    child.kill("SIGKILL");
    expect(await ended(child)).toEqual([null, "SIGKILL"]);
    expect(await bench.s3.contents(bucket)).toEqual({ keys: before.keys, uploads: 1 });
    bench.s3.mend();
    // The server takes a moment to see that the connection which held the lock is gone.
    let exitCode = 75;
    while (exitCode === 75) ({ exitCode } = await bench.run(["run"], { database: shop }));
    expect([exitCode, (await bench.s3.contents(bucket)).uploads]).toEqual([0, 0]);
  });

  test("schedules, answers on its health path, and ends at a signal", async () => {
    const child = start(["schedule"], { PORT: "0" });
    let port = 0;
    const events: string[] = [];
    for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
      const { event, port: found, task, cron } = JSON.parse(line);
      events.push([event, task, cron].filter((word) => word !== undefined).join(" "));
      if (event !== "worker started") continue;
      port = found;
      break;
    }
    expect(events).toEqual(["scheduled backup 0 3 * * *", "worker started"]);
    const answer = await fetch(`http://127.0.0.1:${port}/health`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: "ok", tasks: {} }]);
    child.kill("SIGTERM");
    expect(await ended(child)).toEqual([143, null]);
  });
});

test("a worker that is ended as it starts says what it would have done", async () => {
  const stop = new AbortController();
  stop.abort(new Interrupted("SIGTERM"));
  const { exitCode, logged } = await bench.run(["schedule"], {
    database: shop,
    signal: stop.signal,
    environment: { PORT: "0" },
    settings: { schedule: { backup: "30 2 * * *", maintenance: "0 4 * * 0", timeZone: "Africa/Luanda" } },
  });
  expect(logged.map(({ event, task, next }) => [event, task, String(next).slice(10)])).toEqual([
    ["scheduled", "backup", "T01:30:00.000Z"],
    ["scheduled", "maintenance", "T03:00:00.000Z"],
    ["worker started", undefined, ""],
    ["ended by SIGTERM", undefined, ""],
  ]);
  expect(exitCode).toBe(143);
});

test.each([
  ["PORT", "70000", "PORT: must be a port, such as 8080"],
  ["BACKUP_HEARTBEAT_URL", "ftp://watcher", "BACKUP_HEARTBEAT_URL: must be a URL, https://..."],
])("a worker fails for %s=%s", async (variable, value, fault) => {
  const { exitCode, text } = await bench.run(["schedule"], { environment: { [variable]: value } });
  expect([exitCode, text]).toEqual([78, `schedule: the environment is not valid:\n  ${fault}`]);
});

describe("S9 what the image holds", () => {
  const backup = fileURLToPath(new URL("../../backup/", import.meta.url));
  const packages = fileURLToPath(new URL("../../node_modules/", import.meta.url));
  const versionIn = (folder: string): string =>
    JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
  const locked = Object.entries<{ version: string; optional?: boolean }>(
    JSON.parse(readFileSync(join(backup, "package-lock.json"), "utf8")).packages,
  ).slice(1);

  test("are the packages that the repository is tested with", () => {
    const others = locked.filter(
      ([path, { version }]) => versionIn(join(packages, path.slice("node_modules/".length))) !== version,
    );
    expect([others, locked.length > 20]).toEqual([[], true]);
  });

  test("is enough to make a backup, without writing to any disk but /tmp and /dev/shm", async () => {
    const image = roomyFolder("image");
    const app = join(image, "app", "backup");
    // What is within another package comes with it.
    for (const [path] of locked.filter(([name]) => name.lastIndexOf("node_modules/") === 0)) {
      mkdirSync(dirname(join(app, path)), { recursive: true });
      symlinkSync(join(packages, path.slice("node_modules/".length)), join(app, path));
    }
    // The last of them is that of the program: `COPY package.json *.ts ./backup/`.
    const copied = readFileSync(join(backup, "Dockerfile"), "utf8")
      .match(/^COPY (?!--).*$/gm)
      ?.at(-1);
    for (const pattern of copied?.split(" ").slice(1, -1) ?? [])
      for (const file of globSync(pattern, { cwd: backup })) cpSync(join(backup, file), join(app, file));
    const { PATH = "" } = process.env;
    const child = spawn(
      process.execPath,
      [
        // What is linked is looked for where its link is, so that no other package is found.
        "--preserve-symlinks",
        "--preserve-symlinks-main",
        "--permission",
        "--allow-fs-read=*",
        "--allow-fs-write=/tmp/",
        "--allow-fs-write=/dev/shm/",
        "--allow-child-process",
        "backup/main.ts",
        "run",
      ],
      {
        cwd: join(image, "app"),
        env: { PATH, ...bench.environment({ database: shop }) },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const said = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const lines: string[] = [];
    said.on("line", (line) => lines.push(line));
    const warned: string[] = [];
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on("line", (line) => warned.push(line));
    const [exitCode] = await ended(child);
    rmSync(image, { recursive: true });
    expect([exitCode, lines, exitCode === 0 ? [] : warned]).toEqual([
      0,
      [expect.stringMatching(new RegExp(`^${shop} \\d{8}T\\d{9}Z-[0-9a-f]{8} \\d+ bytes$`))],
      [],
    ]);
  });
});

describe("the tasks of the schedule", () => {
  async function tasks(environment: Record<string, string>, lines: string[] = [], schedule = {}) {
    const context = {
      environment: bench.environment({
        database: shop,
        environment,
        settings: { schedule: { maintenance: "0 4 * * 0", ...schedule } },
      }),
      output: { say: () => undefined, complain: () => undefined },
      log: new Log({ write: (line) => lines.push(line), format: "json" }),
      signal: new AbortController().signal,
      now: () => new Date(),
    };
    const { backup, heartbeatUrl } = await readCommandSettings(context.environment, { source: true });
    const client = bench.s3.client();
    const place = { prefix: "postgres/", cluster: "tasks", database: shop };
    return tasksOf(context, backup, heartbeatUrl, { client, bucket, place, signal: context.signal });
  }

  test("back up and beat, and maintain", async () => {
    const beats: string[] = [];
    const watcher = createServer((request, answer) => {
      beats.push(`${request.method} ${request.url}`);
      answer.end();
    });
    await new Promise<void>((resolve) => watcher.listen(0, "127.0.0.1", resolve));
    const address = watcher.address();
    const port = typeof address === "object" ? address?.port : 0;
    const [backup, maintenance] = await tasks({ BACKUP_HEARTBEAT_URL: `http://127.0.0.1:${port}/beat/shop` });
    const before = (await bench.s3.contents(bucket)).keys.length;
    await backup?.task.work();
    // Object, manifest, and the tickets of a time of the schedule.
    expect([beats, (await bench.s3.contents(bucket)).keys.length]).toEqual([["POST /beat/shop"], before + 5]);
    await maintenance?.task.work();
    expect([backup?.cron, maintenance?.cron]).toEqual(["0 3 * * *", "0 4 * * 0"]);
    watcher.close();
  });

  test("note no time of a schedule that was due long ago", async () => {
    const [backup] = await tasks({}, [], { backup: "0 3 29 2 *" });
    const before = (await bench.s3.contents(bucket)).keys.length;
    await backup?.task.work();
    expect((await bench.s3.contents(bucket)).keys.length).toBe(before + 2);
  });

  test("B26 a heartbeat that nobody takes makes no failure of a backup", async () => {
    const lines: string[] = [];
    const [backup] = await tasks({ BACKUP_HEARTBEAT_URL: "http://127.0.0.1:1/" }, lines);
    await backup?.task.work();
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
      level: "warn",
      event: "the heartbeat was not taken",
    });
  });

  test("B26 a heartbeat that is refused makes no failure of a backup", async () => {
    const lines: string[] = [];
    const watcher = createServer((_request, answer) => void answer.writeHead(503).end());
    await new Promise<void>((resolve) => watcher.listen(0, "127.0.0.1", resolve));
    const address = watcher.address();
    const port = typeof address === "object" ? address?.port : 0;
    const [backup] = await tasks({ BACKUP_HEARTBEAT_URL: `http://127.0.0.1:${port}/` }, lines);
    await backup?.task.work();
    watcher.close();
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
      event: "the heartbeat was not taken",
      status: 503,
    });
  });

  test("B7 a dump of less than half of the last one's size is a failure", async () => {
    const [backup] = await tasks({});
    await bench.sql(
      shop,
      "CREATE TABLE large AS SELECT md5(i::text) AS name FROM generate_series(1, 20000) i",
    );
    await backup?.task.work();
    await bench.sql(shop, "DROP TABLE large");
    await expect(backup?.task.work()).rejects.toMatchObject({
      outcome: "tooSmall",
      message: expect.stringMatching(
        new RegExp(`^${shop}: the dump has \\d+ bytes, less than half of the previous one's \\d+$`),
      ),
    });
  });
});

describe("maintain", () => {
  const maintain = (database: string, environment: Record<string, string> = {}, settings = {}) =>
    bench.run(["maintain", "--json"], { database, environment, settings });

  test("B16 fails while another one runs", async () => {
    const database = await bench.newDatabase("CREATE TABLE thing (id int)");
    const holder = bench
      .sql(database, "SELECT pg_advisory_lock(7310452021)", "SELECT pg_sleep(30)")
      .catch(String);
    while (
      (await bench.sql(database, "SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted")).length === 0
    );
    const { exitCode, logged } = await maintain(database);
    expect([exitCode, logged.at(-1)?.["event"]]).toEqual([
      75,
      `another run is maintaining ${database} at this moment`,
    ]);
    await bench.sql(
      "defaultdb",
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)'",
    );
    await holder;
  });

  test("B17 ends what it does at a signal", async () => {
    const database = await bench.newDatabase("CREATE TABLE thing (id int)");
    const holder = bench.sql(database, "BEGIN", "LOCK TABLE thing", "SELECT pg_sleep(30)").catch(String);
    while (
      (await bench.sql(database, "SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"))
        .length === 0
    );
    const stop = new AbortController();
    const running = bench.run(["maintain"], { database, signal: stop.signal });
    const waits =
      "SELECT FROM pg_stat_activity WHERE application_name = 'slipway maintain' AND wait_event_type = 'Lock'";
    while ((await bench.sql("defaultdb", waits)).length === 0);
    stop.abort(new Interrupted("SIGTERM"));
    const { exitCode, logged } = await running;
    expect([exitCode, logged.at(-1)?.["event"]]).toEqual([143, "ended by SIGTERM"]);
    await bench.sql(
      "defaultdb",
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)'",
    );
    await holder;
  });

  test("needs no key of the bucket, and does every table once", async () => {
    const database = await bench.newDatabase(
      'CREATE TABLE "odd $ name" (id int PRIMARY KEY)',
      "CREATE TABLE thing (id int PRIMARY KEY)",
      "INSERT INTO thing SELECT generate_series(1, 100)",
    );
    const { exitCode, said } = await maintain(database, { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" });
    expect([exitCode, JSON.parse(said.join(""))]).toEqual([
      0,
      [{ database, tables: 2, seconds: expect.any(Number) }],
    ]);
    const [row] = await bench.sql(
      database,
      "SELECT reltuples::int AS rows FROM pg_class WHERE relname = 'thing'",
    );
    expect(row).toEqual({ rows: 100 });
  });

  test("drops what a killed run left", async () => {
    const database = await bench.newDatabase(
      "CREATE TABLE thing (id int)",
      "INSERT INTO thing VALUES (1), (1)",
    );
    const failing = "CREATE UNIQUE INDEX CONCURRENTLY thing_id_ccnew ON thing (id)";
    await expect(bench.sql(database, failing)).rejects.toThrow("could not create unique index");
    expect((await maintain(database)).exitCode).toBe(0);
    expect(
      await bench.sql(database, "SELECT count(*)::int AS count FROM pg_index WHERE NOT indisvalid"),
    ).toEqual([{ count: 0 }]);
  });

  test("fails for a table that stays locked, and does the others", async () => {
    const database = await bench.newDatabase(
      "CREATE TABLE free (id int)",
      "CREATE TABLE held (id int PRIMARY KEY)",
    );
    const holder = bench.sql(database, "BEGIN", "LOCK TABLE held", "SELECT pg_sleep(30)").catch(String);
    while (
      (await bench.sql(database, "SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"))
        .length === 0
    );
    const { exitCode, logged } = await maintain(database, {}, { lockWaitSeconds: 1 });
    expect([exitCode, logged.at(-1)?.["event"]]).toEqual([
      98,
      '2 parts of the maintenance failed, first: VACUUM (ANALYZE) "public"."held": canceling statement due to lock timeout',
    ]);
    await bench.sql(
      "defaultdb",
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)'",
    );
    await holder;
  });

  test("begins no table when its window is over", async () => {
    const database = await bench.newDatabase("CREATE TABLE thing (id int)");
    let hours = 0;
    const now = () => new Date(Date.now() + 3 * 3_600_000 * hours++);
    const { exitCode, said } = await bench.run(["maintain"], { database, now });
    expect([exitCode, said[0]?.replace(/[\d.]+ s$/, "<time>")]).toEqual([0, `${database} 0 tables, <time>`]);
  });
});
