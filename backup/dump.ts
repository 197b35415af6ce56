import type { S3Client } from "@aws-sdk/client-s3";
import type pg from "pg";
import { encrypted } from "./age.ts";
import type { BackupSettings } from "./backup.settings.ts";
import { type Compressor, compressed } from "./compression.ts";
import { beginSnapshot, describeDatabase, summarizeTables } from "./contents.ts";
import { asFailure, connected, type ServerAddress } from "./database.ts";
import { Failure, failureOf } from "./failure.ts";
import { type BackupPlace, databasePrefix, dumpKey, manifestKey, newId } from "./keys.ts";
import { lockedTables } from "./locks.ts";
import type { Log } from "./log.ts";
import { type DatabaseSummary, type ManifestContent, manifestText, type TableSummary } from "./manifest.ts";
import { partSizes } from "./parts.ts";
import { pgDumpOutput } from "./pg-dump.ts";
import { assertNotOlder, type Program } from "./postgres-programs.ts";
import { assertSettled, rewritten, rewrittenSince, tableFiles, Unsettled } from "./settled.ts";
import { Meter } from "./streams.ts";
import { dropUnfinished, putNew, upload } from "./upload.ts";
import { toolVersion } from "./version.ts";

/** One database to back up, and with what. */
export interface DumpJob {
  readonly settings: BackupSettings;
  readonly source: ServerAddress;
  readonly client: S3Client;
  readonly pgDump: Program;
  readonly compressor: Compressor;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Bytes of the last backup's dump: one of less than half of them is a failure. */
  readonly previousBytes?: number | undefined;
}

/** Advisory lock of one database's runs; a number of our own choice. */
const lockKey = 7_310_452_020;

/**
 * Backs one database up: dump, compression, encryption and upload are one stream that touches no disk, and the object
 * counts as a backup only when its manifest is there.
 */
export async function dumpDatabase(job: DumpJob): Promise<ManifestContent> {
  const { settings, source, signal } = job;
  const options = { name: "slipway backup", statementLimit: 0, lockLimit: settings.lockWaitSeconds * 1000 };
  // The clock of the machine: a backup may be made at another time than its own.
  const deadline = Date.now() + settings.connectSeconds * 1000;
  try {
    return await connected(source, deadline, (client) => dumpUnderLock(job, client), options);
  } catch (error) {
    // What follows from a signal is no failure of what it interrupted.
    signal.throwIfAborted();
    throw error;
  }
}

/** How often a backup begins whose tables are changed as a whole just then. */
const mostBeginnings = 5;

async function dumpUnderLock(job: DumpJob, client: pg.Client): Promise<ManifestContent> {
  const { source, log } = job;
  const { database } = source;
  const { rows } = await client.query("SELECT pg_try_advisory_lock($1) AS is_mine", [lockKey]);
  if (rows[0]?.is_mine !== true)
    throw new Failure("locked", `another run is backing up ${database} at this moment`);
  for (let beginning = 1; ; beginning += 1) {
    try {
      return await dumpSnapshot(job, client);
    } catch (error) {
      if (!(error instanceof Unsettled)) throw error;
      const { message } = error;
      if (beginning === mostBeginnings)
        throw new Failure("locked", `${message}, ${mostBeginnings} times: run it when nothing does that`);
      log.warn("backup begins again", { database, reason: message });
      await client.query("ROLLBACK");
    }
  }
}

async function dumpSnapshot(job: DumpJob, client: pg.Client): Promise<ManifestContent> {
  const { source, settings, pgDump, log } = job;
  const startedAt = job.now();
  const place = placeOf(settings, source.database);
  await beginSnapshot(client);
  const description = await describeDatabase(client);
  assertNotOlder("pg_dump", pgDump, description.serverVersion);
  const id = newId(startedAt);
  log.info("backup begins", { database: source.database, id, serverVersion: description.serverVersion });
  const dropped = await dropUnfinished(job.client, settings.bucket, databasePrefix(place), job.signal);
  if (dropped !== undefined && dropped > 0) log.warn("dropped unfinished uploads", { count: dropped });
  const stored = await streamDump(job, client, dumpKey(place, id), description);
  const content: ManifestContent = {
    format: "slipway backup 1",
    id,
    cluster: settings.cluster,
    database: source.database,
    startedAt: startedAt.toISOString(),
    endedAt: job.now().toISOString(),
    tool: { name: "slipway", version: toolVersion },
    pgDumpVersion: pgDump.version,
    recipients: [...settings.recipients],
    ...stored,
  };
  const key = manifestKey(place, id);
  await putNew({ client: job.client, bucket: settings.bucket, key }, manifestText(content), job.signal);
  log.info("backup done", {
    database: source.database,
    id,
    bytes: content.object.bytes,
    plainBytes: content.plain.bytes,
    tables: content.contents.tables.length,
    seconds: (job.now().getTime() - startedAt.getTime()) / 1000,
  });
  return content;
}

export const placeOf = (
  { prefix, cluster }: Pick<BackupSettings, "prefix" | "cluster">,
  database: string,
): BackupPlace => ({
  prefix,
  cluster,
  database,
});

async function streamDump(
  job: DumpJob,
  client: pg.Client,
  key: string,
  description: Omit<DatabaseSummary, "tables">,
): Promise<Pick<ManifestContent, "object" | "plain" | "contents">> {
  const { settings, source, log, pgDump: program } = job;
  const { lockWaitSeconds } = settings;
  const { database } = source;
  // What fails beside the stream ends the stream.
  const beside = new AbortController();
  const signal = AbortSignal.any([job.signal, beside.signal]);
  const { rows } = await client.query("SELECT pg_export_snapshot() AS snapshot");
  const snapshot = String(rows[0]?.snapshot);
  const files = await tableFiles(client);
  let summary: Promise<TableSummary[]> = Promise.resolve([]);
  const onceLocked = async (): Promise<void> => {
    await assertSettled(client, files, source);
    summary = summarizeTables(client);
    summary.catch((error) => beside.abort(asFailure(error, source)));
  };
  const plain = new Meter((plainBytes) => log.show("backing up", { database, plainBytes }));
  const cipher = new Meter();
  const dump = plain.through(
    pgDumpOutput({ program, source, snapshot, lockWaitSeconds, signal, log, onceLocked }),
  );
  const file = cipher.through(encrypted(compressed(dump, job.compressor, signal), settings.recipients));
  let contents: DatabaseSummary = { ...description, tables: [] };
  try {
    const versionId = await upload({
      client: job.client,
      bucket: settings.bucket,
      key,
      source: file,
      partSize: partSizes(description.sizeBytes),
      signal,
      beforeCompletion: async () => {
        contents = { ...contents, tables: await summary };
        assertLargeEnough(job, plain.bytes, contents);
      },
    });
    return {
      object: {
        key,
        ...(versionId === undefined ? {} : { versionId }),
        bytes: cipher.bytes,
        sha256: cipher.sha256(),
      },
      plain: { bytes: plain.bytes, sha256: plain.sha256() },
      contents,
    };
  } catch (error) {
    const cause: unknown = beside.signal.aborted ? beside.signal.reason : error;
    const { outcome } = failureOf(cause);
    // A table that was dropped meanwhile is one that pg_dump cannot find; where nobody answers, its own words say more.
    const gone = outcome === "dump" ? await rewrittenSince(files, source).catch(() => []) : [];
    if (gone.length > 0) throw rewritten(source, gone);
    if (outcome !== "locked" || cause instanceof Unsettled) throw cause;
    throw await lockedTables(source, lockWaitSeconds);
  }
}

/** A backup that holds nothing, or much less than the last one, is mostly the sign of something else. */
function assertLargeEnough(
  { settings, source, previousBytes }: DumpJob,
  bytes: number,
  contents: DatabaseSummary,
): void {
  const tooSmall = (what: string): Failure => new Failure("tooSmall", `${source.database}: ${what}`);
  if (contents.tables.length === 0 && !settings.allowEmpty)
    throw tooSmall("the database has no table: set allowEmpty if that is right");
  if (bytes < settings.minimumBytes)
    throw tooSmall(`the dump has ${bytes} bytes, minimumBytes is ${settings.minimumBytes}`);
  if (previousBytes !== undefined && bytes < previousBytes / 2)
    throw tooSmall(`the dump has ${bytes} bytes, less than half of the previous one's ${previousBytes}`);
}
