import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { RequestJournal } from "../apis/request-log.ts";
import { Turns } from "../cloud/turns.ts";
import { LocalFault } from "../fault.ts";
import { bytesOf } from "./aws-body.ts";
import { type Asked, awsProxy } from "./aws-proxy.ts";
import { type Answer, headersToKeep, sendWrite } from "./aws-send.ts";
import { traceOf } from "./aws-traces.ts";
import { type Write, WriteJournal } from "./aws-writes.ts";
import type { MotoCommand } from "./moto.ts";
import { type MotoProcess, startMoto } from "./moto-process.ts";

export interface LocalAwsOptions {
  readonly command: MotoCommand;
  /** Where the writes, large bodies and the port are kept, for example `.slipway/aws`. */
  readonly directory: string;
  readonly journal: RequestJournal;
}

/**
 * S3, IAM and STS on this machine: moto, and in front of it a proxy that keeps every write on disk. moto forgets
 * everything when it ends; whenever it starts, what was kept is sent again, each write with its own seed and time, so
 * that ids, keys, secrets, versions and dates come out the same. What is not kept: sessions of STS, when a key was last
 * used.
 *
 * Requests are sent to moto one at a time: a write is on disk before anybody can see it.
 */
export class LocalAws {
  private readonly options: LocalAwsOptions;
  private writes: WriteJournal | undefined;
  private server: FastifyInstance | undefined;
  private moto: MotoProcess | undefined;
  private readonly turns = new Turns();
  private bucketsGoWhole = false;

  constructor(options: LocalAwsOptions) {
    this.options = options;
  }

  /**
   * Starts moto, makes its state again and listens: on the port of the last time where it is free.
   *
   * @throws LocalFault where moto does not start or does not repeat what it did
   */
  async start(): Promise<{ url: string }> {
    mkdirSync(this.options.directory, { recursive: true, mode: 0o700 });
    const writes = new WriteJournal(this.options.directory);
    this.writes = writes;
    try {
      await this.runningMoto(writes);
      this.server = awsProxy({
        journal: this.options.journal,
        newBodyFile: () => writes.newBodyFile(),
        inTurn: (work) => this.turns.take("moto", () => this.withMoto(writes, work)),
        send: (port, asked) => this.send(writes, port, asked),
      });
      return { url: await listen(this.server, join(this.options.directory, "port")) };
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Whether a bucket that is deleted goes with all that is in it. Only the end of a local stack asks for it: at AWS it is the
   * closing of the account that ends a lock in compliance mode, and some names of objects are too much for moto's XML.
   */
  letBucketsGoWhole(isSo: boolean): void {
    this.bucketsGoWhole = isSo;
  }

  /** Stops the proxy and moto; what was kept stays on disk. */
  async stop(): Promise<void> {
    await this.server?.close();
    // Work that a request left behind may have started another moto.
    await this.turns.take("moto", async () => this.moto?.stop());
    this.writes?.close();
    this.server = this.moto = this.writes = undefined;
  }

  /**
   * Does the work with moto, and once more where moto ends while it is done: what it did is then gone with it, so that
   * nothing is done twice.
   */
  private async withMoto<T>(writes: WriteJournal, work: (port: number) => Promise<T>): Promise<T> {
    const moto = await this.runningMoto(writes);
    try {
      return await work(moto.port);
    } catch (error) {
      if (!(await moto.endsWithin(1000))) throw error;
      return work((await this.runningMoto(writes)).port);
    }
  }

  /** moto with everything in it; started again when it ended by itself. */
  private async runningMoto(writes: WriteJournal): Promise<MotoProcess> {
    if (this.moto?.isRunning() === true) return this.moto;
    const moto = await startMoto(this.options.command);
    try {
      for (const write of writes.list()) await repeat(moto.port, write, this.options.directory);
    } catch (error) {
      await moto.stop();
      throw error;
    }
    this.moto = moto;
    return moto;
  }

  private async send(
    writes: WriteJournal,
    port: number,
    asked: Asked,
  ): Promise<{ answer: Answer; isKept: boolean }> {
    const isWhole = this.bucketsGoWhole && asked.call.action === "DeleteBucket";
    const write: Write = {
      seed: randomBytes(8).readBigUInt64BE().toString(),
      time: Date.now(),
      method: asked.method,
      url: asked.url,
      headers: { ...headersToKeep(asked.headers), ...(isWhole ? { "x-slipway-whole": "1" } : {}) },
      body: asked.body,
    };
    const answer = await sendWrite(port, write);
    // Where moto broke down over a write, some of it may be done: what is kept is made anew without it.
    if (asked.call.effect === "write" && answer.status >= 500) await this.moto?.stop();
    const isKept = asked.call.effect === "write" && answer.status < 300;
    if (isKept) await this.keep(writes, write, asked, answer);
    return { answer, isKept };
  }

  private async keep(writes: WriteJournal, write: Write, asked: Asked, answer: Answer): Promise<void> {
    const text = { headers: answer.headers, body: answer.body.toString("utf8") };
    try {
      writes.keep(write, traceOf(asked.call, bytesOf(asked.body)?.toString("utf8"), text));
    } catch (error) {
      // What moto did is not on disk, so it goes: what is kept is made anew without it.
      await this.moto?.stop();
      throw error;
    }
  }
}

/** Sends a kept write again. @throws LocalFault when moto does not take it as it did the first time */
async function repeat(port: number, write: Write, directory: string): Promise<void> {
  const answer = await sendWrite(port, write);
  if (answer.status < 300) return;
  throw new LocalFault(
    `the local S3 could not repeat ${write.method} ${write.url} of ${new Date(write.time).toISOString()}` +
      ` (moto answers ${answer.status}): remove ${directory} to start with an empty one`,
  );
}

/** Listens on the port that the file names where it is free, else on any, and keeps the port in the file. */
async function listen(server: FastifyInstance, portFile: string): Promise<string> {
  const host = "127.0.0.1";
  const last = existsSync(portFile) ? Number(readFileSync(portFile, "utf8")) : 0;
  const url = await server.listen({ host, port: last }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    return server.listen({ host, port: 0 });
  });
  writeFileSync(portFile, new URL(url).port);
  return url;
}
