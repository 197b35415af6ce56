import pg from "pg";
import type { BackupSettings } from "./backup.settings.ts";
import { readCommandSettings } from "./command.settings.ts";
import type { CommandContext } from "./command.ts";
import { connected, type ServerAddress } from "./database.ts";
import { Failure } from "./failure.ts";

/** What was done in one database. */
export interface Maintained {
  readonly database: string;
  readonly tables: number;
  readonly seconds: number;
}

/** Advisory lock of one database's maintenance; a number of our own choice. */
const lockKey = 7_310_452_021;

/**
 * Vacuums, analyses and reindexes every table that the user may, one after the other and without locking anybody out.
 * When the window is over, no further table is begun. What fails for one table is told and the rest is done.
 */
export async function maintain(context: CommandContext): Promise<Maintained[]> {
  const { environment, log, now } = context;
  const { backup, source } = await readCommandSettings(environment, { source: true, storage: false });
  log.hide(source.password);
  const until = now().getTime() + backup.maintenanceMinutes * 60_000;
  const done: Maintained[] = [];
  const failures: string[] = [];
  for (const database of backup.databases ?? [source.database]) {
    const start = performance.now();
    const result = await maintainDatabase(context, { ...source, database }, backup, until);
    failures.push(...result.failures);
    const seconds = Math.round(performance.now() - start) / 1000;
    log.info("maintenance done", { database, tables: result.tables, seconds });
    done.push({ database, tables: result.tables, seconds });
  }
  if (failures.length > 0)
    throw new Failure(
      "maintenance",
      `${failures.length} parts of the maintenance failed, first: ${failures[0]}`,
    );
  return done;
}

async function maintainDatabase(
  { signal, log, now }: CommandContext,
  address: ServerAddress,
  { lockWaitSeconds }: BackupSettings,
  until: number,
): Promise<{ tables: number; failures: string[] }> {
  const options = { name: "slipway maintain", statementLimit: 0, lockLimit: lockWaitSeconds * 1000 };
  const work = async (client: pg.Client): Promise<{ tables: number; failures: string[] }> => {
    const { rows } = await client.query("SELECT pg_try_advisory_lock($1) AS is_mine", [lockKey]);
    if (rows[0]?.is_mine !== true)
      throw new Failure("locked", `another run is maintaining ${address.database} at this moment`);
    const failures: string[] = [];
    const attempt = async (statement: string): Promise<void> => {
      signal.throwIfAborted();
      await client.query(statement).catch((error: unknown) => {
        // The connection is gone: nothing further can be done.
        if (!("severity" in (error as object))) throw error;
        const message = `${statement}: ${(error as { message: string }).message}`;
        log.error(message, { database: address.database });
        failures.push(message);
      });
    };
    for (const index of await leftoverIndexes(client)) await attempt(`DROP INDEX CONCURRENTLY ${index}`);
    let tables = 0;
    const all = await ownTables(client);
    for (const table of all) {
      if (now().getTime() > until) {
        log.warn("the window for maintenance is over", { database: address.database, tables });
        break;
      }
      log.show("maintaining", {
        database: address.database,
        table,
        percent: Math.floor((100 * tables) / all.length),
      });
      await attempt(`VACUUM (ANALYZE) ${table}`);
      await attempt(`REINDEX TABLE CONCURRENTLY ${table}`);
      tables += 1;
    }
    return { tables, failures };
  };
  // A statement that runs ends with its connection when a signal comes.
  return await connected(address, Date.now() + 60_000, (client) => endedBy(signal, client, work), options);
}

async function endedBy<T>(
  signal: AbortSignal,
  client: pg.Client,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const end = (): void => void client.end();
  signal.addEventListener("abort", end);
  try {
    return await work(client);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", end);
  }
}

/** Tables whose owner the user is, or acts for; the largest first, so that a short window is used well. */
async function ownTables(client: pg.Client): Promise<string[]> {
  return await names(
    client,
    `SELECT nspname, relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
        AND pg_has_role(relowner, 'USAGE') ORDER BY relpages DESC, nspname, relname`,
  );
}

/** What a REINDEX CONCURRENTLY that was killed leaves: it takes space and helps nobody. */
async function leftoverIndexes(client: pg.Client): Promise<string[]> {
  return await names(
    client,
    `SELECT nspname, relname FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_namespace n ON n.oid = relnamespace
      WHERE NOT indisvalid AND relname ~ '_cc(new|old)[0-9]*$' AND nspname !~ '^pg_' AND pg_has_role(relowner, 'USAGE')`,
  );
}

async function names(client: pg.Client, query: string): Promise<string[]> {
  const { rows } = await client.query(query);
  return rows.map(
    ({ nspname, relname }) =>
      `${pg.escapeIdentifier(String(nspname))}.${pg.escapeIdentifier(String(relname))}`,
  );
}
