import { dirname } from "node:path";
import { type ChildOptions, outputOf } from "./child.ts";
import { findProgram, type Program } from "./postgres-programs.ts";
import { type Bytes, BytesReader, drain } from "./streams.ts";

/** How pg_restore is run, but for where its output goes. */
interface RestoreRun extends Omit<ChildOptions, "command"> {
  readonly pgRestore: Program;
}

/** Lets pg_restore itself write into the database. */
export async function restoreDirectly(
  dump: Bytes,
  { pgRestore, database, ...options }: RestoreRun & { readonly database: string },
): Promise<void> {
  const args = [`--dbname=${connectionString(database)}`, "--no-password", ...options.args];
  // It has the server end its statement then; the server would go on with it where the program is killed.
  await drain(outputOf({ ...options, command: pgRestore.path, args, stopsAt: "SIGTERM" }, dump));
}

/** A name that looks like a connection string would be taken for one. */
const connectionString = (name: string): string => `dbname='${name.replaceAll(/['\\]/g, "\\$&")}'`;

/**
 * Restores into a server of an older major version than pg_restore. It begins with every setting that its own version has, such as
 * `transaction_timeout` since 17, and a server that does not know one ends the transaction (seen 2026-11-22: pg_restore 18.4
 * and PostgreSQL 15.18). So it writes its script, which is one transaction too, and psql runs that without those settings.
 *
 * @param settings - names of all settings that the server has
 */
export async function restoreIntoOlder(
  dump: Bytes,
  { pgRestore, settings, ...options }: RestoreRun & { readonly settings: ReadonlySet<string> },
): Promise<void> {
  // Of the same release: what pg_restore writes, an older psql may not read. A name without a folder is found on PATH.
  const psql = await findProgram("psql", dirname(pgRestore.path));
  const script = outputOf(
    { ...options, command: pgRestore.path, args: [...options.args, "--file=-"], environment: {} },
    dump,
  );
  const args = ["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--output=/dev/null"];
  const run = { ...options, command: psql.path, args, stopsAt: "SIGINT" } as const;
  await drain(outputOf(run, knownSettings(script, settings)));
}

/** What stands in a script before its first statement that makes something. */
const headLine = /^(?:--.*|\\restrict .*|BEGIN;|SELECT pg_catalog\.set_config\(.*|SET (\w+) = .*)?\n$/;
/** Longer than any line of a head. */
const longestHeadLine = 4096;

async function* knownSettings(script: Bytes, settings: ReadonlySet<string>): Bytes {
  const reader = new BytesReader(script);
  try {
    for (let isHead = true; isHead; ) {
      const line = await reader.takeLine(longestHeadLine);
      const [isOfHead, setting] = headLine.exec(line.toString("latin1")) ?? [];
      isHead = isOfHead !== undefined;
      if (setting === undefined || settings.has(setting)) yield line;
    }
    while (!(await reader.isAtEnd())) yield await reader.take(64 * 1024);
  } finally {
    await reader.close();
  }
}
