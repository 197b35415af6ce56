import { databaseDisks, includedDiskGiB } from "../../catalog/database-sizes.ts";
import type { DatabaseSettings } from "../database.settings.ts";
import type { Prices } from "../prices.ts";
import { sortedEntries } from "../web-app/components.ts";
import { costLine, type DatedLine, fixed, nothing } from "./line.ts";
import { times } from "./money.ts";

/** What a Postgres cluster costs: every node of it at the price of its size, and its disks. */
export function databaseLines(settings: DatabaseSettings, prices: Prices): DatedLine[] {
  const { size, standbyNodes, replicas } = settings;
  const price = prices.databaseSize(size);
  const nodes = (count: number) => fixed(times(count, price.usd));
  const readers = sortedEntries(replicas).map(([name, replica]) => {
    const readerSize = replica.size ?? size;
    const readerPrice = prices.databaseSize(readerSize);
    return costLine(
      "database",
      `replica ${name}, 1 × ${readerSize}`,
      fixed(times(1, readerPrice.usd)),
      readerPrice,
      ["a replica costs as much as a node, which no source confirms"],
    );
  });
  const disk = prices.platform("databaseDisk");
  return [
    costLine("database", `primary node, 1 × ${size}`, nodes(1), price, ["it runs all month"]),
    ...(standbyNodes === 0
      ? []
      : [
          costLine("database", `standby nodes, ${standbyNodes} × ${size}`, nodes(standbyNodes), price, [
            "a standby costs as much as a node",
          ]),
        ]),
    ...readers,
    costLine(
      "database",
      `disk, ${includedDiskGiB(size)} GiB a node`,
      nothing,
      { source: databaseDisks.source, date: databaseDisks.date },
      [`the data stays within it; each GiB more is ${disk.usd} USD a month and node, unconfirmed`],
    ),
    costLine(
      "database",
      "platform backups of 7 days",
      nothing,
      { source: "DigitalOcean, backups of managed PostgreSQL", date: "2026-05-28" },
      ["the price of the nodes includes them"],
    ),
  ];
}
