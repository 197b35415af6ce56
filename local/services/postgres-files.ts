import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { readJson, writePrivately } from "../files.ts";
import { errorCode } from "./processes-errors.ts";

const ServerRecord = z.strictObject({
  port: z.int(),
  superuserPassword: z.string(),
  process: z.strictObject({ pid: z.int(), started: z.string() }).optional(),
});

/** What slipway remembers of a server between two of its own processes. */
export type ServerRecord = z.output<typeof ServerRecord>;

/** The folder of one server: its data, its log and what slipway remembers of it. */
export class ServerFiles {
  readonly directory: string;
  readonly data: string;
  readonly log: string;

  constructor(directory: string) {
    this.directory = directory;
    this.data = join(directory, "data");
    this.log = join(directory, "server.log");
  }

  /** Major version that the data was made with; undefined before it was made. */
  dataVersion(): string | undefined {
    const path = join(this.data, "PG_VERSION");
    return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
  }

  record(): ServerRecord | undefined {
    return ServerRecord.optional().parse(readJson(this.recordFile));
  }

  remember(record: ServerRecord): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    writePrivately(this.recordFile, JSON.stringify(record));
  }

  /** What the running or killed server wrote about itself; undefined after an orderly stop. */
  lock(): ServerLock | undefined {
    const lines = this.lockText()?.split("\n");
    if (lines === undefined) return undefined;
    return { pid: Number(lines[0]), port: Number(lines[3]), isReady: lines[7]?.trim() === "ready" };
  }

  removeLock(): void {
    rmSync(this.lockFile, { force: true });
  }

  /** A server that ends removes the file at any moment. */
  private lockText(): string | undefined {
    try {
      return readFileSync(this.lockFile, "utf8");
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  private get recordFile(): string {
    return join(this.directory, "server.json");
  }

  private get lockFile(): string {
    return join(this.data, "postmaster.pid");
  }
}

/** What a server says of itself in `postmaster.pid`. */
export interface ServerLock {
  readonly pid: number;
  readonly port: number;
  readonly isReady: boolean;
}

/** A record for a server that is yet to be made. */
export async function newRecord(): Promise<ServerRecord> {
  return { port: await freePort(), superuserPassword: randomBytes(24).toString("base64url") };
}

/** A port of the loopback address that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
