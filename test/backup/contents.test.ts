import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  beginSnapshot,
  describeDatabase,
  findTables,
  summarizeTables,
  type Table,
} from "../../backup/contents.ts";
import { connected } from "../../backup/database.ts";
import type { TableSummary } from "../../backup/manifest.ts";
import type { DatabaseServer } from "../../local/apis/digitalocean/platform.ts";
import { administratorPassword, clusterId, testDatabase } from "../support/database.ts";

const database = testDatabase();
let server: DatabaseServer;
let count = 0;
beforeAll(async () => {
  server = await database.start();
});
afterAll(() => database.close());

async function newDatabase(...statements: string[]): Promise<string> {
  const name = `contents ${count++}`;
  await database.servers.createDatabase(clusterId, name);
  await database.run({ user: "doadmin", database: name }, ...statements);
  return name;
}

const inSnapshot = <T>(
  name: string,
  work: (client: Parameters<typeof findTables>[0]) => Promise<T>,
): Promise<T> =>
  connected(
    {
      host: "127.0.0.1",
      port: server.port,
      user: "doadmin",
      password: administratorPassword,
      database: name,
      mode: "require",
    },
    Date.now() + 10_000,
    async (client) => {
      await beginSnapshot(client);
      return await work(client);
    },
  );

const summaries = (name: string, everyNth: (table: Table) => number | undefined = () => undefined) =>
  inSnapshot(name, (client) => summarizeTables(client, everyNth));

const orders = (order: string) => [
  'CREATE TABLE "Order\'s" (shop int, "line no" text, note text, at timestamptz, PRIMARY KEY ("line no", shop))',
  `INSERT INTO "Order's" SELECT i % 7, i::text, md5(i::text), timestamptz '2026-01-01' + i * interval '1 s'
     FROM generate_series(1, 5000) i ORDER BY ${order}`,
];

describe("the summary of a table", () => {
  test("is the same whatever the order of its rows, of every row and of every seventh", async () => {
    const [up, down] = [await newDatabase(...orders("i")), await newDatabase(...orders("md5(i::text)"))];
    const whole = await summaries(up);
    const seventh = await summaries(up, () => 7);
    expect(await summaries(down)).toEqual(whole);
    expect(await summaries(down, () => 7)).toEqual(seventh);
    expect(seventh).toEqual([{ ...whole[0], everyNth: 7, checksum: expect.any(String) }]);
    expect(seventh[0]?.checksum).not.toBe(whole[0]?.checksum);
  });

  test.each([
    ["smallint", "i", ["smallint"]],
    ["int", "i", ["integer"]],
    ["bigint", "i", ["bigint"]],
    ["uuid", "md5(i::text)::uuid", ["uuid"]],
    ['public."uuid"', "i::text", ["public.uuid"]],
    ["text", "i::text", ["text"]],
  ])("takes every seventh row by a key of type %s", async (type, key, keyTypes) => {
    const rowsInOrder = (order: string) => [
      "CREATE DOMAIN public.uuid AS text",
      `CREATE TABLE t (id ${type} PRIMARY KEY, note text)`,
      `INSERT INTO t SELECT ${key}, md5(i::text) FROM generate_series(1, 5000) i ORDER BY ${order}`,
    ];
    const [up, down] = [await newDatabase(...rowsInOrder("i")), await newDatabase(...rowsInOrder("-i"))];
    const [whole, seventh] = [await summaries(up), await summaries(up, () => 7)];
    expect(await summaries(down, () => 7)).toEqual(seventh);
    expect(seventh[0]?.checksum).not.toBe(whole[0]?.checksum);
    expect(await inSnapshot(up, findTables)).toEqual([
      { schema: "public", name: "t", key: ["id"], keyTypes, everyNth: 1 },
    ]);
  });

  // Backups of before are compared with sums of now: another sum calls every large table different.
  test.each([
    ["of every row", "id uuid PRIMARY KEY", "md5(i::text)::uuid", 1, "41762973908559479301"],
    ["by a whole number", "id int PRIMARY KEY", "i", 7, "40765008176310979179"],
    ["by a uuid", "id uuid PRIMARY KEY", "md5(i::text)::uuid", 7, "-68978828835887446301"],
    ["by a text", "id text PRIMARY KEY", "i::text", 7, "40822645987857532554"],
    [
      "by two columns",
      "id int, at uuid, PRIMARY KEY (id, at)",
      "i, md5(i::text)::uuid",
      7,
      "64250961934159759227",
    ],
  ])("%s is the same sum in every release", async (_what, columns, values, everyNth, checksum) => {
    const name = await newDatabase(
      `CREATE TABLE t (${columns})`,
      `INSERT INTO t SELECT ${values} FROM generate_series(1, 500) i`,
    );
    expect(await summaries(name, () => everyNth)).toEqual([
      { schema: "public", name: "t", rows: 500, checksum, everyNth },
    ]);
  });

  test.each([
    ["a changed value", "UPDATE \"Order's\" SET note = 'x' WHERE \"line no\" = '17'"],
    [
      "two values that changed places",
      'UPDATE "Order\'s" SET note = md5((35 - "line no"::int)::text) WHERE "line no" IN (\'17\', \'18\')',
    ],
    ["a value that became none", 'UPDATE "Order\'s" SET at = NULL WHERE "line no" = \'17\''],
  ])("is another one for %s", async (_what, change) => {
    const name = await newDatabase(...orders("i"));
    const [before] = await summaries(name);
    await database.run({ user: "doadmin", database: name }, change);
    const [after] = await summaries(name);
    expect([after?.rows, after?.checksum === before?.checksum]).toEqual([5000, false]);
  });

  test("does not depend on what a user set for dates, numbers and zones", async () => {
    const name = await newDatabase(...orders("i"));
    const before: TableSummary[] = await summaries(name);
    await database.run(
      { user: "doadmin", database: name },
      "ALTER ROLE doadmin SET timezone = 'Africa/Luanda'",
      "ALTER ROLE doadmin SET datestyle = 'German'",
      "ALTER ROLE doadmin SET extra_float_digits = -5",
    );
    const after = await summaries(name);
    await database.run({ user: "doadmin" }, "ALTER ROLE doadmin RESET ALL");
    expect(after).toEqual(before);
  });

  test("of an empty table is 0", async () => {
    const name = await newDatabase("CREATE TABLE none (id int)");
    expect(await summaries(name)).toEqual([
      { schema: "public", name: "none", rows: 0, checksum: "0", everyNth: 1 },
    ]);
  });
});

test("partitions are counted once, and what an extension, a view or a session brings is not", async () => {
  const name = await newDatabase(
    "CREATE TABLE event (id int) PARTITION BY RANGE (id)",
    "CREATE TABLE event_low PARTITION OF event FOR VALUES FROM (0) TO (10)",
    "CREATE VIEW seen AS SELECT * FROM event",
    "CREATE TEMPORARY TABLE mine (id int)",
  );
  const tables = await inSnapshot(name, findTables);
  expect(tables).toEqual([{ schema: "public", name: "event_low", key: [], keyTypes: [], everyNth: 1 }]);
});

test("B22 a database is described by the roles and extensions that it needs", async () => {
  await database.servers.createUser(clusterId, "reader of all", "reader-password");
  const name = await newDatabase("CREATE TABLE thing (id int)", 'GRANT SELECT ON thing TO "reader of all"');
  const { roles, extensions, largeObjects, encoding } = await inSnapshot(name, describeDatabase);
  expect({ roles, extensions: extensions.map((one) => one.name), largeObjects, encoding }).toEqual({
    roles: ["doadmin", "reader of all"],
    extensions: ["pg_stat_statements", "plpgsql"],
    largeObjects: 0,
    encoding: "UTF8",
  });
});
