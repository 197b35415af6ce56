import type { DataCentre } from "./regions.ts";

/**
 * Addresses that the platform keeps for itself, so that no private network may overlap them.
 *
 * Source: DigitalOcean, "How to Plan Your Custom VPC Network" and its release note of 2025-03-07 (10.229.0.0/16), read
 * 2026-11-21.
 */
export const reservedRanges: readonly { range: string; only?: DataCentre }[] = [
  { range: "10.229.0.0/16" },
  { range: "10.244.0.0/16" },
  { range: "10.245.0.0/16" },
  { range: "10.246.0.0/24" },
  { range: "10.10.0.0/16", only: "nyc1" },
];
