import { z } from "zod";
import { shown } from "./internal/faults.ts";
import { FreeText } from "./internal/values.ts";

const neverSent =
  "must not be 0: the provider leaves a 0 out of the request, so the server would keep its old value";

const sent = (schema: z.ZodInt | z.ZodNumber) =>
  schema.refine((value) => value !== 0, { error: neverSent, abort: true }).optional();
const whole = (least: number, most: number) => sent(z.int().min(least).max(most));

/** A time zone by name; an offset would mean the opposite to Postgres. Length: DigitalOcean API description of 2026-08-07. */
const TimeZone = FreeText.max(64, { abort: true })
  .refine(isTimeZone, {
    error: ({ input }) => `must be the name of a time zone such as Africa/Luanda or UTC; got ${shown(input)}`,
  })
  .meta({ examples: ["Africa/Luanda", "UTC"] });

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Settings of the Postgres server itself, by the provider's names with the unit added.
 *
 * Ranges: DigitalOcean API description of 2026-08-07 (`postgres_advanced_config`). Fractions are left out, since the
 * provider rounds them to single precision and would see a change on every run.
 */
export const PostgresSettings = z.strictObject({
  autovacuumAnalyzeThreshold: whole(0, 2147483647).describe(
    "Rows inserted, updated or deleted in a table before autovacuum analyses it.",
  ),
  autovacuumFreezeMaxAge: whole(200000000, 1500000000).describe(
    "Age of a table, in transactions, at which a vacuum is forced so that transaction ids do not wrap around.",
  ),
  autovacuumMaxWorkers: whole(1, 20).describe(
    "Autovacuum processes that run at a time; a change restarts the server.",
  ),
  autovacuumNaptimeSeconds: whole(0, 86400).describe(
    "Seconds between two rounds of autovacuum in one database.",
  ),
  autovacuumVacuumCostDelayMs: whole(-1, 100).describe(
    "Milliseconds that autovacuum pauses when it has used up its cost limit; -1 takes `vacuum_cost_delay` of the server.",
  ),
  autovacuumVacuumCostLimit: whole(-1, 10000).describe(
    "Cost, in points of Postgres, after which autovacuum pauses; -1 takes `vacuum_cost_limit` of the server.",
  ),
  autovacuumVacuumThreshold: whole(0, 2147483647).describe(
    "Rows updated or deleted in a table before autovacuum vacuums it.",
  ),
  backupHour: whole(0, 23).describe("Hour of the daily backup, UTC."),
  backupMinute: whole(0, 59).describe("Minute of that hour in which the daily backup begins."),
  deadlockTimeoutMs: whole(500, 1800000).describe(
    "Milliseconds that a lock is waited for before the server looks for a deadlock.",
  ),
  defaultToastCompression: z
    .enum(["lz4", "pglz"])
    .optional()
    .describe("How large values are compressed where the column does not say it."),
  idleInTransactionSessionTimeoutMs: whole(0, 604800000).describe(
    "Milliseconds after which a session that idles in an open transaction is ended.",
  ),
  jit: z.boolean().optional().describe("Whether expensive queries are compiled just in time."),
  logAutovacuumMinDurationMs: whole(-1, 2147483647).describe(
    "Milliseconds after which what autovacuum did is logged; -1 logs nothing.",
  ),
  logErrorVerbosity: z
    .enum(["TERSE", "DEFAULT", "VERBOSE"])
    .optional()
    .describe("How much detail each message of the server log has."),
  logMinDurationStatementMs: whole(-1, 86400000).describe(
    "Milliseconds after which a statement is logged; -1 logs none.",
  ),
  maxLocksPerTransaction: whole(64, 6400).describe(
    "Locks that a transaction may hold on average; it can grow but never shrink.",
  ),
  maxParallelWorkers: whole(0, 96).describe(
    "Processes of the whole server that may help with parallel queries.",
  ),
  maxParallelWorkersPerGather: whole(0, 96).describe(
    "Processes that may help with one parallel step of a query.",
  ),
  maxPreparedTransactions: whole(0, 10000).describe(
    "Transactions that may be prepared for a two-phase commit at a time; it can grow but never shrink.",
  ),
  maxReplicationSlots: whole(8, 64).describe("Replication slots that the server may have."),
  maxWorkerProcesses: whole(8, 96).describe(
    "Background processes of the whole server; it can grow but never shrink.",
  ),
  pgStatStatementsTrack: z
    .enum(["all", "top", "none"])
    .optional()
    .describe(
      "Statements that `pg_stat_statements` counts: those of clients (`top`), those inside functions too (`all`), or `none`.",
    ),
  sharedBuffersPercentage: whole(20, 60).describe(
    "Share of the memory for shared buffers, in percent; whole numbers only.",
  ),
  tempFileLimitKiB: whole(-1, 2147483647).describe(
    "Temporary files that one session may fill, in KiB; -1 is no limit.",
  ),
  timezone: TimeZone.optional().describe("Time zone of the server, by its name in the IANA database."),
  trackActivityQuerySizeBytes: whole(1024, 10240).describe(
    "Bytes kept of the statement that a session is running.",
  ),
  trackCommitTimestamp: z.boolean().optional().describe("Whether the time of each commit is kept."),
  trackFunctions: z
    .enum(["all", "pl", "none"])
    .optional()
    .describe(
      "Functions whose calls and time are counted: procedural ones (`pl`), those in SQL and C too (`all`), or `none`.",
    ),
  trackIoTiming: z
    .boolean()
    .optional()
    .describe("Whether the time of reads and writes is measured, which costs a little of it."),
  workMemMiB: whole(1, 1024).describe(
    "Memory, in MiB, that one sort or hash of a query takes before it goes to disk.",
  ),
});
export type PostgresSettings = z.output<typeof PostgresSettings>;

const switched = (value: boolean | undefined) => (value === undefined ? undefined : value ? "on" : "off");

/** The same settings in the provider's names and units; only what is set. */
export function postgresConfig(settings: PostgresSettings) {
  const config = {
    autovacuumAnalyzeThreshold: settings.autovacuumAnalyzeThreshold,
    autovacuumFreezeMaxAge: settings.autovacuumFreezeMaxAge,
    autovacuumMaxWorkers: settings.autovacuumMaxWorkers,
    autovacuumNaptime: settings.autovacuumNaptimeSeconds,
    autovacuumVacuumCostDelay: settings.autovacuumVacuumCostDelayMs,
    autovacuumVacuumCostLimit: settings.autovacuumVacuumCostLimit,
    autovacuumVacuumThreshold: settings.autovacuumVacuumThreshold,
    backupHour: settings.backupHour,
    backupMinute: settings.backupMinute,
    deadlockTimeout: settings.deadlockTimeoutMs,
    defaultToastCompression: settings.defaultToastCompression,
    idleInTransactionSessionTimeout: settings.idleInTransactionSessionTimeoutMs,
    jit: settings.jit,
    logAutovacuumMinDuration: settings.logAutovacuumMinDurationMs,
    logErrorVerbosity: settings.logErrorVerbosity,
    logMinDurationStatement: settings.logMinDurationStatementMs,
    maxLocksPerTransaction: settings.maxLocksPerTransaction,
    maxParallelWorkers: settings.maxParallelWorkers,
    maxParallelWorkersPerGather: settings.maxParallelWorkersPerGather,
    maxPreparedTransactions: settings.maxPreparedTransactions,
    maxReplicationSlots: settings.maxReplicationSlots,
    maxWorkerProcesses: settings.maxWorkerProcesses,
    pgStatStatementsTrack: settings.pgStatStatementsTrack,
    sharedBuffersPercentage: settings.sharedBuffersPercentage,
    tempFileLimit: settings.tempFileLimitKiB,
    timezone: settings.timezone,
    trackActivityQuerySize: settings.trackActivityQuerySizeBytes,
    trackCommitTimestamp: switched(settings.trackCommitTimestamp),
    trackFunctions: settings.trackFunctions,
    trackIoTiming: switched(settings.trackIoTiming),
    workMem: settings.workMemMiB,
  };
  type Config = { [K in keyof typeof config]?: NonNullable<(typeof config)[K]> };
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) as Config;
}
