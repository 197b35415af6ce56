/** What one node of a managed Postgres cluster is. */
export interface DatabaseSizeFacts {
  cpus: number;
  memoryGiB: number;
}

/**
 * Node sizes of managed Postgres, family by family, smallest first.
 *
 * Source: DigitalOcean API description of 2026-08-07 (`GET /v2/databases/options`, layouts of `pg`).
 */
export const databaseSizes = {
  "db-s-1vcpu-1gb": { cpus: 1, memoryGiB: 1 },
  "db-s-1vcpu-2gb": { cpus: 1, memoryGiB: 2 },
  "db-s-2vcpu-4gb": { cpus: 2, memoryGiB: 4 },
  "db-s-4vcpu-8gb": { cpus: 4, memoryGiB: 8 },
  "db-s-6vcpu-16gb": { cpus: 6, memoryGiB: 16 },
  "db-intel-1vcpu-1gb": { cpus: 1, memoryGiB: 1 },
  "db-intel-1vcpu-2gb": { cpus: 1, memoryGiB: 2 },
  "db-intel-2vcpu-4gb": { cpus: 2, memoryGiB: 4 },
  "db-intel-2vcpu-8gb": { cpus: 2, memoryGiB: 8 },
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
 * Whether a cluster of a size may have standby nodes beside its primary.
 *
 * Source: DigitalOcean API description of 2026-08-07 (`GET /v2/databases/options`: the 1 GB sizes are missing from the
 * layouts of two and three nodes).
 */
export const takesStandby = (size: DatabaseSize) => databaseSizes[size].memoryGiB > 1;

/**
 * Connections that Postgres accepts on a size, all pools together: 25 per GiB of memory, 3 of them reserved.
 *
 * Source: DigitalOcean, limits of managed PostgreSQL, 2026-11-21.
 */
export const connectionLimit = (size: DatabaseSize) => databaseSizes[size].memoryGiB * 25 - 3;
