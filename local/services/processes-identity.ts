import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
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
export async function identify(
  pid: number,
  platform: NodeJS.Platform = process.platform,
): Promise<ProcessIdentity | undefined> {
  const facts =
    platform === "linux"
      ? factsFromProc(await readIfThere(`/proc/${pid}/stat`), await readIfThere(bootFile))
      : factsFromPs(await ps(pid, psColumns));
  return facts === undefined || /^[ZX]/.test(facts.state) ? undefined : { pid, started: facts.started };
}

/**
 * Identity of a child in the moment of its birth. Before this process turns to anything else, the child's number is
 * its own even when it has ended already.
 */
export function identifyChild(pid: number, platform: NodeJS.Platform = process.platform): ProcessIdentity {
  const facts =
    platform === "linux"
      ? factsFromProc(readFileSync(`/proc/${pid}/stat`, "utf8"), readFileSync(bootFile, "utf8"))
      : factsFromPs(execFileSync("ps", psArguments(pid, psColumns), psSettings).trim());
  if (facts === undefined) throw new Error(`nothing is known of the process ${pid} that was just started`);
  return { pid, started: facts.started };
}

/** Whether exactly this process still runs. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.started === identity.started;
}

/** Command line of a process, as far as this user may see it; empty where there is none. */
export async function commandLine(
  pid: number,
  platform: NodeJS.Platform = process.platform,
): Promise<string> {
  if (platform !== "linux") return ps(pid, "command=");
  return (await readIfThere(`/proc/${pid}/cmdline`)).replaceAll("\0", " ");
}

interface Facts {
  readonly state: string;
  readonly started: string;
}

const bootFile = "/proc/sys/kernel/random/boot_id";

/** Start time in ticks since the machine started, with the name of that start before it. */
function factsFromProc(stat: string, boot: string): Facts | undefined {
  // The second field is the command in brackets and may hold spaces and brackets itself.
  const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields[18];
  return ticks === undefined ? undefined : { state, started: `${boot.trim()}/${ticks}` };
}

const psColumns = "stat=,lstart=";

function factsFromPs(line: string): Facts | undefined {
  const [state = "", ...started] = line.split(/\s+/);
  return started.length === 0 ? undefined : { state, started: started.join(" ") };
}

const psSettings = { env: { LC_ALL: "C", TZ: "UTC", PATH: "/usr/bin:/bin" }, encoding: "utf8" } as const;
const psArguments = (pid: number, columns: string): string[] => ["-o", columns, "-p", String(pid)];

/** A line of `ps` about one process; empty where there is none. */
async function ps(pid: number, columns: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("ps", psArguments(pid, columns), psSettings);
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
