import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import pg from "pg";
import { superuser } from "./postgres-settings.ts";
import { errorCode } from "./processes-errors.ts";

/** How the local cloud reaches one of its servers as superuser. */
export interface Access {
  readonly port: number;
  readonly password: string;
  readonly caCertificate: string;
}

/** Runs one statement; the rows of its answer. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** Opens a connection as superuser, does the work and closes it. */
export async function asSuperuser<T>(
  access: Access,
  database: string,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port: access.port,
    user: superuser,
    password: access.password,
    database,
    ssl: { ca: access.caCertificate },
    connectionTimeoutMillis: 10_000,
    application_name: "slipway",
  });
  // A server that ends breaks the connection between two statements too; the next statement then fails.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(async (text, values) => (await client.query(text, [...(values ?? [])])).rows);
  } finally {
    await client.end();
  }
}

/**
 * Whether the server answers a query; false while it starts or ends.
 *
 * @throws Error when it is another server than the one that was expected: its certificate or its password differs
 */
export async function answersQuery(access: Access): Promise<boolean> {
  try {
    await asSuperuser(access, "postgres", (query) => query("SELECT 1"));
    return true;
  } catch (error) {
    if (/CERT|SIGNATURE|^28/.test(errorCode(error) ?? "")) throw error;
    return false;
  }
}

/** Quotes a name for SQL. */
export const named = (name: string): string => pg.escapeIdentifier(name);

/** Quotes a value for SQL, where a statement takes no parameters. */
export const literal = (value: string): string => pg.escapeLiteral(value);

const iterations = 4096;

/**
 * What a server keeps of a password (RFC 5803). Sent instead of the password itself, so that no statement that
 * fails can write a password into the server's log.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, iterations, 32, "sha256");
  const hmac = (text: string): Buffer => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  const serverKey = hmac("Server Key").toString("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
