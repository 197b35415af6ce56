import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { summarizeTables } from "../../backup/contents.ts";
import { connected, type ServerAddress } from "../../backup/database.ts";
import type { Manifest } from "../../backup/manifest.ts";
import { compareTables } from "../../backup/restoring.ts";
import { assertFit, forbiddenExtensions, type TargetChecks } from "../../backup/target.ts";
import type { DatabaseServer } from "../../local/apis/digitalocean/platform.ts";
import { administratorPassword, clusterId, testDatabase } from "../support/database.ts";

const database = testDatabase();
let server: DatabaseServer;
beforeAll(async () => {
  server = await database.start();
});
afterAll(() => database.close());

const contents: Manifest["contents"] = {
  serverVersion: "15.0",
  encoding: "UTF8",
  collation: "C",
  sizeBytes: 1000,
  extensions: [{ name: "plpgsql", version: "1.0" }],
  roles: ["doadmin"],
  tables: [],
  largeObjects: 0,
};
const checks: TargetChecks = { keepsOwners: true, isReplaced: false };

const defaultdb = (): ServerAddress => ({
  host: "127.0.0.1",
  port: server.port,
  user: "doadmin",
  password: administratorPassword,
  database: "defaultdb",
  mode: "require",
});

function look(change: Partial<Manifest["contents"]>, options: TargetChecks = checks): Promise<void> {
  const manifest = { contents: { ...contents, ...change } } as Manifest;
  return connected(defaultdb(), Date.now() + 10_000, (client) => assertFit(client, manifest, options));
}

describe("R11 a target", () => {
  test("is fit for a backup of its own kind", async () => {
    await look({}, { ...checks, diskBytes: 1e15 });
  });

  test("fails for a newer server's backup, another encoding, missing extensions and roles, all at once", async () => {
    const [row] = await database.run({ user: "doadmin" }, "SHOW server_version");
    const version = String(row?.["server_version"]).split(" ")[0];
    await expect(
      look({
        serverVersion: "99.1",
        encoding: "LATIN1",
        extensions: [
          { name: "plpgsql", version: "1.0" },
          { name: "no_such", version: "1" },
          { name: "none_such", version: "1" },
        ],
        roles: ["doadmin", "nobody", "no one"],
      }),
    ).rejects.toMatchObject({
      outcome: "unfit",
      message: [
        `the target is PostgreSQL ${version}, older than the backup's 99.1`,
        "the target has the encoding UTF8, the backup LATIN1",
        "the target has no extension no_such, none_such",
        "the target has no role nobody, no one: create them, or use --no-owner",
      ].join("; "),
    });
  });

  test("needs no role where owners are not restored", async () => {
    await look({ roles: ["nobody"] }, { ...checks, keepsOwners: false });
  });
});

test("R14 a table that is not there differs, and fails", async () => {
  const tables = [{ schema: "public", name: "gone", rows: 2, checksum: "5", everyNth: 1 }];
  const differences = await compareTables(defaultdb(), { contents: { ...contents, tables } } as Manifest);
  expect(differences).toEqual([{ table: "public.gone", expected: "2 rows, checksum 5", found: "nothing" }]);
});

test("R14 a table is compared with itself, and no other whose names are alike once they are joined", async () => {
  await database.servers.createDatabase(clusterId, "alike");
  const alike = { ...defaultdb(), database: "alike" };
  const pairs = [
    ["a.b", "c"],
    ["a", "b.c"],
    ["a b", "c"],
    ["a", "b c"],
    ["a", "b\nc"],
  ] as const;
  const statements = pairs.flatMap(([schema, name], at) => [
    `CREATE SCHEMA IF NOT EXISTS "${schema}"`,
    `CREATE TABLE "${schema}"."${name}" (id int PRIMARY KEY)`,
    `INSERT INTO "${schema}"."${name}" SELECT generate_series(1, ${at + 1})`,
  ]);
  await database.run({ user: "doadmin", database: "alike" }, ...statements);
  const tables = await connected(alike, Date.now() + 10_000, (client) => summarizeTables(client, () => 2));
  const manifest = { contents: { ...contents, tables } } as Manifest;
  expect(tables.map(({ schema, name, rows, everyNth }) => [schema, name, rows, everyNth])).toEqual([
    ["a", "b\nc", 5, 2],
    ["a", "b c", 4, 2],
    ["a", "b.c", 2, 2],
    ["a b", "c", 3, 2],
    ["a.b", "c", 1, 2],
  ]);
  expect(await compareTables(alike, manifest)).toEqual([]);
  await database.run(
    { user: "doadmin", database: "alike" },
    'DELETE FROM "a.b".c',
    'DROP TABLE a."b c"',
    'ALTER TABLE "a b".c RENAME TO d',
  );
  const summary = (at: number) => `${tables[at]?.rows} rows, checksum ${tables[at]?.checksum}`;
  expect(await compareTables(alike, manifest)).toEqual([
    { table: 'a."b c"', expected: summary(1), found: "nothing" },
    { table: '"a b".c', expected: summary(3), found: "nothing" },
    { table: '"a.b".c', expected: summary(4), found: "0 rows, checksum 0" },
  ]);
});

describe("R11 an extension that the user may not make", () => {
  // Needs a superuser, and comes with every PostgreSQL; the other is trusted, and needs nothing.
  const extensions = ["amcheck", "pg_trgm"].map((name) => ({ name, version: "1" }));

  test("is named before anything is written, and found out without leaving any behind", async () => {
    await expect(look({ extensions })).rejects.toMatchObject({
      outcome: "unfit",
      message: "the target does not let its user make the extension amcheck: have it made beforehand",
    });
    const rows = await database.run(
      { user: "doadmin" },
      "SELECT extname FROM pg_extension WHERE extname IN ('amcheck', 'pg_trgm')",
    );
    expect(rows).toEqual([]);
  });

  test("is done without where that is wanted", async () => {
    await look({ extensions }, { ...checks, leftOut: ["amcheck"] });
    const found = await connected(defaultdb(), Date.now() + 10_000, (client) =>
      forbiddenExtensions(client, { extensions }),
    );
    expect(found).toEqual(["amcheck"]);
  });
});
