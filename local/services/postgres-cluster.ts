import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { LocalFault } from "../fault.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { type Surroundings, writeSettings } from "./postgres-data.ts";
import { freePort, newRecord, type ServerFiles, type ServerRecord } from "./postgres-files.ts";
import { asRunner, handOver, type Runner } from "./postgres-user.ts";
import { plainEnvironment, startProcess, stopProcess } from "./processes.ts";
import { commandLine, identify, isRunning, type ProcessIdentity } from "./processes-identity.ts";
import { pruneLog } from "./processes-log.ts";

/** Milliseconds for a start, recovery after a kill included. */
const startLimit = 120_000;
/** Milliseconds for an orderly stop, which ends sessions and writes a checkpoint. */
const stopLimit = 30_000;

/** The process of a running server, also of one that another process of slipway started; undefined where none runs. */
async function runningServer(files: ServerFiles): Promise<ProcessIdentity | undefined> {
  const kept = files.record()?.process;
  if (kept !== undefined && (await isRunning(kept))) return kept;
  const lock = files.lock();
  if (lock === undefined) return undefined;
  // Its starter was killed before it could write the identity down: the server is ours if it serves our data.
  const identity = await identify(lock.pid);
  return identity !== undefined && (await commandLine(lock.pid)).includes(files.data) ? identity : undefined;
}

/**
 * Takes over a server that runs already, once it takes connections; false where none runs or it ends meanwhile.
 *
 * @param answers - whether the server on this port answers a query: one that was killed a moment ago still looks alive
 * @throws LocalFault when it neither gets ready nor ends
 */
export async function adoptServer(
  files: ServerFiles,
  answers: (port: number) => Promise<boolean>,
): Promise<boolean> {
  const identity = await runningServer(files);
  const record = files.record();
  if (identity === undefined || record === undefined) return false;
  const deadline = Date.now() + startLimit;
  while (await isRunning(identity)) {
    const lock = files.lock();
    if (lock?.pid === identity.pid && lock.isReady && (await answers(lock.port))) {
      files.remember({ ...record, port: lock.port, process: identity });
      return true;
    }
    if (Date.now() > deadline) throw notReady(files);
    await delay(50);
  }
  return false;
}

/**
 * Starts a server that does not run and waits until it takes connections. It keeps its port as long as it is free.
 *
 * @throws Error with the server's own words when it does not start
 */
export async function startServer(
  files: ServerFiles,
  binaries: PostgresBinaries,
  around: Surroundings,
): Promise<ServerRecord> {
  const deadline = Date.now() + startLimit;
  for (;;) {
    const record = files.record() ?? (await newRecord());
    await writeSettings(files, record, around);
    handOver(around.runner, files.data, around.home);
    if ((await runningServer(files)) === undefined) files.removeLock();
    const failure = await tryStart(files, binaries, record, around.runner, deadline);
    if (failure === undefined) return files.record() ?? record;
    if (/Address already in use|could not create any TCP\/IP sockets/i.test(failure)) {
      const port = await freePort();
      around.notice(`port ${record.port} is taken by another program: the database moves to port ${port}`);
      files.remember({ ...record, port });
    } else if (/pre-existing shared memory block|is another postmaster/.test(failure)) {
      // The last children of a killed server are still ending.
      await delay(100);
    } else {
      throw new Error(`PostgreSQL does not start (log: ${files.log}): ${failure}`);
    }
    if (Date.now() > deadline)
      throw new LocalFault(`PostgreSQL does not start in time: look into ${files.log}`);
  }
}

/** One attempt: undefined when the server is ready, else what it wrote before it ended. */
async function tryStart(
  files: ServerFiles,
  binaries: PostgresBinaries,
  record: ServerRecord,
  runner: Runner,
  deadline: number,
): Promise<string | undefined> {
  pruneLog(files.log);
  const logStart = statSync(files.log, { throwIfNoEntry: false })?.size ?? 0;
  const { identity, ended } = await startProcess({
    ...asRunner(runner, join(binaries.directory, "postgres"), ["-D", files.data]),
    directory: files.data,
    environment: plainEnvironment(),
    logFile: files.log,
  });
  files.remember({ ...record, process: identity });
  const end = ended.then(() => "ended" as const);
  for (;;) {
    const lock = files.lock();
    if (lock?.pid === identity.pid && lock.isReady) return undefined;
    if ((await Promise.race([end, delay(15)])) === "ended") return complaintSince(files.log, logStart);
    if (Date.now() > deadline) {
      await stopServer(files);
      throw new LocalFault(
        `PostgreSQL did not get ready within ${startLimit / 1000} s: look into ${files.log}`,
      );
    }
  }
}

function notReady(files: ServerFiles): LocalFault {
  return new LocalFault(`PostgreSQL did not get ready within ${startLimit / 1000} s: look into ${files.log}`);
}

/**
 * Ends a running server, or kills it when that takes too long. Does nothing where none runs.
 *
 * @param manner - "fast" ends the sessions and writes everything down; "immediate" leaves that to the next start
 */
export async function stopServer(files: ServerFiles, manner: "fast" | "immediate" = "fast"): Promise<void> {
  const identity = await runningServer(files);
  const signal = manner === "fast" ? "SIGINT" : "SIGQUIT";
  if (identity !== undefined) await stopProcess(identity, { signal, patience: stopLimit });
}

/** The lines that tell why a server ended, or all that it wrote. */
function complaintSince(log: string, start: number): string {
  const file = openSync(log, "r");
  try {
    const buffer = Buffer.alloc(Math.min(Math.max(statSync(log).size - start, 0), 65_536));
    readSync(file, buffer, 0, buffer.length, start);
    const lines = buffer.toString("utf8").trim().split("\n");
    const complaints = lines.filter((line) => /FATAL|PANIC|could not|HINT/.test(line));
    return (complaints.length > 0 ? complaints : lines)
      .map((line) => line.replace(/^.*?(LOG|FATAL|PANIC|HINT): +/, ""))
      .join("; ");
  } finally {
    closeSync(file);
  }
}
