import { runCommand } from "./engine/commands.ts";
import { findEngine } from "./engine/index.ts";
import { engineVersion } from "./engine/version.ts";
import { LocalFault } from "./fault.ts";
import { findPython } from "./services/moto-python.ts";
import { findInstalledPostgres } from "./services/postgres.ts";

export interface Finding {
  /** What is needed. */
  readonly part: string;
  readonly isFine: boolean;
  /** What is there, or the fix. */
  readonly found: string;
}

/** Looks for everything that the local way needs, without installing anything. */
export async function examine(cacheDirectory: string): Promise<Finding[]> {
  return await Promise.all([
    { part: "Node", isFine: true, found: process.version },
    examineEngine(cacheDirectory),
    finding("Python with venv", async () => {
      const { command, version } = await findPython();
      return `${command} ${version}`;
    }),
    examinePostgres(),
  ]);
}

async function examineEngine(cacheDirectory: string): Promise<Finding> {
  const engine = await findEngine(cacheDirectory);
  if (engine !== undefined) {
    const where = engine.source === "PATH" ? "on PATH" : engine.command;
    return { part: "engine", isFine: true, found: `${engine.version}, ${where}` };
  }
  const go = await runCommand("go", ["version"]);
  return go?.exitCode === 0
    ? {
        part: "engine",
        isFine: true,
        found: `none yet: \`npm start\` downloads ${engineVersion}, or builds it with ${go.stdout.trim()}`,
      }
    : {
        part: "engine",
        isFine: false,
        found: `none and no Go: \`npm start\` has to download ${engineVersion}; else install Pulumi or Go`,
      };
}
