import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PulumiCommand } from "@pulumi/pulumi/automation/cmd.js";
import semver from "semver";
import { z } from "zod";
import { readJson, writePrivately } from "../files.ts";
import { exclusively } from "../lock.ts";
import type { Progress } from "../progress.ts";
import { buildEngine } from "./build.ts";
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

/** Longest wait for the published engine's download, milliseconds; the SDK's installer sets no limit of its own. */
const downloadLimit = 5 * 60_000;

/** The `pulumi` command that is there already: on PATH, else in the cache. */
export async function findEngine(cacheDirectory: string): Promise<Engine | undefined> {
  const [onPath, cached] = await Promise.all([
    probe("pulumi", "PATH"),
    probeCached(join(cacheDirectory, "engine", engineVersion)),
  ]);
  return onPath ?? cached;
}

/**
 * Finds the `pulumi` command, or installs it into the cache: the published one where it can be downloaded, else one
 * built with Go from the pinned module.
 *
 * @throws LocalFault when none of the three ways is open
 */
export async function provideEngine(cacheDirectory: string, progress: Progress): Promise<Engine> {
  const found = await findEngine(cacheDirectory);
  if (found !== undefined) return found;
  const root = join(cacheDirectory, "engine", engineVersion);
  mkdirSync(root, { recursive: true });
  const waiting = () => progress.say("another command installs the engine: waiting for it");
  return await exclusively(
    join(root, "lock.db"),
    async () => {
      const made = await findEngine(cacheDirectory);
      if (made !== undefined) return made;
      if (!(await download(root, progress))) await buildEngine(root, progress);
      const installed = await findEngine(cacheDirectory);
      if (installed === undefined) throw new Error(`the engine in ${root} does not tell its version`);
      progress.say(`engine ${installed.version} is ready`);
      return installed;
    },
    waiting,
  );
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

/** Asks the SDK's own installer. It answers at once where its host cannot be reached. */
async function download(root: string, progress: Progress): Promise<boolean> {
  progress.say(`no \`pulumi\` command ${engineVersion} or newer on PATH: asking for the published one`);
  const version = new semver.SemVer(engineVersion);
  const attempt = PulumiCommand.install({ root, version }).then(
    () => "installed",
    (error: unknown) => `${error instanceof Error ? error.message : error}`.trim().split("\n")[0],
  );
  const started = new AbortController();
  const limit = delay(downloadLimit, "it took too long", { signal: started.signal, ref: false });
  const outcome = await Promise.race([attempt, limit]);
  started.abort();
  limit.catch(() => undefined);
  if (outcome !== "installed") progress.say(`the published engine could not be downloaded (${outcome})`);
  return outcome === "installed";
}
