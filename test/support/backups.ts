import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { runCommand } from "../../backup/program.ts";
import type { DatabaseServer } from "../../local/apis/digitalocean/platform.ts";
import { ServerFiles } from "../../local/services/postgres-files.ts";
import { superuser } from "../../local/services/postgres-settings.ts";
import { administratorPassword, clusterId, testDatabase } from "./database.ts";
import { FaultyS3 } from "./faulty-s3.ts";

/** What a command did. */
export interface Ran {
  readonly exitCode: number;
  readonly said: string[];
  /** Log lines without their time. */
  readonly logged: Record<string, unknown>[];
  /** Everything written, for the search for secrets. */
  readonly text: string;
}

export interface RunOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly database?: string;
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
  /** Told of each line that is logged, as it comes. */
  readonly onLine?: (line: string) => void;
  /** Gets what a person at a terminal is shown; only then there is one. */
  readonly watched?: string[];
}

export const bucket = "shop-backups";

/** A real PostgreSQL, a real S3 that can fail, and the backup program between them. */
export class BackupBench {
  readonly database = testDatabase();
  readonly s3 = new FaultyS3();
  identity = "";
  recipient = "";
  server: DatabaseServer = { host: "", port: 0, version: "", caCertificate: "" };
  private count = 0;

  async start(): Promise<void> {
    this.identity = await generateIdentity();
    this.recipient = await identityToRecipient(this.identity);
    const [server] = await Promise.all([this.database.start(), this.s3.start()]);
    this.server = server;
    const client = this.s3.client();
    await client.createBucket({ Bucket: bucket, ObjectLockEnabledForBucket: true });
    client.destroy();
  }

  async stop(): Promise<void> {
    await this.s3.stop();
    await this.database.close();
  }

  /** A database of its own with what the statements make in it. */
  async newDatabase(...statements: string[]): Promise<string> {
    const name = `shop ${this.count++}`;
    await this.database.servers.createDatabase(clusterId, name);
    if (statements.length > 0) await this.sql(name, ...statements);
    return name;
  }

  /** As the server's own superuser, whom a platform has for itself. */
  asSuperuser(database: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
    return this.database.run({ ...this.superuser(), database }, ...statements);
  }

  superuser(): { user: string; password: string } {
    const record = new ServerFiles(join(this.database.directory, clusterId)).record();
    return { user: superuser, password: record?.superuserPassword ?? "" };
  }

  sql(database: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
    return this.database.run({ user: "doadmin", database }, ...statements);
  }

  url(
    database: string,
    { user = "doadmin", password = administratorPassword, port = this.server.port } = {},
  ): string {
    const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    return `postgresql://${login}@127.0.0.1:${port}/${encodeURIComponent(database)}?sslmode=verify-full`;
  }

  environment({ settings = {}, environment = {}, database = "defaultdb" }: RunOptions = {}) {
    return {
      DATABASE_URL: this.url(database),
      DATABASE_CA_CERT: this.server.caCertificate,
      BACKUP_SETTINGS: JSON.stringify({
        bucket,
        region: "us-east-1",
        endpoint: this.s3.url,
        cluster: "shop-db",
        recipients: [this.recipient],
        ...settings,
      }),
      BACKUP_IDENTITIES: this.identity,
      AWS_ACCESS_KEY_ID: "writer-key",
      AWS_SECRET_ACCESS_KEY: "writer-secret",
      ...environment,
    };
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const said: string[] = [];
    const lines: string[] = [];
    const exitCode = await runCommand(
      args,
      this.environment(options),
      {
        say: (line) => said.push(line),
        complain: (line) => {
          lines.push(line);
          options.onLine?.(line);
        },
      },
      {
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(options.now === undefined ? {} : { now: options.now }),
      },
    );
    const logged = lines.map((line) => {
      if (!line.startsWith("{")) return { line };
      const { time: _, ...fields } = JSON.parse(line);
      return fields;
    });
    return { exitCode, said, logged, text: [...said, ...lines].join("\n") };
  }
}
