import { isOpenParameter } from "./postgres-settings.ts";
import { literal, named, type Query } from "./postgres-sql.ts";

/** What setting parameters came to. */
export interface ParameterChange {
  /** Asked for, but this server has no such parameter or it is not the customer's to set. */
  readonly ignored: readonly string[];
  /** Whether some of them take effect at the next start only. */
  readonly needsRestart: boolean;
}

/**
 * Sets server parameters for good and lets those take effect that can without a restart.
 *
 * @throws Error with PostgreSQL's own words for a value that a parameter does not take
 */
export async function setParameters(
  query: Query,
  parameters: Readonly<Record<string, string>>,
): Promise<ParameterChange> {
  const rows = await query(
    "SELECT name FROM pg_settings WHERE context <> 'internal' AND name = ANY($1::text[])",
    [Object.keys(parameters)],
  );
  const known = new Set(rows.map(({ name }) => String(name)).filter(isOpenParameter));
  for (const [name, value] of Object.entries(parameters)) {
    if (known.has(name)) await query(`ALTER SYSTEM SET ${parameterName(name)} = ${literal(value)}`);
  }
  await query("SELECT pg_reload_conf()");
  const waiting = await query(
    "SELECT 1 FROM pg_file_settings f JOIN pg_settings s USING (name)" +
      " WHERE s.context = 'postmaster' AND f.name = ANY($1::text[]) AND f.error IS NOT NULL",
    [[...known]],
  );
  return {
    ignored: Object.keys(parameters).filter((name) => !known.has(name)),
    needsRestart: waiting.length > 0,
  };
}

/** Parameters of extensions have two names with a dot between them. */
function parameterName(name: string): string {
  return name.split(".").map(named).join(".");
}
