import { connected, type ServerAddress } from "./database.ts";
import { type Failure, failureOf } from "./failure.ts";
import type { Log } from "./log.ts";

/** Milliseconds in which a server has to answer, and give a lock: whoever pressed Ctrl-C waits for it. */
const patience = 5000;
const options = { name: "slipway undo", statementLimit: 120_000, lockLimit: patience };

/** Every statement is run whatever becomes of another; what cannot be undone is told, with what a person has to run. */
export async function takeBack(
  server: ServerAddress,
  statements: readonly string[],
  log: Log,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const statement of statements)
    await connected(server, Date.now() + patience, (client) => client.query(statement), options).catch(
      (error: unknown) => {
        const failure = failureOf(error);
        log.warn("this could not be undone and is left to run by hand", {
          statement,
          reason: failure.message,
        });
        failures.push(failure);
      },
    );
  return failures;
}

/** A statement that ends the user's sessions of a name in a database, and with them what they run. */
export const endOfSessions = (name: string): string =>
  `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${name}' AND datname = current_database() AND usename = current_user`;
