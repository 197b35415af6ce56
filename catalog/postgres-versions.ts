/** When the platform stops creating and when it stops running a major version of Postgres (ISO dates). */
export interface PostgresVersionFacts {
  endOfAvailability: string;
  endOfLife: string;
}

/**
 * Major versions of managed Postgres that a new cluster may still have.
 *
 * Source: DigitalOcean API description of 2026-08-07 (`GET /v2/databases/options`, `version_availability.pg`).
 */
export const postgresVersions = {
  "15": { endOfAvailability: "2027-05-12", endOfLife: "2027-11-11" },
  "16": { endOfAvailability: "2028-05-09", endOfLife: "2028-11-09" },
  "17": { endOfAvailability: "2029-05-08", endOfLife: "2029-11-08" },
} as const satisfies Record<string, PostgresVersionFacts>;

/** A major version of Postgres, such as `16`. */
export type PostgresVersion = keyof typeof postgresVersions;

/**
 * Major versions that the platform creates no more, and the day on which it stopped to (ISO date).
 *
 * Source: as `postgresVersions`.
 */
export const formerPostgresVersions: Readonly<Record<string, string>> = {
  "13": "2025-05-13",
  "14": "2026-05-12",
};
