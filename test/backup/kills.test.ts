import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import { BackupBench, bucket } from "../support/backups.ts";
import { cases, Progress } from "../support/cases.ts";
import { FakePrograms } from "../support/fake-programs.ts";

/** How often something is killed. */
const kills = cases(3, 200);

const bench = new BackupBench();
const programs = new FakePrograms();
const main = fileURLToPath(new URL("../../backup/main.ts", import.meta.url));
const path = process.env["PATH"] ?? "";
const hasZstd = spawnSync("zstd", ["--version"]).status === 0;
let shop: string;
let dumpBytes: number;
let smallBytes: number;

beforeAll(async () => {
  await bench.start();
  shop = await bench.newDatabase(
    "CREATE TABLE thing (id int PRIMARY KEY, name text)",
    "INSERT INTO thing SELECT i, md5(i::text) FROM generate_series(1, 20000) i",
  );
  const { said } = await bench.run(["run", "--json"], { database: shop });
  const [{ plain, object }] = JSON.parse(said.join(""));
  [dumpBytes, smallBytes] = [plain.bytes, object.bytes];
}, 170_000);
afterAll(async () => {
  programs.remove();
  await bench.stop();
});
beforeEach(() => bench.s3.mend());
afterEach(() => {
  process.env["PATH"] = path;
});

/** Starts the whole program and kills it at its n-th request; how it ended. */
async function killedAt(request: number): Promise<string> {
  const child = spawn(process.execPath, [main, "run"], {
    env: { PATH: path, ...bench.environment({ database: shop }) },
    stdio: "ignore",
  });
  let asked = 0;
  bench.s3.onRequest = () => {
    asked += 1;
    if (asked === request) child.kill("SIGKILL");
  };
  const [code, signal] = await once(child, "close");
  return String(signal ?? code);
}

async function killedChild(name: "pg_dump" | "zstd", share: number): Promise<string> {
  const bytes = Math.floor((name === "pg_dump" ? dumpBytes : smallBytes) * share);
  const folder = programs.folder({ [name]: `"$REAL" "$@" | head -c ${bytes}; kill -9 $$` });
  if (name === "zstd") process.env["PATH"] = `${folder}:${path}`;
  const environment: Record<string, string> = name === "pg_dump" ? { POSTGRES_BIN: folder } : {};
  const { exitCode } = await bench.run(["run"], { database: shop, environment });
  process.env["PATH"] = path;
  return String(exitCode);
}

const kill = fc.oneof(
  fc.record({ what: fc.constant("program" as const), at: fc.integer({ min: 1, max: 5 }) }),
  fc.record({
    what: fc.constantFrom(...(hasZstd ? (["pg_dump", "zstd"] as const) : (["pg_dump"] as const))),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
);

test(
  `B2, B8, B17 whatever is killed, and whenever, there is no backup, and after the next run no unfinished upload`,
  async () => {
    const manifests = async () =>
      (await bench.s3.contents(bucket)).keys.filter((key) => key.endsWith(".json")).length;
    const progress = new Progress("kills", kills);
    await fc.assert(
      fc.asyncProperty(kill, async ({ what, at }) => {
        const before = await manifests();
        const ended = what === "program" ? await killedAt(at) : await killedChild(what, at);
        bench.s3.mend();
        const expected = { program: "SIGKILL", pg_dump: "81", zstd: "82" }[what];
        // Its fifth request is the one that makes the backup count: that may have arrived.
        const most = what === "program" && at === 5 ? before + 1 : before;
        expect([what, at, ended]).toEqual([what, at, expected]);
        const after = await manifests();
        expect(after).toBeLessThanOrEqual(most);
        // The server takes a moment to see that a connection which held the lock is gone.
        let exitCode = 75;
        while (exitCode === 75) ({ exitCode } = await bench.run(["run"], { database: shop }));
        expect([exitCode, (await bench.s3.contents(bucket)).uploads]).toEqual([0, 0]);
        const whole = after > before ? " as its manifest was arriving" : "";
        progress.count(
          what === "program" ? `program at request ${at}, SIGKILL${whole}` : `${what}, exit ${ended}`,
        );
      }),
      { numRuns: kills },
    );
  },
  Math.max(120_000, kills * 20_000),
);

const rowBytes = 2_000_000;
/** More than 5 GiB of dump in a whole run, and next to nothing in the database, which compresses it. */
const rows = cases(2, 2700);

test(
  "B9 a run needs no disk, however large the dump is: of more than 5 GiB in a whole run",
  async () => {
    const large = await bench.newDatabase(
      "CREATE TABLE thing (id int PRIMARY KEY, text text)",
      `INSERT INTO thing SELECT i, repeat('slipway ', ${rowBytes / 8}) FROM generate_series(1, ${rows}) i`,
    );
    // No file of this process and its children may become longer than 8 KiB, and where they look for room there is none.
    const nowhere = { TMPDIR: "/proc", TMP: "/proc", TEMP: "/proc", HOME: "/proc" };
    const child = spawn(
      "bash",
      ["-c", `ulimit -f 8; exec "$0" "$@"`, process.execPath, main, "run", "--json"],
      {
        env: { PATH: path, ...bench.environment({ database: large }), ...nowhere },
        cwd: "/proc",
      },
    );
    const [[exitCode, signal], said, complained] = await Promise.all([
      once(child, "close"),
      text(child.stdout),
      text(child.stderr),
    ]);
    const events = complained
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).event);
    expect([exitCode, signal, events]).toEqual([0, null, ["backup begins", "backup done"]]);
    const [manifest] = JSON.parse(said);
    expect(manifest.contents.tables).toMatchObject([{ name: "thing", rows }]);
    expect(manifest.plain.bytes).toBeGreaterThan(cases(2 * rowBytes, 5 * 2 ** 30));
    expect((await bench.s3.contents(bucket)).keys).toEqual(
      expect.arrayContaining([manifest.object.key, manifest.object.key.replace(/\.dump.*/, ".json")]),
    );
  },
  cases(30_000, 600_000),
);
