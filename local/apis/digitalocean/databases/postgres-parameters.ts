import { z } from "zod";

const integer = (low: number, high: number): z.ZodType<number | undefined> =>
  z
    .int()
    .min(low, `must be between ${low} and ${high}`)
    .max(high, `must be between ${low} and ${high}`)
    .optional();

const number = (low: number, high: number): z.ZodType<number | undefined> =>
  z
    .number()
    .min(low, `must be between ${low} and ${high}`)
    .max(high, `must be between ${low} and ${high}`)
    .optional();

const largest = 2_147_483_647;

/** Settings whose values PostgreSQL takes as they are, with the limits of the platform. */
const plain = {
  autovacuum_freeze_max_age: integer(200_000_000, 1_500_000_000),
  autovacuum_max_workers: integer(1, 20),
  autovacuum_naptime: integer(0, 86_400),
  autovacuum_vacuum_threshold: integer(0, largest),
  autovacuum_analyze_threshold: integer(0, largest),
  autovacuum_vacuum_scale_factor: number(0, 1),
  autovacuum_analyze_scale_factor: number(0, 1),
  autovacuum_vacuum_cost_delay: integer(-1, 100),
  autovacuum_vacuum_cost_limit: integer(-1, 10_000),
  bgwriter_delay: integer(10, 10_000),
  bgwriter_lru_maxpages: integer(0, 1_073_741_823),
  bgwriter_lru_multiplier: number(0, 10),
  deadlock_timeout: integer(500, 1_800_000),
  default_toast_compression: z.enum(["lz4", "pglz"]).optional(),
  idle_in_transaction_session_timeout: integer(0, 604_800_000),
  jit: z.boolean().optional(),
  log_autovacuum_min_duration: integer(-1, largest),
  log_error_verbosity: z.enum(["TERSE", "DEFAULT", "VERBOSE"]).optional(),
  log_line_prefix: z
    .enum([
      "pid=%p,user=%u,db=%d,app=%a,client=%h",
      "%m [%p] %q[user=%u,db=%d,app=%a]",
      "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h",
    ])
    .optional(),
  log_min_duration_statement: integer(-1, 86_400_000),
  max_connections: integer(25, 262_143),
  max_files_per_process: integer(1000, 4096),
  max_locks_per_transaction: integer(64, 6400),
  max_logical_replication_workers: integer(4, 64),
  max_parallel_workers: integer(0, 96),
  max_parallel_workers_per_gather: integer(0, 96),
  max_pred_locks_per_transaction: integer(64, 640),
  max_prepared_transactions: integer(0, 10_000),
  max_replication_slots: integer(8, 64),
  max_slot_wal_keep_size: integer(-1, largest),
  max_standby_archive_delay: integer(1, 43_200_000),
  max_standby_streaming_delay: integer(1, 43_200_000),
  max_wal_senders: integer(20, 64),
  max_worker_processes: integer(8, 96),
  "pg_stat_statements.track": z.enum(["all", "top", "none"]).optional(),
  temp_file_limit: integer(-1, largest),
  timezone: z.string().max(64, "must have 64 characters at most").optional(),
  track_activity_query_size: integer(1024, 10_240),
  track_commit_timestamp: z.enum(["off", "on"]).optional(),
  track_functions: z.enum(["all", "pl", "none"]).optional(),
  track_io_timing: z.enum(["off", "on"]).optional(),
  wal_sender_timeout: integer(0, 10_800_000),
  wal_writer_delay: integer(10, 200),
};

/** Settings that the platform gives in another unit than PostgreSQL takes them. */
const converted = {
  /** Kilobytes. */
  bgwriter_flush_after: integer(0, 2048),
  /** Bytes. */
  max_stack_depth: integer(2_097_152, 6_291_456),
  /** Megabytes. */
  work_mem: integer(1, 1024),
};

/** Settings of the platform around PostgreSQL, or of extensions that are not there: kept, not applied. */
const kept = {
  backup_hour: integer(0, 23),
  backup_minute: integer(0, 59),
  "pg_partman_bgw.role": z.string().max(64, "must have 64 characters at most").optional(),
  "pg_partman_bgw.interval": integer(3600, 604_800),
  shared_buffers_percentage: number(20, 60),
  synchronous_replication: z.enum(["off", "quorum"]).optional(),
  stat_monitor_enable: z.boolean().optional(),
  max_failover_replication_time_lag: integer(10, Number.MAX_SAFE_INTEGER),
  pgbouncer: z.record(z.string(), z.unknown()).optional(),
  timescaledb: z.record(z.string(), z.unknown()).optional(),
};

/**
 * PostgreSQL settings of a cluster by the API's names and limits (DigitalOcean API description, 2026-08,
 * `postgres_advanced_config`).
 */
export const PostgresConfig = z.strictObject({ ...plain, ...converted, ...kept });

const asText = (value: unknown): string =>
  typeof value === "boolean" ? (value ? "on" : "off") : String(value);

const conversions: Readonly<Record<keyof typeof converted, (value: number) => string>> = {
  bgwriter_flush_after: (kilobytes) => `${kilobytes}kB`,
  max_stack_depth: (bytes) => `${Math.floor(bytes / 1024)}kB`,
  work_mem: (megabytes) => `${megabytes}MB`,
};

/** The settings that PostgreSQL itself knows, by its names and in its units. */
export function postgresParameters(config: Readonly<Record<string, unknown>>): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined) continue;
    if (name in plain) parameters[name] = asText(value);
    if (name in converted) {
      parameters[name] = conversions[name as keyof typeof converted](Number(value));
    }
  }
  return parameters;
}
