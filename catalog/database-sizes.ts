import type { Confidence, Origin } from "./origin.ts";

/** What one node of a managed Postgres cluster is. */
export interface DatabaseSizeFacts {
  cpus: number;
  memoryGiB: number;
  /** Left out where no source gives one: the API tells no prices of databases. */
  usdPerMonth?: number;
  confidence?: Confidence;
}

/** Where the sizes come from. */
export const databaseSizesOrigin: Origin = {
  source: "DigitalOcean API description, GET /v2/databases/options, layouts of pg",
  date: "2026-08-07",
};

/** Where the prices of the sizes come from; each says how sure it is. */
export const databasePricesOrigin: Origin = {
  source: "DigitalOcean list prices as third parties report them; the API gives none",
  date: "2026-09-30",
};

/** Node sizes of managed Postgres, family by family, smallest first. */
export const databaseSizes = {
  "db-s-1vcpu-1gb": { cpus: 1, memoryGiB: 1, usdPerMonth: 15.15, confidence: "reported" },
  "db-s-1vcpu-2gb": { cpus: 1, memoryGiB: 2, usdPerMonth: 30.45, confidence: "reported" },
  "db-s-2vcpu-4gb": { cpus: 2, memoryGiB: 4, usdPerMonth: 60.9, confidence: "reported" },
  "db-s-4vcpu-8gb": { cpus: 4, memoryGiB: 8, usdPerMonth: 120, confidence: "unconfirmed" },
  "db-s-6vcpu-16gb": { cpus: 6, memoryGiB: 16, usdPerMonth: 244, confidence: "unconfirmed" },
  "db-intel-1vcpu-1gb": { cpus: 1, memoryGiB: 1, usdPerMonth: 16, confidence: "unconfirmed" },
  "db-intel-1vcpu-2gb": { cpus: 1, memoryGiB: 2, usdPerMonth: 30, confidence: "unconfirmed" },
  "db-intel-2vcpu-4gb": { cpus: 2, memoryGiB: 4, usdPerMonth: 64, confidence: "unconfirmed" },
  "db-intel-2vcpu-8gb": { cpus: 2, memoryGiB: 8, usdPerMonth: 89, confidence: "unconfirmed" },
  "db-intel-4vcpu-8gb": { cpus: 4, memoryGiB: 8 },
  "db-intel-4vcpu-16gb": { cpus: 4, memoryGiB: 16 },
  "db-intel-8vcpu-32gb": { cpus: 8, memoryGiB: 32 },
  "db-intel-16vcpu-64gb": { cpus: 16, memoryGiB: 64 },
  "db-amd-1vcpu-1gb": { cpus: 1, memoryGiB: 1 },
  "db-amd-1vcpu-2gb": { cpus: 1, memoryGiB: 2 },
  "db-amd-2vcpu-4gb": { cpus: 2, memoryGiB: 4 },
  "db-amd-2vcpu-8gb": { cpus: 2, memoryGiB: 8 },
  "db-amd-4vcpu-8gb": { cpus: 4, memoryGiB: 8 },
  "db-amd-4vcpu-16gb": { cpus: 4, memoryGiB: 16 },
  "db-amd-8vcpu-32gb": { cpus: 8, memoryGiB: 32 },
  "db-amd-16vcpu-64gb": { cpus: 16, memoryGiB: 64 },
  "gd-2vcpu-8gb": { cpus: 2, memoryGiB: 8 },
  "gd-4vcpu-16gb": { cpus: 4, memoryGiB: 16 },
  "gd-8vcpu-32gb": { cpus: 8, memoryGiB: 32 },
  "gd-16vcpu-64gb": { cpus: 16, memoryGiB: 64 },
  "gd-32vcpu-128gb": { cpus: 32, memoryGiB: 128 },
  "gd-40vcpu-160gb": { cpus: 40, memoryGiB: 160 },
  "so1_5-2vcpu-16gb": { cpus: 2, memoryGiB: 16 },
  "so1_5-4vcpu-32gb": { cpus: 4, memoryGiB: 32 },
  "so1_5-8vcpu-64gb": { cpus: 8, memoryGiB: 64 },
  "so1_5-16vcpu-128gb": { cpus: 16, memoryGiB: 128 },
  "so1_5-24vcpu-192gb": { cpus: 24, memoryGiB: 192 },
  "so1_5-32vcpu-256gb": { cpus: 32, memoryGiB: 256 },
} as const satisfies Record<string, DatabaseSizeFacts>;

/** The name of a database node's size, such as `db-s-1vcpu-2gb`. */
export type DatabaseSize = keyof typeof databaseSizes;

/**
 * Whether a cluster of a size may have standby nodes beside its primary; the 1 GB sizes are missing from the layouts of
 * two and three nodes.
 */
export const takesStandby = (size: DatabaseSize) => databaseSizes[size].memoryGiB > 1;

/** Connections of a node: so many for each GiB of memory, all pools together, less those that are reserved. */
export const databaseConnections = {
  perGiB: 25,
  reserved: 3,
  source: "DigitalOcean, limits of managed PostgreSQL",
  date: "2026-11-21",
} as const;

/** Connections that Postgres accepts on a size, all pools together. */
export const connectionLimit = (size: DatabaseSize) =>
  databaseSizes[size].memoryGiB * databaseConnections.perGiB - databaseConnections.reserved;

/** Disk that comes with a node, in GiB by its memory; unconfirmed above the basic sizes. */
export const databaseDisks = {
  gibByMemory: { 1: 10, 2: 30, 4: 60, 8: 140, 16: 290 } as Readonly<Record<number, number>>,
  /** For each GiB of memory beyond that table. */
  gibPerMemoryGiB: 20,
  source: "DigitalOcean, price table of managed databases, as third parties report it",
  date: "2026-08-07",
} as const;

/** Disk that comes with a node of a size, in GiB. */
export const includedDiskGiB = (size: DatabaseSize): number => {
  const { memoryGiB } = databaseSizes[size];
  return databaseDisks.gibByMemory[memoryGiB] ?? memoryGiB * databaseDisks.gibPerMemoryGiB;
};
