import { runCommand } from "./engine/commands.ts";
import { findEngine } from "./engine/find.ts";
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
    examinePython(),
    examinePostgres(),
  ]);
}

async function examineEngine(cacheDirectory: string): Promise<Finding> {
  const part = "Pulumi engine";
  const engine = await findEngine(cacheDirectory);
  if (engine !== undefined) {
    const where = engine.source === "PATH" ? "on PATH" : engine.command;
    return { part, isFine: true, found: `${engine.version}, ${where}` };
  }
  const go = await runCommand("go", ["version"]);
  const found =
    go?.exitCode === 0
      ? `none yet: \`npm start\` downloads ${engineVersion} or builds it with ${go.stdout.trim()}`
      : `none, and no Go to build it with: unless \`npm start\` can download ${engineVersion}, install Pulumi or Go`;
  return { part, isFine: go?.exitCode === 0, found };
}

async function examinePython(): Promise<Finding> {
  const part = "Python with venv";
  try {
    const { executable, version } = await findPython();
    return { part, isFine: true, found: `${version}, ${executable}` };
  } catch (error) {
    if (error instanceof LocalFault) return { part, isFine: false, found: error.message };
    throw error;
  }
}

async function examinePostgres(): Promise<Finding> {
  const part = "PostgreSQL";
  const installed = await findInstalledPostgres();
  return installed === undefined
    ? { part, isFine: true, found: "none installed: `npm start` takes one from the npm registry" }
    : { part, isFine: true, found: `${installed.version}, ${installed.directory}` };
}
