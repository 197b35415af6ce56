import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { z } from "zod";
import { LocalFault } from "../fault.ts";
import { readJson } from "../files.ts";
import { cacheDirectory, cloneDirectory, compiledDirectory } from "../home.ts";
import { plainEnvironment, startProcess, stopProcess } from "../services/processes.ts";
import { isRunning, type ProcessIdentity } from "../services/processes-identity.ts";
import { codeFingerprint } from "./code.ts";
import {
  ClockReply,
  CloudAddress,
  CloudStatus,
  CommitReply,
  type CommitRequest,
  FailuresReply,
  FaultReply,
  type FaultRequest,
  FaultsReply,
  faultStatus,
  ImageReply,
  type ImageRequest,
  MergeReply,
  type MergeRequest,
  RequestsReply,
  RunReply,
  type RunRequest,
} from "./control.ts";
import { processAt } from "./home.ts";

/** Longest wait for the local cloud to start or to stop, milliseconds. */
const startLimit = 60_000;
const stopLimit = 30_000;

export interface CloudClientOptions {
  readonly home: string;
  /** Path of the program that runs the local cloud. */
  readonly program: string;
}

/** Steers the process of the local cloud, which outlives the commands. */
export class CloudClient {
  private readonly home: string;
  private readonly program: string;

  constructor(options: CloudClientOptions) {
    this.home = options.home;
    this.program = options.program;
  }

  /** Starts the local cloud, unless it runs with the code of today. */
  async ensureStarted(): Promise<CloudStatus> {
    if (await this.isCurrent()) return await this.status();
    await this.stop();
    await this.start();
    return await this.status();
  }

  /** Does the local cloud run, with the code of today? */
  async isCurrent(): Promise<boolean> {
    return (await this.address())?.code === codeFingerprint();
  }

  async isRunning(): Promise<boolean> {
    return (await this.address()) !== undefined;
  }

  async status(): Promise<CloudStatus> {
    return await this.ask("GET", "/status", CloudStatus);
  }

  /** Components of apps that ended with a fault; those that just start are waited for. */
  async failures(): Promise<FailuresReply> {
    return await this.ask("GET", "/failures", FailuresReply);
  }

  async beginRun(run: RunRequest): Promise<RunReply> {
    return await this.ask("POST", "/runs", RunReply, run);
  }

  /** Ends what only the run that was begun may do. */
  async endRun(): Promise<void> {
    await this.ask("DELETE", "/runs", undefined);
  }

  /** The requests of the newest run, of one stack where a stack is named. */
  async requests(stack?: string): Promise<RequestsReply> {
    const query = stack === undefined ? "" : `?stack=${encodeURIComponent(stack)}`;
    return await this.ask("GET", `/requests${query}`, RequestsReply);
  }

  /** Milliseconds by which the clock of the workers is ahead. */
  async clockAhead(): Promise<number> {
    return (await this.ask("GET", "/clock", ClockReply)).aheadMs;
  }

  async forwardClock(forwardMs: number): Promise<number> {
    return (await this.ask("POST", "/clock", ClockReply, { forwardMs })).aheadMs;
  }

  /** Starts the workers again with this machine's clock. */
  async resetClock(): Promise<void> {
    await this.ask("DELETE", "/clock", ClockReply);
  }

  /** The faults that are left, in the order in which they were set. */
  async faults(): Promise<FaultRequest[]> {
    return await this.ask("GET", "/faults", FaultsReply);
  }

  async setFault(fault: z.input<typeof FaultRequest>): Promise<FaultRequest[]> {
    return await this.ask("POST", "/faults", FaultsReply, fault);
  }

  async clearFaults(): Promise<FaultRequest[]> {
    return await this.ask("DELETE", "/faults", FaultsReply);
  }

  /** Pushes a made-up image to the local registry. */
  async pushImage(image: z.output<typeof ImageRequest>): Promise<string> {
    return (await this.ask("POST", "/images", ImageReply, image)).digest;
  }

  /** Puts files on a branch of the local GitHub, whatever its rules say. */
  async commit(files: CommitRequest): Promise<CommitReply> {
    return await this.ask("POST", "/commits", CommitReply, files);
  }

  /** Approves and merges a pull request of the local GitHub. */
  async merge(pull: MergeRequest): Promise<MergeReply> {
    return await this.ask("POST", "/merges", MergeReply, pull);
  }

  /** Ends the local cloud and everything that it started; what it keeps on disk stays. */
  async stop(): Promise<void> {
    const address = await this.address();
    if (address !== undefined) {
      await this.ask("POST", "/stop", undefined).catch((error: unknown) => {
        if (!(error instanceof LocalFault)) throw error;
      });
      await stopProcess(identityOf(address), { patience: stopLimit });
    }
    // One that is still starting, or whose address was lost.
    const other = await processAt(this.home);
    if (other !== undefined) await stopProcess(other, { patience: stopLimit });
    rmSync(join(this.home, "cloud.json"), { force: true });
  }

  private async start(): Promise<void> {
    const logFile = join(this.home, "logs", "cloud.log");
    const from = existsSync(logFile) ? statSync(logFile).size : 0;
    const { identity, ended } = await startProcess({
      command: process.execPath,
      args: ["--disable-warning=ExperimentalWarning", this.program],
      directory: cloneDirectory,
      environment: {
        ...plainEnvironment(),
        SLIPWAY_HOME: this.home,
        SLIPWAY_CACHE: cacheDirectory(),
        NODE_COMPILE_CACHE: compiledDirectory,
      },
      logFile,
    });
    let exitCode: number | undefined;
    void ended.then((code) => {
      exitCode = code;
    });
    for (const end = Date.now() + startLimit; Date.now() < end; await delay(50)) {
      const address = await this.address();
      if (address?.pid === identity.pid) return;
      if (address?.code === codeFingerprint()) return await stopProcess(identity);
      if (exitCode !== undefined) {
        const text = readFileSync(logFile, "utf8");
        const said = text
          .slice(text.length >= from ? from : 0)
          .trim()
          .split("\n")
          .slice(-5)
          .join("\n");
        throw new LocalFault(
          said === ""
            ? `the local cloud ended while it started (exit code ${exitCode}): run it again; if that repeats, see whether disk and memory suffice`
            : `the local cloud could not start (exit code ${exitCode}); ${logFile} ends:\n${said}`,
        );
      }
    }
    await stopProcess(identity);
    throw new LocalFault(`the local cloud did not start within ${startLimit / 1000} s: see ${logFile}`);
  }

  /** Where the local cloud is, if its process runs. */
  private async address(): Promise<CloudAddress | undefined> {
    const address = CloudAddress.safeParse(readAddress(join(this.home, "cloud.json")));
    return address.success && (await isRunning(identityOf(address.data))) ? address.data : undefined;
  }

  private async ask<T>(method: string, path: string, reply: z.ZodType<T>, body?: unknown): Promise<T>;
  private async ask(method: string, path: string, reply: undefined, body?: unknown): Promise<undefined>;
  private async ask<T>(
    method: string,
    path: string,
    reply: z.ZodType<T> | undefined,
    body?: unknown,
  ): Promise<T | undefined> {
    const address = await this.address();
    if (address === undefined)
      throw new LocalFault("the local cloud does not run: start it with `npm start`");
    const response = await fetch(new URL(path, address.control), {
      method,
      headers: {
        authorization: `Bearer ${address.token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new LocalFault(
        `the local cloud (process ${address.pid}) does not answer: run \`npm run -s slipway -- local down --keep\`, then again`,
        { cause: error },
      );
    });
    if (!response.ok) {
      const text = await response.text();
      if (/ERR_SQLITE_ERROR|ENOSPC/.test(text))
        throw new LocalFault(
          `the local cloud cannot keep anything any more (${join(this.home, "logs", "cloud.log")}): make room on the disk, then run it again`,
        );
      if (response.status === faultStatus) throw new LocalFault(FaultReply.parse(JSON.parse(text)).fault);
      throw new Error(`the local cloud answered ${response.status}: ${text}`);
    }
    return reply?.parse(await response.json());
  }
}

/** What the file says; what is no JSON says nothing, since the file is written anew with each start. */
function readAddress(path: string): unknown {
  try {
    return readJson(path);
  } catch (error) {
    if (error instanceof LocalFault) return undefined;
    throw error;
  }
}

function identityOf(address: CloudAddress): ProcessIdentity {
  return { pid: address.pid, started: address.started };
}
