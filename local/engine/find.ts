import { statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJson, writePrivately } from "../files.ts";
import { runCommand } from "./commands.ts";
import { engineVersion, isSameLine } from "./version.ts";

export interface Engine {
  /** Path of the `pulumi` command, or its name where PATH has it. */
  readonly command: string;
  /** For example `3.253.0`. */
  readonly version: string;
  /** "PATH" for the person's own, "cache" for the one that slipway installed or built. */
  readonly source: "PATH" | "cache";
}

/** The `pulumi` command that is there already: on PATH, else in the cache. */
export async function findEngine(cacheDirectory: string): Promise<Engine | undefined> {
  const [onPath, cached] = await Promise.all([
    probe("pulumi", "PATH"),
    probeCached(join(cacheDirectory, "engine", engineVersion)),
  ]);
  return onPath ?? cached;
}

const Known = z.strictObject({ size: z.int(), mtimeMs: z.number(), version: z.string() });

/** The engine of the cache. While its file stays the same it is not asked for its version, which takes a sixth of a second. */
async function probeCached(root: string): Promise<Engine | undefined> {
  const command = join(root, "bin", "pulumi");
  const file = statSync(command, { throwIfNoEntry: false });
  if (file === undefined) return undefined;
  const { size, mtimeMs } = file;
  const noted = join(root, "version.json");
  const { data: known } = Known.safeParse(readJson(noted));
  if (known?.size === size && known.mtimeMs === mtimeMs)
    return { command, version: known.version, source: "cache" };
  const engine = await probe(command, "cache");
  if (engine !== undefined) writePrivately(noted, JSON.stringify({ size, mtimeMs, version: engine.version }));
  return engine;
}

async function probe(command: string, source: Engine["source"]): Promise<Engine | undefined> {
  const output = await runCommand(command, ["version"], {
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: 20_000,
  });
  const version = output?.stdout.trim() ?? "";
  if (output?.exitCode !== 0 || !isSameLine(version, engineVersion)) return undefined;
  return { command, version: version.replace(/^v/, ""), source };
}
