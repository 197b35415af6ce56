import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IAM } from "@aws-sdk/client-iam";
import { S3, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { Fault, RequestJournal, RequestRecord } from "../../local/apis/request-log.ts";
import { cacheDirectory } from "../../local/home.ts";
import { LocalAws } from "../../local/services/aws.ts";
import { prepareMoto } from "../../local/services/moto.ts";

/** Longest time for the first test of a file, which may install moto, milliseconds. */
export const installLimit = 170_000;

/** A journal that keeps what it is told and answers with the faults that a test sets. */
export class RecordingJournal implements RequestJournal {
  readonly records: RequestRecord[] = [];
  readonly faults: Fault[] = [];

  record(record: RequestRecord): void {
    this.records.push(record);
  }

  takeFault(api: string, method: string, path: string): Fault | undefined {
    const index = this.faults.findIndex(
      (fault) => fault.api === api && fault.method === method && new RegExp(fault.path).test(path),
    );
    return index < 0 ? undefined : this.faults.splice(index, 1)[0];
  }
}

/** The local S3 in a folder of its own, with clients for it; it may be started again and again. */
export class AwsBench {
  readonly journal = new RecordingJournal();
  readonly directory = mkdtempSync(join(tmpdir(), "slipway aws "));
  url = "";
  /** Folder of moto's virtual environment. */
  environment = "";
  private aws: LocalAws | undefined;

  async start(): Promise<void> {
    const moto = await prepareMoto({ directory: cacheDirectory(), progress: () => undefined });
    // The shell leaves its process id, which becomes moto's.
    const script = 'test -e "$0.broken" && echo broken on purpose >&2 && exit 1; echo $$ > "$0"; exec "$@"';
    this.environment = moto.environment;
    const command = {
      environment: moto.environment,
      program: "/bin/sh",
      args: ["-c", script, join(this.directory, "moto.pid"), moto.program, ...moto.args],
    };
    this.aws = new LocalAws({ command, directory: join(this.directory, "aws"), journal: this.journal });
    this.url = (await this.aws.start()).url;
  }

  /** Kills moto the hard way. */
  killMoto(): void {
    process.kill(Number(readFileSync(join(this.directory, "moto.pid"), "utf8")), "SIGKILL");
  }

  /** Lets every later start of moto fail. */
  breakMoto(): void {
    writeFileSync(join(this.directory, "moto.pid.broken"), "");
  }

  mendMoto(): void {
    rmSync(join(this.directory, "moto.pid.broken"));
  }

  /** Has buckets that are deleted go with all that is in them. */
  letBucketsGoWhole(isSo: boolean): void {
    this.aws?.letBucketsGoWhole(isSo);
  }

  async stop(): Promise<void> {
    await this.aws?.stop();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  s3(options: Pick<S3ClientConfig, "maxAttempts" | "credentials"> = {}): S3 {
    return new S3({ ...this.clientOptions(), forcePathStyle: true, ...options });
  }

  iam(): IAM {
    return new IAM(this.clientOptions());
  }

  private clientOptions() {
    return {
      endpoint: this.url,
      region: "us-east-1",
      credentials: { accessKeyId: "local-cloud", secretAccessKey: "local-cloud" },
    };
  }
}
