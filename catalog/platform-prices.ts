import type { Price } from "./origin.ts";

/** A price with what it is for and the unit that it is per. */
export interface PlatformPrice extends Price {
  title: string;
  per: string;
}

/** Prices of DigitalOcean besides those of the sizes, in USD. */
export const platformPrices = {
  staticApp: {
    title: "app of static sites alone, after the first three of the account",
    usd: 3,
    per: "month",
    confidence: "unconfirmed",
    source: "DigitalOcean, App Platform pricing, not looked up",
    date: "2026-11-21",
  },
  devDatabase: {
    title: "development database of an app",
    usd: 7,
    per: "month",
    confidence: "reported",
    source: "digitalocean-labs/do-app-platform-skills; DigitalOcean community, 2025-08-30",
    date: "2026-08-02",
  },
  dedicatedEgress: {
    title: "dedicated egress addresses of an app",
    usd: 25,
    per: "month",
    confidence: "unconfirmed",
    source: "DigitalOcean, App Platform pricing, not looked up",
    date: "2026-11-21",
  },
  transfer: {
    title: "outbound transfer of an app beyond what its instances include",
    usd: 0.02,
    per: "GiB",
    confidence: "unconfirmed",
    source: "DigitalOcean, App Platform pricing, not looked up",
    date: "2026-11-21",
  },
  databaseDisk: {
    title: "disk of a database node beyond what its size includes",
    usd: 0.215,
    per: "GiB and month",
    confidence: "unconfirmed",
    source: "DigitalOcean, managed databases pricing, not looked up; the reported node prices agree with it",
    date: "2026-11-21",
  },
  uptimeCheck: {
    title: "uptime check, its alerts included",
    usd: 1,
    per: "month",
    confidence: "confirmed",
    source: "DigitalOcean documents, Uptime Details (docs.digitalocean.com/products/uptime/details)",
    date: "2026-03-27",
  },
  registryStarter: {
    title: "container registry Starter: 1 repository, 500 MiB",
    usd: 0,
    per: "month",
    confidence: "confirmed",
    source: "DigitalOcean documents, Container Registry Pricing, a copy without a date",
    date: "2026-11-21",
  },
  registryBasic: {
    title: "container registry Basic: 5 repositories, 5 GiB",
    usd: 5,
    per: "month",
    confidence: "confirmed",
    source: "DigitalOcean documents, Container Registry Pricing, a copy without a date",
    date: "2026-11-21",
  },
  registryProfessional: {
    title: "container registry Professional: any number of repositories, 100 GiB",
    usd: 20,
    per: "month",
    confidence: "confirmed",
    source: "DigitalOcean documents, Container Registry Pricing, a copy without a date",
    date: "2026-11-21",
  },
  registryStorage: {
    title: "container registry storage beyond the plan",
    usd: 0.02,
    per: "GiB and month",
    confidence: "confirmed",
    source: "DigitalOcean documents, Container Registry Pricing, a copy without a date",
    date: "2026-11-21",
  },
  spaces: {
    title: "Spaces: 250 GiB of storage and 1 TiB of transfer",
    usd: 5,
    per: "month",
    confidence: "reported",
    source: "DigitalOcean community, 2018-11-27; public price tables",
    date: "2026-08-07",
  },
  spacesStorage: {
    title: "Spaces storage beyond that",
    usd: 0.02,
    per: "GiB and month",
    confidence: "reported",
    source: "DigitalOcean community, 2018-11-27; public price tables",
    date: "2026-08-07",
  },
  spacesTransfer: {
    title: "Spaces transfer beyond that",
    usd: 0.01,
    per: "GiB",
    confidence: "reported",
    source: "DigitalOcean community, 2018-11-27; public price tables",
    date: "2026-08-07",
  },
} as const satisfies Record<string, PlatformPrice>;

/** The name of a price, such as `uptimeCheck`. */
export type PlatformPriceName = keyof typeof platformPrices;

/** Static-site apps of an account that cost nothing. */
export const freeStaticApps = 3;

/** Repositories that each plan of the container registry holds, cheapest first. */
export const registryPlans = [
  { price: "registryStarter", repositories: 1 },
  { price: "registryBasic", repositories: 5 },
  { price: "registryProfessional", repositories: Number.POSITIVE_INFINITY },
] as const satisfies readonly { price: PlatformPriceName; repositories: number }[];
