import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { DatabaseServer, DatabaseServers } from "../apis/digitalocean/platform.ts";
import { Turns } from "../cloud/turns.ts";
import { LocalFault } from "../fault.ts";
import { findPostgres, type PostgresBinaries } from "./postgres-binaries.ts";
import { authorityIn } from "./postgres-certificates.ts";
import { adoptServer, startServer, stopServer } from "./postgres-cluster.ts";
import { makeData, type Surroundings } from "./postgres-data.ts";
import { ServerFiles } from "./postgres-files.ts";
import { setParameters } from "./postgres-parameters.ts";
import {
  createDatabase,
  createUser,
  dropDatabase,
  dropUser,
  prepareDatabase,
  preparedDatabases,
  prepareServer,
} from "./postgres-roles.ts";
import { type Access, answersQuery, asSuperuser, type Query } from "./postgres-sql.ts";
import { assertRunnable, chooseRunner, type Runner } from "./postgres-user.ts";
import { stopProcess } from "./processes.ts";
import type { ProcessIdentity } from "./processes-identity.ts";
import { pruneLog } from "./processes-log.ts";

export { findInstalledPostgres, findPostgres, type PostgresBinaries } from "./postgres-binaries.ts";

export interface PostgresOptions {
  /** Folder with one folder a server, for example `.slipway/postgres`. It belongs to the servers alone. */
  readonly directory: string;
  /**
   * Finds the programs to run, if possible of the major version that is asked for.
   * @default - an installed PostgreSQL, else the npm registry's, kept under `directory`
   */
  readonly findBinaries?: (major?: string) => Promise<PostgresBinaries>;
  /** Told what a person should know, such as a port that had to change. Default: nobody is told. */
  readonly notice?: (text: string) => void;
  /** @default - found out on first use */
  readonly chooseRunner?: () => Runner;
}

/** The PostgreSQL servers that stand for database clusters, one process a cluster. They outlive this process. */
export class PostgresServers implements DatabaseServers {
  private readonly directory: string;
  private readonly findBinaries: (major?: string) => Promise<PostgresBinaries>;
  private readonly notice: (text: string) => void;
  private readonly chooseRunner: () => Runner;
  private readonly turns = new Turns();
  private around: Surroundings | undefined;
  private readonly known = new Map<string, ProcessIdentity>();

  constructor(options: PostgresOptions) {
    this.directory = resolve(options.directory);
    this.notice = options.notice ?? (() => undefined);
    this.chooseRunner = options.chooseRunner ?? chooseRunner;
    this.findBinaries =
      options.findBinaries ??
      ((major) =>
        findPostgres({ cacheDirectory: join(this.directory, "programs"), progress: this.notice, major }));
  }

  start(cluster: Parameters<DatabaseServers["start"]>[0]): Promise<DatabaseServer> {
    return this.inTurn(cluster.id, async (files) => {
      const around = await this.surroundings();
      const answers = async (port: number): Promise<boolean> =>
        await answersQuery({ ...(await this.accessOf(files)), port });
      if (files.dataVersion() === undefined || !(await adoptServer(files, answers))) {
        const binaries = await this.binariesFor(files, cluster);
        assertRunnable(around.runner, binaries.directory);
        await makeData(files, binaries, around);
        await startServer(files, binaries, around);
      }
      pruneLog(files.log);
      const server = files.record()?.process;
      if (server !== undefined) this.known.set(cluster.id, server);
      const access = await this.accessOf(files);
      const databases = await asSuperuser(access, "postgres", async (query) => {
        await prepareServer(query, cluster.doadminPassword);
        return await preparedDatabases(query);
      });
      for (const database of databases) await asSuperuser(access, database, prepareDatabase);
      return {
        host: "127.0.0.1",
        port: access.port,
        version: files.dataVersion() ?? cluster.version,
        caCertificate: around.authority.certificate,
      };
    });
  }

  remove(clusterId: string): Promise<void> {
    return this.inTurn(clusterId, async (files) => {
      if (files.dataVersion() !== undefined) await stopServer(files, "immediate");
      rmSync(files.directory, { recursive: true, force: true });
    });
  }

  createDatabase(clusterId: string, name: string): Promise<void> {
    return this.administer(clusterId, (query) => createDatabase(query, name));
  }

  dropDatabase(clusterId: string, name: string): Promise<void> {
    return this.administer(clusterId, (query) => dropDatabase(query, name));
  }

  createUser(clusterId: string, name: string, password: string): Promise<void> {
    return this.administer(clusterId, (query) => createUser(query, name, password));
  }

  dropUser(clusterId: string, name: string): Promise<void> {
    return this.administer(clusterId, (query, access) =>
      dropUser(query, name, (database, work) => asSuperuser(access, database, work)),
    );
  }

  /** Parameters that this PostgreSQL does not have, or that are not the customer's, are noticed and left out. */
  configure(clusterId: string, parameters: Readonly<Record<string, string>>): Promise<void> {
    return this.inTurn(clusterId, async (files) => {
      const change = await asSuperuser(await this.accessOf(files), "postgres", (query) =>
        setParameters(query, parameters),
      );
      if (change.ignored.length > 0) {
        this.notice(`the local PostgreSQL ${files.dataVersion()} leaves out: ${change.ignored.join(", ")}`);
      }
      if (!change.needsRestart) return;
      await stopServer(files);
      await startServer(files, await this.findBinaries(files.dataVersion()), await this.surroundings());
    });
  }

  /** Stops every server and keeps its data; where somebody removed the data, the servers that are known. */
  async stopAll(): Promise<void> {
    if (!existsSync(this.directory)) {
      await Promise.all([...this.known.values()].map((server) => stopProcess(server, { signal: "SIGQUIT" })));
      return;
    }
    const entries = readdirSync(this.directory, { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    await Promise.all(
      entries.map(({ name }) =>
        this.inTurn(name, async (files) => {
          if (files.dataVersion() !== undefined) await stopServer(files);
        }),
      ),
    );
  }

  private administer(
    clusterId: string,
    work: (query: Query, access: Access) => Promise<void>,
  ): Promise<void> {
    return this.inTurn(clusterId, async (files) => {
      const access = await this.accessOf(files);
      return await asSuperuser(access, "postgres", (query) => work(query, access));
    });
  }

  /** Does the work on one server after all that was asked of it before; servers do not wait for each other. */
  private inTurn<T>(clusterId: string, work: (files: ServerFiles) => Promise<T>): Promise<T> {
    const directory = join(this.directory, clusterId);
    if (dirname(directory) !== this.directory) throw new Error(`${clusterId} is no id of a database cluster`);
    return this.turns.take(clusterId, () => work(new ServerFiles(directory)));
  }

  private async accessOf(files: ServerFiles): Promise<Access> {
    const record = files.record();
    if (record === undefined)
      throw new LocalFault(`there is no database server in ${files.directory}: run npm start`);
    return {
      port: record.port,
      password: record.superuserPassword,
      caCertificate: (await this.surroundings()).authority.certificate,
    };
  }

  /** Data can be read by the major version alone that made it. */
  private async binariesFor(
    files: ServerFiles,
    cluster: { name: string; version: string },
  ): Promise<PostgresBinaries> {
    const made = files.dataVersion();
    const binaries = await this.findBinaries(made ?? cluster.version);
    if (made !== undefined && binaries.major !== made) {
      throw new LocalFault(
        `the data of ${cluster.name} was made with PostgreSQL ${made} and only ${binaries.version} is there:` +
          ` install PostgreSQL ${made} again, or remove the data with \`slipway local down\``,
      );
    }
    return binaries;
  }

  private async surroundings(): Promise<Surroundings> {
    this.around ??= {
      home: this.directory,
      runner: this.chooseRunner(),
      authority: await authorityIn(join(this.directory, "ca")),
      notice: this.notice,
    };
    return this.around;
  }
}
