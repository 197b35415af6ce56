import { isScheduled, recipientsIn } from "../backup-bucket.settings.ts";
import type { BlockSettings } from "../config.ts";
import type { WebAppSettings } from "../web-app.settings.ts";
import { sortedEntries } from "./components.ts";

/** The name of the worker that backs up; one for each further owner has that owner's name behind it. */
export const backupWorker = "backup-worker";

/** The keys under which the app's secrets hold what the workers need beside the settings of the stack. */
export const backupSecretKeys = { keyId: "backupWriterKeyId", secret: "backupWriterSecret" } as const;

/** Connections of one backup at most: its own, and that of pg_dump. */
const connections = 3;

/** Databases that one login can back up, because it owns them. */
export interface BackupSource {
  owner: string;
  databases: [string, ...string[]];
  /** The worker that backs them up. */
  worker: string;
  /** The key under which the app's secrets hold the worker's settings. */
  settingsKey: string;
}

/** Who backs up what, sorted by owner. Only the owner of tables can read all of them: the administrator cannot. */
export function backupSources({ database }: Pick<BlockSettings, "database">): BackupSource[] {
  const owned = new Map<string, [string, ...string[]]>();
  for (const [name, { owner }] of sortedEntries(database?.databases ?? {})) {
    const others = owned.get(owner);
    if (others === undefined) owned.set(owner, [name]);
    else others.push(name);
  }
  return sortedEntries(Object.fromEntries(owned)).map(([owner, databases], index) => ({
    owner,
    databases,
    worker: index === 0 ? backupWorker : `${backupWorker}-${index + 1}`,
    settingsKey: index === 0 ? "backupSettings" : `backupSettings${index + 1}`,
  }));
}

/** What slipway itself names in an app that is backed up: components, and keys of secrets. */
export function backupNames(settings: Pick<BlockSettings, "database">): {
  workers: string[];
  secrets: string[];
} {
  const sources = backupSources(settings);
  return {
    workers: sources.map(({ worker }) => worker),
    secrets: [...sources.map(({ settingsKey }) => settingsKey), ...Object.values(backupSecretKeys)],
  };
}

/** The blocks that say whether and how the app is backed up. */
export type BackedUp = Pick<BlockSettings, "backups" | "database" | "operations" | "recovery">;

/**
 * The app with the workers that back its databases up by schedule; the app as it is where nobody asks for that, or where
 * there is nothing to back up. A worker logs in as the owner of its databases and can only add to the bucket.
 */
export function withBackupWorkers(app: WebAppSettings, settings: BackedUp): WebAppSettings {
  const { backups, operations } = settings;
  if (backups === undefined || operations === undefined || !isScheduled(backups)) return app;
  const heartbeat = backups.heartbeat && { BACKUP_HEARTBEAT_URL: { secret: backups.heartbeat.secret } };
  const workers = backupSources(settings).map(({ worker, settingsKey, databases: [database] }) => [
    worker,
    {
      image: { ...operations, deployOnPush: false },
      runCommand: "node backup/main.ts schedule",
      size: "apps-s-1vcpu-0.5gb",
      instances: 1,
      // A deployment ends a backup that is under way: it gets the time to take back what it has sent.
      termination: { gracePeriodSeconds: 60 },
      // A worker that cannot keep running cannot tell so itself.
      alerts: [{ measure: "restarts", operator: "above", value: 3, windowMinutes: 60, isDisabled: false }],
      environment: {
        AWS_ACCESS_KEY_ID: { secret: backupSecretKeys.keyId },
        AWS_SECRET_ACCESS_KEY: { secret: backupSecretKeys.secret },
        BACKUP_SETTINGS: { secret: settingsKey },
        DATABASE_URL: { database, connections },
        ...heartbeat,
      },
    } satisfies WebAppSettings["workers"][string],
  ]);
  return { ...app, workers: { ...app.workers, ...Object.fromEntries(workers) } };
}

/** What the platforms tell only once they have made it. */
export interface BackupPlace {
  bucket: string;
  region: string;
  /** The name of the database cluster. */
  cluster: string;
  /** The text of the secret with the public keys. */
  recipients: string;
}

const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

/** The settings of the backup program for some databases, as `backup/backup.settings.ts` reads them. */
export function backupProgramSettings(
  { backups, database, recovery }: Pick<BlockSettings, "backups" | "database" | "recovery">,
  { bucket, region, cluster, recipients }: BackupPlace,
  databases: readonly string[],
) {
  const [hour, minute] = (backups?.time ?? "01:00").split(":").map(Number);
  const window = database?.maintenance;
  return {
    bucket,
    region,
    prefix: backups?.prefix ?? "postgres/",
    cluster,
    databases: [...databases],
    recipients: recipientsIn(recipients),
    allowEmpty: backups?.allowEmpty ?? false,
    retentionDays: backups?.retentionDays ?? 30,
    schedule: {
      backup: `${minute} ${hour} * * *`,
      // The hour after the one in which the platform may restart the cluster.
      ...(window && {
        maintenance: cronAfter(days.indexOf(window.day), Number(window.hour.slice(0, 2))),
      }),
    },
    drill: recovery === undefined ? {} : { objectiveMinutes: recovery.databaseMinutes },
  };
}

function cronAfter(day: number, hour: number): string {
  const later = day * 24 + hour + 1;
  return `0 ${later % 24} * * ${Math.floor(later / 24) % 7}`;
}
