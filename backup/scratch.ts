import { randomBytes } from "node:crypto";
import pg from "pg";
import { tried } from "./attempt.ts";
import { connected, type ServerAddress } from "./database.ts";
import { Failure } from "./failure.ts";
import type { Log } from "./log.ts";
import type { Manifest } from "./manifest.ts";
import { takeBack } from "./undo.ts";

const namesOfDrills = "slipway_drill_";

/** Advisory lock of a server's drills; a number of our own choice. */
const lockKey = 7_310_452_022;

/**
 * Makes a database on a server, with the roles of a backup, lets work be done in it and drops it all, whatever came of
 * the work. What a killed drill left behind, and nobody uses, is dropped first. One drill at a time may do that.
 */
export async function inScratchDatabase<T>(
  server: ServerAddress,
  { contents }: Pick<Manifest, "contents">,
  log: Log,
  work: (scratch: ServerAddress) => Promise<T>,
): Promise<T> {
  // What the work throws is not of this connection.
  const result = await connected(
    server,
    Date.now() + 30_000,
    async (client) => {
      await lockDrills(client);
      return (await Promise.allSettled([underLock(server, contents, log, work)]))[0];
    },
    options,
  );
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

async function underLock<T>(
  server: ServerAddress,
  contents: Manifest["contents"],
  log: Log,
  work: (scratch: ServerAddress) => Promise<T>,
): Promise<T> {
  const name = `${namesOfDrills}${randomBytes(6).toString("hex")}`;
  const begun = [`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`];
  let result: T;
  try {
    await administer(server, async (client) => {
      await dropLeftovers(client, server, log);
      const encoding = pg.escapeLiteral(contents.encoding);
      await client.query(`CREATE DATABASE ${name} ENCODING ${encoding} TEMPLATE template0`);
      const roles = await makeRoles(client, contents.roles);
      begun.push(...roles.map((role) => `DROP ROLE IF EXISTS ${role}`));
    });
    result = await work({ ...server, database: name });
  } catch (error) {
    await takeBack(server, begun, log);
    throw error;
  }
  const [failure] = await takeBack(server, begun, log);
  if (failure !== undefined) throw failure;
  return result;
}

/** The lock ends with its connection. It is of one database, and looked for in all: drills may log in to several. */
async function lockDrills(client: pg.Client): Promise<void> {
  await client.query(
    "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'",
  );
  await client.query("SELECT pg_try_advisory_lock($1)", [lockKey]);
  const { rows } = await client.query(
    `SELECT count(*) FILTER (WHERE pid = pg_backend_pid())::int AS own,
            count(*) FILTER (WHERE pid <> pg_backend_pid())::int AS others
       FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND (classid::bigint << 32 | objid::bigint) = $1`,
    [lockKey],
  );
  if (rows[0]?.own === 1 && rows[0]?.others === 0) return;
  throw new Failure(
    "locked",
    "another drill is under way on this server, and one may be at a time: begin this one when that has ended, or give it another server in SCRATCH_DATABASE_URL",
  );
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

/** One that cannot be dropped is told, and is no failure of this drill. */
async function dropLeftovers(client: pg.Client, server: ServerAddress, log: Log): Promise<void> {
  const { rows } = await client.query(
    `SELECT datname AS name FROM pg_database WHERE datname ~ '^${namesOfDrills}[0-9a-f]{12}$'
        AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = pg_database.datname)`,
  );
  for (const { name } of rows) {
    const database = String(name);
    const leftover = { ...server, database };
    // A subscription keeps its database; who may not drop the one may not drop the other.
    await connected(leftover, Date.now(), dropSubscriptions, options).catch(() => undefined);
    await takeBack(server, [`DROP DATABASE IF EXISTS ${database}`], log);
  }
}

/** Without a word to the server that they are of: their slots there may be another's. */
async function dropSubscriptions(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `SELECT subname AS name FROM pg_subscription
      WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  for (const { name } of rows) {
    const subscription = `SUBSCRIPTION ${pg.escapeIdentifier(String(name))}`;
    await client.query(`ALTER ${subscription} DISABLE`);
    await client.query(`ALTER ${subscription} SET (slot_name = NONE)`);
    await client.query(`DROP ${subscription}`);
  }
}

const options = { name: "slipway drill", statementLimit: 120_000, lockLimit: 60_000 };

async function administer(server: ServerAddress, work: (client: pg.Client) => Promise<void>): Promise<void> {
  await connected(server, Date.now() + 30_000, work, options);
}
