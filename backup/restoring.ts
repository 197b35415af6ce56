import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { contentsOf, oneLine } from "./archive.ts";
import { beginSnapshot, summarizeTables } from "./contents.ts";
import { connected, type ServerAddress } from "./database.ts";
import { Failure } from "./failure.ts";
import { parted } from "./left-out.ts";
import type { Log } from "./log.ts";
import { type Manifest, type TableSummary, tableName } from "./manifest.ts";
import { openDump, type Vault } from "./opening.ts";
import { actingForOwners, noOwners, ownersIn } from "./ownership.ts";
import { restoreDirectly, restoreIntoOlder } from "./pg-restore.ts";
import { Connection, majorOf, outcomeOfComplaint, type Program } from "./postgres-programs.ts";
import type { Bytes } from "./streams.ts";
import { writtenTo } from "./temporary.ts";

interface RestoreJob {
  readonly vault: Vault;
  readonly manifest: Manifest;
  readonly target: ServerAddress;
  readonly pgRestore: Program;
  /** What the dump holds, as pg_restore lists it. */
  readonly list: readonly string[];
  readonly keepsOwners: boolean;
  /** Drops what the dump holds before it is made again. */
  readonly isReplaced: boolean;
  /** Extensions to do without. */
  readonly leftOut: readonly string[];
  /** Schemas that are there before the dump, which makes them no more, and their owners. */
  readonly schemas: ReadonlyMap<string, string>;
  /** Name of all connections to the target. */
  readonly session: string;
  readonly log: Log;
  /** Told how much of the dump went in, from 0 to 1. */
  readonly onProgress: (done: number) => void;
}

/**
 * Puts a backup into a database and looks at it there, both with the rights of those who own what it holds. Restore and
 * drill do it alike.
 *
 * @param look - gets the name that its connections have to have
 */
export async function putBack<T>(
  job: Omit<RestoreJob, "list" | "schemas" | "session">,
  look: (session: string, leftOut: readonly string[]) => Promise<T>,
): Promise<T> {
  const { vault, manifest, target, pgRestore, keepsOwners, log } = job;
  const { signal } = vault;
  // Opened before anything is written, so that a wrong key costs nothing.
  const all = await contentsOf(openDump(vault, manifest), pgRestore, ["--create"]);
  const { restored: list, leftOut } = parted(all);
  const owners = keepsOwners ? ownersIn(list, manifest.contents.roles) : noOwners;
  if (leftOut.length > 0)
    log.warn("not restored: backup/README.md says how it is put back by hand", { parts: leftOut });
  const session = `slipway restore ${randomBytes(6).toString("hex")}`;
  return await actingForOwners(target, owners, { name: session, signal, log }, async () => {
    await restoreDump({ ...job, list, schemas: owners.hosts, session });
    signal.throwIfAborted();
    return await look(session, leftOut);
  });
}

/**
 * Puts a backup into a database in one transaction: everything is there in the end, or the database is as it was. The
 * transaction cannot end before the whole dump has proved to be the one of the manifest.
 */
async function restoreDump(job: RestoreJob): Promise<void> {
  const { vault, manifest, target, pgRestore, list, keepsOwners, isReplaced } = job;
  const connection = new Connection(target);
  const folder = writtenTo(tmpdir(), () => mkdtempSync(join(tmpdir(), "slipway-restore-")));
  try {
    const listFile = join(folder, "list");
    const server = await describeServer(target);
    const extensions = new Set([...server.extensions, ...job.leftOut]);
    const lines = list.filter((line) => isForUs(line, extensions, job.schemas));
    writtenTo(folder, () => writeFileSync(listFile, lines.join("\n")));
    const options = {
      args: [
        "--single-transaction",
        "--exit-on-error",
        `--use-list=${listFile}`,
        ...(keepsOwners ? [] : ["--no-owner", "--no-acl"]),
        ...(isReplaced ? ["--clean", "--if-exists"] : []),
      ],
      environment: { ...connection.environment, PGAPPNAME: job.session },
      outcome: "restore",
      outcomeOf: outcomeOfComplaint("restore"),
      signal: vault.signal,
    } as const;
    const dump = withProgress(openDump(vault, manifest), manifest.plain.bytes, job.onProgress);
    await (majorOf(pgRestore.version) > majorOf(server.version)
      ? restoreIntoOlder(dump, { ...options, pgRestore, settings: server.settings })
      : restoreDirectly(dump, { ...options, pgRestore, database: target.database }));
  } finally {
    connection.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Whether whoever restores may do what the line stands for. Extensions that are there already may be another's: they
 * stay as they are, and a comment on one is its owner's to set.
 */
function isForUs(
  line: string,
  extensions: ReadonlySet<string>,
  schemas: ReadonlyMap<string, string>,
): boolean {
  const entry = line.replace(/^\d+; \d+ \d+ /, "").trimEnd();
  if (/^COMMENT - EXTENSION /.test(entry)) return false;
  if (/^EXTENSION - /.test(entry)) return !extensions.has(entry.replace("EXTENSION - ", ""));
  return ![...schemas].some(([schema, owner]) => entry === `SCHEMA - ${schema} ${oneLine(owner)}`);
}

async function describeServer(
  target: ServerAddress,
): Promise<{ version: string; extensions: readonly string[]; settings: ReadonlySet<string> }> {
  return await connected(target, Date.now() + 10_000, async (client) => {
    const extensions = await client.query("SELECT extname AS name FROM pg_extension");
    const settings = await client.query("SELECT name FROM pg_settings");
    const { rows } = await client.query("SELECT current_setting('server_version') AS version");
    const namesOf = (result: pg.QueryResult): string[] => result.rows.map(({ name }) => String(name));
    return {
      version: String(rows[0]?.version),
      extensions: namesOf(extensions),
      settings: new Set(namesOf(settings)),
    };
  });
}

async function* withProgress(dump: Bytes, total: number, onProgress: (done: number) => void): Bytes {
  let read = 0;
  for await (const piece of dump) {
    yield piece;
    read += piece.length;
    onProgress(read / total);
  }
}

/** One difference between what was backed up and what is there. */
export interface TableDifference {
  readonly table: string;
  readonly expected: string;
  readonly found: string;
}

/** Compares the tables of a database with those of a manifest, row counts and checksums. */
export async function compareTables(
  target: ServerAddress,
  { contents }: Manifest,
  name = "slipway backup",
): Promise<TableDifference[]> {
  const everyNth = new Map(contents.tables.map((table) => [tableName(table), table.everyNth]));
  const options = { name, statementLimit: 0, lockLimit: 60_000 };
  const found = await connected(
    target,
    Date.now() + 10_000,
    async (client) => {
      await client.query("ANALYZE");
      await beginSnapshot(client);
      return await summarizeTables(client, (table) => everyNth.get(tableName(table)));
    },
    options,
  );
  const byName = new Map(found.map((table) => [tableName(table), table]));
  return contents.tables.flatMap((expected) => {
    const there = byName.get(tableName(expected));
    const [one, other] = [shown(expected), there === undefined ? "nothing" : shown(there)];
    return one === other ? [] : [{ table: tableName(expected), expected: one, found: other }];
  });
}

const shown = ({ rows, checksum }: TableSummary): string => `${rows} rows, checksum ${checksum}`;

/** @throws Failure that names the first difference and the number of all */
export function assertSame(differences: readonly TableDifference[]): void {
  const [first] = differences;
  if (first === undefined) return;
  throw new Failure(
    "mismatch",
    `${first.table} has ${first.found}, the backup ${first.expected}${differences.length > 1 ? `, and ${differences.length - 1} more tables differ` : ""}`,
  );
}
