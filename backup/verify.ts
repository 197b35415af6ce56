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
import { readRecords, recordVerification, verifiedAt } from "./records.ts";
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
  const head = await readWhole(openDump(vault, manifest), pgRestore, vault.signal);
  assertListed(await contentsOf(head, pgRestore), manifest);
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
  readonly id: string;
  /** `verified`, or the name of its failure. */
  readonly result: string;
  readonly message?: string;
}

export interface VerifyOptions extends Choice {
  readonly database?: string | undefined;
  /** Every backup that is there and not only the newest. */
  readonly all?: boolean | undefined;
  /** Only those that nobody verified yet. */
  readonly unverified?: boolean | undefined;
  /** Without opening them. */
  readonly sealed?: boolean | undefined;
  /** Told what was found out, also where something is wrong. */
  readonly tell: (results: readonly Verification[]) => void;
}

/** Verifies the newest backup of each database, or those that are named. The first failure decides the exit code. */
export async function verify(context: CommandContext, options: VerifyOptions): Promise<void> {
  const { log, now } = context;
  const isSealed = options.sealed === true;
  const { vaults, programs, client } = await openVaults(context, options.database, { isSealed });
  const pgRestore = isSealed ? undefined : await findProgram("pg_restore", programs);
  const results: Verification[] = [];
  let failure: unknown;
  try {
    for (const vault of vaults) {
      const fit = candidates(await listBackups(client, vault.bucket, vault.place), options);
      if (fit.length === 0) throw noneFits(vault.place, options);
      const records = await readRecords(client, vault.bucket, vault.place, log);
      const meant = options.all === true ? fit : fit.slice(0, 1);
      for (const backup of meant) {
        if (options.unverified === true && verifiedAt(records, backup) !== undefined) continue;
        const result = await resultOf(vault, backup, log, () =>
          pgRestore === undefined ? verifySealed(vault, backup) : verifyBackup(vault, backup, pgRestore),
        );
        failure ??= result.failure;
        results.push(result.verification);
        const { manifest } = result;
        if (manifest !== undefined)
          await recordVerification(vault, backup, now(), log, {
            isOpened: !isSealed,
            object: manifest.object,
          });
      }
    }
  } finally {
    client.destroy();
  }
  options.tell(results);
  if (failure !== undefined) throw failure;
}

/** Verifies one backup and tells the result; what is wrong with it is no failure of the program. */
export async function resultOf<T extends StoredObject>(
  vault: Vault,
  { id }: StoredBackup,
  log: Log,
  read: () => Promise<T>,
): Promise<{ verification: Verification; manifest?: T; failure?: Failure }> {
  const { database } = vault.place;
  const start = performance.now();
  try {
    const manifest = await read();
    const seconds = Math.round(performance.now() - start) / 1000;
    log.info("backup verified", { database, id, plainBytes: manifest.plain.bytes, seconds });
    return { verification: { database, id, result: "verified" }, manifest };
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
