import type { Confidence, Origin } from "./origin.ts";

/** What S3 Standard costs in a region, in USD. */
export interface S3RegionPrices {
  storageGiBMonth: number;
  /** PUT, COPY, POST and LIST. */
  putPer1000: number;
  getPer1000: number;
  transferOutGiB: number;
  confidence: Confidence;
}

const region = (
  storageGiBMonth: number,
  putPer1000: number,
  getPer1000: number,
  transferOutGiB: number,
  confidence: Confidence = "unconfirmed",
): S3RegionPrices => ({ storageGiBMonth, putPer1000, getPer1000, transferOutGiB, confidence });

/** Where the prices come from. */
export const s3PricesOrigin: Origin = {
  source: "Amazon S3 pricing, S3 Standard: us-east-1 as third parties report it, other regions not looked up",
  date: "2026-11-21",
};

/** What S3 Standard costs by AWS region, for the first 50 TB of storage and 10 TB of transfer a month. */
export const s3Prices = {
  "us-east-1": region(0.023, 0.005, 0.0004, 0.09, "reported"),
  "us-east-2": region(0.023, 0.005, 0.0004, 0.09),
  "us-west-1": region(0.026, 0.0055, 0.00044, 0.09),
  "us-west-2": region(0.023, 0.005, 0.0004, 0.09),
  "ca-central-1": region(0.025, 0.0055, 0.00044, 0.09),
  "eu-west-1": region(0.023, 0.005, 0.0004, 0.09),
  "eu-west-2": region(0.024, 0.0053, 0.00042, 0.09),
  "eu-central-1": region(0.0245, 0.0054, 0.00043, 0.09),
  "ap-south-1": region(0.025, 0.005, 0.0004, 0.1093),
  "ap-southeast-1": region(0.025, 0.005, 0.0004, 0.12),
  "ap-southeast-2": region(0.025, 0.0055, 0.00044, 0.114),
} as const satisfies Record<string, S3RegionPrices>;

/** An AWS region whose prices are known, such as `us-east-1`. */
export type S3Region = keyof typeof s3Prices;
