import type pg from "pg";
import type { CommandContext, Output } from "./command.ts";
import { connected } from "./database.ts";
import { type DatabasePreparation, readPrepareSettings } from "./prepare.settings.ts";
import { ensureExtensions, ensureOrdinaryUser } from "./prepare-extensions.ts";
import { ensureSchema } from "./prepare-schema.ts";

/** Advisory lock of all runs on one cluster; a number of our own choice. */
const lockKey = 7_310_452_019;

/**
 * Prepares databases for the programs that use them: extensions, and an owner who can create in schema public and do
 * nothing else. Each database is done whole or not at all, and what is there already stays as it is. CONNECT stays
 * with PUBLIC: users that the platform makes get it in no other way.
 */
export async function prepare({ environment, output }: CommandContext): Promise<void> {
  const { server, databases, wait } = readPrepareSettings(environment);
  const deadline = Date.now() + wait;
  // Held on the administrator's own database, because advisory locks of two databases do not see each other.
  await connected(server, deadline, async (keeper) => {
    await takeLock(keeper, Math.max(1, deadline - Date.now()));
    for (const preparation of databases) {
      const address = { ...server, database: preparation.name };
      await connected(address, deadline, (client) => prepareDatabase(client, preparation, output));
    }
  });
}

/** Waits for other runs. The lock is gone with the connection, however that ends. */
async function takeLock(client: pg.Client, patience: number): Promise<void> {
  await client.query(`SET statement_timeout = 0; SET lock_timeout = ${Math.ceil(patience)}`);
  await client.query("SELECT pg_advisory_lock($1)", [lockKey]);
}

async function prepareDatabase(
  client: pg.Client,
  { name, owner, extensions }: DatabasePreparation,
  output: Output,
): Promise<void> {
  const say = (line: string): void => output.say(`${name}: ${line}`);
  // A schema with the administrator's name would come first otherwise.
  await client.query("BEGIN; SET LOCAL search_path = public");
  const { rows } = await client.query("SELECT to_regnamespace('public') IS NULL AS is_missing");
  if (rows[0]?.is_missing === true) await client.query("CREATE SCHEMA public");
  await ensureOrdinaryUser(client, owner);
  await ensureExtensions(client, extensions, say);
  await ensureSchema(client, owner, say);
  await client.query("COMMIT");
}
