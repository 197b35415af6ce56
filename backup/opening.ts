import type { S3Client } from "@aws-sdk/client-s3";
import { identityToRecipient } from "age-encryption";
import { decrypted } from "./age.ts";
import { type Compressor, decompressed } from "./compression.ts";
import { objectBytes, objectText } from "./download.ts";
import { Failure, failureOf } from "./failure.ts";
import type { StoredBackup } from "./history.ts";
import { type BackupPlace, dumpKey, manifestKey } from "./keys.ts";
import {
  type ConfigManifest,
  longestManifest,
  type Manifest,
  readConfigManifest,
  readManifest,
  type StoredObject,
} from "./manifest.ts";
import { type Bytes, Meter } from "./streams.ts";

/** Where backups are and what opens them. */
export interface Vault {
  readonly client: S3Client;
  readonly bucket: string;
  readonly place: BackupPlace;
  readonly identities: readonly string[];
  readonly compressor: Compressor;
  readonly signal: AbortSignal;
  /** Told how much of a dump was read, from 0 to 1. */
  readonly onRead?: (share: number) => void;
}

/**
 * Reads a backup's manifest and compares it with what the bucket holds.
 *
 * @throws Failure where the manifest is damaged or another backup's, or the object is not the one that it was written for
 */
export async function openManifest(vault: Vault, backup: StoredBackup): Promise<Manifest> {
  return await opened(vault, backup, readManifest, ({ database }) => database);
}

/** The same for configuration. */
export async function openConfigManifest(vault: Vault, backup: StoredBackup): Promise<ConfigManifest> {
  return await opened(vault, backup, readConfigManifest, ({ name }) => name);
}

async function opened<T extends Manifest | ConfigManifest>(
  vault: Vault,
  backup: StoredBackup,
  read: (text: string, key: string) => T,
  nameOf: (manifest: T) => string,
): Promise<T> {
  const { client, bucket, place } = vault;
  const key = manifestKey(place, backup.id);
  if (backup.manifest === undefined || backup.dump === undefined)
    throw new Failure("noBackup", `${backup.id} has no manifest: it is no backup`);
  const text = await objectText(
    { client, bucket, key, versionId: backup.manifest.versionId },
    longestManifest,
    vault.signal,
  );
  const manifest = read(text, key);
  const isItsOwn =
    manifest.id === backup.id &&
    manifest.cluster === place.cluster &&
    nameOf(manifest) === place.database &&
    manifest.object.key === dumpKey(place, backup.id);
  if (!isItsOwn) throw new Failure("corrupt", `${key}: the manifest is that of ${manifest.object.key}`);
  const { versionId, bytes } = manifest.object;
  if (versionId !== undefined && versionId !== backup.dump.versionId)
    throw new Failure("corrupt", `${manifest.object.key}: was replaced after its manifest was written`);
  if (bytes !== backup.dump.bytes)
    throw new Failure(
      "corrupt",
      `${manifest.object.key}: has ${backup.dump.bytes} bytes, its manifest says ${bytes}`,
    );
  return manifest;
}

/**
 * The dump of a backup as pg_dump wrote it. Its last piece leaves only after the digests of everything, cipher and
 * plain, are those of the manifest: whoever reads it cannot reach the end of anything else.
 */
export async function* openDump(vault: Vault, manifest: StoredObject): Bytes {
  const { client, bucket, identities, compressor, signal, onRead } = vault;
  const { key, versionId } = manifest.object;
  const cipher = new Meter();
  const plain = new Meter((bytes) => onRead?.(bytes / manifest.plain.bytes));
  const file = cipher.through(objectBytes({ client, bucket, key, versionId }, signal));
  let held: Buffer | undefined;
  const dump = decompressed(decryptedFor(manifest, file, identities), compressor, signal);
  for await (const piece of plain.through(dump)) {
    if (held !== undefined) yield held;
    held = piece;
  }
  const differs = (what: string): Failure =>
    new Failure("corrupt", `${key}: the ${what} is not the one that its manifest names`);
  if (cipher.sha256() !== manifest.object.sha256) throw differs("object");
  if (plain.bytes !== manifest.plain.bytes || plain.sha256() !== manifest.plain.sha256) throw differs("dump");
  if (held !== undefined) yield held;
}

/** Whoever has a key that the manifest names and finds no lock for it has found a changed header, not a wrong key. */
async function* decryptedFor(
  { recipients }: StoredObject,
  file: Bytes,
  identities: readonly string[],
): Bytes {
  try {
    yield* decrypted(file, identities);
  } catch (error) {
    if (failureOf(error).outcome !== "wrongKey") throw error;
    const own = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
    if (!own.some((recipient) => recipients.includes(recipient))) throw error;
    throw new Failure(
      "corrupt",
      "the encrypted backup is damaged: its header is for none of the keys that its manifest names",
    );
  }
}
