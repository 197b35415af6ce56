import type pg from "pg";

/** Runs statements of a transaction, all or none; false, with nothing changed, where a right is missing. */
export async function tried(client: pg.Client, ...statements: readonly string[]): Promise<boolean> {
  await client.query("SAVEPOINT attempt");
  try {
    for (const statement of statements) await client.query(statement);
    await client.query("RELEASE SAVEPOINT attempt");
    return true;
  } catch (error) {
    // 42501: insufficient privilege. 0LP01: invalid grant operation, where the role's administration is missing.
    if (!/^(42501|0LP01)$/.test(String((error as { code?: unknown }).code))) throw error;
    await client.query("ROLLBACK TO SAVEPOINT attempt");
    return false;
  }
}
