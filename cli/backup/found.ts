import { Failure } from "../../backup/failure.ts";
import { listBackups } from "../../backup/history.ts";
import { Log } from "../../backup/log.ts";
import { readRecords } from "../../backup/records.ts";
import { standingOf } from "../../backup/standing.ts";
import { OperationFault } from "../../operations/fault.ts";
import type { FindBackups, FoundBackup } from "../../operations/status/backups.ts";

/** Finds backups as `slipway backup list` does, with the access of who asks. */
export const findBackups: FindBackups = async (s3, { bucket, prefix, cluster, databases }) => {
  const log = new Log({ write: () => undefined, format: "json", now: () => new Date() });
  const found: FoundBackup[] = [];
  try {
    for (const database of databases) {
      const place = { prefix, cluster, database };
      const stored = await listBackups(s3, bucket, place);
      const records = await readRecords(s3, bucket, place, log);
      for (const one of stored)
        found.push({
          database,
          startedAt: one.startedAt.toISOString(),
          state: one.state,
          ...standingOf(records, one, new Date()),
        });
    }
  } catch (error) {
    if (error instanceof Failure) throw new OperationFault(error.message);
    throw error;
  }
  return found;
};
