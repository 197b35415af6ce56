import { existsSync } from "node:fs";
import { join } from "node:path";
import { loginOf, printableAddress } from "../../local/stack/database-address.ts";
import type { StackOutput } from "../../local/stack/watched-program.ts";
import { plainTable } from "../plain-table.ts";

type Outputs = Readonly<Record<string, StackOutput>>;

/** What a person needs of the outputs, in the order of use; a row whose output the stack does not have is left out. */
const rows: readonly (readonly [label: string, output: string])[] = [
  ["app", "appUrl"],
  ["database", "databaseUrl"],
  ["backup bucket", "backupBucket"],
  ["zone", "zone"],
  ["GitHub environment", "githubEnvironment"],
  ["release", "release"],
];

/** The outputs as a table. The database's address holds no password: psql finds it in the local password file. */
export function outputsTable(outputs: Outputs, home: string): string {
  const present = rows.flatMap(([label, name]) => {
    const value = outputs[name]?.value;
    if (value === undefined || value === null) return [];
    return [[label, name === "databaseUrl" ? databaseAddress(String(value), home) : shown(value)]];
  });
  return plainTable(present);
}

/** The address that `psql` takes, for an address with a password. */
export function databaseAddress(url: string, home: string): string {
  const authority = join(home, "ca.crt");
  return printableAddress(loginOf(url), home, existsSync(authority) ? authority : undefined);
}

/** A value on one line: `version 1.2.0, images tinkertools-api sha256:…`. */
function shown(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .toReversed()
    .map(([key, inner]) => `${key} ${shown(inner)}`)
    .join(", ");
}
