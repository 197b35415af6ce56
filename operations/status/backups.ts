import type { S3 } from "@aws-sdk/client-s3";
import type { StackSettings } from "../../components/config.ts";
import { type JudgedBackup, newestBackup } from "../backup/watch.ts";
import type { Clouds } from "../drift/clouds.ts";
import { ofType, type StackState, textOf } from "../drift/state.ts";
import { OperationFault } from "../fault.ts";

/** The newest backup of one database outside its platform. */
export interface DatabaseBackup {
  database: string;
  /** Of the newest that is complete, ISO time; null where there is none. */
  newest: string | null;
  /** Of the newest that was read to its end and is whole, ISO time; null where there is none. */
  verified: string | null;
  /** Whether that one was compared with its manifest alone: nobody opened it. */
  isSealed: boolean;
  /** Of the newest that is damaged where nobody opened a younger one that is whole, ISO time; null for none. */
  damaged: string | null;
}

/** Where in a bucket the backups of a cluster's databases are. */
export interface BackupsPlace {
  bucket: string;
  prefix: string;
  cluster: string;
  databases: readonly string[];
}

/** A backup as `slipway backup list` tells it. */
export interface FoundBackup extends JudgedBackup {
  state: string;
}

/** Looks into a bucket as the backup program does. @throws OperationFault where it cannot be read */
export type FindBackups = (s3: S3, place: BackupsPlace) => Promise<readonly FoundBackup[]>;

const noBackups = () => new OperationFault("the stack has no slipway:backups");

/** The bucket of the backups; a stack may have one of files beside it. @throws OperationFault where there is none */
export function backupBucket(state: StackState): { name: string; region: string } {
  const bucket = ofType(state, "aws:s3/bucket:Bucket").find(({ urn }) =>
    urn.includes("slipway:index:BackupBucket$"),
  );
  if (bucket === undefined) throw noBackups();
  return {
    name: textOf(bucket.inputs["bucket"]) || bucket.id,
    region: textOf(bucket.outputs["region"]) || "us-east-1",
  };
}

/** The name of the databases' cluster; empty where there is none. */
export function clusterName(state: StackState): string {
  const [cluster] = ofType(state, "digitalocean:index/databaseCluster:DatabaseCluster");
  return textOf(cluster?.outputs["name"]) || textOf(cluster?.inputs["name"]);
}

/** The newest backups of a stack's databases: what has no manifest is none, and neither is saved configuration. */
export async function newestBackups(
  state: StackState,
  { backups, database }: StackSettings,
  clouds: Clouds,
  find: FindBackups,
): Promise<DatabaseBackup[]> {
  const bucket = backupBucket(state);
  const cluster = clusterName(state);
  if (backups === undefined) throw noBackups();
  if (database === undefined || cluster === "") return [];
  const { s3 } = await clouds.aws(bucket.region);
  const databases = Object.keys(database.databases);
  const found = await find(s3, {
    bucket: bucket.name,
    prefix: backups.prefix,
    cluster,
    databases,
  });
  const complete = found.filter((one) => one.state === "complete");
  return databases.map((name) => ({ database: name, ...newestBackup(complete, name) }));
}
