import { randomBytes } from "node:crypto";
import pg from "pg";
import { tried } from "./attempt.ts";
import { connected, type ServerAddress } from "./database.ts";
import type { Manifest } from "./manifest.ts";

const namesOfDrills = "slipway_drill_";

/**
 * Makes a database on a server, with the roles of a backup, lets work be done in it and drops it all, whatever came of
 * the work. What a killed drill
 * left behind, and nobody uses, is dropped first.
 */
export async function inScratchDatabase<T>(
  server: ServerAddress,
  { contents }: Pick<Manifest, "contents">,
  work: (scratch: ServerAddress) => Promise<T>,
): Promise<T> {
  const name = `${namesOfDrills}${randomBytes(6).toString("hex")}`;
  const scratch = { ...server, database: name };
  let roles: string[] = [];
  await administer(server, async (client) => {
    await dropLeftovers(client);
    const encoding = pg.escapeLiteral(contents.encoding);
    await client.query(`CREATE DATABASE ${name} ENCODING ${encoding} TEMPLATE template0`);
    roles = await makeRoles(client, contents.roles);
  });
  try {
    return await work(scratch);
  } finally {
    await administer(server, async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      for (const role of roles) await client.query(`DROP ROLE IF EXISTS ${role}`);
    });
  }
}

/** So that a later drill knows the roles of one that was killed. */
const markOfRoles = "made by a drill of slipway";

/**
 * Makes the roles that a backup names and the server lacks: they can do nothing. A user who may make none leaves them
 * to be told as missing.
 *
 * @returns those that are to be dropped with the database
 */
async function makeRoles(client: pg.Client, roles: readonly string[]): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT name, oid IS NOT NULL AS is_there, shobj_description(oid, 'pg_authid') = $2 AS is_ours
       FROM unnest($1::text[]) AS name LEFT JOIN pg_roles ON rolname = name`,
    [roles, markOfRoles],
  );
  const ours: string[] = [];
  await client.query("BEGIN");
  for (const { name, is_there, is_ours } of rows) {
    const role = pg.escapeIdentifier(String(name));
    if (is_there !== true && !(await tried(client, `CREATE ROLE ${role}`))) break;
    if (is_there !== true) await client.query(`COMMENT ON ROLE ${role} IS '${markOfRoles}'`);
    if (is_there !== true || is_ours === true) ours.push(role);
  }
  await client.query("COMMIT");
  return ours;
}

async function dropLeftovers(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `SELECT datname AS name FROM pg_database WHERE datname ~ '^${namesOfDrills}[0-9a-f]{12}$'
        AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = pg_database.datname)`,
  );
  for (const { name } of rows) await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)}`);
}

async function administer(server: ServerAddress, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const options = { name: "slipway drill", statementLimit: 120_000, lockLimit: 60_000 };
  await connected(server, Date.now() + 30_000, work, options);
}
