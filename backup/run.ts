import { readCommandSettings } from "./command.settings.ts";
import type { CommandContext } from "./command.ts";
import { findCompressor } from "./compression.ts";
import { dumpDatabase } from "./dump.ts";
import { findProgram } from "./postgres-programs.ts";
import { storageClient } from "./storage.ts";

export interface RunOptions {
  /** Bytes of the last backup's dump, by database. */
  readonly previousBytes?: (database: string) => number | undefined;
}

/** Backs up every database of the settings, one after the other; the first failure ends it. */
export async function run(
  context: CommandContext,
  { previousBytes }: RunOptions = {},
): Promise<Awaited<ReturnType<typeof dumpDatabase>>[]> {
  const { environment, log, signal, now } = context;
  const settings = await readCommandSettings(environment, { source: true });
  const { backup, source, credentials, programs } = settings;
  log.hide(source.password, credentials.secretAccessKey, credentials.sessionToken);
  const pgDump = await findProgram("pg_dump", programs);
  const compressor = await findCompressor();
  const client = storageClient(backup, credentials);
  const done = [];
  try {
    for (const database of backup.databases ?? [source.database]) {
      done.push(
        await dumpDatabase({
          settings: backup,
          source: { ...source, database },
          client,
          pgDump,
          compressor,
          log,
          signal,
          now,
          previousBytes: previousBytes?.(database),
        }),
      );
    }
  } finally {
    client.destroy();
  }
  return done;
}
