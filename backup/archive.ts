import { outputOf, textOf } from "./child.ts";
import { Failure, type Outcome } from "./failure.ts";
import { type Manifest, tableName } from "./manifest.ts";
import { majorOf, type Program } from "./postgres-programs.ts";
import { type Bytes, BytesReader, drain } from "./streams.ts";

/** The table of contents stands at the start of a dump; of one with 50,000 objects it is shorter than this. */
const headBytes = 16 * 1024 * 1024;

/** The beginning of a dump, with the whole table of contents in it. */
export async function headOf(dump: Bytes): Promise<Buffer> {
  const reader = new BytesReader(dump);
  try {
    return Buffer.from(await reader.take(headBytes));
  } finally {
    await reader.close();
  }
}

/** What a dump holds, line by line as pg_restore lists it, from the dump's beginning alone. */
export async function contentsOf(head: Buffer, pgRestore: Program): Promise<string[]> {
  const list = await textOf(
    { command: pgRestore.path, args: ["--list"], outcome: "restore", outcomeOf },
    (async function* () {
      yield head;
    })(),
  );
  return list.split("\n").filter((line) => line !== "" && !line.startsWith(";"));
}

/**
 * Reads a dump to its end with pg_restore, which understands every byte of it and writes nothing.
 *
 * @returns the dump's beginning
 */
export async function readWhole(dump: Bytes, pgRestore: Program, signal: AbortSignal): Promise<Buffer> {
  const command = {
    command: pgRestore.path,
    args: ["--file=/dev/null"],
    outcome: "restore",
    outcomeOf,
  } as const;
  const head: Buffer[] = [];
  let kept = 0;
  async function* keepingHead(): Bytes {
    for await (const piece of dump) {
      if (kept < headBytes) head.push(piece);
      kept += piece.length;
      yield piece;
    }
  }
  await drain(outputOf({ ...command, signal, drainsInput: true }, keepingHead()));
  return Buffer.concat(head);
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
