import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "@jest/globals";
import { restoreDirectly, restoreIntoOlder } from "../../backup/pg-restore.ts";
import type { Bytes } from "../../backup/streams.ts";

/** What programs do that write what they were given into files; `newer-client.test.ts` shows the real ones. */
const folder = mkdtempSync(join(tmpdir(), "slipway-pg-restore-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string): string => readFileSync(join(folder, name), "utf8");
const program = (name: string, body: string): void =>
  writeFileSync(join(folder, name), `#!/bin/sh\nhere='${folder}'\n${body}\n`, { mode: 0o755 });

beforeEach(() => {
  program(
    "psql",
    '[ "$1" = --version ] && { echo "psql (PostgreSQL) 18.4"; exit; }; echo "$*" > "$here/psql.args"; echo "$PGHOST" >> "$here/psql.args"; cat > "$here/psql.in"',
  );
  program(
    "pg_restore",
    `printf '%s\\n' "$*" "$PGHOST" > "$here/restore.args"; cat > "$here/restore.in"; cat "$here/script"`,
  );
});

async function* dump(): Bytes {
  yield Buffer.from("the dump");
}

const run = () => ({
  pgRestore: { path: join(folder, "pg_restore"), version: "18.4" },
  args: ["--single-transaction"],
  environment: { PGHOST: "a-host" },
  outcome: "restore" as const,
});

const head = ["--", "-- PostgreSQL database dump", "--", "", "\\restrict abc", "", "BEGIN;", ""];
const rest = [
  "CREATE TABLE t (a text);",
  "COPY t FROM stdin;",
  "SET transaction_timeout = 0;",
  "\\.",
  "COMMIT;",
  "",
];

async function scriptFor(script: readonly string[], settings: readonly string[]): Promise<string> {
  writeFileSync(join(folder, "script"), script.join("\n"));
  await restoreIntoOlder(dump(), { ...run(), settings: new Set(settings) });
  return file("psql.in");
}

test("a script goes to psql without the settings that the server does not know, and otherwise as it is", async () => {
  const known = ["SET statement_timeout = 0;", "SELECT pg_catalog.set_config('search_path', '', false);"];
  const given = [...head, "SET transaction_timeout = 0;", ...known, ...rest];
  expect(await scriptFor(given, ["statement_timeout"])).toBe([...head, ...known, ...rest].join("\n"));
  expect(await scriptFor(given, ["statement_timeout", "transaction_timeout"])).toBe(given.join("\n"));
  expect(file("restore.in")).toBe("the dump");
  expect(file("restore.args")).toBe("--single-transaction --file=-\n\n");
  expect(file("psql.args")).toBe(
    "--no-psqlrc --quiet --no-password --set=ON_ERROR_STOP=1 --output=/dev/null\na-host\n",
  );
});

test("a script of any length arrives whole, and so does one that is a head alone", async () => {
  const long = [...head, "SELECT 1;", ...Array.from({ length: 20_000 }, (_none, row) => `row ${row}`)];
  expect(await scriptFor(long, [])).toBe(long.join("\n"));
  expect(await scriptFor(head, [])).toBe(head.join("\n"));
});

test("what psql says of a failure is told, and what pg_restore says of its own", async () => {
  program(
    "psql",
    '[ "$1" = --version ] && { echo "psql (PostgreSQL) 18.4"; exit; }; cat > /dev/null; echo "psql: error: no" >&2; exit 3',
  );
  await expect(scriptFor([...head, ...rest], [])).rejects.toMatchObject({
    outcome: "restore",
    message: "psql ended with exit code 3: psql: error: no",
  });
  program("pg_restore", 'cat > /dev/null; echo "pg_restore: error: broken" >&2; exit 1');
  await expect(scriptFor([], [])).rejects.toMatchObject({
    message: "pg_restore ended with exit code 1: pg_restore: error: broken",
  });
});

test("into a server that is not older pg_restore writes itself, into a database of any name", async () => {
  writeFileSync(join(folder, "script"), "");
  await restoreDirectly(dump(), { ...run(), database: "it's \\ host=b" });
  expect(file("restore.args")).toBe(
    "--dbname=dbname='it\\'s \\\\ host=b' --no-password --single-transaction\na-host\n",
  );
});
