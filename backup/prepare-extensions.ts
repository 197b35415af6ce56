import pg from "pg";
import { Failure } from "./failure.ts";

/**
 * Makes sure that a database's owner exists and is no administrator of any kind.
 *
 * @throws Failure that names what is wrong with it
 */
export async function ensureOrdinaryUser(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query(
    "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = $1",
    [name],
  );
  const [role] = rows;
  if (role === undefined) throw new Failure("missing", `owner ${name} must be a user of the cluster`);
  const rights: Readonly<Record<string, string>> = {
    rolsuper: "SUPERUSER",
    rolcreaterole: "CREATEROLE",
    rolcreatedb: "CREATEDB",
    rolreplication: "REPLICATION",
    rolbypassrls: "BYPASSRLS",
  };
  const excess = Object.keys(rights).filter((right) => role[right] === true);
  if (excess.length > 0) {
    const words = excess.map((right) => rights[right]).join(", ");
    throw new Failure("missing", `owner ${name} must be an ordinary user, but has ${words}`);
  }
}

/**
 * Creates the extensions that are not there yet.
 *
 * @throws Failure that names all that the server does not have
 */
export async function ensureExtensions(
  client: pg.Client,
  extensions: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const { rows } = await client.query(
    "SELECT name, installed_version FROM pg_available_extensions WHERE name = ANY($1::text[])",
    [extensions],
  );
  const available = new Map(
    rows.map(({ name, installed_version }) => [String(name), installed_version !== null]),
  );
  const missing = extensions.filter((name) => !available.has(name));
  if (missing.length > 0) {
    const { rows: versions } = await client.query("SELECT current_setting('server_version') AS version");
    throw new Failure(
      "missing",
      `PostgreSQL ${versions[0]?.version} has no extension ${missing.join(", ")}: install it on the server, or leave it out of the database's extensions`,
    );
  }
  for (const name of extensions) {
    if (available.get(name) === true) {
      say(`extension ${name} is there`);
    } else {
      await client.query(`CREATE EXTENSION IF NOT EXISTS ${pg.escapeIdentifier(name)}`);
      say(`extension ${name} created`);
    }
  }
}
