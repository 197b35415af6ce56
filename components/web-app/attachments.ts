import { physicalName } from "../internal/names.ts";

/** Longest name of an app's component. Source: DigitalOcean API description of 2026-08-07. */
const longestName = 32;

/**
 * Under which name each database is part of the app, by database: `db` where it is the only one. References such as
 * `${db.USERNAME}` use this name.
 */
export function attachmentNames(databases: readonly string[]): Record<string, string> {
  if (databases.length === 1) return Object.fromEntries(databases.map((database) => [database, "db"]));
  return Object.fromEntries(
    databases.map((database) => [database, physicalName(["db", database.replaceAll("_", "-")], longestName)]),
  );
}
