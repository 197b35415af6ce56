import type { Origin } from "./origin.ts";

/** When the platform stops creating and when it stops running a major version of Postgres (ISO dates). */
export interface PostgresVersionFacts {
  endOfAvailability: string;
  endOfLife: string;
}

/** Where the versions and their dates come from. */
export const postgresVersionsOrigin: Origin = {
  source: "DigitalOcean API description, GET /v2/databases/options, version_availability.pg",
  date: "2026-08-07",
};

/** Major versions of managed Postgres that a new cluster may still have. */
export const postgresVersions = {
  "15": { endOfAvailability: "2027-05-12", endOfLife: "2027-11-11" },
  "16": { endOfAvailability: "2028-05-09", endOfLife: "2028-11-09" },
  "17": { endOfAvailability: "2029-05-08", endOfLife: "2029-11-08" },
} as const satisfies Record<string, PostgresVersionFacts>;

/** A major version of Postgres, such as `16`. */
export type PostgresVersion = keyof typeof postgresVersions;

/** Every major version that the platform ever told dates of, oldest first. */
export const postgresLifetimes: Readonly<Record<string, PostgresVersionFacts>> = {
  "13": { endOfAvailability: "2025-05-13", endOfLife: "2025-11-13" },
  "14": { endOfAvailability: "2026-05-12", endOfLife: "2026-11-12" },
  ...postgresVersions,
};

/** Major versions that the platform creates no more, and the day on which it stopped to (ISO date). */
export const formerPostgresVersions: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(postgresLifetimes).flatMap(([version, { endOfAvailability }]) =>
    Object.hasOwn(postgresVersions, version) ? [] : [[version, endOfAvailability]],
  ),
);

/** The version that a cluster gets that asks for none. */
export const defaultPostgresVersion: PostgresVersion = "17";

/** Days before the end of availability at which an upgrade should be planned. */
const noticeDays = 270;

/** What to do about a version on a day (ISO date). */
export function versionAdvice(version: string, today: string): string {
  const life = postgresLifetimes[version];
  if (life === undefined) return "unknown: ask the platform";
  const { endOfAvailability, endOfLife } = life;
  if (today >= endOfLife) return "upgrade at once: the platform upgrades it by itself";
  if (today >= endOfAvailability) return `upgrade before ${endOfLife}; no new cluster`;
  const notice = new Date(Date.parse(endOfAvailability) - noticeDays * 86_400_000).toISOString().slice(0, 10);
  return today >= notice ? `plan the upgrade before ${endOfAvailability}` : "fine";
}
