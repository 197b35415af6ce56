import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Readable, Transform, type Writable } from "node:stream";
import { connect as connectTls } from "node:tls";

/**
 * Runs a client program of PostgreSQL that was built without TLS, against servers that speak TLS only: the program talks to
 * a socket in a folder that only this user can enter, and what it says goes on from here over TLS, with the certificate
 * judged as libpq would. Started by the scripts that `postgres-clients.ts` writes: program, then its arguments.
 */
const [program = "", ...given] = process.argv.slice(2);
const target = targetOf(given, process.env);
process.exitCode = target === undefined ? await run(program, given, process.env) : await throughTls(target);

interface Target {
  readonly host: string;
  readonly port: number;
  readonly mode: string;
  readonly authority: string | undefined;
  readonly args: readonly string[];
  /** What the program still has to know itself. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Where the program wants to; undefined where it goes nowhere, as with --version. */
function targetOf(args: readonly string[], environment: NodeJS.ProcessEnv): Target | undefined {
  const at = args.findIndex((one) => /^postgres(ql)?:\/\//.test(one));
  const url = at < 0 ? undefined : new URL(args[at] ?? "");
  const of = (parameter: string, variable: string): string | undefined =>
    url?.searchParams.get(parameter) ?? environment[variable];
  const host = url?.hostname ?? environment["PGHOST"];
  if (host === undefined || host === "" || host.startsWith("/")) return undefined;
  const decoded = (text: string | undefined): string | undefined =>
    text === undefined || text === "" ? undefined : decodeURIComponent(text);
  const port = Number((url?.port || environment["PGPORT"]) ?? 5432);
  const user = decoded(url?.username) ?? environment["PGUSER"];
  const database = decoded(url?.pathname.slice(1)) ?? environment["PGDATABASE"] ?? user;
  const passfile = of("passfile", "PGPASSFILE");
  return {
    host,
    port,
    mode: of("sslmode", "PGSSLMODE") ?? "prefer",
    authority: of("sslrootcert", "PGSSLROOTCERT"),
    args: args.filter((_one, index) => index !== at),
    environment: {
      ...environment,
      PGUSER: user,
      PGDATABASE: database,
      PGPASSWORD:
        decoded(url?.password) ??
        environment["PGPASSWORD"] ??
        passwordIn(passfile, [host, String(port), database ?? "", user ?? ""]),
      PGSSLMODE: undefined,
      PGSSLROOTCERT: undefined,
      PGPASSFILE: "/dev/null",
    },
  };
}

/** The password for an address in a password file; a backslash stands before a colon and a backslash. */
function passwordIn(file: string | undefined, address: readonly string[]): string | undefined {
  if (file === undefined || file === "/dev/null") return undefined;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const fields = [...line.matchAll(/((?:\\.|[^:\\])*)(?::|$)/g)].map(([, field = ""]) =>
      field.replace(/\\(.)/g, "$1"),
    );
    if (address.every((part, index) => fields[index] === part || fields[index] === "*"))
      return fields[address.length];
  }
  return undefined;
}

async function throughTls(to: Target): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-"));
  const server = createServer((client) => void bridge(client, to));
  try {
    await new Promise<void>((resolve) => server.listen(join(folder, ".s.PGSQL.5432"), resolve));
    return await run(program, to.args, { ...to.environment, PGHOST: folder, PGPORT: "5432" });
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Asks the server for TLS as the protocol has it, and joins the two connections; what fails ends both. */
async function bridge(client: Socket, { host, port, mode, authority }: Target): Promise<void> {
  const tcp = connect({ host, port });
  const fail = (error: Error): void => {
    process.stderr.write(`connection to server at "${host}", port ${port} failed: ${error.message}\n`);
    client.destroy();
    tcp.destroy();
  };
  client.on("error", () => tcp.destroy());
  try {
    await once(tcp, "connect");
    // SSLRequest: its length and its code. Source: PostgreSQL documents, message formats, 2026-11-21.
    tcp.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    const [answer] = (await once(tcp, "data")) as [Buffer];
    if (answer.toString("latin1") !== "S")
      throw new Error("server does not support SSL, but SSL was required");
    const secure = connectTls({
      socket: tcp,
      ...(authority === undefined ? {} : { ca: readFileSync(authority) }),
      rejectUnauthorized: authority !== undefined || mode.startsWith("verify"),
      ...(mode === "verify-full" ? { host } : { checkServerIdentity: () => undefined }),
    });
    await once(secure, "secureConnect");
    secure.on("error", fail);
    secure.on("close", () => client.destroy());
    client.on("close", () => secure.destroy());
    const login = withoutChannelBinding();
    handOn(client, secure);
    handOn(secure, login);
    handOn(login, client);
  } catch (error) {
    fail(error instanceof Error ? error : new Error(String(error)));
  }
}

/**
 * Hands everything on, at the pace of whoever takes it. Node's own `pipe` and `pipeline` look at `process.stdout`, which from then on
 * waits for nobody; the program writes to the same one, and fails where its reader is slow (Node 24.21, 2026-11-22).
 */
function handOn(from: Readable, to: Writable): void {
  from.on("data", (piece: Buffer) => {
    if (!to.write(piece)) from.pause();
  });
  to.on("drain", () => from.resume());
  from.on("end", () => to.end());
}

/**
 * The server's first message with the login that binds to the TLS connection taken out, which a program that knows of no TLS
 * takes for an attack. The password is still never sent, only the proof of it.
 */
function withoutChannelBinding(): Transform {
  let begun = Buffer.alloc(0);
  let isOver = false;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      if (isOver) return done(null, piece);
      begun = Buffer.concat([begun, piece]);
      const end = begun.length < 5 ? Number.POSITIVE_INFINITY : begun.readUInt32BE(1) + 1;
      if (begun.length < end) return done();
      isOver = true;
      return done(null, Buffer.concat([plainLogin(begun.subarray(0, end)), begun.subarray(end)]));
    },
  });
}

/** Source: PostgreSQL documents, message formats, AuthenticationSASL, 2026-11-21. */
function plainLogin(message: Buffer): Buffer {
  if (message.toString("latin1", 0, 1) !== "R" || message.readUInt32BE(5) !== 10) return message;
  const ways = message.toString("latin1", 9).replace("SCRAM-SHA-256-PLUS\0", "");
  const next = Buffer.concat([message.subarray(0, 9), Buffer.from(ways, "latin1")]);
  next.writeUInt32BE(next.length - 1, 1);
  return next;
}

function once(socket: Socket, event: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    socket.once(event, (...values: unknown[]) => {
      socket.off("error", reject);
      resolve(values);
    });
    socket.once("error", reject);
  });
}

function run(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const child = spawn(command, args, {
    stdio: "inherit",
    // A library that was meant for the program is none for who only starts it.
    env: Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined)),
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => void child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
