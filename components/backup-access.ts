import * as pulumi from "@pulumi/pulumi";
import type { BackupBucket } from "./backup-bucket.ts";
import type { StackSettings } from "./config.ts";
import type { Database } from "./database.ts";
import { backupProgramSettings, backupSecretKeys, backupSources } from "./web-app/backup-workers.ts";

/** What a stack's backups are wired to. */
export interface BackupWiring {
  bucket: BackupBucket;
  database: Database;
  /** Region of the bucket. */
  region: string;
  /** The secret with the public keys. @default - nobody can open backups, and none is made */
  recipients: pulumi.Output<string> | undefined;
}

/** How the stack's backups are reached by who makes them and by who reads them. */
export function backupAccess(
  settings: StackSettings,
  { bucket, database, region, recipients = pulumi.output("") }: BackupWiring,
) {
  const sources = backupSources(settings);
  const settingsOf = (databases: readonly string[]) =>
    pulumi
      .all([bucket.bucketName, database.clusterName, recipients])
      .apply(([name, cluster, keys]) =>
        backupProgramSettings(settings, { bucket: name, region, cluster, recipients: keys }, databases),
      );
  return {
    /** For the app: what its workers need, by the keys under which they ask for it. */
    workerSecrets: {
      [backupSecretKeys.keyId]: bucket.writerKeyId,
      [backupSecretKeys.secret]: bucket.writerSecret,
      ...Object.fromEntries(
        sources.map(({ settingsKey, databases }) => [
          settingsKey,
          settingsOf(databases).apply((value) => JSON.stringify(value)),
        ]),
      ),
    },
    /** For people and workflows: settings, addresses and both keys of the bucket; secret as a whole. */
    output: pulumi.secret({
      isProtected: settings.isProtected,
      writer: { keyId: bucket.writerKeyId, secret: bucket.writerSecret },
      reader: { keyId: bucket.readerKeyId, secret: bucket.readerSecret },
      sources: sources.map(({ databases }) => ({
        settings: settingsOf(databases),
        databaseUrl: database.databases[databases[0]]?.publicUrl,
      })),
    }),
  };
}
