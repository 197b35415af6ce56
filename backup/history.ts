import { ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";
import { Failure } from "./failure.ts";
import { type BackupPlace, databasePrefix, readKey, timeOfId } from "./keys.ts";
import { quickly, storageFailure } from "./storage.ts";

/** One version of an object, or a marker that hides the versions before it. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly bytes: number;
  /** Whether it is what a reader gets who names no version. */
  readonly isLatest: boolean;
  readonly isMarker: boolean;
}

/** What the bucket holds under one id. */
export interface StoredBackup {
  readonly id: string;
  readonly startedAt: Date;
  /**
   * `complete` has an object and a manifest; `unfinished` has no manifest, so that it is no backup; of `deleted` at
   * least one of the two is hidden by a marker until its versions expire.
   */
  readonly state: "complete" | "unfinished" | "deleted";
  /** The version that a reader gets; of a hidden one the newest before the marker. */
  readonly dump: ObjectVersion | undefined;
  readonly manifest: ObjectVersion | undefined;
}

/** Everything under one database's prefix, however many pages that takes. */
export async function* listVersions(
  client: S3Client,
  bucket: string,
  prefix: string,
  pageSize?: number,
  signal?: AbortSignal,
): AsyncGenerator<ObjectVersion, void, undefined> {
  let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await client
      .send(
        new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, MaxKeys: pageSize, ...next }),
        quickly(signal),
      )
      .catch((error: unknown) => {
        signal?.throwIfAborted();
        throw storageFailure(error, `cannot list ${bucket}/${prefix}`);
      });
    for (const [versions, isMarker] of [
      [page.Versions ?? [], false],
      [page.DeleteMarkers ?? [], true],
    ] as const) {
      for (const version of versions) {
        yield {
          key: version.Key ?? "",
          versionId: version.VersionId === "null" ? undefined : version.VersionId,
          bytes: "Size" in version ? (version.Size ?? 0) : 0,
          isLatest: version.IsLatest === true,
          isMarker,
        };
      }
    }
    if (page.IsTruncated !== true) return;
    next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

/** The backups of one database among versions in any order, oldest first. Times come from ids, never from the store's clock. */
export async function backupsAmong(
  place: BackupPlace,
  versions: AsyncIterable<ObjectVersion> | Iterable<ObjectVersion>,
): Promise<StoredBackup[]> {
  const found = new Map<string, Record<"dump" | "manifest", ObjectVersion[]>>();
  for await (const version of versions) {
    const what = readKey(place, version.key);
    if (what === undefined) continue;
    const versionsOfId = found.get(what.id) ?? { dump: [], manifest: [] };
    versionsOfId[what.kind].push(version);
    found.set(what.id, versionsOfId);
  }
  return [...found]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, { dump, manifest }]) => ({
      id,
      startedAt: timeOfId(id) as Date,
      state: stateOf(dump, manifest),
      dump: readableOf(dump),
      manifest: readableOf(manifest),
    }));
}

/** The backups of one database in a bucket, oldest first. */
export function listBackups(
  client: S3Client,
  bucket: string,
  place: BackupPlace,
  signal?: AbortSignal,
): Promise<StoredBackup[]> {
  return backupsAmong(place, listVersions(client, bucket, databasePrefix(place), undefined, signal));
}

function stateOf(dump: readonly ObjectVersion[], manifest: readonly ObjectVersion[]): StoredBackup["state"] {
  const [dumpThere, manifestThere] = [dump, manifest].map((versions) =>
    versions.some(({ isLatest, isMarker }) => isLatest && !isMarker),
  );
  if (dumpThere && manifestThere) return "complete";
  const wasFinished = manifest.some(({ isMarker }) => !isMarker);
  return wasFinished ? "deleted" : "unfinished";
}

function readableOf(versions: readonly ObjectVersion[]): ObjectVersion | undefined {
  const there = versions.filter(({ isMarker }) => !isMarker);
  return there.find(({ isLatest }) => isLatest) ?? there[0];
}

/** Which backups a person means. */
export interface Choice {
  readonly id?: string | undefined;
  /** The newest that began at or before this time. */
  readonly at?: Date | undefined;
}

/** The failure where nothing fits, which says what to do. */
export function noneFits({ database, isConfig }: BackupPlace, { id, at }: Choice): Failure {
  const [what, maker] = isConfig ? ["configuration", "backup save-config"] : ["backup of", "backup run"];
  const none = `there is no ${what} ${database}`;
  if (id === undefined && at === undefined) return new Failure("noBackup", `${none}: ${maker} makes one`);
  const which = id === undefined ? `of ${at?.toISOString()} or before` : `with the id ${id}`;
  return new Failure("noBackup", `${none} ${which}: backup list shows which there are`);
}

/** The backups that fit, of a list with the oldest first; the best first; a deleted one only where it is named by its id. */
export function candidates(backups: readonly StoredBackup[], { id, at }: Choice): StoredBackup[] {
  if (id !== undefined) return backups.filter((backup) => backup.id === id && backup.state !== "unfinished");
  return backups
    .filter(({ state, startedAt }) => state === "complete" && (at === undefined || startedAt <= at))
    .reverse();
}

/** The best of the backups that really verify; undefined where none does. */
export async function newestVerified<T>(
  best: readonly StoredBackup[],
  verify: (backup: StoredBackup) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const backup of best) {
    const verified = await verify(backup);
    if (verified !== undefined) return verified;
  }
  return undefined;
}
