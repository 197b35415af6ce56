import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { textOf } from "./child.ts";
import type { ServerAddress } from "./database.ts";
import { Failure, type Outcome } from "./failure.ts";
import { writtenTo } from "./temporary.ts";

/** The programs that come with PostgreSQL and that a command needs. */
export type ProgramName = "pg_dump" | "pg_restore" | "psql";

/** One of PostgreSQL's programs on this machine. */
export interface Program {
  readonly path: string;
  /** For example "18.1". */
  readonly version: string;
}

/**
 * Finds a program and its version.
 *
 * @param folder - where it is; empty for PATH
 * @throws Failure where it is not there
 */
export async function findProgram(name: ProgramName, folder: string): Promise<Program> {
  const path = folder === "" ? name : join(folder, name);
  const text = await textOf({ command: path, args: ["--version"], outcome: "version" });
  const version = /\(PostgreSQL\) (\d+(?:\.\d+)*)/.exec(text)?.[1];
  if (version === undefined)
    throw new Failure("version", `${path} does not tell its version: ${text.trim()}`);
  return { path, version };
}

/** Refuses a program of an older major version than the server's: it would dump what it does not understand. */
export function assertNotOlder(name: ProgramName, program: Program, serverVersion: string): void {
  if (majorOf(program.version) >= majorOf(serverVersion)) return;
  throw new Failure(
    "version",
    `${name} ${program.version} is older than the server, which is ${serverVersion}: install the PostgreSQL ${majorOf(serverVersion)} client programs or newer`,
  );
}

export const majorOf = (version: string): number => Number.parseInt(version, 10);

/**
 * How a program reaches the server: by its environment, which no list of processes shows to other users. The
 * certificate of the authority, which is no secret, has to be a file: in memory where there is such a folder.
 */
export class Connection {
  readonly environment: Readonly<Record<string, string>>;
  private readonly folder: string | undefined;

  constructor(
    { host, port, user, password, database, mode, caCertificate }: ServerAddress,
    memory = "/dev/shm",
  ) {
    if (caCertificate !== undefined) {
      const where = existsSync(memory) ? memory : tmpdir();
      const folder = writtenTo(where, () => mkdtempSync(join(where, "slipway-backup-")));
      this.folder = folder;
      writtenTo(where, () => writeFileSync(join(folder, "ca.crt"), caCertificate));
    }
    this.environment = {
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: database,
      PGSSLMODE: mode,
      PGAPPNAME: "slipway backup",
      PGCONNECT_TIMEOUT: "10",
      PGPASSFILE: "/dev/null",
      PGSERVICEFILE: "/dev/null",
      ...(this.folder === undefined ? {} : { PGSSLROOTCERT: join(this.folder, "ca.crt") }),
    };
  }

  close(): void {
    if (this.folder !== undefined) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Of coreutils: lets a program write its output in pieces of another size. */
const bufferLibrary = "/usr/libexec/coreutils/libstdbuf.so";

/**
 * Lets a program write large pieces, where this machine has what does that: pg_dump's own have 4 KiB, and moving them
 * takes longer than all else that is done with them.
 */
export const largePieces = (library = bufferLibrary): Record<string, string> =>
  existsSync(library) ? { LD_PRELOAD: library, _STDBUF_O: String(256 * 1024) } : {};

/** What a program's complaint means; the first that fits. */
const complaints: readonly (readonly [RegExp, Outcome])[] = [
  [/server version mismatch/, "version"],
  [
    /password authentication failed|no pg_hba\.conf entry|permission denied|must be (owner|superuser)/,
    "refused",
  ],
  // By a statement's timeout pg_dump limits how long it waits for a lock, and nothing else.
  [/(?:lock|statement) timeout|could not obtain lock/, "locked"],
  [/certificate|server does not support SSL|SSL error/, "insecure"],
  [/connection to server .* failed|could not translate host name/, "unreachable"],
];

/** What a program's complaint means; what no line above names is a failure of the program's own work. */
export const outcomeOfComplaint =
  (otherwise: Outcome) =>
  (said: string): Outcome =>
    complaints.find(([pattern]) => pattern.test(said))?.[1] ?? otherwise;
