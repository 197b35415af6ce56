import { readCommandSettings } from "./command.settings.ts";
import type { CommandContext } from "./command.ts";
import { findCompressor } from "./compression.ts";
import { dumpDatabase } from "./dump.ts";
import type { ManifestContent } from "./manifest.ts";
import { findProgram } from "./postgres-programs.ts";
import { storageClient } from "./storage.ts";

export interface RunOptions {
  /** Bytes of the last backup's dump, by database. */
  readonly previousBytes?: (database: string) => number | undefined;
  /** Told what was backed up, also where another database failed or a signal came; nothing where nothing was. */
  readonly tell?: (done: readonly ManifestContent[]) => void;
}

/**
 * Backs up every database of the settings, one after the other. One that fails does not keep the others from being
 * backed up; the first failure is the run's.
 */
export async function run(
  context: CommandContext,
  { previousBytes, tell = () => undefined }: RunOptions,
): Promise<ManifestContent[]> {
  const { environment, log, signal, now } = context;
  const settings = await readCommandSettings(environment, { source: true, recipients: true });
  const { backup, source, credentials, programs } = settings;
  log.hide(source.password, credentials.secretAccessKey, credentials.sessionToken);
  const pgDump = await findProgram("pg_dump", programs);
  const compressor = await findCompressor({ compresses: true });
  const client = storageClient(backup, credentials);
  const done: ManifestContent[] = [];
  const failures: unknown[] = [];
  const job = { settings: backup, client, pgDump, compressor, log, signal, now };
  try {
    for (const database of backup.databases ?? [source.database]) {
      await dumpDatabase({
        ...job,
        source: { ...source, database },
        previousBytes: previousBytes?.(database),
      }).then(
        (manifest) => done.push(manifest),
        (error: { message: string }) => {
          signal.throwIfAborted();
          if (failures.push(error) > 1) log.error(error.message, { database });
        },
      );
    }
  } finally {
    client.destroy();
    if (done.length > 0) tell(done);
  }
  if (failures.length > 0) throw failures[0];
  return done;
}
