import { superuser } from "./postgres-settings.ts";
import { literal, named, type Query, scramVerifier } from "./postgres-sql.ts";

/** Name of the customer's administrator on the platform. */
export const administrator = "doadmin";

/** Name of the database that every cluster of the platform has. */
const defaultDatabase = "defaultdb";

/**
 * Makes a new server look like a cluster of the platform, and gives the administrator this password. Safe to repeat.
 *
 * On the platform the administrator is no superuser, yet may create the extensions on its list. PostgreSQL itself
 * lets the owner of a database create those that it marks as trusted, which `uuid-ossp` and `pg_trgm` are.
 * `pg_stat_statements` is not, so it is created in the template of all databases beforehand: `CREATE EXTENSION IF NOT
 * EXISTS`, which programs have to use anyway because they run on every deployment, then finds it.
 */
export async function prepareServer(query: Query, password: string): Promise<void> {
  await setLogin(query, administrator, password);
  await query(`ALTER ROLE ${named(administrator)} CREATEDB CREATEROLE`);
  await query(`GRANT pg_monitor, pg_signal_backend TO ${named(administrator)}`);
  await createDatabase(query, defaultDatabase);
}

/** The template of all databases and, because it can get lost with a dropped schema, those that were made from it. */
export async function preparedDatabases(query: Query): Promise<string[]> {
  const rows = await query("SELECT datname FROM pg_database WHERE datallowconn ORDER BY NOT datistemplate");
  return rows.map(({ datname }) => String(datname));
}

/** What every database has from the start; to be run in each. Safe to repeat. */
export async function prepareDatabase(query: Query): Promise<void> {
  const rows = await query("SELECT to_regnamespace('public') IS NOT NULL AS is_there");
  if (rows[0]?.["is_there"] === true) {
    await query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public");
  }
}

/**
 * Creates a user that can connect and do nothing else, or gives an existing one this password. The administrator may
 * hand its membership out, as a role that could create it may.
 */
export async function createUser(query: Query, name: string, password: string): Promise<void> {
  refuseReserved(name);
  await setLogin(query, name, password);
  if (name === administrator) return;
  const [version] = await query("SELECT current_setting('server_version_num')::int >= 160000 AS has_options");
  // Before PostgreSQL 16 CREATEROLE alone is enough.
  if (version?.["has_options"] === true) {
    await query(`GRANT ${named(name)} TO ${named(administrator)} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`);
  }
}

async function setLogin(query: Query, name: string, password: string): Promise<void> {
  const known = await query("SELECT 1 FROM pg_roles WHERE rolname = $1", [name]);
  const verb = known.length === 0 ? "CREATE" : "ALTER";
  await query(`${verb} ROLE ${named(name)} LOGIN PASSWORD ${literal(scramVerifier(password))}`);
}

/**
 * Removes a user. What it owned goes to the administrator, so that no data is lost with it.
 *
 * @param inDatabase - runs work in another database of the same server
 */
export async function dropUser(
  query: Query,
  name: string,
  inDatabase: (database: string, work: (query: Query) => Promise<void>) => Promise<void>,
): Promise<void> {
  refuseReserved(name);
  if ((await query("SELECT 1 FROM pg_roles WHERE rolname = $1", [name])).length === 0) return;
  await query(`ALTER ROLE ${named(name)} NOLOGIN`);
  await query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [name]);
  const databases = await query("SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate");
  for (const { datname } of databases) {
    await inDatabase(String(datname), async (there) => {
      await there(`REASSIGN OWNED BY ${named(name)} TO ${named(administrator)}`);
      await there(`DROP OWNED BY ${named(name)}`);
    });
  }
  await query(`DROP ROLE ${named(name)}`);
}

/** Creates a database that the administrator owns, where it is not there yet. */
export async function createDatabase(query: Query, name: string): Promise<void> {
  if ((await query("SELECT 1 FROM pg_database WHERE datname = $1", [name])).length > 0) return;
  await query(`CREATE DATABASE ${named(name)} OWNER ${named(administrator)}`);
}

/** Removes a database with all its data, connections or not. Does nothing where it is not there. */
export async function dropDatabase(query: Query, name: string): Promise<void> {
  if (["postgres", "template0", "template1"].includes(name)) {
    throw new Error(`database ${name} belongs to the server and cannot be dropped`);
  }
  await query(`DROP DATABASE IF EXISTS ${named(name)} WITH (FORCE)`);
}

function refuseReserved(name: string): void {
  if (name !== superuser && name !== "postgres" && !name.startsWith("pg_")) return;
  throw new Error(`user name ${name} is reserved by the server`);
}
