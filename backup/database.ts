import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { z } from "zod";
import { Failure, Interrupted, type Outcome } from "./failure.ts";

/** Where a PostgreSQL server is and as whom to log in. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /**
   * TLS in libpq's words. `require` encrypts and, as libpq does, verifies the certificate's issuer only where a
   * certificate authority is given; `verify-full` checks the host name too.
   */
  readonly mode: "require" | "verify-ca" | "verify-full";
  readonly caCertificate?: string;
}

/** What a connection is for. */
export interface ConnectionOptions {
  /** Shown in the server's list of connections. */
  readonly name: string;
  /** Milliseconds that one statement may take; 0 is no limit. */
  readonly statementLimit: number;
  /** Milliseconds that one statement may wait for a lock. */
  readonly lockLimit: number;
}

/** Milliseconds in which one try to connect has to succeed. */
const connectLimit = 10_000;
/** For short work. */
const shortWork: ConnectionOptions = { name: "slipway prepare", statementLimit: 60_000, lockLimit: 60_000 };

/**
 * Connects, does the work and disconnects. A server that is starting or cannot be reached yet is tried again until
 * the deadline.
 *
 * @param deadline - milliseconds since 1970
 * @throws Failure for everything that the server or the network answers
 */
export async function connected<T>(
  address: ServerAddress,
  deadline: number,
  work: (client: pg.Client) => Promise<T>,
  options: ConnectionOptions = shortWork,
): Promise<T> {
  const client = await connect(address, deadline, options);
  try {
    return await work(client);
  } catch (error) {
    throw error instanceof Interrupted ? error : asFailure(error, address);
  } finally {
    await client.end();
  }
}

async function connect(
  address: ServerAddress,
  deadline: number,
  options: ConnectionOptions,
): Promise<pg.Client> {
  for (let pause = 250; ; pause = Math.min(pause * 2, 5000)) {
    const client = clientFor(address, options);
    try {
      await client.connect();
      // The driver leaves a limit of 0 away, and the server's own would hold.
      if (options.statementLimit === 0) await client.query("SET statement_timeout = 0");
      return client;
    } catch (error) {
      await client.end();
      const failure = asFailure(error, address);
      if (failure.outcome !== "unreachable" || Date.now() + pause > deadline) throw failure;
      await delay(pause);
    }
  }
}

function clientFor(address: ServerAddress, limits: ConnectionOptions): pg.Client {
  const { host, port, user, password, database, mode, caCertificate } = address;
  const options: pg.ClientConfig = {
    host,
    port,
    user,
    password,
    database,
    connectionTimeoutMillis: connectLimit,
    statement_timeout: limits.statementLimit,
    lock_timeout: limits.lockLimit,
    application_name: limits.name,
    ssl: {
      rejectUnauthorized: mode !== "require" || caCertificate !== undefined,
      ...(caCertificate === undefined ? {} : { ca: caCertificate }),
      ...(mode === "verify-full" ? {} : { checkServerIdentity: () => undefined }),
    },
  };
  const client = withoutVariables(() => new pg.Client(options));
  // A connection that breaks between two statements fails the next one; without a listener it would end the program.
  client.on("error", () => undefined);
  return client;
}

/**
 * Where it is told nothing the driver asks PGOPTIONS, PGBINARY, PGREPLICATION and others: pg_dump gets none of them, and a
 * backup is the same whatever is set for other programs.
 */
function withoutVariables<T>(make: () => T): T {
  const set = Object.entries(process.env).filter(([name]) => name.startsWith("PG"));
  for (const [name] of set) delete process.env[name];
  try {
    return make();
  } finally {
    Object.assign(process.env, Object.fromEntries(set));
  }
}

/** What a code of PostgreSQL (five characters), Node or OpenSSL means for us. */
const outcomes: readonly (readonly [RegExp, Outcome])[] = [
  [/^28/, "refused"],
  [/^42501$/, "refused"],
  [/^(3D000|42704|0A000|58P01)$/, "missing"],
  [/^55P03$/, "locked"],
  // Starting, stopping, too many connections, statement took too long, connection lost.
  [/^(57P0[1-5]|53300|57014|08\w{3})$/, "unreachable"],
  [/^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/, "unreachable"],
  [/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL/, "insecure"],
];

/** Says in one line what a server or the network answered. Neither prints a password. */
export function asFailure(error: unknown, { host, port, database }: ServerAddress): Failure {
  if (error instanceof Failure) return error;
  // A host with several addresses fails with one error for each.
  const { code = "", message } = AnyError.parse(firstOf(error));
  const line = message.replace(/\n.*/s, "");
  const outcome = outcomes.find(([pattern]) => pattern.test(code))?.[1] ?? outcomeOfText(line);
  const suffix = code === "" || line.includes(code) ? "" : ` (${code})`;
  return new Failure(outcome, `${host}:${port}/${database}: ${line}${suffix}`);
}

/** What drivers, Node and OpenSSL throw has a message and mostly a code. */
const AnyError = z.object({
  code: z.string().optional().catch(undefined),
  message: z.string().catch("unknown error"),
});

const ManyErrors = z.object({ errors: z.array(z.unknown()).min(1) });

function firstOf(error: unknown): unknown {
  const inner = ManyErrors.safeParse(error);
  return inner.success ? inner.data.errors[0] : error;
}

/** The driver's own errors carry no code. */
function outcomeOfText(message: string): Outcome {
  if (/does not support SSL/.test(message)) return "insecure";
  return /timeout expired|Connection terminated|Client has encountered a connection error/.test(message)
    ? "unreachable"
    : "unexpected";
}
