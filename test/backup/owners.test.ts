import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Decrypter } from "age-encryption";
import { Interrupted } from "../../backup/failure.ts";
import { cacheDirectory } from "../../local/home.ts";
import { findPostgresClients } from "../../local/services/postgres-clients.ts";
import { BackupBench, bucket, type RunOptions } from "../support/backups.ts";
import { administratorPassword, clusterId } from "../support/database.ts";

const bench = new BackupBench();
const password = administratorPassword;
let shop: string;

const as = (user: string, database: string, ...statements: string[]) =>
  bench.database.run({ user, password, database }, ...statements);

/** What a database holds and to whom it belongs, with everybody's rights. */
const belongings = (database: string) =>
  bench.sql(
    database,
    `SELECT 'relation' AS kind, c.oid::regclass::text AS name, pg_get_userbyid(relowner) AS owner, relacl::text AS rights,
            relrowsecurity AS guarded FROM pg_class c
      WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)' AND c.relname !~ '^pg_stat'
      UNION ALL SELECT 'function', p.oid::regprocedure::text, pg_get_userbyid(proowner), proacl::text, NULL FROM pg_proc p
      WHERE pronamespace::regnamespace::text !~ '^(pg_|information_schema)' AND probin IS NULL
      UNION ALL SELECT 'type', t.oid::regtype::text, pg_get_userbyid(typowner), typacl::text, NULL FROM pg_type t
      WHERE typnamespace::regnamespace::text !~ '^(pg_|information_schema)' AND typtype IN ('e', 'd')
      UNION ALL SELECT 'schema', nspname, pg_get_userbyid(nspowner), nspacl::text, NULL FROM pg_namespace WHERE nspname !~ '^(pg_|information)'
      UNION ALL SELECT 'extension', extname, NULL, NULL, NULL FROM pg_extension
      UNION ALL SELECT 'large object', 'one', pg_get_userbyid(lomowner), lomacl::text, NULL FROM pg_largeobject_metadata l
      UNION ALL SELECT 'default', defaclobjtype::text, pg_get_userbyid(defaclrole), defaclacl::text, NULL FROM pg_default_acl
      UNION ALL SELECT 'policy', polname, polroles::regrole[]::text, pg_get_expr(polqual, polrelid), NULL FROM pg_policy
      ORDER BY 1, 2, 3, 4`,
  );

const memberships = () =>
  bench.sql(
    "defaultdb",
    `SELECT roleid::regrole::text AS role, member::regrole::text AS member, grantor::regrole::text AS grantor FROM pg_auth_members
      WHERE roleid::regrole::text !~ '^pg_' ORDER BY 1, 2, 3`,
  );

const ownShop = [
  "CREATE TYPE mood AS ENUM ('good', 'bad')",
  "CREATE DOMAIN price AS numeric CHECK (value >= 0)",
  "CREATE TABLE thing (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, cost price, at mood)",
  "INSERT INTO thing (name, cost, at) SELECT md5(i::text), i, 'good' FROM generate_series(1, 200) i",
  "CREATE INDEX ON thing USING gin (name gin_trgm_ops)",
  "CREATE SEQUENCE number",
  "CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2'",
  "CREATE VIEW names AS SELECT name FROM thing",
  "CREATE MATERIALIZED VIEW summary AS SELECT count(*) AS things FROM thing",
  "ALTER TABLE thing ENABLE ROW LEVEL SECURITY",
  "CREATE POLICY own ON thing TO shop_reader USING (name = current_user)",
  "GRANT SELECT ON thing TO shop_reader",
  "SELECT lo_from_bytea(0, decode(repeat('ab', 1000), 'hex'))",
  "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO shop_reader",
  "CREATE SCHEMA inner_part",
  "CREATE TABLE inner_part.detail (id int)",
  "GRANT USAGE, CREATE ON SCHEMA inner_part TO shop_guest",
];

beforeAll(async () => {
  await bench.start();
  for (const user of ["shop_app", "shop_reader", "shop_guest"])
    await bench.database.servers.createUser(clusterId, user, password);
  shop = await bench.newDatabase(
    "CREATE EXTENSION pg_trgm",
    "CREATE TABLE of_administrator (id int)",
    "INSERT INTO of_administrator VALUES (1)",
    "GRANT SELECT ON of_administrator TO shop_app",
    "GRANT USAGE, CREATE ON SCHEMA public TO shop_app",
  );
  await bench.sql("defaultdb", `GRANT CREATE ON DATABASE "${shop}" TO shop_app`);
  await as("shop_app", shop, ...ownShop);
  await as("shop_guest", shop, "CREATE TABLE inner_part.of_guest (id int)");
  await as("shop_guest", shop, "GRANT SELECT ON inner_part.of_guest TO shop_app");
  const ran = await bench.run(["run"], { environment: { DATABASE_URL: urlOf("shop_app", shop) } });
  expect(ran.exitCode).toBe(0);
}, 170_000);
afterAll(() => bench.stop());

const urlOf = (user: string, database: string) => bench.url(database, { user });

const restore = (
  target: string,
  args: readonly string[] = [],
  { environment, ...options }: RunOptions = {},
) =>
  bench.run(["restore", "--database", shop, ...args], {
    ...options,
    environment: {
      DATABASE_URL: "",
      TARGET_DATABASE_URL: bench.url(target),
      TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
      ...environment,
    },
  });

const last = ({ exitCode, logged }: { exitCode: number; logged: Record<string, unknown>[] }) => [
  exitCode,
  logged.at(-1)?.["event"],
];

describe("R10 an administrator without superuser rights restores", () => {
  test("everything with its owner and its rights, and is then no more than before", async () => {
    const [row] = await bench.sql("defaultdb", "SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
    const before = await memberships();
    const target = await bench.newDatabase();
    expect([row, last(await restore(target))]).toEqual([{ rolsuper: false }, [0, "restore done"]]);
    expect(await belongings(target)).toEqual(await belongings(shop));
    expect(await memberships()).toEqual(before);
    expect(
      await as(
        "shop_app",
        target,
        "SELECT count(*)::int AS count, nextval('number')::int AS next FROM thing",
      ),
    ).toEqual([{ count: 200, next: 1 }]);
  });

  test("over what is there", async () => {
    const target = await bench.newDatabase();
    await restore(target);
    await as("shop_app", target, "DELETE FROM thing");
    expect(last(await restore(target, ["--replace", "--confirm", `127.0.0.1/${target}`]))).toEqual([
      0,
      "restore done",
    ]);
    expect(await belongings(target)).toEqual(await belongings(shop));
  });

  test("into a database whose schema belongs to the owner already", async () => {
    const target = await bench.newDatabase(
      "GRANT shop_app TO CURRENT_USER",
      "ALTER SCHEMA public OWNER TO shop_app",
    );
    await bench.sql(target, "REVOKE shop_app FROM CURRENT_USER");
    expect(last(await restore(target))).toEqual([0, "restore done"]);
  });

  test("nothing where a statement fails, and what was allowed for it is taken back", async () => {
    const before = await memberships();
    const target = await bench.newDatabase("CREATE TYPE mood AS ENUM ('other')");
    const untouched = await belongings(target);
    expect(last(await restore(target))).toEqual([92, expect.stringContaining('type "mood" already exists')]);
    expect([await belongings(target), await memberships()]).toEqual([untouched, before]);
  });
});

describe("by hand", () => {
  const commands = readFileSync(new URL("../../backup/README.md", import.meta.url), "utf8");
  const pgRestore = /^pg_restore .*$/m.exec(commands)?.[0] ?? "";

  test("the guide's command lets an ordinary owner restore every row with standard tools alone", async () => {
    const target = await bench.newDatabase("CREATE EXTENSION pg_trgm");
    await bench.sql(target, "GRANT USAGE, CREATE ON SCHEMA public TO shop_app");
    await bench.sql("defaultdb", `GRANT CREATE ON DATABASE "${target}" TO shop_app`);
    const here = mkdtempSync(join(tmpdir(), "slipway-by-hand-"));
    const clients = await findPostgresClients({ directory: cacheDirectory(), progress: () => undefined });
    const client = bench.s3.client();
    const { Contents = [] } = await client.listObjectsV2({ Bucket: bucket });
    const Key = Contents.map(({ Key: key = "" }) => key).find((key) => key.endsWith(".age"));
    const { Body } = await client.getObject({ Bucket: bucket, Key });
    client.destroy();
    const decrypter = new Decrypter();
    decrypter.addIdentity(bench.identity);
    const sealed = (await Body?.transformToByteArray()) ?? new Uint8Array();
    writeFileSync(join(here, "dump"), zstdDecompressSync(await decrypter.decrypt(sealed)));
    writeFileSync(join(here, "ca.crt"), bench.server.caCertificate);
    const command = pgRestore.replace("<an empty database>", `"$TARGET"`);
    const { status, stderr } = spawnSync("sh", ["-c", command], {
      cwd: here,
      encoding: "utf8",
      env: {
        PATH: `${clients}:${process.env["PATH"]}`,
        PGSSLROOTCERT: "ca.crt",
        TARGET: urlOf("shop_app", target),
      },
    });
    rmSync(here, { recursive: true });
    expect([status, stderr]).toEqual([0, ""]);
    expect(
      await as("shop_app", target, "SELECT count(*)::int AS things, min(name) AS name FROM thing"),
    ).toEqual(await as("shop_app", shop, "SELECT count(*)::int AS things, min(name) AS name FROM thing"));
  });
});

describe("R11 a user who may not act for the owners", () => {
  test("is refused by the name of each before anything is written, and drill and restore agree", async () => {
    const target = await bench.newDatabase();
    await bench.sql("defaultdb", `GRANT CREATE ON DATABASE "${target}" TO shop_reader`);
    const refusal =
      "the target's user shop_reader may not act for doadmin, shop_app, shop_guest, who own what is restored: restore as the owner, GRANT the role to shop_reader, or use --no-owner";
    const environment = { TARGET_DATABASE_URL: urlOf("shop_reader", target) };
    expect(last(await restore(target, [], { environment }))).toEqual([91, refusal]);
    await bench.database.servers.createUser(clusterId, "maker", password);
    expect(await belongings(target)).toEqual(await belongings(await bench.newDatabase()));
  });
});

test("R10 a right that was lent for the restore, and is not in the backup, is taken back", async () => {
  const grant = "GRANT USAGE, CREATE ON SCHEMA public TO shop_app";
  const own = await bench.newDatabase(grant);
  await as("shop_app", own, "CREATE TABLE thing (id int)");
  await bench.sql(
    own,
    "REVOKE CREATE ON SCHEMA public FROM shop_app",
    "REVOKE USAGE ON SCHEMA public FROM shop_app",
  );
  await bench.run(["run"], { environment: { DATABASE_URL: urlOf("shop_app", own) } });
  const target = await bench.newDatabase();
  const ran = await bench.run(["restore", "--database", own], {
    environment: {
      DATABASE_URL: "",
      TARGET_DATABASE_URL: bench.url(target),
      TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
    },
  });
  expect([last(ran)[0], (await belongings(target)).length]).toEqual([0, (await belongings(own)).length]);
  const [row] = await bench.sql(target, "SELECT has_schema_privilege('shop_app', 'public', 'CREATE') AS may");
  expect(row).toEqual({ may: false });
});

describe("what belongs to the server's first superuser", () => {
  test("has an owner as everything has: who may not act for him is told before anything is written, a superuser restores it", async () => {
    const own = await bench.newDatabase("CREATE EXTENSION pg_trgm");
    await bench.asSuperuser(
      own,
      "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      "CREATE TABLE thing (id serial PRIMARY KEY)",
    );
    const { user, password: secret } = bench.superuser();
    const superuserUrl = (database: string) => bench.url(database, { user, password: secret });
    const { said } = await bench.run(["run", "--json"], { environment: { DATABASE_URL: superuserUrl(own) } });
    expect(JSON.parse(said.join(""))[0].contents.roles).toEqual(["doadmin", "slipway"]);
    const target = await bench.newDatabase();
    const into = (url: string) =>
      bench.run(["restore", "--database", own], {
        environment: {
          DATABASE_URL: "",
          TARGET_DATABASE_URL: url,
          TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
        },
      });
    expect(last(await into(bench.url(target)))).toEqual([
      91,
      "the target's user doadmin may not act for slipway, who own what is restored: restore as the owner, GRANT the role to doadmin, or use --no-owner",
    ]);
    expect(await belongings(target)).toEqual(await belongings(await bench.newDatabase()));
    expect(last(await into(superuserUrl(target)))).toEqual([0, "restore done"]);
    expect(await belongings(target)).toEqual(await belongings(own));
  });
});

describe("a membership that was there before the restore", () => {
  const rows = () =>
    bench.sql(
      "defaultdb",
      `SELECT member::regrole::text AS member, grantor::regrole::text AS grantor, admin_option FROM pg_auth_members
        WHERE roleid = 'shop_reader'::regrole ORDER BY 1, 2`,
    );
  let own: string;

  beforeAll(async () => {
    await bench.sql("defaultdb", "CREATE ROLE quiet LOGIN NOINHERIT CREATEDB CREATEROLE");
    await bench.database.servers.createUser(clusterId, "quiet", password);
    own = await bench.newDatabase("GRANT USAGE, CREATE ON SCHEMA public TO shop_reader");
    await as("shop_reader", own, "CREATE TABLE thing (id int)", "INSERT INTO thing VALUES (1)");
    await bench.run(["run"], { environment: { DATABASE_URL: urlOf("shop_reader", own) } });
  });

  const restoreAsQuiet = async () => {
    await as("quiet", "defaultdb", `CREATE DATABASE "quiet's"`);
    const ran = await bench.run(["restore", "--database", own], {
      environment: {
        DATABASE_URL: "",
        TARGET_DATABASE_URL: urlOf("quiet", "quiet's"),
        TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
      },
    });
    await as("quiet", "defaultdb", `DROP DATABASE "quiet's"`);
    return last(ran);
  };

  test("is there after it, with its options, also where it is of no use and the restore is refused", async () => {
    await bench.sql("defaultdb", "GRANT shop_reader TO quiet WITH ADMIN OPTION");
    const before = await rows();
    expect(before).toEqual([{ member: "quiet", grantor: "doadmin", admin_option: true }]);
    expect([await restoreAsQuiet(), await rows()]).toEqual([
      [
        91,
        "the target's user quiet does not inherit the rights of shop_reader, who own what is restored: ALTER ROLE quiet INHERIT, restore as the owner, or use --no-owner",
      ],
      before,
    ]);
    await bench.sql("defaultdb", "ALTER ROLE quiet INHERIT");
    expect([await restoreAsQuiet(), await rows()]).toEqual([[0, "restore done"], before]);
    await bench.sql("defaultdb", "ALTER ROLE quiet NOINHERIT", "REVOKE shop_reader FROM quiet");
  });
});

test("R10 schemas whose names begin as others do are restored beside each other, with guests in them", async () => {
  const own = await bench.newDatabase();
  for (const schema of ["a", "a b", "a b c"])
    await bench.sql(
      own,
      `CREATE SCHEMA "${schema}"`,
      `GRANT USAGE, CREATE ON SCHEMA "${schema}" TO shop_reader`,
      `CREATE TABLE "${schema}".own (id int)`,
    );
  await as("shop_reader", own, "CREATE TABLE a.guest (id int)", "GRANT SELECT ON a.guest TO doadmin");
  expect((await bench.run(["run"], { database: own })).exitCode).toBe(0);
  const target = await bench.newDatabase();
  const ran = await bench.run(["restore", "--database", own], {
    environment: {
      DATABASE_URL: "",
      TARGET_DATABASE_URL: bench.url(target),
      TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
    },
  });
  expect(last(ran)).toEqual([0, "restore done"]);
  expect(await belongings(target)).toEqual(await belongings(own));
});

describe("R14 R10 a signal in the midst of a long statement", () => {
  const slow = async () => {
    const own = await bench.newDatabase("GRANT USAGE, CREATE ON SCHEMA public TO shop_app");
    await as(
      "shop_app",
      own,
      "CREATE FUNCTION slow(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF current_database() <> '" +
        own.replaceAll("'", "''") +
        "' THEN PERFORM pg_sleep(60); END IF; RETURN $1; END $$",
      "CREATE TABLE thing (id int)",
      "INSERT INTO thing VALUES (1)",
      "CREATE INDEX slow_index ON thing (slow(id))",
    );
    await bench.run(["run"], { environment: { DATABASE_URL: urlOf("shop_app", own) } });
    return own;
  };
  let own: string;
  beforeAll(async () => {
    own = await slow();
  });

  const building = async () =>
    (await bench.sql("defaultdb", "SELECT FROM pg_stat_activity WHERE query ~ '^CREATE INDEX slow_index'"))
      .length;
  const left = async () => [
    await memberships(),
    await bench.sql("defaultdb", "SELECT datname FROM pg_database WHERE datname ~ '^slipway_drill'"),
    await building(),
  ];

  test.each(["restore", "drill"])(
    "ends a %s and the statement, and everything is as it was",
    async (command) => {
      const target = await bench.newDatabase();
      const before = await left();
      const stop = new AbortController();
      const running = bench.run([command, "--database", own], {
        signal: stop.signal,
        environment: {
          DATABASE_URL: "",
          TARGET_DATABASE_URL: bench.url(target),
          TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
          SCRATCH_DATABASE_URL: bench.url("defaultdb"),
          SCRATCH_DATABASE_CA_CERT: bench.server.caCertificate,
        },
      });
      while ((await building()) === 0);
      stop.abort(new Interrupted("SIGINT"));
      const { exitCode, logged } = await running;
      expect([exitCode, logged.filter(({ level }) => level !== "info")]).toEqual([
        130,
        [{ level: "error", event: "ended by SIGINT", command }],
      ]);
      expect(await left()).toEqual(before);
      expect(await belongings(target)).toEqual(await belongings(await bench.newDatabase()));
    },
  );
});

describe("R11 the owner himself restores", () => {
  test("what is his alone, where nobody may act for him", async () => {
    const own = await bench.newDatabase("GRANT USAGE, CREATE ON SCHEMA public TO shop_app");
    await as("shop_app", own, "CREATE TABLE thing (id int)", "INSERT INTO thing VALUES (1)");
    await bench.run(["run"], { environment: { DATABASE_URL: urlOf("shop_app", own) } });
    const target = await bench.newDatabase("GRANT USAGE, CREATE ON SCHEMA public TO shop_app");
    const ran = await bench.run(["restore", "--database", own], {
      environment: {
        DATABASE_URL: "",
        TARGET_DATABASE_URL: urlOf("shop_app", target),
        TARGET_DATABASE_CA_CERT: bench.server.caCertificate,
      },
    });
    expect(last(ran)).toEqual([0, "restore done"]);
    expect(await belongings(target)).toEqual(await belongings(own));
  });
});

describe("R14 a drill", () => {
  const drill = (environment: Record<string, string> = {}) =>
    bench.run(["drill", "--database", shop, "--json"], {
      environment: {
        SCRATCH_DATABASE_URL: bench.url("defaultdb"),
        SCRATCH_DATABASE_CA_CERT: bench.server.caCertificate,
        ...environment,
      },
    });

  test("takes the same way with the same rights, and leaves neither members nor roles", async () => {
    const before = await memberships();
    const { exitCode, said } = await drill();
    expect([exitCode, JSON.parse(said.join("")).tables]).toEqual([0, { compared: 4, different: [] }]);
    expect(await memberships()).toEqual(before);
  });

  test("fails where a restore by the same user would", async () => {
    await bench.sql("defaultdb", "CREATE ROLE weak LOGIN CREATEDB");
    await bench.database.servers.createUser(clusterId, "weak", password);
    const { exitCode, said } = await drill({ SCRATCH_DATABASE_URL: urlOf("weak", "defaultdb") });
    expect([exitCode, JSON.parse(said.join("")).failure]).toEqual([
      91,
      "the target's user weak may not act for doadmin, shop_app, shop_guest, who own what is restored: restore as the owner, GRANT the role to weak, or use --no-owner",
    ]);
  });

  test("makes the roles that a server lacks, and drops them; those of a killed drill too", async () => {
    const own = await bench.newDatabase("GRANT USAGE, CREATE ON SCHEMA public TO shop_guest");
    await as("shop_guest", own, "CREATE TABLE thing (id int)");
    await bench.run(["run"], { environment: { DATABASE_URL: urlOf("shop_guest", own) } });
    await bench.sql(own, "GRANT shop_guest TO CURRENT_USER", "DROP TABLE thing");
    await bench.database.servers.dropUser(clusterId, "shop_guest");
    const again = (environment: Record<string, string> = {}) =>
      bench.run(["drill", "--database", own], {
        environment: {
          SCRATCH_DATABASE_URL: bench.url("defaultdb"),
          SCRATCH_DATABASE_CA_CERT: bench.server.caCertificate,
          ...environment,
        },
      });
    const there = () => bench.sql("defaultdb", "SELECT rolname FROM pg_roles WHERE rolname = 'shop_guest'");
    const weak = await again({ SCRATCH_DATABASE_URL: urlOf("weak", "defaultdb") });
    expect([weak.exitCode, weak.logged.at(-1)?.["event"]]).toEqual([
      91,
      "the target has no role shop_guest: create them, or use --no-owner",
    ]);
    expect([(await again()).exitCode, await there()]).toEqual([0, []]);
    await bench.sql(
      "defaultdb",
      "CREATE ROLE shop_guest",
      "COMMENT ON ROLE shop_guest IS 'made by a drill of slipway'",
    );
    expect([(await again()).exitCode, await there()]).toEqual([0, []]);
  });
});
