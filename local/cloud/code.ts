import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { cloneDirectory } from "../home.ts";

/** Names the code that the local cloud runs: it changes with every edit of `local/`, `backup/` or the lockfile. */
export function codeFingerprint(root: string = cloneDirectory): string {
  const hash = createHash("sha256");
  const add = (path: string): void => {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path}\0${mtimeMs}\0${size}\n`);
  };
  for (const folder of ["local", "backup"]) {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const path of files.sort()) add(path);
  }
  add(join(root, "package-lock.json"));
  return hash.digest("hex").slice(0, 16);
}
