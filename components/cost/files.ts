import type { FileStoreSettings } from "../file-store.settings.ts";
import type { Prices } from "../prices.ts";
import { costLine, type DatedLine } from "./line.ts";
import { times } from "./money.ts";

/** What files are taken to weigh where nobody declares it, in GiB. */
const storedGiB = { minimum: 0, maximum: 10 } as const;

/** Requests that a month sees for each GiB that is kept: files of half a MiB, each put once and read five times. */
const filesPerGiB = 2048;
const readsPerFile = 5;

/** What the files of users cost: the bucket, its requests and its copy. What people download is not in it. */
export function fileLines(settings: FileStoreSettings, prices: Prices, region: string): DatedLine[] {
  const { replica, noncurrentDays } = settings;
  const least = settings.storedGiB ?? storedGiB.minimum;
  const most = settings.storedGiB ?? storedGiB.maximum;
  const price = prices.s3(region);
  const size =
    settings.storedGiB === undefined
      ? `${storedGiB.maximum} GiB at most: set files.storedGiB when you know`
      : `${most} GiB, as files.storedGiB says`;
  const old = `old versions of the last ${noncurrentDays} days weigh as much again at most`;
  const perGiB = (filesPerGiB * price.putPer1000 + filesPerGiB * readsPerFile * price.getPer1000) / 1000;
  const lines = [
    costLine(
      "storage",
      "files of users in S3",
      { minimum: times(least, price.storageGiBMonth), maximum: times(2 * most, price.storageGiBMonth) },
      price,
      [size, old],
    ),
    costLine("storage", "requests for files", { minimum: 0n, maximum: times(most, perGiB) }, price, [
      `each of ${filesPerGiB} files a GiB is put once and read ${readsPerFile} times`,
      `downloads are paid beside it, beyond the 100 GiB that AWS lets out of an account each month`,
    ]),
  ];
  if (replica === undefined) return lines;
  const there = prices.s3(replica.region);
  return [
    ...lines,
    costLine(
      "storage",
      `copy of the files in ${replica.region}`,
      { minimum: times(least, there.storageGiBMonth), maximum: times(2 * most, there.storageGiBMonth) },
      there,
      [
        size,
        "at the price of S3 Standard, of which Standard-IA takes about half",
        "transfer between regions is paid beside it",
      ],
    ),
  ];
}
