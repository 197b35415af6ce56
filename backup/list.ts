import { readCommandSettings } from "./command.settings.ts";
import type { CommandContext } from "./command.ts";
import { placeOf } from "./dump.ts";
import { Failure } from "./failure.ts";
import { listBackups } from "./history.ts";
import { storageClient } from "./storage.ts";

/** A line of the list. */
export interface ListedBackup {
  /** Name of the database, or of the piece of configuration. */
  readonly database: string;
  readonly id: string;
  readonly startedAt: string;
  readonly state: string;
  readonly bytes: number;
  /** When the bucket lets it go: S3 rounds up to the next midnight in UTC. */
  readonly expiresAt: string;
}

const day = 86_400_000;

/** The backups that the bucket holds, oldest first. */
export async function list(
  context: CommandContext,
  which: { readonly database?: string; readonly config?: string },
): Promise<ListedBackup[]> {
  const { backup, credentials } = await readCommandSettings(context.environment, {});
  context.log.hide(credentials.secretAccessKey, credentials.sessionToken);
  const name = which.config ?? which.database;
  const names = name === undefined ? backup.databases : [name];
  if (names === undefined)
    throw new Failure("usage", "name the database with --database, or in the settings with databases");
  const client = storageClient(backup, credentials);
  const listed: ListedBackup[] = [];
  try {
    for (const database of names) {
      const place = { ...placeOf(backup, database), isConfig: which.config !== undefined };
      for (const { id, startedAt, state, dump } of await listBackups(client, backup.bucket, place)) {
        listed.push({
          database,
          id,
          startedAt: startedAt.toISOString(),
          state,
          bytes: dump?.bytes ?? 0,
          expiresAt: expiryOf(startedAt, backup.retentionDays).toISOString(),
        });
      }
    }
  } finally {
    client.destroy();
  }
  return listed;
}

/** When S3 removes an object of that time. */
export const expiryOf = (start: Date, retentionDays: number): Date =>
  new Date(Math.ceil((start.getTime() + retentionDays * day) / day) * day);
