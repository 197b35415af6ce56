import { existsSync, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

export const providerNames = ["digitalocean", "github", "aws"] as const;
export type ProviderName = (typeof providerNames)[number];

/** The published plugins that the engine would find: on PATH, or installed into the person's Pulumi folder. */
export function findInstalledPlugins(environment: NodeJS.ProcessEnv = process.env): ProviderName[] {
  const path = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const home = environment["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const folder = join(home, "plugins");
  const installed = existsSync(folder) ? readdirSync(folder) : [];
  return providerNames.filter(
    (name) =>
      path.some((directory) => isExecutable(join(directory, `pulumi-resource-${name}`))) ||
      installed.some((entry) => new RegExp(`^resource-${name}-v[^.]+\\.[^.]+\\.[^.]+$`).test(entry)),
  );
}

function isExecutable(path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  return file?.isFile() === true && (file.mode & 0o111) !== 0;
}
