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
  const rows = await query("SELECT name FROM pg_settings WHERE context <> 'internal'");
  // PostgreSQL lists a few names with capitals, such as TimeZone, and takes them in any case.
  const names = new Map(rows.map(({ name }) => [String(name).toLowerCase(), String(name)]));
  const known = new Set<string>();
  const ignored: string[] = [];
  for (const [asked, value] of Object.entries(parameters)) {
    const name = names.get(asked.toLowerCase());
    if (name === undefined || !isOpenParameter(name)) {
      ignored.push(asked);
      continue;
    }
    known.add(name);
    await query(`ALTER SYSTEM SET ${parameterName(name)} = ${literal(value)}`);
  }
  await query("SELECT pg_reload_conf()");
  const waiting = await query(
    "SELECT 1 FROM pg_file_settings f JOIN pg_settings s USING (name)" +
      " WHERE s.context = 'postmaster' AND f.name = ANY($1::text[]) AND f.error IS NOT NULL",
    [[...known]],
  );
  return { ignored, needsRestart: waiting.length > 0 };
}

/** Parameters of extensions have two names with a dot between them. */
function parameterName(name: string): string {
  return name.split(".").map(named).join(".");
}
