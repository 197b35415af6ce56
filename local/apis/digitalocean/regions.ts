interface AppRegion {
  readonly slug: string;
  readonly label: string;
  readonly flag: string;
  readonly continent: string;
  readonly data_centers: readonly string[];
  readonly default?: boolean;
}

const region = (
  slug: string,
  label: string,
  flag: string,
  continent: string,
  dataCenter: string,
): AppRegion => ({ slug, label, flag, continent, data_centers: [dataCenter] });

/**
 * Regions of App Platform with the data centre that a VPC of their apps has to be in (DigitalOcean API description,
 * 2026-08, `app_spec.region`; data centres: App Platform documentation, 2026-08).
 */
export const appRegions: readonly AppRegion[] = [
  { ...region("nyc", "New York", "usa", "North America", "nyc1"), default: true },
  region("sfo", "San Francisco", "usa", "North America", "sfo3"),
  region("atl", "Atlanta", "usa", "North America", "atl1"),
  region("tor", "Toronto", "canada", "North America", "tor1"),
  region("ams", "Amsterdam", "netherlands", "Europe", "ams3"),
  region("fra", "Frankfurt", "germany", "Europe", "fra1"),
  region("lon", "London", "uk", "Europe", "lon1"),
  region("sgp", "Singapore", "singapore", "Asia", "sgp1"),
  region("blr", "Bangalore", "india", "Asia", "blr1"),
  region("syd", "Sydney", "australia", "Oceania", "syd1"),
];

/** Region where an app goes whose spec names none. */
export const defaultAppRegion = "nyc";

/** Data centres for VPCs and managed PostgreSQL (DigitalOcean API description, 2026-08, database options). */
export const dataCenters: readonly string[] = [
  "ams3",
  "atl1",
  "blr1",
  "fra1",
  "lon1",
  "nyc1",
  "nyc2",
  "nyc3",
  "ric1",
  "sfo2",
  "sfo3",
  "sgp1",
  "syd1",
  "tor1",
];
