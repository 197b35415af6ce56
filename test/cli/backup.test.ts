import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { engineVersion } from "../../local/engine/version.ts";
import { BackupBench, bucket } from "../support/backups.ts";
import { Slipway } from "../support/slipway.ts";

const bench = new BackupBench();
const slipway = new Slipway();
let folder = "";
let shop = "";
let clusters = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slipway-pulumi-"));
  await bench.start();
  shop = await bench.newDatabase(
    "CREATE TABLE thing (id int PRIMARY KEY)",
    "INSERT INTO thing VALUES (1), (2)",
  );
}, 170_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([slipway.end(), bench.stop()]);
});
beforeEach(() => {
  bench.s3.mend();
  // Every test has a place of its own in the bucket.
  clusters += 1;
  outputs({});
});

/** Stands for the engine, which tells what a stack's outputs are. */
function engine(script: string): void {
  const file = join(folder, "pulumi");
  writeFileSync(file, `#!/bin/sh\n[ "$1" = version ] && { echo v${engineVersion}; exit; }\n${script}\n`);
  chmodSync(file, 0o755);
}

function outputs(change: Record<string, unknown>, settings: Record<string, unknown> = {}): void {
  const access = {
    isProtected: false,
    writer: { keyId: "writer", secret: "writer-secret" },
    reader: { keyId: "reader", secret: "reader-secret" },
    sources: [
      {
        settings: {
          bucket,
          region: "us-east-1",
          cluster: `shop-db-${clusters}`,
          databases: [shop],
          recipients: [bench.recipient],
          ...settings,
        },
        databaseUrl: bench.url(shop),
      },
    ],
    ...change,
  };
  writeFileSync(join(folder, "outputs.json"), JSON.stringify({ backupAccess: access }));
  engine(`cat "${join(folder, "outputs.json")}"`);
}

/** `slipway backup` against the real stack dev, whose bucket is the bench's. */
const backup = (args: readonly string[], environment: Record<string, string> = {}) =>
  slipway.run(["backup", ...args], {
    environment: {
      PATH: `${folder}:${process.env["PATH"]}`,
      AWS_ENDPOINT_URL_S3: bench.s3.url,
      DATABASE_CA_CERT: bench.server.caCertificate,
      BACKUP_IDENTITIES: bench.identity,
      SCRATCH_DATABASE_URL: bench.url("defaultdb"),
      SCRATCH_DATABASE_CA_CERT: bench.server.caCertificate,
      TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
      ...environment,
    },
  });
const ofDev = (command: string, ...args: string[]) => backup([command, "--real", "--stack", "dev", ...args]);
const id = String.raw`\d{8}T\d{9}Z-[0-9a-f]{8}`;

describe("slipway backup", () => {
  test("makes, lists, verifies, drills, watches and restores what a stack has", async () => {
    expect(await ofDev("list")).toMatchObject({
      exitCode: 0,
      stdout: `${shop} has no backup yet: backup run makes one\n`,
    });
    expect(await ofDev("list", "--json")).toMatchObject({ exitCode: 0, stdout: "[]\n" });
    const watched = await ofDev("watch");
    expect([watched.exitCode, watched.stdout]).toEqual([
      3,
      `${shop} has no backup: make one with backup run\n`,
    ]);

    const ran = await ofDev("run");
    expect([ran.exitCode, ran.stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^${shop} ${id} \\d+ bytes\n$`)),
    ]);
    expect(ran.stderr).toContain("stack dev, of the accounts\n");
    const unread = await ofDev("watch");
    expect([unread.exitCode, unread.stdout]).toEqual([
      3,
      expect.stringMatching(
        new RegExp(
          `^no backup of ${shop} is verified, the newest is of [\\dT:.Z-]+: read it with backup verify\n$`,
        ),
      ),
    ]);

    const verified = await ofDev("verify", "--json");
    expect(JSON.parse(verified.stdout)).toEqual([
      { database: shop, id: expect.stringMatching(new RegExp(`^${id}$`)), result: "verified" },
    ]);
    expect((await ofDev("watch")).stdout).toMatch(
      new RegExp(`^${shop}: the newest verified backup is 0 hours old, [\\dT:.Z-]+\n$`),
    );
    const drilled = await ofDev("watch", "--drill-days", "35");
    expect([drilled.exitCode, drilled.stdout]).toEqual([
      3,
      `no drill of ${shop} has passed, neither by the records in the bucket nor by recovery.drill of the stack file: do one with backup drill\n`,
    ]);

    const report = JSON.parse((await ofDev("drill", "--json")).stdout);
    expect(report).toMatchObject({
      database: shop,
      result: "passed",
      tables: { compared: 1, different: [] },
    });
    const fine = await ofDev("watch", "--drill-days", "35", "--json");
    expect([fine.exitCode, JSON.parse(fine.stdout)]).toMatchObject([
      0,
      {
        stack: "dev",
        isFine: true,
        maxDrillDays: 35,
        databases: [{ database: shop, drill: { ageDays: 0, isLate: false } }],
        late: [],
      },
    ]);
    expect((await ofDev("list")).stdout.split("\n")).toEqual([
      expect.stringMatching(
        new RegExp(`^${shop} ${id} complete \\d+ bytes, verified [\\d-]+, goes [\\d-]+$`),
      ),
      expect.stringMatching(new RegExp(`^${shop} last drill passed [\\dT:.Z-]+$`)),
      "",
    ]);

    const target = await bench.newDatabase();
    const restored = await backup(["restore", "--real", "--stack", "dev"], {
      TARGET_DATABASE_URL: bench.url(target),
    });
    expect([restored.exitCode, restored.stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^${id} is in 127.0.0.1:\\d+/${target}: 1 tables, [\\d.]+ s\n$`)),
    ]);
    expect(await bench.sql(target, "SELECT count(*)::int AS count FROM thing")).toEqual([{ count: 2 }]);
  });

  test("does it for every database, each with its own login, in one JSON document", async () => {
    const wiki = await bench.newDatabase("CREATE TABLE page (id int PRIMARY KEY)");
    const common = {
      bucket,
      region: "us-east-1",
      cluster: `both-${clusters}`,
      recipients: [bench.recipient],
    };
    outputs({
      sources: [shop, wiki].map((name) => ({
        settings: { ...common, databases: [name] },
        databaseUrl: bench.url(name),
      })),
    });
    const both = [{ database: shop }, { database: wiki }];
    for (const command of ["run", "list", "verify", "maintain"]) {
      const { exitCode, stdout } = await ofDev(command, "--json");
      expect([command, exitCode, JSON.parse(stdout)]).toMatchObject([command, 0, both]);
    }
    const report = join(folder, "reports");
    const { exitCode, stdout } = await ofDev("drill", "--json", "--report", report);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, both]);
    const written = both.map(({ database }) =>
      JSON.parse(readFileSync(join(report, encodeURIComponent(database), "drill.json"), "utf8")),
    );
    expect(written).toEqual(JSON.parse(stdout));

    const restored = await backup(["restore", "--real", "--stack", "dev", "--replace"], {
      TARGET_DATABASE_URL: bench.url(await bench.newDatabase()),
    });
    expect([restored.exitCode, restored.stderr]).toEqual([
      1,
      `stack dev, of the accounts\nrestore needs --database, one of ${shop}, ${wiki}\n`,
    ]);
  });

  test("maintains", async () => {
    const { exitCode, stdout } = await ofDev("maintain", "--json");
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      0,
      [{ database: shop, tables: 1, seconds: expect.any(Number) }],
    ]);
  });

  test("restores over production only where that is typed", async () => {
    await ofDev("run");
    outputs({ isProtected: true });
    const { exitCode, stderr } = await backup(["restore", "--real", "--stack", "dev"], {
      TARGET_DATABASE_URL: bench.url(shop),
    });
    expect([exitCode, JSON.parse(stderr.split("\n").at(-2) ?? "")]).toEqual([
      93,
      {
        time: expect.any(String),
        level: "error",
        event: `the target is production: to go on add --confirm 127.0.0.1/${shop}`,
        command: "restore",
        outcome: "production",
        exitCode: 93,
      },
    ]);
  });

  test("fails with the exit code of the program, and says in its JSON why", async () => {
    const failed = await ofDev("verify", "--json");
    expect([failed.exitCode, JSON.parse(failed.stdout)]).toMatchObject([
      88,
      { exitCode: 88, errors: [{ message: `there is no backup of ${shop}: backup run makes one` }] },
    ]);
  });

  test("tells all that the environment lacks", async () => {
    const { exitCode, stderr } = await backup(["drill", "--real", "--stack", "dev"], {
      BACKUP_IDENTITIES: "",
      SCRATCH_DATABASE_URL: "nowhere",
    });
    expect([exitCode, stderr]).toEqual([
      78,
      [
        "stack dev, of the accounts",
        "drill: the environment is not valid:",
        "  SCRATCH_DATABASE_URL: must be a URL like postgresql://<user>:<password>@<host>:25060/<database>?sslmode=require",
        "  BACKUP_IDENTITIES: must be secret keys of age, one a line, AGE-SECRET-KEY-1...",
        "",
      ].join("\n"),
    ]);
  });
});

describe("slipway backup says what is wrong with the stack", () => {
  const faultOf = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await backup(args);
    return [exitCode, stdout, stderr.replace("stack dev, of the accounts\n", "")];
  };

  test("where it has no backups", async () => {
    engine("echo '{}'");
    expect(await faultOf("list", "--real")).toEqual([
      1,
      "",
      "stack dev has no backups to reach: it needs slipway:backups and slipway:database, and to be brought up once with them\n",
    ]);
  });

  test("where the engine does not tell its outputs", async () => {
    engine("echo 'warning: old' >&2; echo 'error: no stack named dev' >&2; exit 255");
    expect(await faultOf("list", "--real")).toEqual([
      1,
      "",
      "the outputs of stack dev must be readable: no stack named dev; of the local cloud's stack: start it with `npm start -- --stack dev`\n",
    ]);
  });

  test("where there is no engine", async () => {
    const { exitCode, stderr } = await backup(["list", "--real"], {
      PATH: "/nowhere",
      SLIPWAY_CACHE: join(folder, "no cache"),
    });
    expect([exitCode, stderr]).toEqual([
      1,
      `a stack of the accounts needs the \`pulumi\` command, ${engineVersion} or a later one of its line, and there is none on PATH and none that slipway keeps: install Pulumi (https://www.pulumi.com/docs/install/), or have \`npm start\` get one; the local cloud's stacks are looked at with --local\n`,
    ]);
  });

  test("where a database is asked for that it has not", async () => {
    expect(await faultOf("list", "--real", "--database", "shp")).toEqual([
      1,
      "",
      `--database must be a database of stack dev: ${shop}; got shp\n`,
    ]);
  });

  test("where nobody could open a backup", async () => {
    outputs({}, { recipients: [] });
    expect(await faultOf("run", "--real")).toEqual([
      1,
      "",
      "stack dev has no public keys to encrypt its backups for: make a pair with age-keygen, set it with: pulumi config set --secret slipway:backupRecipients, and bring the stack up\n",
    ]);
  });

  test("where the bucket refuses to be read", async () => {
    bench.s3.fail("GET", /./, { status: 403, code: "AccessDenied" });
    const [exitCode, , stderr] = await faultOf("watch", "--real");
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^cannot list shop-backups\/postgres\/shop-db-\d+\/.*: AccessDenied, made to fail\n$/,
      ),
    ]);
  });
});

describe("slipway backup refuses what it does not know", () => {
  test.each([
    [["list", "--local", "--real"], "error: option '--local' cannot be used with option '--real'"],
    [
      ["watch", "--hours", "0"],
      "error: option '--hours <hours>' argument '0' is invalid. It must be a whole number from 1 to 9999.",
    ],
    [
      ["watch", "--drill-days", "soon"],
      "error: option '--drill-days <days>' argument 'soon' is invalid. It must be a whole number from 1 to 9999.",
    ],
    [
      ["restore", "--at", "soon"],
      "error: option '--at <time>' argument 'soon' is invalid. It must be a time with its zone, such as 2026-11-21T03:00:00Z.",
    ],
    [
      ["verify", "--at", "2026-11-21 12:00"],
      "error: option '--at <time>' argument '2026-11-21 12:00' is invalid. It must be a time with its zone, such as 2026-11-21T03:00:00Z.",
    ],
    [
      ["run", "--previous-bytes", "-1"],
      "error: option '--previous-bytes <bytes>' argument '-1' is invalid. It must be a whole number.",
    ],
    [
      ["verify", "--config", "spec", "--sealed"],
      "error: option '--sealed' cannot be used with option '--config <name>'",
    ],
    [["burn"], "error: unknown command 'burn'"],
  ])("%j", async (args, message) => {
    const { exitCode, stderr } = await backup(args);
    expect([exitCode, stderr.split("\n")[0]]).toEqual([2, message]);
  });
});

describe("the help of slipway backup", () => {
  test.each(["run", "list", "verify", "restore", "drill", "maintain"])(
    "tells of %s whose it is",
    async (command) => {
      const { exitCode, stdout } = await backup([command, "--help"]);
      expect([exitCode, stdout.split("\n")[0]]).toEqual([0, `Usage: slipway backup ${command} [options]`]);
      expect(stdout).toContain(
        "\nWithout --local and --real it is the local cloud's stack where that is up, else the real one.\n",
      );
    },
  );

  test("tells every exit code", async () => {
    const { stdout } = await backup(["--help"]);
    expect(stdout).toContain("\nExit codes:\n  0  done\n");
    expect(stdout).toContain("\n  99  the newest backup is from the future: a clock is wrong\n");
    expect(stdout).toContain("\n  1  a fault of the stack or this machine\n  2  usage\n");
  });
});
