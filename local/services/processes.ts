import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { constants } from "node:os";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { errorCode } from "./processes-errors.ts";
import { identifyChild, isRunning, type ProcessIdentity } from "./processes-identity.ts";
import { pruneLog } from "./processes-log.ts";

/** What a process gets of the environment that started it: nothing but where programs and temporary files are. */
export function plainEnvironment(): Record<string, string> {
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    PATH: PATH ?? "/usr/local/bin:/usr/bin:/bin",
    ...(HOME === undefined ? {} : { HOME }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
  };
}

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
  /** The whole environment: nothing is added. */
  readonly environment: Readonly<Record<string, string>>;
  /** Both output streams are appended to it; made where it is not there, cut where it has grown long. */
  readonly logFile: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** A process that was started here. It outlives its starter. */
export interface StartedProcess {
  readonly identity: ProcessIdentity;
  /** Resolves when it has ended, with what a shell would call its exit code. */
  readonly ended: Promise<number>;
}

/**
 * Starts a program in a session of its own: no signal of the caller's terminal reaches it, and it goes on when the
 * caller ends.
 *
 * @throws Error when the program cannot be executed
 */
export async function startProcess(options: ProcessOptions): Promise<StartedProcess> {
  mkdirSync(dirname(options.logFile), { recursive: true, mode: 0o700 });
  pruneLog(options.logFile);
  const log = openSync(options.logFile, "a", 0o600);
  try {
    const child = spawn(options.command, [...options.args], {
      cwd: options.directory,
      env: { ...options.environment },
      stdio: ["ignore", log, log],
      detached: true,
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    });
    const ended = exitCodeOf(child);
    // It shall not keep its starter alive.
    child.unref();
    return { identity: await identityOf(child), ended };
  } finally {
    closeSync(log);
  }
}

/**
 * Identity of a child, to be asked for in the same turn as `spawn`: later nothing tells it from its successor.
 *
 * @throws Error when the program could not be executed
 */
export async function identityOf(child: ChildProcess): Promise<ProcessIdentity> {
  const identity = child.pid === undefined ? undefined : identifyChild(child.pid);
  await once(child, "spawn");
  if (identity === undefined) throw new Error(`${child.spawnfile} was started without a number`);
  return identity;
}

function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on("exit", (code, signal) => resolve(exitCodeFrom(code, signal)));
  });
}

/** What a shell calls the exit code of a process: its own, or 128 and the number of the signal that ended it. */
export function exitCodeFrom(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

export interface StopOptions {
  /** What asks it to end. Default SIGTERM. */
  readonly signal?: NodeJS.Signals;
  /** Milliseconds before it is killed. Default 10,000. */
  readonly patience?: number;
}

/**
 * Ends one process: asks, waits, kills it and its process group. A process that is gone already, or whose number
 * now belongs to another one, is left alone.
 *
 * @throws Error when it is still there 10 s after SIGKILL
 */
export async function stopProcess(identity: ProcessIdentity, options: StopOptions = {}): Promise<void> {
  if (!(await signalTo(identity, options.signal ?? "SIGTERM"))) return;
  if (await endsWithin(identity, options.patience ?? 10_000)) return;
  await signalTo(identity, "SIGKILL");
  if (!(await endsWithin(identity, 10_000)))
    throw new Error(`process ${identity.pid} does not end after SIGKILL`);
}

/** Sends a signal to a process that was started by `startProcess`; answers whether it still ran. */
async function signalTo(identity: ProcessIdentity, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await isRunning(identity))) return false;
  try {
    // Killed alone, a process would leave its own children behind: the group goes with it.
    process.kill(signal === "SIGKILL" ? -identity.pid : identity.pid, signal);
    return true;
  } catch (error) {
    if (errorCode(error) === "ESRCH") return false;
    throw error;
  }
}

/** Whether a process, which need not be a child of this one, ends within so many milliseconds. */
export async function endsWithin(identity: ProcessIdentity, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (await isRunning(identity)) {
    if (Date.now() > deadline) return false;
    await delay(20);
  }
  return true;
}
