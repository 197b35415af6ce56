import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { findEngine } from "../../local/engine/find.ts";
import { cacheDirectory, cloneDirectory } from "../../local/home.ts";
import type { ReleasePath } from "./release-path.ts";

/**
 * Kills the engine, with its process group, and the command that brings production up. One that is done before the
 * kill comes is begun again.
 */
export async function killedUp(path: ReleasePath): Promise<void> {
  const record = join(path.slipway.home, "runs", "production.json");
  const args = ["local", "up", "--stack", "production", "--stack-file", path.fileOf("production")];
  for (;;) {
    const command = path.slipway.start(args);
    let engine: number | undefined;
    while (command.isRunning() && engine === undefined) {
      engine = existsSync(record) ? engineIn(record) : undefined;
      if (engine === undefined) await pause(5);
    }
    command.kill("SIGKILL");
    const { signal } = await command.ended;
    if (signal === "SIGKILL" && engine !== undefined && isKilled(engine)) return;
  }
}

/** Leaves a lock in the state, as a machine does that was switched off in the middle of a run. */
export function leftLock(path: ReleasePath, stack: string): void {
  const locks = join(path.slipway.home, "state", ".pulumi", "locks", "organization", "slipway", stack);
  mkdirSync(locks, { recursive: true });
  const lock = { pid: 4711, username: "runner", hostname: "a-runner", timestamp: "2026-11-21T10:00:00Z" };
  writeFileSync(join(locks, "0b9b1c4e-0000-4000-8000-000000000000.json"), JSON.stringify(lock));
}

/** `pulumi cancel` on the state of this machine, as a person runs it. */
export async function cancelled(path: ReleasePath, stack: string): Promise<string> {
  const engine = await findEngine(cacheDirectory());
  const { stderr, stdout, status } = spawnSync(
    engine?.command ?? "pulumi",
    ["cancel", "--yes", "--stack", `organization/slipway/${stack}`],
    {
      cwd: cloneDirectory,
      encoding: "utf8",
      env: {
        ...process.env,
        PULUMI_BACKEND_URL: `file://${encodeURI(join(path.slipway.home, "state"))}`,
        PULUMI_CONFIG_PASSPHRASE: "",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    },
  );
  if (status !== 0) throw new Error(`pulumi cancel ended with ${status}: ${stdout}${stderr}`);
  return `${stdout}${stderr}`;
}

/** The engine's process in a record that may just be written. */
function engineIn(record: string): number | undefined {
  try {
    return JSON.parse(readFileSync(record, "utf8")).engine?.pid;
  } catch {
    return undefined;
  }
}

function isKilled(pid: number): boolean {
  try {
    return process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
