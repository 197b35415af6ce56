import { existsSync, readFileSync } from "node:fs";
import pg from "pg";
import { connected, type ServerAddress } from "./database.ts";
import type { Assertion } from "./drill-report.ts";
import { Failure } from "./failure.ts";

/** Milliseconds that the owner's assertions may take, each. */
const limit = 300_000;

/**
 * Reads the owner's assertions: a file of SQL whose every result has columns of true and false, each named by what it
 * says, for example `SELECT count(*) > 0 AS "there are orders" FROM orders;`.
 *
 * @throws Failure where there is no such file
 */
export function readAssertions(file: string): string {
  if (existsSync(file)) return readFileSync(file, "utf8");
  throw new Failure("usage", `there is no file of assertions at ${file}`);
}

/**
 * Asks a database whether the assertions hold. They can change nothing.
 *
 * @param name - of the connection
 * @throws Failure where the file is no SQL, or says something else than true and false
 */
export async function askAssertions(address: ServerAddress, sql: string, name: string): Promise<Assertion[]> {
  const options = { name, statementLimit: limit, lockLimit: 60_000 };
  return await connected(address, Date.now() + 10_000, (client) => ask(client, sql), options);
}

async function ask(client: pg.Client, sql: string): Promise<Assertion[]> {
  await client.query("SET default_transaction_read_only = on");
  const answer: unknown = await client.query({ text: sql, rowMode: "array" }).catch((error: unknown) => {
    const { message } = error as { message: string };
    throw new Failure("assertion", `the assertions cannot be asked: ${message}`);
  });
  const results = (Array.isArray(answer) ? answer : [answer]) as pg.QueryArrayResult[];
  const assertions = results.flatMap(({ fields, rows }) =>
    fields.map(({ name, dataTypeID }, column) => {
      if (dataTypeID !== pg.types.builtins.BOOL)
        throw new Failure(
          "assertion",
          `the assertion "${name}" must be true or false, by count(*) > 0 for example`,
        );
      return { name, holds: rows.length > 0 && rows.every((row) => row[column] === true) };
    }),
  );
  if (assertions.length === 0) throw new Failure("assertion", "the file of assertions asks nothing");
  return assertions;
}

/** @throws Failure that names what does not hold */
export function assertHold(assertions: readonly Assertion[]): void {
  const broken = assertions.filter(({ holds }) => !holds).map(({ name }) => name);
  if (broken.length > 0) throw new Failure("assertion", `does not hold: ${broken.join("; ")}`);
}
