import { existsSync } from "node:fs";
import { join } from "node:path";
import Table from "cli-table3";
import { loginOf, printableAddress } from "../../local/database-address.ts";
import type { StackOutput } from "../../local/up.ts";

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
export function outputsTable(outputs: Readonly<Record<string, StackOutput>>, home: string): string {
  const table = new Table({ style: { head: [], border: [] } });
  for (const [label, name] of rows) {
    const value = outputs[name]?.value;
    if (value === undefined || value === null) continue;
    table.push([label, name === "databaseUrl" ? databaseAddress(String(value), home) : shown(value)]);
  }
  return table.toString();
}

/** The address that `psql` takes, for an address with a password. */
export function databaseAddress(url: string, home: string): string {
  const authority = join(home, "ca.crt");
  return printableAddress(loginOf(url), home, existsSync(authority) ? authority : undefined);
}

function shown(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${typeof inner === "object" ? JSON.stringify(inner) : inner}`)
    .join("\n");
}
