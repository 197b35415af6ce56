import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { appSizes, appSizesOrigin } from "../catalog/app-sizes.ts";
import { databasePricesOrigin, databaseSizes } from "../catalog/database-sizes.ts";
import type { Origin, Price } from "../catalog/origin.ts";
import { type PlatformPriceName, platformPrices } from "../catalog/platform-prices.ts";
import { type S3RegionPrices, s3Prices, s3PricesOrigin } from "../catalog/s3-prices.ts";
import { dayAfter, todayDate } from "./internal/days.ts";
import { shown } from "./internal/faults.ts";
import { repeatedNames } from "./internal/json.ts";
import { checkSettings, SettingsError } from "./internal/settings.ts";
import { type AppSize, type DatabaseSize, text } from "./internal/values.ts";

const Usd = z.number().min(0).max(1_000_000);

/** A price for any of the names of a table. */
const pricesOf = <K extends string>(table: Readonly<Record<K, unknown>>) =>
  z.strictObject(
    Object.fromEntries(Object.keys(table).map((name) => [name, Usd.optional()])) as Record<
      K,
      z.ZodOptional<typeof Usd>
    >,
  );

/** What `catalog/overrides.json` may say: prices in USD that an owner knows better. */
export const PriceOverrides = z.strictObject({
  /** Where the prices come from, such as an invoice. */
  source: z.string().max(500).regex(/\S/, "must say where the prices come from, such as an invoice"),
  /** The day of that source. */
  date: z.iso.date({
    error: ({ input }) =>
      typeof input === "string" ? `must be a day such as 2026-11-21; got ${shown(input)}` : undefined,
  }),
  /** A month of one instance, by size. */
  appSizes: pricesOf(appSizes).default({}),
  /** A month of one node, by size. */
  databaseSizes: pricesOf(databaseSizes).default({}),
  /** What `slipway catalog show` lists under "platform prices", by name. */
  platform: pricesOf(platformPrices).default({}),
  /** S3 Standard, by region. */
  s3: z
    .record(
      text(/^[a-z]{2}(?:-[a-z]+)+-\d$/, "must be an AWS region such as us-east-1"),
      z.strictObject({ storageGiBMonth: Usd, putPer1000: Usd, getPer1000: Usd, transferOutGiB: Usd }),
    )
    .default({}),
});
export type PriceOverrides = z.output<typeof PriceOverrides>;

/** What S3 costs in a region, and whether that region's own prices are known. */
export type S3Prices = S3RegionPrices & Origin & { region: string };

/** The prices of the catalog with what an owner corrected. */
export interface Prices {
  appSize(size: AppSize): Price;
  databaseSize(size: DatabaseSize): Price;
  platform(name: PlatformPriceName): Price;
  s3(region: string): S3Prices;
}

/** The region whose prices stand for one that has none in the catalog. */
const standInRegion = "us-east-1";

/** The size whose price for a GiB of memory stands for sizes without a price. */
const standInSize = "db-s-2vcpu-4gb";

/** The catalog's prices, with the overrides in their place. */
export function pricesWith(overrides?: PriceOverrides): Prices {
  const override = (usd: number | undefined): Price | undefined =>
    usd === undefined || overrides === undefined
      ? undefined
      : { usd, confidence: "overridden", source: overrides.source, date: overrides.date };
  return {
    appSize: (size) =>
      override(overrides?.appSizes[size]) ?? {
        usd: appSizes[size].usdPerMonth,
        confidence: "confirmed",
        ...appSizesOrigin,
      },
    databaseSize: (size) => override(overrides?.databaseSizes[size]) ?? databasePrice(size),
    platform: (name) => {
      const { usd, confidence, source, date } = platformPrices[name];
      return override(overrides?.platform[name]) ?? { usd, confidence, source, date };
    },
    s3: (region) => {
      const own = overrides?.s3[region];
      if (own !== undefined && overrides !== undefined)
        return { ...own, region, confidence: "overridden", source: overrides.source, date: overrides.date };
      const known: Readonly<Record<string, S3RegionPrices>> = s3Prices;
      const prices = Object.hasOwn(known, region) ? known[region] : undefined;
      return prices === undefined
        ? { ...s3Prices[standInRegion], confidence: "estimated", region: standInRegion, ...s3PricesOrigin }
        : { ...prices, region, ...s3PricesOrigin };
    },
  };
}

function databasePrice(size: DatabaseSize): Price {
  const facts: { memoryGiB: number; usdPerMonth?: number; confidence?: Price["confidence"] } =
    databaseSizes[size];
  if (facts.usdPerMonth !== undefined)
    return { usd: facts.usdPerMonth, confidence: facts.confidence ?? "unconfirmed", ...databasePricesOrigin };
  const known = databaseSizes[standInSize];
  const usd = Math.round((known.usdPerMonth * 100 * facts.memoryGiB) / known.memoryGiB) / 100;
  return { usd, confidence: "estimated", ...databasePricesOrigin };
}

const overridesFile = new URL("../catalog/overrides.json", import.meta.url);

/**
 * The prices of the catalog with those of `catalog/overrides.json`, if an owner has put it there. `today` is an ISO date.
 *
 * @throws SettingsError with every fault of that file
 */
export function currentPrices(file: URL = overridesFile, today = todayDate()): Prices {
  if (!existsSync(file)) return pricesWith();
  // Editors of some systems begin every file with a mark of its encoding.
  const content = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  const given = parsedJson(content);
  const checked = checkSettings(PriceOverrides, given);
  const faults = [...repeatedNames(content), ...(checked.ok ? [] : checked.faults)];
  const date = typeof given === "object" && given !== null && "date" in given ? given.date : undefined;
  // Elsewhere it may be tomorrow already.
  if (typeof date === "string" && z.iso.date().safeParse(date).success && date > dayAfter(today))
    faults.push({ path: "date", message: `must not be in the future: today is ${today}; got ${date}` });
  if (!checked.ok || faults.length > 0) throw new SettingsError("catalog/overrides.json", faults);
  return pricesWith(checked.value);
}

function parsedJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SettingsError("catalog/overrides.json", [
      { path: "settings", message: `must be JSON: ${error.message}` },
    ]);
  }
}
