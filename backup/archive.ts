import { outputOf, textOf } from "./child.ts";
import { Failure, type Outcome } from "./failure.ts";
import { type Manifest, tableName } from "./manifest.ts";
import { majorOf, type Program } from "./postgres-programs.ts";
import { type Bytes, drain } from "./streams.ts";

/**
 * What a dump holds, line by line as pg_restore lists it; with `--create` also the database itself. Of the dump no more
 * is read than its beginning says so.
 */
export async function contentsOf(
  dump: Bytes,
  pgRestore: Program,
  args: readonly string[] = [],
): Promise<string[]> {
  const list = await textOf(
    { command: pgRestore.path, args: ["--list", ...args], outcome: "restore", outcomeOf },
    dump,
  );
  return list.split("\n").filter((line) => line !== "" && !line.startsWith(";"));
}

/** Reads a dump to its end with pg_restore, which understands every byte of it and writes nothing. */
export async function readWhole(dump: Bytes, pgRestore: Program, signal: AbortSignal): Promise<void> {
  const command = {
    command: pgRestore.path,
    args: ["--file=/dev/null"],
    outcome: "restore",
    outcomeOf,
  } as const;
  await drain(outputOf({ ...command, signal, drainsInput: true }, dump));
}

/** What pg_restore complains of is the dump, but for what it lacks itself: then the dump may be whole. */
const outcomeOf = (said: string): Outcome =>
  /out of memory|error while loading shared libraries/.test(said) ? "restore" : "corrupt";

/** Refuses a pg_restore of an older major version than the pg_dump that wrote the backup. */
export function assertReadable({ pgDumpVersion, id }: Manifest, pgRestore: Program): void {
  if (majorOf(pgRestore.version) >= majorOf(pgDumpVersion)) return;
  throw new Failure(
    "version",
    `${id} was written by pg_dump ${pgDumpVersion}, and pg_restore is ${pgRestore.version}: install the PostgreSQL ${majorOf(pgDumpVersion)} client programs or newer`,
  );
}

/** Fails where a table that the manifest names has no rows in the list. */
export function assertListed(list: readonly string[], { contents, object }: Manifest): void {
  const listed = ({ schema, name }: { schema: string; name: string }): string =>
    `${oneLine(schema)} ${oneLine(name)}`;
  const wanted = new Map<string, number>();
  for (const table of contents.tables) wanted.set(listed(table), (wanted.get(listed(table)) ?? 0) + 1);
  for (const line of list) {
    const [, text = ""] = /^\d+; \d+ \d+ TABLE DATA (.*)$/.exec(line) ?? [];
    // A line stands for one table, and that of "a"."b c" begins as that of "a"."b" does: the longest name has it.
    for (let end = text.lastIndexOf(" "); end > 0; end = text.lastIndexOf(" ", end - 1)) {
      const name = text.slice(0, end);
      const count = wanted.get(name) ?? 0;
      if (count === 0) continue;
      wanted.set(name, count - 1);
      break;
    }
  }
  const missing = contents.tables.find((table) => wanted.get(listed(table)) !== 0);
  if (missing === undefined) return;
  throw new Failure("corrupt", `${object.key}: lacks the rows of ${tableName(missing)}`);
}

/** pg_restore lists a name on one line whatever is in it. */
export const oneLine = (name: string): string => name.replaceAll(/[\r\n]/g, " ");
