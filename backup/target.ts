import { lookup } from "node:dns/promises";
import { SocketAddress } from "node:net";
import pg from "pg";
import { tried } from "./attempt.ts";
import type { ServerAddress } from "./database.ts";
import { Failure } from "./failure.ts";
import type { Manifest } from "./manifest.ts";
import { majorOf } from "./postgres-programs.ts";

export interface TargetChecks {
  /** Whether owners and rights are restored too; then their roles have to be there. */
  readonly keepsOwners: boolean;
  /** Whether what is in the target may be replaced. */
  readonly isReplaced: boolean;
  /** Extensions that it may do without. @default - none */
  readonly leftOut?: readonly string[];
  /** Bytes of the target's disk, where somebody knows them: no server tells. */
  readonly diskBytes?: number | undefined;
}

/**
 * Looks whether a database can take a backup, before anything is written.
 *
 * @throws Failure that names everything that is missing at once
 */
export async function assertFit(
  client: pg.Client,
  { contents }: Manifest,
  checks: TargetChecks,
): Promise<void> {
  const faults = [
    ...(await versionFaults(client, contents)),
    ...(await extensionFaults(client, contents, checks.leftOut ?? [])),
    ...(checks.keepsOwners ? await roleFaults(client, contents) : []),
    ...(checks.isReplaced ? [] : await contentFaults(client)),
    ...(await spaceFaults(client, contents, checks.diskBytes)),
  ];
  if (faults.length > 0) throw new Failure("unfit", `the target ${faults.join("; the target ")}`);
}

type Contents = Manifest["contents"];

async function versionFaults(client: pg.Client, { serverVersion, encoding }: Contents): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT current_setting('server_version') AS version, pg_encoding_to_char(encoding) AS encoding
       FROM pg_database WHERE datname = current_database()`,
  );
  const version = String(rows[0]?.version).replace(/ .*/, "");
  return [
    ...(majorOf(version) < majorOf(serverVersion)
      ? [`is PostgreSQL ${version}, older than the backup's ${serverVersion}`]
      : []),
    ...(rows[0]?.encoding === encoding
      ? []
      : [`has the encoding ${rows[0]?.encoding}, the backup ${encoding}`]),
  ];
}

async function extensionFaults(
  client: pg.Client,
  contents: Contents,
  leftOut: readonly string[],
): Promise<string[]> {
  const { extensions } = contents;
  const { rows } = await client.query("SELECT name FROM pg_available_extensions");
  const available = new Set(rows.map(({ name }) => String(name)));
  const missing = extensions.map(({ name }) => name).filter((name) => !available.has(name));
  const there = extensions.filter(({ name }) => available.has(name) && !leftOut.includes(name));
  const forbidden = await forbiddenExtensions(client, { extensions: there });
  return [
    ...(missing.length === 0 ? [] : [`has no extension ${missing.join(", ")}`]),
    ...(forbidden.length === 0
      ? []
      : [`does not let its user make the extension ${forbidden.join(", ")}: have it made beforehand`]),
  ];
}

/** Of the extensions of a backup those that the user may not make: what a platform allows is known by trying alone. */
export async function forbiddenExtensions(
  client: pg.Client,
  { extensions }: Pick<Contents, "extensions">,
): Promise<string[]> {
  const forbidden: string[] = [];
  const { rows } = await client.query(
    "SELECT name FROM pg_available_extensions WHERE name = ANY($1::text[]) AND installed_version IS NULL",
    [extensions.map(({ name }) => name)],
  );
  await client.query("BEGIN");
  for (const { name } of rows) {
    const statement = `CREATE EXTENSION IF NOT EXISTS ${pg.escapeIdentifier(String(name))} CASCADE`;
    if (!(await tried(client, statement))) forbidden.push(String(name));
  }
  await client.query("ROLLBACK");
  return forbidden.sort();
}

async function roleFaults(client: pg.Client, { roles }: Contents): Promise<string[]> {
  const { rows } = await client.query("SELECT rolname AS name FROM pg_roles");
  const there = new Set(rows.map(({ name }) => String(name)));
  const missing = roles.filter((name) => !there.has(name));
  return missing.length === 0 ? [] : [`has no role ${missing.join(", ")}: create them, or use --no-owner`];
}

/** Number of things in the database that neither the system nor an extension brought. */
const ownThings = `
  SELECT count(*)::int AS count FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
   WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
     AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')`;

async function contentFaults(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(ownThings);
  const count = Number(rows[0]?.count);
  return count === 0
    ? []
    : [`is not empty, it holds ${count} tables, views or sequences: use --replace to drop them`];
}

async function spaceFaults(
  client: pg.Client,
  { sizeBytes }: Contents,
  diskBytes: number | undefined,
): Promise<string[]> {
  if (diskBytes === undefined) return [];
  const { rows } = await client.query(
    `SELECT coalesce(sum(pg_database_size(oid)), 0)::text AS used FROM pg_database
      WHERE has_database_privilege(oid, 'CONNECT')`,
  );
  const used = Number(rows[0]?.used);
  const free = diskBytes - used;
  if (free < 0)
    return [
      `holds ${used} bytes already, more than the ${diskBytes} of --disk-bytes: give the size of the server's whole disk`,
    ];
  return sizeBytes <= free ? [] : [`has ${free} bytes left, the backed up database had ${sizeBytes}`];
}

/** What tells whether a restore has to be confirmed. */
export interface Confirmation {
  readonly productionHosts: readonly string[];
  /** Address of the database that was backed up, where it is known and production. */
  readonly source: string | undefined;
  /** Whether what is in the target is dropped. */
  readonly isReplaced: boolean;
  /** What was typed. */
  readonly typed: string | undefined;
}

/**
 * Asks for typed confirmation where the target is production, by whatever name, and where something is dropped anywhere.
 *
 * @throws Failure that says what has to be typed
 */
export async function assertConfirmed(
  target: ServerAddress,
  { productionHosts, source, isReplaced, typed }: Confirmation,
): Promise<void> {
  const words = `${target.host}/${target.database}`;
  if (typed === words) return;
  const why = (await isAny(target.host, [...productionHosts, ...hostOf(source)]))
    ? "the target is production"
    : isReplaced
      ? "what the target holds is dropped"
      : undefined;
  if (why !== undefined) throw new Failure("production", `${why}: to go on add --confirm ${words}`);
}

/** Whether a host is one of others: by its name, inside a private network or not, or by an address that both have. */
async function isAny(host: string, others: readonly string[]): Promise<boolean> {
  const name = (one: string): string => one.toLowerCase().replace(/^private-|\.$/g, "");
  if (others.some((other) => name(other) === name(host))) return true;
  const [own, ...theirs] = await Promise.all([host, ...others].map(addressesOf));
  return theirs.flat().some((address) => own?.includes(address));
}

const addressesOf = async (host: string): Promise<string[]> =>
  await lookup(host, { all: true }).then(
    (found) => found.map(({ address, family }) => (family === 6 ? plainAddress(address) : address)),
    // A name that nobody knows leads to no server.
    () => [],
  );

/** One form of many; an address of version 4 that is written as one of version 6 is itself. */
const plainAddress = (address: string): string =>
  new SocketAddress({ address, family: "ipv6" }).address.replace(/^::ffff:(?=\d+\.)/, "");

/** Without the brackets that an address of version 6 has in a URL; none where it is no URL. */
const hostOf = (url = ""): string[] =>
  URL.canParse(url) ? [new URL(url).hostname.replaceAll(/[[\]]/g, "")] : [];
