import { includedDiskGiB } from "../../catalog/database-sizes.ts";
import type { BackupBucketSettings } from "../backup-bucket.settings.ts";
import type { DatabaseSettings } from "../database.settings.ts";
import type { Prices } from "../prices.ts";
import { costLine, type DatedLine } from "./line.ts";
import { times } from "./money.ts";

/** What a dump is taken to be where nobody declares its size: zstd packs it, and indexes are not in it. */
const dumpSize = { leastGiB: 0.1, shareOfDisk: 0.25 } as const;

/** Parts of an upload, and the requests that open and close it. */
const upload = { partMiB: 16, extraRequests: 2 } as const;

/** Dumps that a month sees by the schedule, at least and at most. */
const dumpsAMonth = {
  daily: { minimum: 30, maximum: 31 },
  onDemand: { minimum: 0, maximum: 5 },
} as const;

/** Days between the dumps of the busiest month. */
const daysBetween = { daily: 1, onDemand: 7 } as const;

const putsOf = (dumpGiB: number) => Math.ceil((dumpGiB * 1024) / upload.partMiB) + upload.extraRequests;

/** What the backups outside the platform cost: the dumps that are kept, the requests, and one restore a month. */
export function backupLines(
  settings: BackupBucketSettings,
  database: DatabaseSettings | undefined,
  prices: Prices,
  region: string,
): DatedLine[] {
  const { schedule, retentionDays, noncurrentDays } = settings;
  const diskGiB = includedDiskGiB(database?.size ?? "db-s-1vcpu-1gb");
  const least = settings.dumpGiB ?? dumpSize.leastGiB;
  const most = settings.dumpGiB ?? diskGiB * dumpSize.shareOfDisk;
  const price = prices.s3(region);
  const days = retentionDays + noncurrentDays;
  const kept = {
    minimum: schedule === "onDemand" ? 0 : days,
    maximum: Math.ceil(days / daysBetween[schedule]),
  };
  const dumps = dumpsAMonth[schedule];
  const perRequest = price.putPer1000 / 1000;
  const size =
    settings.dumpGiB === undefined
      ? `a dump is ${least} to ${most} GiB, a quarter of the disk at most: set backups.dumpGiB when you know`
      : `a dump is ${most} GiB, as backups.dumpGiB says`;
  const often = schedule === "daily" ? "one a day" : "none at least, one a week at most";
  const place = price.region === region ? [] : [`prices of ${price.region} stand for ${region}`];
  return [
    costLine(
      "storage",
      `backups in S3, ${retentionDays} days and ${noncurrentDays} more after expiry`,
      {
        minimum: times(kept.minimum * least, price.storageGiBMonth),
        maximum: times(kept.maximum * most, price.storageGiBMonth),
      },
      price,
      [size, `${often}, each whole`, ...place],
    ),
    costLine(
      "storage",
      "requests of the backups",
      {
        minimum: times(dumps.minimum * putsOf(least), perRequest),
        maximum: times(dumps.maximum * putsOf(most), perRequest),
      },
      price,
      [`parts of ${upload.partMiB} MiB, ${dumps.maximum} dumps a month at most`, ...place],
    ),
    costLine(
      "storage",
      "restore of one backup a month",
      { minimum: 0n, maximum: times(most, price.transferOutGiB) },
      price,
      ["free within the 100 GiB that AWS lets out of an account each month, paid beyond", ...place],
    ),
  ];
}
