import { rmSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { DatabaseServer } from "../../local/apis/digitalocean/platform.ts";
import { cacheDirectory } from "../../local/home.ts";
import { findPostgres, PostgresServers } from "../../local/services/postgres.ts";
import { roomyFolder } from "./folder.ts";

export const administratorPassword = "p w'd/%ü$";

/** A real PostgreSQL of the local cloud, in a folder whose name no shell would like. */
export interface TestDatabase {
  readonly servers: PostgresServers;
  readonly directory: string;
  readonly notices: string[];
  start(): Promise<DatabaseServer>;
  /** Runs statements in one connection; the rows of the last one. */
  run(login: Login, ...statements: string[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export interface Login {
  readonly user: string;
  readonly password?: string;
  readonly database?: string;
}

export const clusterId = "cluster-1";

export function testDatabase(): TestDatabase {
  const parent = roomyFolder(`slip way's "1"-`);
  const directory = join(parent, "postgres");
  const notices: string[] = [];
  const servers = new PostgresServers({
    directory,
    notice: (text) => notices.push(text),
    findBinaries: (major) =>
      findPostgres({ cacheDirectory: cacheDirectory(), progress: () => undefined, major }),
  });
  let server: DatabaseServer | undefined;
  return {
    servers,
    directory,
    notices,
    start: async () => {
      server = await servers.start({
        id: clusterId,
        name: "shop-db",
        version: "16",
        doadminPassword: administratorPassword,
      });
      // A test needs no data after a power cut, and a slow disk would take most of its time.
      await servers.configure(clusterId, { fsync: "off" });
      return server;
    },
    run: async ({ user, password = administratorPassword, database = "defaultdb" }, ...statements) => {
      if (server === undefined) throw new Error("start the database first");
      const { port, caCertificate } = server;
      const client = new pg.Client({
        host: "127.0.0.1",
        port,
        user,
        password,
        database,
        ssl: { ca: caCertificate },
      });
      await client.connect();
      try {
        let rows: Record<string, unknown>[] = [];
        for (const statement of statements) ({ rows } = await client.query(statement));
        return rows;
      } finally {
        await client.end();
      }
    },
    close: async () => {
      await servers.stopAll();
      rmSync(parent, { recursive: true });
    },
  };
}
