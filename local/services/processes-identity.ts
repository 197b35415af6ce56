import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { errorCode } from "./processes-errors.ts";

/**
 * One process and no other: a number alone is given to the next process once the first has ended, and kept in a file
 * it outlives a restart of the machine.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the words of this machine; only ever compared. */
  readonly started: string;
}

/** The process that has this number now; undefined where there is none or only its exit status is left. */
export function identify(pid: number): Promise<ProcessIdentity | undefined> {
  return process.platform === "linux" ? identifyByProc(pid) : identifyByPs(pid);
}

/** Whether exactly this process still runs. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.started === identity.started;
}

/** Command line of a process, as far as this user may see it; empty where there is none. */
export async function commandLine(pid: number): Promise<string> {
  if (process.platform === "linux") {
    return (await readIfThere(`/proc/${pid}/cmdline`)).replaceAll("\0", " ");
  }
  return ps(pid, "command=");
}

/** Start time in ticks since the machine started, with the name of that start beside it. */
async function identifyByProc(pid: number): Promise<ProcessIdentity | undefined> {
  const [stat, boot] = await Promise.all([
    readIfThere(`/proc/${pid}/stat`),
    readIfThere("/proc/sys/kernel/random/boot_id"),
  ]);
  // The second field is the command in brackets and may hold spaces and brackets itself.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields[18];
  if (ticks === undefined || state === "Z" || state === "X") return undefined;
  return { pid, started: `${boot.trim()}/${ticks}` };
}

async function identifyByPs(pid: number): Promise<ProcessIdentity | undefined> {
  const [state, ...started] = (await ps(pid, "stat=,lstart=")).split(/\s+/);
  if (state === undefined || state === "" || state.startsWith("Z")) return undefined;
  return { pid, started: started.join(" ") };
}

/** A line of `ps` about one process; empty where there is none. */
async function ps(pid: number, columns: string): Promise<string> {
  try {
    const environment = { LC_ALL: "C", TZ: "UTC", PATH: "/usr/bin:/bin" };
    const { stdout } = await promisify(execFile)("ps", ["-o", columns, "-p", String(pid)], {
      env: environment,
    });
    return stdout.trim();
  } catch (error) {
    // `ps` answers with exit code 1 for a process that is not there.
    if (errorCode(error) === "1") return "";
    throw error;
  }
}

/** Text of a file of /proc; empty where the process is gone, which can happen between open and read as well. */
async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes(errorCode(error) ?? "")) return "";
    throw error;
  }
}
