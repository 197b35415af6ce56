import { appSizes, appSizesOrigin, formerAppSizes, formerAppSizesOrigin } from "../catalog/app-sizes.ts";
import {
  connectionLimit,
  databaseConnections,
  databasePricesOrigin,
  databaseSizes,
  databaseSizesOrigin,
  includedDiskGiB,
  takesStandby,
} from "../catalog/database-sizes.ts";
import type { Confidence, Origin } from "../catalog/origin.ts";
import { type PlatformPriceName, platformPrices } from "../catalog/platform-prices.ts";
import { postgresLifetimes, postgresVersionsOrigin, versionAdvice } from "../catalog/postgres-versions.ts";
import { dataCentres, regionsOrigin } from "../catalog/regions.ts";
import { s3Prices, s3PricesOrigin } from "../catalog/s3-prices.ts";
import { currentPrices, type Prices } from "../components/prices.ts";

/** A table of the catalog: its rows, and where they come from and of when. */
export interface CatalogTable extends Origin {
  title: string;
  /** The file that holds it. */
  file: string;
  rows: Readonly<Record<string, string | number | boolean>>[];
}

const keysOf = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as K[];

/** Every table of the catalog, with the prices that an owner corrected and what holds today (ISO date). */
export function catalogTables(today: string, prices: Prices = currentPrices()): CatalogTable[] {
  return [
    {
      title: "app sizes",
      file: "catalog/app-sizes.ts",
      ...appSizesOrigin,
      rows: keysOf(appSizes).map((size) => {
        const { cpus, cpuKind, memoryGiB, transferGiB, isCountable, isAutoscalable } = appSizes[size];
        const { usd, confidence, ...origin } = prices.appSize(size);
        const scale = isAutoscalable ? "autoscaled" : isCountable ? "several" : "one";
        return {
          size,
          usd,
          confidence,
          cpus,
          cpuKind,
          memoryGiB,
          transferGiB,
          instances: scale,
          ...overriddenBy(confidence, origin),
        };
      }),
    },
    {
      title: "former app sizes",
      file: "catalog/app-sizes.ts",
      ...formerAppSizesOrigin,
      rows: Object.entries(formerAppSizes).map(([size, successor]) => ({ size, successor })),
    },
    {
      title: "database sizes, a node",
      file: "catalog/database-sizes.ts",
      source: `${databasePricesOrigin.source}; sizes: ${databaseSizesOrigin.source}, ${databaseSizesOrigin.date}; connections: ${databaseConnections.source}, ${databaseConnections.date}`,
      date: databasePricesOrigin.date,
      rows: keysOf(databaseSizes).map((size) => {
        const { cpus, memoryGiB } = databaseSizes[size];
        const { usd, confidence, ...origin } = prices.databaseSize(size);
        const standby = takesStandby(size) ? "yes" : "no";
        const connections = connectionLimit(size);
        return {
          size,
          usd,
          confidence,
          cpus,
          memoryGiB,
          diskGiB: includedDiskGiB(size),
          connections,
          standby,
          ...overriddenBy(confidence, origin),
        };
      }),
    },
    {
      title: "Postgres versions",
      file: "catalog/postgres-versions.ts",
      ...postgresVersionsOrigin,
      rows: Object.entries(postgresLifetimes).map(([version, life]) => ({
        version,
        ...life,
        whatToDo: versionAdvice(version, today),
      })),
    },
    {
      title: "regions",
      file: "catalog/regions.ts",
      ...regionsOrigin,
      rows: Object.entries(dataCentres).map(([region, dataCentre]) => ({ region, dataCentre })),
    },
    {
      title: "platform prices",
      file: "catalog/platform-prices.ts",
      source: "each row its own",
      date: keysOf(platformPrices).reduce((oldest, name) => {
        const { date } = prices.platform(name);
        return date < oldest ? date : oldest;
      }, today),
      rows: keysOf(platformPrices).map((name) => platformRow(name, prices)),
    },
    {
      title: "S3 Standard",
      file: "catalog/s3-prices.ts",
      ...s3PricesOrigin,
      rows: keysOf(s3Prices).map((region) => {
        const { storageGiBMonth, putPer1000, getPer1000, transferOutGiB, confidence, ...origin } =
          prices.s3(region);
        return {
          region,
          storageGiBMonth,
          putPer1000,
          getPer1000,
          transferOutGiB,
          confidence,
          ...overriddenBy(confidence, origin),
        };
      }),
    },
  ];
}

/** An owner's own price is not of the table's source. */
const overriddenBy = (confidence: Confidence, { source, date }: Origin): { by?: string } =>
  confidence === "overridden" ? { by: `${source}, ${date}` } : {};

function platformRow(name: PlatformPriceName, prices: Prices) {
  const { title, per } = platformPrices[name];
  const { usd, confidence, source, date } = prices.platform(name);
  return { name, usd, per, for: title, confidence, source, date };
}
