import { readCommandSettings } from "./command.settings.ts";
import type { CommandContext } from "./command.ts";
import { placeOf } from "./dump.ts";
import { Failure } from "./failure.ts";
import { listBackups } from "./history.ts";
import { readRecords } from "./records.ts";
import { type Standing, standingOf } from "./standing.ts";
import { storageClient } from "./storage.ts";

/** A line of the list. */
export interface ListedBackup extends Standing {
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

/** What the bucket holds of one database, or of one piece of configuration. */
export interface Listed {
  readonly name: string;
  /** Oldest first. */
  readonly backups: readonly ListedBackup[];
  /** The newest; null where there was none. */
  readonly lastDrill: { readonly at: string; readonly isPassed: boolean } | null;
  /** The newest that passed. */
  readonly passedDrillAt: string | null;
}

/** The backups that the bucket holds, and what is known of them. */
export async function list(
  context: CommandContext,
  which: { readonly database?: string; readonly config?: string },
): Promise<Listed[]> {
  const { log, signal } = context;
  const { backup, credentials } = await readCommandSettings(context.environment, {});
  log.hide(credentials.secretAccessKey, credentials.sessionToken);
  const name = which.config ?? which.database;
  const names = name === undefined ? backup.databases : [name];
  if (names === undefined)
    throw new Failure("usage", "name the database with --database, or in the settings with databases");
  const client = storageClient(backup, credentials);
  const listed: Listed[] = [];
  try {
    for (const database of names) {
      const place = { ...placeOf(backup, database), isConfig: which.config !== undefined };
      const stored = await listBackups(client, backup.bucket, place, signal);
      const records = await readRecords(client, backup.bucket, place, log, signal);
      const [lastDrill] = records.drills;
      const passed = records.drills.find(({ isPassed }) => isPassed);
      listed.push({
        name: database,
        backups: stored.map((one) => ({
          database,
          id: one.id,
          startedAt: one.startedAt.toISOString(),
          state: one.state,
          bytes: one.dump?.bytes ?? 0,
          ...standingOf(records, one, context.now()),
          expiresAt: expiryOf(one.startedAt, backup.retentionDays).toISOString(),
        })),
        lastDrill: lastDrill === undefined ? null : { ...lastDrill, at: lastDrill.at.toISOString() },
        passedDrillAt: passed?.at.toISOString() ?? null,
      });
    }
  } finally {
    client.destroy();
  }
  return listed;
}

/** The list as a person reads it; one that is empty says what to do. */
export function listLines({ name, backups, lastDrill }: Listed, isConfig: boolean): string[] {
  if (backups.length === 0)
    return [
      `${name} has no backup yet: ${isConfig ? `save-config --config ${name} --file <path>` : "backup run"} makes one`,
    ];
  const lines = backups.map(({ id, state, bytes, expiresAt, ...standing }) => {
    const proof = isConfig ? "" : `${proofText(standing)}, `;
    return `${name} ${id} ${state} ${bytes} bytes, ${proof}goes ${expiresAt.slice(0, 10)}`;
  });
  if (isConfig) return lines;
  if (lastDrill === null) return [...lines, `${name} has no drill yet: backup drill does one`];
  return [...lines, `${name} last drill ${lastDrill.isPassed ? "passed" : "failed"} ${lastDrill.at}`];
}

function proofText({ verifiedAt, sealedAt, damagedAt }: Standing): string {
  if (damagedAt !== null) return `damaged ${damagedAt.slice(0, 10)}`;
  if (verifiedAt !== null) return `verified ${verifiedAt.slice(0, 10)}`;
  return sealedAt === null ? "not verified" : `not opened, sealed ${sealedAt.slice(0, 10)}`;
}

/** When S3 removes an object of that time. */
export const expiryOf = (start: Date, retentionDays: number): Date =>
  new Date(Math.ceil((start.getTime() + retentionDays * day) / day) * day);
