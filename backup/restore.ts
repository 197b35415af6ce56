import { assertReadable } from "./archive.ts";
import type { CommandContext } from "./command.ts";
import { connected } from "./database.ts";
import { Failure } from "./failure.ts";
import { type Choice, candidates, listBackups, newestVerified, noneFits } from "./history.ts";
import type { Log } from "./log.ts";
import type { Manifest } from "./manifest.ts";
import { openManifest, type Vault } from "./opening.ts";
import { findProgram, type Program } from "./postgres-programs.ts";
import { assertSame, compareTables, putBack } from "./restoring.ts";
import { assertConfirmed, assertFit } from "./target.ts";
import { openVaults, resultOf, verifyBackup } from "./verify.ts";

export interface RestoreOptions extends Choice {
  readonly database?: string | undefined;
  readonly confirm?: string | undefined;
  /** Takes the newest that verifies and not the newest. */
  readonly skipsDamaged: boolean;
  readonly keepsOwners: boolean;
  readonly isReplaced: boolean;
  readonly diskBytes?: number | undefined;
}

/** What was restored, and how long it took. */
export interface Restored {
  readonly id: string;
  readonly database: string;
  readonly target: string;
  readonly tables: number;
  /** Parts of the backup that are not put back. */
  readonly leftOut: readonly string[];
  readonly seconds: number;
}

/** Restores one backup into the database that TARGET_DATABASE_URL names, and compares every table with the manifest. */
export async function restore(context: CommandContext, options: RestoreOptions): Promise<Restored> {
  const { vaults, programs, client, settings } = await openVaults(context, options.database, {
    target: "TARGET",
  });
  const { target, backup } = settings;
  const { log, environment } = context;
  log.hide(target.password);
  const start = performance.now();
  try {
    const [vault] = vaults;
    if (vault === undefined || vaults.length > 1)
      throw new Failure("usage", "name the database whose backup it shall be with --database");
    await assertConfirmed(target, {
      productionHosts: backup.productionHosts,
      source: environment["DATABASE_URL"],
      isReplaced: options.isReplaced,
      typed: options.confirm,
    });
    const pgRestore = await findProgram("pg_restore", programs);
    const manifest = await chosenManifest(vault, options, pgRestore, log);
    assertReadable(manifest, pgRestore);
    const deadline = Date.now() + 10_000;
    await connected(target, deadline, (connection) => assertFit(connection, manifest, options));
    const { id } = manifest;
    const where = `${target.host}:${target.port}/${target.database}`;
    log.info("restore begins", { id, database: vault.place.database, target: where });
    const onProgress = progressLines((percent) => {
      if (!log.isWatched) log.info("restored", { percent });
    });
    const job = { vault, manifest, target, pgRestore, ...options, leftOut: [], onProgress, log };
    const leftOut = await putBack(job, async (session, parts) => {
      log.show("comparing the tables with the backup", { database: vault.place.database });
      assertSame(await compareTables(target, manifest, session));
      return parts;
    });
    const seconds = Math.round(performance.now() - start) / 1000;
    log.info("restore done", { id, target: where, seconds });
    return {
      id,
      database: vault.place.database,
      target: where,
      tables: manifest.contents.tables.length,
      leftOut,
      seconds,
    };
  } finally {
    client.destroy();
  }
}

/**
 * The manifest of the best backup that fits. A damaged one is told, and stepped over only where that was asked for: it
 * is for a person to decide whether older data will do.
 */
async function chosenManifest(
  vault: Vault,
  { skipsDamaged, ...choice }: RestoreOptions,
  pgRestore: Program,
  log: Log,
): Promise<Manifest> {
  const fit = candidates(await listBackups(vault.client, vault.bucket, vault.place, vault.signal), choice);
  const [best] = fit;
  if (best === undefined) throw noneFits(vault.place, choice);
  if (!skipsDamaged) return await openManifest(vault, best);
  const verified = await newestVerified(fit, async (backup) => {
    const { manifest, failure } = await resultOf(vault, backup, log, () =>
      verifyBackup(vault, backup, pgRestore),
    );
    if (failure !== undefined && failure.outcome !== "corrupt") throw failure;
    return manifest;
  });
  if (verified !== undefined) return verified;
  throw new Failure("corrupt", `all ${fit.length} backups of ${vault.place.database} that fit are damaged`);
}

/** Turns shares into whole percents, each ten of them once. */
export function progressLines(tell: (percent: number) => void): (done: number) => void {
  let told = 0;
  return (done) => {
    const percent = Math.floor(done * 10) * 10;
    if (percent > told) {
      told = percent;
      tell(percent);
    }
  };
}
