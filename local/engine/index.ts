import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PulumiCommand } from "@pulumi/pulumi/automation/cmd.js";
import semver from "semver";
import { exclusively } from "../lock.ts";
import type { Progress } from "../progress.ts";
import { buildEngine } from "./build.ts";
import { type Engine, findEngine } from "./find.ts";
import { engineVersion } from "./version.ts";

/** Longest wait for the published engine's download, milliseconds; the SDK's installer sets no limit of its own. */
const downloadLimit = 5 * 60_000;

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
