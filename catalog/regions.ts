import type { Origin } from "./origin.ts";

/** Where the regions come from. */
export const regionsOrigin: Origin = {
  source:
    "DigitalOcean API description, GET /v2/apps/regions; syd, atl and the choice among several data centres: digitalocean-labs/do-app-platform-skills",
  date: "2026-08-02",
};

/** App Platform regions and the one data centre in which each region's private network, and so its databases, must be. */
export const dataCentres = {
  nyc: "nyc1",
  sfo: "sfo3",
  ams: "ams3",
  fra: "fra1",
  lon: "lon1",
  tor: "tor1",
  sgp: "sgp1",
  blr: "blr1",
  syd: "syd1",
  atl: "atl1",
} as const;

/** A region of App Platform, such as `nyc`. */
export type AppRegion = keyof typeof dataCentres;

/** A data centre for networks and databases, such as `nyc1`. */
export type DataCentre = (typeof dataCentres)[AppRegion];
