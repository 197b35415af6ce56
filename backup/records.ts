import { createHash } from "node:crypto";
import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { failureOf } from "./failure.ts";
import type { StoredBackup } from "./history.ts";
import { type BackupPlace, databasePrefix, newId, timeOfId } from "./keys.ts";
import type { Log } from "./log.ts";
import { quickly, storageFailure } from "./storage.ts";
import { putNew } from "./upload.ts";

/**
 * What was found out about backups, kept in the bucket beside them: `records/<prefix of the database>` has
 * `verifications/<backup>.<what was read>.<time>.json` and `drills/<time>.<passed or failed>.json`. Before the `.json` of a
 * verification stands `.sealed` where it opened nothing, and `.damaged` where the backup is not what it should be. The keys
 * alone tell what a watcher has to know; the reader may write there and nowhere else.
 */
export interface Records {
  /** Newest first. */
  readonly verifications: readonly VerificationRecord[];
  /** Newest first. */
  readonly drills: readonly DrillRecord[];
}

export interface VerificationRecord {
  readonly backup: string;
  /** Stands for the very version of the object that was read. */
  readonly seal: string;
  readonly at: Date;
  /** Whether it was opened, and not only compared with its manifest. */
  readonly isOpened: boolean;
  /** Whether it was whole. */
  readonly isGood: boolean;
}

export interface DrillRecord {
  readonly at: Date;
  readonly isPassed: boolean;
}

/** Start of the keys of all records of one database. */
export const recordPrefix = (place: BackupPlace): string => `records/${databasePrefix(place)}`;

/** A short name of one version of a backup's object: another version of the same key has another. */
export function sealOf({ dump }: Pick<StoredBackup, "dump">): string {
  const text = `${dump?.versionId ?? ""} ${dump?.bytes ?? 0}`;
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** What the keys below a database's records say; other keys say nothing. */
export function recordsAmong(place: BackupPlace, keys: Iterable<string>): Records {
  const start = recordPrefix(place);
  const verifications: VerificationRecord[] = [];
  const drills: DrillRecord[] = [];
  for (const key of keys) {
    const name = key.startsWith(start) ? key.slice(start.length) : "";
    const [, backup = "", seal = "", verified = "", sealed, damaged] =
      /^verifications\/([^./]+)\.([0-9a-f]{16})\.([^./]+)(\.sealed)?(\.damaged)?\.json$/.exec(name) ?? [];
    const [, drilled = "", result] = /^drills\/([^./]+)\.(passed|failed)\.json$/.exec(name) ?? [];
    const at = timeOfId(verified === "" ? drilled : verified);
    if (at === undefined) continue;
    if (result === undefined)
      verifications.push({
        backup,
        seal,
        at,
        isOpened: sealed === undefined,
        isGood: damaged === undefined,
      });
    else drills.push({ at, isPassed: result === "passed" });
  }
  return { verifications: newestFirst(verifications), drills: newestFirst(drills) };
}

const newestFirst = <T extends { readonly at: Date }>(records: T[]): T[] =>
  records.sort((one, other) => other.at.getTime() - one.at.getTime());

/** The records of one database. None where they may not be listed: a bucket that was made before there were any. */
export async function readRecords(
  client: S3Client,
  bucket: string,
  place: BackupPlace,
  log: Log,
  signal?: AbortSignal,
): Promise<Records> {
  const keys: string[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: recordPrefix(place), ContinuationToken: token }),
        quickly(signal),
      );
      keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
      token = page.NextContinuationToken;
    } while (token !== undefined);
  } catch (error) {
    signal?.throwIfAborted();
    const failure = storageFailure(error, `cannot list ${bucket}/${recordPrefix(place)}`);
    if (failure.outcome !== "storageRefused") throw failure;
    log.warn("the records may not be read: bring the stack up, for its reader's rights", {
      reason: failure.message,
    });
  }
  return recordsAmong(place, keys);
}

/** Where a record goes. */
export interface RecordPlace {
  readonly client: S3Client;
  readonly bucket: string;
  readonly place: BackupPlace;
  readonly signal: AbortSignal;
}

/** Notes that a backup was read to its end, how deep, and what came of it. */
export const recordVerification = (
  where: RecordPlace,
  backup: StoredBackup,
  at: Date,
  log: Log,
  found: Readonly<Record<string, unknown>> & { readonly isOpened: boolean; readonly damage?: string },
): Promise<void> => {
  const kind = `${found.isOpened ? "" : ".sealed"}${found.damage === undefined ? "" : ".damaged"}`;
  return write(where, `verifications/${backup.id}.${sealOf(backup)}.${newId(at)}${kind}.json`, log, {
    format: "slipway verification 1",
    at: at.toISOString(),
    backup: backup.id,
    ...found,
  });
};

/** Notes what came of a drill. */
export const recordDrill = (
  where: RecordPlace,
  at: Date,
  log: Log,
  found: Readonly<Record<string, unknown>> & { readonly result: string },
): Promise<void> =>
  write(where, `drills/${newId(at)}.${found.result === "passed" ? "passed" : "failed"}.json`, log, {
    format: "slipway drill record 1",
    at: at.toISOString(),
    ...found,
  });

/** That something cannot be noted makes no failure of it: whoever watches misses the note. */
async function write(
  { client, bucket, place, signal }: RecordPlace,
  name: string,
  log: Log,
  content: object,
) {
  const key = `${recordPrefix(place)}${name}`;
  try {
    await putNew({ client, bucket, key }, `${JSON.stringify(content)}\n`, signal, quickly(signal));
  } catch (error) {
    signal.throwIfAborted();
    log.warn("the record was not written", { key, reason: failureOf(error).message });
  }
}
