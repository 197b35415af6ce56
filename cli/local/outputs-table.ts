import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { loginOf, printableAddress } from "../../local/stack/database-address.ts";
import type { StackOutput } from "../../local/stack/watched-program.ts";
import { plainTable } from "../plain-table.ts";

type Outputs = Readonly<Record<string, StackOutput>>;

/** What a person needs of the outputs, in the order of use; a row whose output the stack does not have is left out. */
const rows: readonly (readonly [label: string, output: string])[] = [
  ["app", "appUrl"],
  ["database", "databaseUrls"],
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
    return name === "databaseUrls" ? databaseRows(label, value, home) : [[label, shown(value)]];
  });
  return plainTable(present);
}

/** A row for each database; the only one needs no name. */
function databaseRows(label: string, value: unknown, home: string): string[][] {
  const urls = Object.entries(DatabaseUrls.parse(value));
  return urls.map(([name, url]) => [
    urls.length === 1 ? label : `${label} ${name}`,
    databaseAddress(url, home),
  ]);
}

/** The output `databaseUrls`: addresses with passwords, by database. */
export const DatabaseUrls = z.record(z.string(), z.string());

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
