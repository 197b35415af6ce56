/** The blocks of a stack file; `config.ts` has a schema for each. */
export const blockNames = [
  "product",
  "network",
  "database",
  "backups",
  "files",
  "app",
  "dns",
  "delivery",
  "repository",
  "monitoring",
  "budget",
  "policy",
  "gate",
  "recovery",
  "release",
  "verify",
  "promotion",
  "operations",
] as const;

/** The name of a block. */
export type Block = (typeof blockNames)[number];
