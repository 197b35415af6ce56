import { randomBytes } from "node:crypto";
import pg from "pg";
import { connected, type ServerAddress } from "./database.ts";
import type { Manifest } from "./manifest.ts";

const namesOfDrills = "slipway_drill_";

/**
 * Makes a database on a server, lets work be done in it and drops it, whatever came of the work. What a killed drill
 * left behind, and nobody uses, is dropped first.
 */
export async function inScratchDatabase<T>(
  server: ServerAddress,
  { contents }: Pick<Manifest, "contents">,
  work: (scratch: ServerAddress) => Promise<T>,
): Promise<T> {
  const name = `${namesOfDrills}${randomBytes(6).toString("hex")}`;
  const scratch = { ...server, database: name };
  await administer(server, async (client) => {
    await dropLeftovers(client);
    const encoding = pg.escapeLiteral(contents.encoding);
    await client.query(`CREATE DATABASE ${name} ENCODING ${encoding} TEMPLATE template0`);
  });
  try {
    return await work(scratch);
  } finally {
    await administer(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  }
}

/**
 * Makes a backup's extensions in a scratch database.
 *
 * @returns those that this user may not make; what needs one of them cannot be restored, what does not can
 */
export async function makeExtensions(
  scratch: ServerAddress,
  { contents }: Pick<Manifest, "contents">,
): Promise<string[]> {
  const leftOut: string[] = [];
  await administer(scratch, async (client) => {
    for (const { name } of contents.extensions) {
      await client
        .query(`CREATE EXTENSION IF NOT EXISTS ${pg.escapeIdentifier(name)}`)
        .catch((error: unknown) => {
          if ((error as { code?: unknown }).code !== insufficientPrivilege) throw error;
          leftOut.push(name);
        });
    }
  });
  return leftOut;
}

const insufficientPrivilege = "42501";

async function dropLeftovers(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `SELECT datname AS name FROM pg_database WHERE datname ~ '^${namesOfDrills}[0-9a-f]{12}$'
        AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = pg_database.datname)`,
  );
  for (const { name } of rows) await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)}`);
}

async function administer(
  server: ServerAddress,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const options = { name: "slipway drill", statementLimit: 120_000, lockLimit: 60_000 };
  await connected(server, Date.now() + 30_000, work, options);
}
