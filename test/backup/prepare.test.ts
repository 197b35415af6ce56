import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { runCommand } from "../../backup/program.ts";
import type { DatabaseServer } from "../../local/apis/digitalocean/platform.ts";
import { Store } from "../../local/cloud/store.ts";
import { LocalApps } from "../../local/services/apps.ts";
import { authorityIn } from "../../local/services/postgres-certificates.ts";
import { administratorPassword, clusterId, testDatabase } from "../support/database.ts";

const database = testDatabase();
const { servers } = database;
let server: DatabaseServer;
let superuser: { user: string; password: string; database: string };
let count = 0;
let shop: string;

beforeAll(async () => {
  server = await database.start();
  const record = JSON.parse(readFileSync(join(database.directory, clusterId, "server.json"), "utf8"));
  superuser = { user: "slipway", password: record.superuserPassword, database: "postgres" };
  await servers.createUser(clusterId, "shop_app", "app-password");
});
afterAll(() => database.close());
beforeEach(async () => {
  shop = `shop ${count++}`;
  await servers.createDatabase(clusterId, shop);
});

const extensions = ["uuid-ossp", "pg_trgm", "pg_stat_statements"];
const asApp = () => ({ user: "shop_app", password: "app-password", database: shop });
const asAdministrator = () => ({ user: "doadmin", database: shop });

interface Options {
  readonly databases?: readonly object[];
  readonly user?: string;
  readonly password?: string;
  readonly sslmode?: string;
  readonly port?: number;
  readonly environment?: Record<string, string>;
}

async function prepare(options: Options = {}) {
  const { databases = [{ name: shop, owner: "shop_app", extensions }], password = administratorPassword } =
    options;
  const lines: string[] = [];
  const { user = "doadmin", sslmode = "require", port = server.port } = options;
  const environment = {
    DATABASE_ADMIN_URL: `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/defaultdb?sslmode=${sslmode}`,
    DATABASE_PREPARATION: JSON.stringify({ databases }),
    DATABASE_WAIT_SECONDS: "0",
    ...options.environment,
  };
  const output = { say: (line: string) => lines.push(line), complain: (line: string) => lines.push(line) };
  return { exitCode: await runCommand(["prepare"], environment, output), lines };
}

const schemaOwner = () =>
  database.run(
    asAdministrator(),
    "SELECT pg_get_userbyid(nspowner) AS owner FROM pg_namespace WHERE nspname = 'public'",
  );

describe("a prepared database", () => {
  test("has its extensions, and its schema belongs to the app's user", async () => {
    expect(await prepare()).toEqual({
      exitCode: 0,
      lines: [
        `${shop}: extension uuid-ossp created`,
        `${shop}: extension pg_trgm created`,
        `${shop}: extension pg_stat_statements is there`,
        `${shop}: schema public now belongs to shop_app`,
      ],
    });
    const [row] = await database.run(
      asApp(),
      "SELECT uuid_generate_v4() IS NOT NULL AS id, 'a' % 'a' AS similar",
    );
    expect(row).toEqual({ id: true, similar: true });
    expect(await schemaOwner()).toEqual([{ owner: "shop_app" }]);
  });

  test("lets the app's user create a table and neither a role nor a database nor an extension", async () => {
    await prepare();
    await database.run(asApp(), "CREATE TABLE thing (id int PRIMARY KEY)", "INSERT INTO thing VALUES (1)");
    for (const [statement, complaint] of [
      ["CREATE ROLE other", "permission denied to create role"],
      ["CREATE DATABASE other", "permission denied to create database"],
      ["CREATE EXTENSION citext", 'permission denied to create extension "citext"'],
      ["SET ROLE doadmin", 'permission denied to set role "doadmin"'],
    ] as const) {
      await expect(database.run(asApp(), statement)).rejects.toThrow(complaint);
    }
  });

  test("lets no other user create, and the administrator still", async () => {
    await prepare();
    await servers.createUser(clusterId, "stranger", "stranger-password");
    const asStranger = { user: "stranger", password: "stranger-password", database: shop };
    await expect(database.run(asStranger, "CREATE TABLE mine (id int)")).rejects.toThrow(
      "permission denied for schema public",
    );
    await database.run(asAdministrator(), "CREATE TABLE restored (id int)");
  });

  test("takes the right to create from everyone, as databases from before PostgreSQL 15 gave it", async () => {
    await database.run(asAdministrator(), "GRANT CREATE ON SCHEMA public TO PUBLIC");
    expect((await prepare()).exitCode).toBe(0);
    const rows = await database.run(
      asAdministrator(),
      "SELECT FROM pg_namespace, aclexplode(nspacl) WHERE nspname = 'public' AND grantee = 0 AND privilege_type = 'CREATE'",
    );
    expect(rows).toEqual([]);
  });

  test("leaves the administrator no member of the app's role", async () => {
    await prepare();
    await expect(database.run(asAdministrator(), "SET ROLE shop_app")).rejects.toThrow(
      'permission denied to set role "shop_app"',
    );
  });

  test("leaves a membership that the administrator has already", async () => {
    await database.run({ ...superuser, database: shop }, "GRANT shop_app TO doadmin");
    expect((await prepare()).lines.at(-1)).toBe(`${shop}: schema public now belongs to shop_app`);
    const member = "SELECT pg_has_role('doadmin', 'shop_app', 'MEMBER') AS is_member";
    expect(await database.run(asAdministrator(), member)).toEqual([{ is_member: true }]);
    await database.run({ ...superuser, database: shop }, "REVOKE shop_app FROM doadmin");
  });

  test("stays as it is when it is prepared again", async () => {
    await prepare();
    const catalog = () =>
      database.run(
        asAdministrator(),
        "SELECT nspowner::text AS owner, nspacl::text AS rights, (SELECT count(*) FROM pg_extension) AS extensions FROM pg_namespace WHERE nspname = 'public'",
      );
    const before = await catalog();
    expect((await prepare()).lines).toEqual([
      ...extensions.map((name) => `${shop}: extension ${name} is there`),
      `${shop}: schema public belongs to shop_app`,
    ]);
    expect(await catalog()).toEqual(before);
  });

  test("gets its schema back where somebody dropped it", async () => {
    await database.run({ ...superuser, database: shop }, "DROP SCHEMA public CASCADE");
    const trusted = { databases: [{ name: shop, owner: "shop_app", extensions: ["uuid-ossp"] }] };
    expect((await prepare(trusted)).lines.at(-1)).toBe(`${shop}: schema public now belongs to shop_app`);
  });

  test("comes out the same when several runs are at it at once", async () => {
    const runs = await Promise.all(
      [1, 2, 3].map(() => prepare({ environment: { DATABASE_WAIT_SECONDS: "60" } })),
    );
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const created = runs.flatMap(({ lines }) => lines).filter((line) => / created$| now /.test(line));
    expect(created).toEqual([
      `${shop}: extension uuid-ossp created`,
      `${shop}: extension pg_trgm created`,
      `${shop}: schema public now belongs to shop_app`,
    ]);
  });

  test("is opened to a user of any name whom the administrator may not make its owner", async () => {
    const owner = `o'wn"er ${count}`;
    await servers.createUser(clusterId, owner, "owner-password");
    await servers.createUser(clusterId, "keeper", administratorPassword);
    await database.run(superuser, `ALTER DATABASE "${shop}" OWNER TO keeper`);
    await database.run({ ...superuser, database: shop }, "GRANT CREATE ON SCHEMA public TO PUBLIC");
    const asKeeper = { user: "keeper", databases: [{ name: shop, owner }] };
    expect(await prepare(asKeeper)).toEqual({
      exitCode: 0,
      lines: [`${shop}: schema public is now open to ${owner}`],
    });
    expect(await prepare(asKeeper)).toEqual({
      exitCode: 0,
      lines: [`${shop}: schema public is open to ${owner}`],
    });
    await database.run(
      { user: owner, password: "owner-password", database: shop },
      "CREATE TABLE thing (id int)",
    );
  });
});

describe("prepare fails", () => {
  const where = () => `127.0.0.1:${server.port}`;

  test("for a database that is not there", async () => {
    expect(await prepare({ databases: [{ name: "nowhere", owner: "shop_app" }] })).toEqual({
      exitCode: 65,
      lines: [`prepare: ${where()}/nowhere: database "nowhere" does not exist (3D000)`],
    });
  });

  test("for a user that is not there", async () => {
    expect(await prepare({ databases: [{ name: shop, owner: "nobody" }] })).toEqual({
      exitCode: 65,
      lines: ["prepare: owner nobody must be a user of the cluster"],
    });
  });

  test("for a user who is more than an ordinary one", async () => {
    await database.run(superuser, "CREATE ROLE mighty LOGIN CREATEROLE CREATEDB");
    expect(await prepare({ databases: [{ name: shop, owner: "mighty" }] })).toEqual({
      exitCode: 65,
      lines: ["prepare: owner mighty must be an ordinary user, but has CREATEROLE, CREATEDB"],
    });
  });

  test("for extensions that the server does not have, and leaves the database as it was", async () => {
    const version = (await database.run(asAdministrator(), "SHOW server_version"))[0]?.["server_version"];
    const databases = [{ name: shop, owner: "shop_app", extensions: ["uuid-ossp", "no-such", "none_such"] }];
    expect(await prepare({ databases })).toEqual({
      exitCode: 65,
      lines: [
        `prepare: PostgreSQL ${version} has no extension no-such, none_such: install it on the server, or leave it out of the database's extensions`,
      ],
    });
    expect(await schemaOwner()).toEqual([{ owner: "pg_database_owner" }]);
    const rows = await database.run(
      asAdministrator(),
      "SELECT FROM pg_extension WHERE extname = 'uuid-ossp'",
    );
    expect(rows).toEqual([]);
  });

  test("for an extension that the administrator may not create", async () => {
    const databases = [{ name: shop, owner: "shop_app", extensions: ["file_fdw"] }];
    expect(await prepare({ databases })).toEqual({
      exitCode: 77,
      lines: [`prepare: ${where()}/${shop}: permission denied to create extension "file_fdw" (42501)`],
    });
  });

  test("for a schema that is not the administrator's to open", async () => {
    await database.run({ ...superuser, database: shop }, "ALTER SCHEMA public OWNER TO slipway");
    expect(await prepare({ databases: [{ name: shop, owner: "shop_app" }] })).toEqual({
      exitCode: 77,
      lines: [
        "prepare: the administrator must own schema public to let shop_app, and not everyone, create in it",
      ],
    });
  });

  test("for another password, at once, and prints none", async () => {
    const { exitCode, lines } = await prepare({
      password: "wrong-password",
      environment: { DATABASE_WAIT_SECONDS: "600" },
    });
    expect({ exitCode, lines }).toEqual({
      exitCode: 77,
      lines: [`prepare: ${where()}/defaultdb: password authentication failed for user "doadmin" (28P01)`],
    });
  });

  test("while another run holds the lock for too long", async () => {
    const holder = database.run(
      { user: "doadmin" },
      "SELECT pg_advisory_lock(7310452019)",
      "SELECT pg_sleep(30)",
    );
    const ended = holder.catch((error: unknown) => String(error));
    while (
      (await database.run(superuser, "SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"))
        .length === 0
    );
    expect(await prepare()).toEqual({
      exitCode: 75,
      lines: [`prepare: ${where()}/defaultdb: canceling statement due to lock timeout (55P03)`],
    });
    await database.run(
      superuser,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)'",
    );
    expect(await ended).toBe("error: terminating connection due to administrator command");
  });

  test("for a certificate of another authority, and for a name that the certificate does not have", async () => {
    const { certificate: other } = await authorityIn(join(database.directory, "other"));
    expect((await prepare({ environment: { DATABASE_CA_CERT: other } })).exitCode).toBe(76);
    expect((await prepare({ sslmode: "verify-full" })).exitCode).toBe(76);
    const own = { DATABASE_CA_CERT: server.caCertificate };
    expect((await prepare({ sslmode: "verify-full", environment: own })).exitCode).toBe(0);
    expect((await prepare({ sslmode: "verify-ca", environment: own })).exitCode).toBe(0);
  });

  test("for a server without TLS", async () => {
    const plain = createServer((socket) => socket.once("data", () => socket.end("N")));
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const address = plain.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const result = await prepare({ port });
    await new Promise((resolve) => plain.close(resolve));
    expect(result).toEqual({
      exitCode: 76,
      lines: [`prepare: 127.0.0.1:${port}/defaultdb: The server does not support SSL connections`],
    });
  });
});

test("prepare runs as the job of an app, and prints no password", async () => {
  const store = new Store(":memory:");
  const apps = new LocalApps({
    store,
    operationsImages: () => ["ghcr.io/shop/operations"],
    backupProgram: fileURLToPath(new URL("../../backup/main.ts", import.meta.url)),
    logDirectory: join(database.directory, "logs"),
  });
  const { port } = server;
  const result = await apps.runJob({
    appId: "app-1",
    appName: "shop",
    name: "prepare-database",
    kind: "job",
    image: "ghcr.io/shop/operations",
    runCommand: "node backup/main.ts prepare",
    environment: {
      DATABASE_ADMIN_URL: `postgresql://doadmin:${encodeURIComponent(administratorPassword)}@127.0.0.1:${port}/defaultdb`,
      DATABASE_PREPARATION: JSON.stringify({ databases: [{ name: shop, owner: "shop_app" }] }),
    },
    httpPort: undefined,
    healthPath: undefined,
  });
  store.close();
  expect(result).toEqual({
    exitCode: 0,
    log: `${shop}: schema public now belongs to shop_app\n`,
    runsAs: "process",
  });
});

test("prepare waits for a server that is still starting", async () => {
  await servers.stopAll();
  const run = prepare({ environment: { DATABASE_WAIT_SECONDS: "60" } });
  await database.start();
  expect((await run).exitCode).toBe(0);
});
