import pg from "pg";
import { type ConnectionOptions, connected, type ServerAddress } from "./database.ts";
import { Failure } from "./failure.ts";

/** A table and the file that holds its rows: another after TRUNCATE, and after ALTER TABLE wrote them anew. */
interface TableFile {
  readonly name: string;
  readonly file: string;
}

/** The tables of one moment, by their number. */
export type TableFiles = ReadonlyMap<string, TableFile>;

/** A backup has to begin again, since a table was changed as a whole between its moment and its locks. */
export class Unsettled extends Failure {
  constructor(message: string) {
    super("locked", message);
  }
}

/** The database's own tables, none of an extension's: by the snapshot of a connection or, without one, as they are now. */
export async function tableFiles(client: pg.Client): Promise<TableFiles> {
  const { rows } = await client.query(`
    SELECT c.oid::text AS number, nspname AS schema, relname AS name, relfilenode::text AS file
      FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
     ORDER BY nspname COLLATE "C", relname COLLATE "C"`);
  const quoted = (name: unknown): string => pg.escapeIdentifier(String(name));
  return new Map(
    rows.map(({ number, schema, name, file }) => [
      String(number),
      { name: `${quoted(schema)}.${quoted(name)}`, file: String(file) },
    ]),
  );
}

/**
 * Makes sure, while pg_dump holds its locks, that every row of a snapshot is there for it, and keeps the tables as they
 * are for the snapshot's own connection, to its end. PostgreSQL shows a table that was emptied or written anew as one
 * without rows to an older snapshot, and says nothing.
 *
 * @throws Unsettled where the snapshot has to be another
 */
export async function assertSettled(
  client: pg.Client,
  files: TableFiles,
  source: ServerAddress,
): Promise<void> {
  const names = await rewrittenSince(files, source);
  if (names.length > 0) throw rewritten(source, names);
  if (files.size > 0) await lockAll(client, files, source);
}

/** As the backup's own connection, but for nothing that takes long. */
const briefly: ConnectionOptions = { name: "slipway backup", statementLimit: 60_000, lockLimit: 60_000 };

/** Tables of an earlier moment that have other files by now, or are gone. */
export async function rewrittenSince(files: TableFiles, source: ServerAddress): Promise<string[]> {
  const found = await connected(source, Date.now() + 10_000, tableFiles, briefly);
  return [...files].flatMap(([number, { name, file }]) => (found.get(number)?.file === file ? [] : [name]));
}

/** Names told at most. */
const mostNames = 5;

export function rewritten({ database }: ServerAddress, names: readonly string[]): Unsettled {
  const told = names.length > mostNames ? [...names.slice(0, mostNames), "..."] : names;
  return new Unsettled(
    `${database}: ${told.join(", ")}: emptied, dropped or written anew (TRUNCATE, ALTER TABLE) as the backup began, which would lack the rows`,
  );
}

/** Waits for nobody: who waits behind pg_dump's lock lets nobody pass for as long as pg_dump runs. */
async function lockAll(client: pg.Client, files: TableFiles, { database }: ServerAddress): Promise<void> {
  const names = [...files.values()].map(({ name }) => `ONLY ${name}`);
  try {
    await client.query(`LOCK TABLE ${names.join(", ")} IN ACCESS SHARE MODE NOWAIT`);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "55P03")
      throw new Unsettled(`${database}: something waits to change a table as a whole, as the backup began`);
    if (code !== "53200") throw error;
    throw new Failure(
      "dump",
      `${database}: the server has no room for the locks of ${files.size} tables: set its max_locks_per_transaction higher`,
    );
  }
}
