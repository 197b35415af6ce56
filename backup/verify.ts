import { assertListed, assertReadable, contentsOf, readWhole } from "./archive.ts";
import { readCommandSettings } from "./command.settings.ts";
import type { CommandContext } from "./command.ts";
import { findCompressor } from "./compression.ts";
import { objectBytes } from "./download.ts";
import { placeOf } from "./dump.ts";
import { exitCodes, Failure, failureOf } from "./failure.ts";
import { type Choice, candidates, listBackups, noneFits, type StoredBackup } from "./history.ts";
import type { Log } from "./log.ts";
import type { Manifest, StoredObject } from "./manifest.ts";
import { openDump, openManifest, type Vault } from "./opening.ts";
import { findProgram, type Program } from "./postgres-programs.ts";
import { readRecords, recordVerification } from "./records.ts";
import { standingOf } from "./standing.ts";
import { storageClient } from "./storage.ts";
import { drain, Meter } from "./streams.ts";

/**
 * Reads one backup whole: manifest, object, encryption, compression, digests, and the dump with pg_restore.
 *
 * @throws Failure that says what is wrong with it
 */
export async function verifyBackup(
  vault: Vault,
  backup: StoredBackup,
  pgRestore: Program,
): Promise<Manifest> {
  const manifest = await openManifest(vault, backup);
  assertReadable(manifest, pgRestore);
  await readWhole(openDump(vault, manifest), pgRestore, vault.signal);
  // A second time, as far as it takes: nobody knows beforehand where the contents end.
  const { onRead: _, ...quiet } = vault;
  assertListed(await contentsOf(openDump(quiet, manifest), pgRestore), manifest);
  return manifest;
}

/**
 * Reads one backup whole without opening it, which needs no key: manifest, object, digest.
 *
 * @throws Failure that says what is wrong with it
 */
export async function verifySealed(vault: Vault, backup: StoredBackup): Promise<Manifest> {
  const { client, bucket, signal, onRead } = vault;
  const manifest = await openManifest(vault, backup);
  const { key, versionId, sha256, bytes } = manifest.object;
  const cipher = new Meter((read) => onRead?.(read / bytes));
  await drain(cipher.through(objectBytes({ client, bucket, key, versionId }, signal)));
  if (cipher.sha256() === sha256) return manifest;
  throw new Failure("corrupt", `${key}: the object is not the one that its manifest names`);
}

/** What was found out about one backup. */
export interface Verification {
  readonly database: string;
  /** Absent where there was none to read. */
  readonly id?: string;
  /** `verified`, `sealed` where it was not opened, or the name of its failure. */
  readonly result: string;
  readonly message?: string;
}

export interface VerifyOptions extends Choice {
  readonly database?: string | undefined;
  /** Every backup that is there and not only the newest. */
  readonly all?: boolean | undefined;
  /** Only those that nobody read so yet, or that are damaged. */
  readonly unverified?: boolean | undefined;
  /** Without opening them. */
  readonly sealed?: boolean | undefined;
  /** Told what was found out, also where something is wrong. */
  readonly tell: (results: readonly Verification[]) => void;
}

/**
 * Verifies the newest backup of each database, or those that are named. What fails for one keeps none of the others from
 * being read; the first failure decides the exit code.
 */
export async function verify(context: CommandContext, options: VerifyOptions): Promise<void> {
  const { log, signal } = context;
  const isOpened = options.sealed !== true;
  const { vaults, programs, client } = await openVaults(context, options.database, { isSealed: !isOpened });
  const pgRestore = isOpened ? await findProgram("pg_restore", programs) : undefined;
  const read = (vault: Vault, backup: StoredBackup): Promise<Manifest> =>
    pgRestore === undefined ? verifySealed(vault, backup) : verifyBackup(vault, backup, pgRestore);
  const results: Verification[] = [];
  const failures: Failure[] = [];
  try {
    for (const vault of vaults)
      try {
        for (const backup of await meantBackups(context, vault, options)) {
          const { verification, failure } = await notedResult(context, vault, backup, isOpened, read);
          results.push(verification);
          if (failure !== undefined) failures.push(failure);
        }
      } catch (error) {
        signal.throwIfAborted();
        const { database } = vault.place;
        const failure = failureOf(error);
        const { outcome, message } = failure;
        results.push({ database, result: outcome, message });
        if (failures.push(failure) > 1)
          log.error(message, { database, outcome, exitCode: exitCodes[outcome][0] });
      }
  } finally {
    client.destroy();
    // What was found out before a signal came was found out.
    if (!signal.aborted || results.length > 0) options.tell(results);
  }
  if (failures.length > 0) throw failures[0];
}

async function meantBackups(
  { log, now, signal }: CommandContext,
  { client, bucket, place }: Vault,
  options: VerifyOptions,
): Promise<StoredBackup[]> {
  const fit = candidates(await listBackups(client, bucket, place, signal), options);
  if (fit.length === 0) throw noneFits(place, options);
  const records = await readRecords(client, bucket, place, log, signal);
  const meant = options.all === true ? fit : fit.slice(0, 1);
  if (options.unverified !== true) return meant;
  return meant.filter((backup) => {
    const { verifiedAt, sealedAt } = standingOf(records, backup, now());
    return verifiedAt === null && (options.sealed !== true || sealedAt === null);
  });
}

/** Reads a backup and notes what that says of it: what the store or this machine failed at says nothing of it. */
async function notedResult(
  { log, now }: CommandContext,
  vault: Vault,
  backup: StoredBackup,
  isOpened: boolean,
  read: (vault: Vault, backup: StoredBackup) => Promise<Manifest>,
): Promise<{ verification: Verification; failure?: Failure }> {
  const result = await resultOf(vault, backup, log, () => read(vault, backup), isOpened);
  const { manifest, failure } = result;
  if (manifest !== undefined)
    await recordVerification(vault, backup, now(), log, { isOpened, object: manifest.object });
  else if (failure?.outcome === "corrupt")
    await recordVerification(vault, backup, now(), log, { isOpened, damage: log.clean(failure.message) });
  return result;
}

/** Verifies one backup and tells the result; what is wrong with it is no failure of the program. */
export async function resultOf<T extends StoredObject>(
  vault: Vault,
  { id }: StoredBackup,
  log: Log,
  read: () => Promise<T>,
  isOpened = true,
): Promise<{ verification: Verification; manifest?: T; failure?: Failure }> {
  const { database } = vault.place;
  const start = performance.now();
  try {
    const manifest = await read();
    const seconds = Math.round(performance.now() - start) / 1000;
    if (isOpened) log.info("backup verified", { database, id, plainBytes: manifest.plain.bytes, seconds });
    else log.info("backup compared sealed", { database, id, bytes: manifest.object.bytes, seconds });
    return { verification: { database, id, result: isOpened ? "verified" : "sealed" }, manifest };
  } catch (error) {
    vault.signal.throwIfAborted();
    const failure = failureOf(error);
    const { outcome, message } = failure;
    log.error(message, { database, id, outcome, exitCode: exitCodes[outcome][0] });
    return { verification: { database, id, result: outcome, message }, failure };
  }
}

/** What every reading command needs. */
export async function openVaults(
  context: CommandContext,
  database: string | undefined,
  { target, isSealed = false }: { readonly target?: "TARGET" | "SCRATCH"; readonly isSealed?: boolean },
) {
  const settings = await readCommandSettings(context.environment, {
    ...(isSealed ? {} : { identities: true }),
    ...(target === undefined ? {} : { target }),
  });
  const { backup, credentials, identities, programs } = settings;
  context.log.hide(credentials.secretAccessKey, credentials.sessionToken, ...identities);
  const databases = database === undefined ? backup.databases : [database];
  if (databases === undefined)
    throw new Failure("usage", "name the database with --database, or in the settings with databases");
  const client = storageClient(backup, credentials);
  const compressor = await findCompressor();
  const vaults = databases.map((name): Vault => {
    const { signal, log } = context;
    const onRead = (share: number) =>
      log.show("reading the backup", { database: name, percent: Math.floor(share * 100) });
    const place = placeOf(backup, name);
    return { client, bucket: backup.bucket, place, identities, compressor, signal, onRead };
  });
  return { vaults, client, settings, programs };
}
