import { connected, type ServerAddress } from "./database.ts";
import { Failure } from "./failure.ts";

/** Tables that somebody has for himself alone, so that nobody can read them, and who. */
const holders = `
  SELECT format('%I.%I', nspname, relname) AS name, pid::text
    FROM pg_locks JOIN pg_class c ON c.oid = relation JOIN pg_namespace n ON n.oid = relnamespace
   WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND mode = 'AccessExclusiveLock' AND granted AND relkind IN ('r', 'p', 'm', 'S')
   ORDER BY 1 LIMIT 10`;

/** Says which tables were waited for in vain, as far as they are still locked; no server tells it with the failure. */
export async function lockedTables(source: ServerAddress, seconds: number): Promise<Failure> {
  const held = await connected(
    source,
    Date.now(),
    async (client) => (await client.query(holders)).rows,
  ).catch(() => []);
  const tables = held.map(({ name, pid }) => `${name}, which process ${pid} of the server has locked`);
  const what = tables.length === 0 ? "a table that was locked" : tables.join(", and ");
  const mend = "end what locks it, or set lockWaitSeconds higher";
  return new Failure("locked", `${source.database}: waited ${seconds} s for ${what}: ${mend}`);
}
