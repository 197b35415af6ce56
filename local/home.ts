import { createHash } from "node:crypto";
import { mkdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of the clone, without a slash at its end. */
export const cloneDirectory = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");

/** Folder in which Node keeps compiled code, see cli/with-packages.mjs: without it a program takes twice as long to load. */
export const compiledDirectory = join(cloneDirectory, "node_modules", ".cache", "slipway");

/**
 * Folder of everything that the local way keeps for this clone, readable by its owner only.
 * SLIPWAY_HOME names another one.
 */
export const homeDirectory = (): string => made(homePath());

/** Where that folder is, made or not. */
export const homePath = (): string => folderNamed("SLIPWAY_HOME") ?? join(cloneDirectory, ".slipway");

/**
 * Folder of what all clones share and can be made again: the engine, the virtual environment, PostgreSQL binaries.
 * SLIPWAY_CACHE names another one.
 */
export const cacheDirectory = (): string => made(cachePath());

/** Where that folder is, made or not. */
export function cachePath(): string {
  const base =
    process.env["XDG_CACHE_HOME"] ??
    join(homedir(), ...(process.platform === "darwin" ? ["Library", "Caches"] : [".cache"]));
  return folderNamed("SLIPWAY_CACHE") ?? join(base, "slipway");
}

/** Makes a folder with those above it, one by one: Node's own recursion never ends where a folder takes none, as /proc. */
function made(directory: string): string {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return directory;
  if (dirname(directory) !== directory) made(dirname(directory));
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another command may have made it meanwhile.
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
  return directory;
}

/** The folder that a variable names, from the root; undefined where it names none. */
function folderNamed(variable: string): string | undefined {
  const text = process.env[variable];
  return text === undefined || text === "" ? undefined : resolve(text);
}

/** A short name for a text, the same on every run. */
export function digestOf(...texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text).update("\0");
  return hash.digest("hex").slice(0, 16);
}
