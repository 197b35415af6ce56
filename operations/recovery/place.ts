import { fileURLToPath } from "node:url";
import { backupProgramSettings } from "../../components/web-app/backup-workers.ts";
import { OperationFault } from "../fault.ts";
import { planStack } from "../plan/graph.ts";
import { readStackFile } from "../stack-file.ts";
import { settingsIn } from "../stack-settings.ts";

/** Whoever only reads encrypts for nobody, and the program wants a key all the same. */
const nobody = `age1${"q".repeat(58)}`;

/**
 * The settings of the backup program for a stack whose state is gone: the repository alone says what its bucket and its
 * cluster are called.
 *
 * @param file - the stack file, where it is not Pulumi.<stack>.yaml of the repository
 * @throws OperationFault where the stack file has no backups, or no database
 */
export async function settingsByStackFile(
  stack: string,
  file = fileURLToPath(new URL(`../../Pulumi.${stack}.yaml`, import.meta.url)),
): Promise<Record<string, unknown>> {
  const content = readStackFile(file, "slipway");
  settingsIn(stack, content, file);
  const { values } = content;
  const { settings, resources } = await planStack(stack, values);
  const named = (kind: string, property: string): unknown =>
    resources.find(({ urn }) => urn.includes(`${kind}::`))?.inputs[property];
  const bucket = named("slipway:index:BackupBucket$aws:s3/bucket:Bucket", "bucket");
  const cluster = named("digitalocean:index/databaseCluster:DatabaseCluster", "name");
  if (typeof bucket !== "string" || typeof cluster !== "string")
    throw new OperationFault(`stack ${stack} must have slipway:backups and slipway:database to be restored`);
  const region = values["aws:region"] ?? "us-east-1";
  const databases = Object.keys(settings.database?.databases ?? {});
  return backupProgramSettings(settings, { bucket, region, cluster, recipients: nobody }, databases);
}
