import { z } from "zod";
import { shown } from "./internal/faults.ts";
import { FreeText } from "./internal/values.ts";

const neverSent =
  "must not be 0: the provider leaves a 0 out of the request, so the server would keep its old value";

const sent = (schema: z.ZodInt | z.ZodNumber) =>
  schema.refine((value) => value !== 0, { error: neverSent, abort: true }).optional();
const whole = (least: number, most: number) => sent(z.int().min(least).max(most));

/** A time zone by name; an offset would mean the opposite to Postgres. Length: DigitalOcean API description of 2026-08-07. */
const TimeZone = FreeText.max(64, { abort: true }).refine(isTimeZone, {
  error: ({ input }) => `must be the name of a time zone such as Africa/Luanda or UTC; got ${shown(input)}`,
});

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
  autovacuumAnalyzeThreshold: whole(0, 2147483647),
  autovacuumFreezeMaxAge: whole(200000000, 1500000000),
  autovacuumMaxWorkers: whole(1, 20),
  autovacuumNaptimeSeconds: whole(0, 86400),
  autovacuumVacuumCostDelayMs: whole(-1, 100),
  autovacuumVacuumCostLimit: whole(-1, 10000),
  autovacuumVacuumThreshold: whole(0, 2147483647),
  backupHour: whole(0, 23).describe("Hour of the daily backup, UTC."),
  backupMinute: whole(0, 59),
  deadlockTimeoutMs: whole(500, 1800000),
  defaultToastCompression: z.enum(["lz4", "pglz"]).optional(),
  idleInTransactionSessionTimeoutMs: whole(0, 604800000),
  jit: z.boolean().optional(),
  logAutovacuumMinDurationMs: whole(-1, 2147483647).describe("-1 logs nothing."),
  logErrorVerbosity: z.enum(["TERSE", "DEFAULT", "VERBOSE"]).optional(),
  logMinDurationStatementMs: whole(-1, 86400000).describe(
    "Statements that take longer are logged; -1 logs none.",
  ),
  maxLocksPerTransaction: whole(64, 6400),
  maxParallelWorkers: whole(0, 96),
  maxParallelWorkersPerGather: whole(0, 96),
  maxPreparedTransactions: whole(0, 10000),
  maxReplicationSlots: whole(8, 64),
  maxWorkerProcesses: whole(8, 96),
  pgStatStatementsTrack: z.enum(["all", "top", "none"]).optional(),
  sharedBuffersPercentage: whole(20, 60).describe("Share of the memory for shared buffers."),
  tempFileLimitKiB: whole(-1, 2147483647).describe("-1 is no limit."),
  timezone: TimeZone.optional(),
  trackActivityQuerySizeBytes: whole(1024, 10240),
  trackCommitTimestamp: z.boolean().optional(),
  trackFunctions: z.enum(["all", "pl", "none"]).optional(),
  trackIoTiming: z.boolean().optional(),
  workMemMiB: whole(1, 1024),
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
