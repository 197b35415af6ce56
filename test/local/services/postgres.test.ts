import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import pg from "pg";
import type { DatabaseServer } from "../../../local/apis/digitalocean/platform.ts";
import { PostgresServers } from "../../../local/services/postgres.ts";
import { administratorPassword, clusterId, testDatabase } from "../../support/database.ts";

const database = testDatabase();
let server: DatabaseServer;

beforeAll(async () => {
  server = await database.start();
  await database.servers.createUser(clusterId, "shop_app", "app-password");
  await database.servers.createDatabase(clusterId, "shop");
});
afterAll(() => database.close());

const asAdministrator = { user: "doadmin" };
const serverFile = (name: string): string => join(database.directory, clusterId, name);
const postmaster = (): number =>
  Number(readFileSync(serverFile("data/postmaster.pid"), "utf8").split("\n")[0]);

describe("a server", () => {
  test("has the administrator, who is no superuser, and the default database", async () => {
    const rows = await database.run(
      asAdministrator,
      "SELECT rolsuper, rolcreatedb, rolcreaterole, current_database() AS database FROM pg_roles WHERE rolname = current_user",
    );
    expect(rows).toEqual([
      { rolsuper: false, rolcreatedb: true, rolcreaterole: true, database: "defaultdb" },
    ]);
  });

  test("tells the major version that runs", async () => {
    const [row] = await database.run(asAdministrator, "SHOW server_version");
    expect(String(row?.["server_version"]).split(".")[0]).toBe(server.version);
  });

  test("lets the administrator create the extensions of the default product", async () => {
    await database.run(
      asAdministrator,
      'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"',
      "CREATE EXTENSION IF NOT EXISTS pg_trgm",
      "CREATE EXTENSION IF NOT EXISTS pg_stat_statements",
    );
    const rows = await database.run(asAdministrator, "SELECT extname FROM pg_extension ORDER BY 1");
    expect(rows.map(({ extname }) => extname)).toEqual([
      "pg_stat_statements",
      "pg_trgm",
      "plpgsql",
      "uuid-ossp",
    ]);
  });

  test("fails a login without TLS", async () => {
    const client = new pg.Client({
      host: "127.0.0.1",
      port: server.port,
      user: "doadmin",
      password: administratorPassword,
      database: "defaultdb",
    });
    await expect(client.connect()).rejects.toThrow(
      'no pg_hba.conf entry for host "127.0.0.1", user "doadmin", database "defaultdb", no encryption',
    );
  });

  test("fails a login with another password", async () => {
    await expect(database.run({ user: "doadmin", password: "other" }, "SELECT 1")).rejects.toThrow(
      'password authentication failed for user "doadmin"',
    );
  });

  test("fails a client that trusts another authority", async () => {
    const client = new pg.Client({ host: "127.0.0.1", port: server.port, user: "doadmin", ssl: true });
    await expect(client.connect()).rejects.toThrow("unable to verify the first certificate");
  });

  test("fails every connection from outside loopback", async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4")
      .map(({ address }) => address);
    const answers = await Promise.all(
      [...outside, "127.0.0.2"].map((address) => reach(address, server.port)),
    );
    expect(answers).toEqual(answers.map(() => "ECONNREFUSED"));
    expect(await reach("127.0.0.1", server.port)).toBe("connected");
  });

  test("has no socket in the file system", async () => {
    expect(await database.run(asAdministrator, "SHOW unix_socket_directories")).toEqual([
      { unix_socket_directories: "" },
    ]);
  });
});

describe("users and databases", () => {
  const asUser = { user: "shop_app", password: "app-password", database: "shop" };

  test("fail to let a new user create anything", async () => {
    await expect(database.run(asUser, "CREATE TABLE thing (id int)")).rejects.toThrow(
      "permission denied for schema public",
    );
    await expect(database.run(asUser, "CREATE ROLE other")).rejects.toThrow(
      "permission denied to create role",
    );
    await expect(database.run(asUser, "CREATE DATABASE other")).rejects.toThrow(
      "permission denied to create database",
    );
  });

  test("can have any name, and a password can be changed", async () => {
    const name = `o'd"d; DROP ROLE shop_app; --`;
    await database.servers.createUser(clusterId, name, "first");
    await database.servers.createUser(clusterId, name, "second");
    await database.servers.createDatabase(clusterId, name);
    await database.servers.createDatabase(clusterId, name);
    const rows = await database.run(
      { user: name, password: "second", database: name },
      "SELECT current_user AS me",
    );
    expect(rows).toEqual([{ me: name }]);
    await database.servers.dropDatabase(clusterId, name);
    await database.servers.dropDatabase(clusterId, name);
    await database.servers.dropUser(clusterId, name);
    await database.servers.dropUser(clusterId, name);
    await expect(database.run({ user: name, password: "second" }, "SELECT 1")).rejects.toThrow(
      "password authentication failed",
    );
  });

  test("leave what a dropped user owned to the administrator", async () => {
    await database.servers.createUser(clusterId, "leaver", "leaver-password");
    await database.servers.createDatabase(clusterId, "left");
    await database.run({ ...asAdministrator, database: "left" }, "GRANT CREATE ON SCHEMA public TO leaver");
    const asLeaver = { user: "leaver", password: "leaver-password", database: "left" };
    await database.run(asLeaver, "CREATE TABLE kept AS SELECT 42 AS answer");
    await database.servers.dropUser(clusterId, "leaver");
    expect(await database.run({ ...asAdministrator, database: "left" }, "SELECT answer FROM kept")).toEqual([
      { answer: 42 },
    ]);
  });

  test.each(["slipway", "postgres", "pg_monitor"])("fail for the reserved user name %s", async (name) => {
    await expect(database.servers.createUser(clusterId, name, "x")).rejects.toThrow(
      `user name ${name} is reserved by the server`,
    );
  });

  test("fail for the databases of the server itself", async () => {
    await expect(database.servers.dropDatabase(clusterId, "template1")).rejects.toThrow(
      "database template1 belongs to the server and cannot be dropped",
    );
  });

  test("never write a password into the log, not even when a statement fails", async () => {
    await expect(database.servers.createUser(clusterId, "\0bad", "hidden-password")).rejects.toThrow();
    const log = readFileSync(serverFile("server.log"), "utf8");
    expect(
      ["hidden-password", "app-password", administratorPassword].filter((one) => log.includes(one)),
    ).toEqual([]);
  });
});

describe("parameters", () => {
  test("take effect at once, or after a restart that keeps the port", async () => {
    await database.servers.configure(clusterId, {
      track_io_timing: "on",
      max_connections: "42",
      timezone: "Africa/Luanda",
    });
    expect(
      await database.run(
        asAdministrator,
        "SELECT current_setting('track_io_timing') AS timing, current_setting('max_connections') AS connections," +
          " current_setting('timezone') AS zone",
      ),
    ).toEqual([{ timing: "on", connections: "42", zone: "Africa/Luanda" }]);
  });

  test("that the server does not have or keeps to itself are left out and noticed", async () => {
    await database.servers.configure(clusterId, { backup_hour: "3", listen_addresses: "*", ssl: "off" });
    expect(database.notices).toEqual([
      `the local PostgreSQL ${server.version} leaves out: backup_hour, listen_addresses, ssl`,
    ]);
  });

  test("fail for a value that the server does not take", async () => {
    await expect(database.servers.configure(clusterId, { work_mem: "lots" })).rejects.toThrow(
      'invalid value for parameter "work_mem": "lots"',
    );
  });
});

describe("a server's life", () => {
  test("goes on after its process was killed, on the same port and with its data", async () => {
    await database.run({ ...asAdministrator, database: "shop" }, "CREATE TABLE kept AS SELECT 1 AS one");
    process.kill(postmaster(), "SIGKILL");
    expect((await database.start()).port).toBe(server.port);
    expect(await database.run({ ...asAdministrator, database: "shop" }, "SELECT one FROM kept")).toEqual([
      { one: 1 },
    ]);
  });

  test("does not depend on the process that started it", async () => {
    const before = postmaster();
    const others = new PostgresServers({
      directory: database.directory,
      findBinaries: () => Promise.reject(new Error("nothing needs to be started")),
    });
    const cluster = { id: clusterId, name: "shop-db", version: "16", doadminPassword: administratorPassword };
    // Its starter was killed before it could write down what it had started.
    const record = JSON.parse(readFileSync(serverFile("server.json"), "utf8"));
    writeFileSync(serverFile("server.json"), JSON.stringify({ ...record, process: undefined }));
    expect(await others.start(cluster)).toEqual(server);
    expect(postmaster()).toBe(before);
  });

  test("moves to another port, and says so, when another program took its own", async () => {
    await database.servers.stopAll();
    const intruder = createServer();
    await new Promise<void>((resolve) => intruder.listen(server.port, "127.0.0.1", resolve));
    const moved = await database.start();
    await new Promise((resolve) => intruder.close(resolve));
    expect(moved.port).not.toBe(server.port);
    expect(database.notices.at(-1)).toBe(
      `port ${server.port} is taken by another program: the database moves to port ${moved.port}`,
    );
    server = moved;
    expect(await database.run(asAdministrator, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("does not touch a process that has the number of a server that is gone", async () => {
    await database.servers.stopAll();
    const record = JSON.parse(readFileSync(serverFile("server.json"), "utf8"));
    const stale = { ...record, process: { pid: process.pid, started: "another process" } };
    writeFileSync(serverFile("server.json"), JSON.stringify(stale));
    writeFileSync(
      serverFile("data/postmaster.pid"),
      `${process.pid}\n${serverFile("data")}\n0\n${server.port}\n`,
    );
    expect((await database.start()).port).toBe(server.port);
  });

  test("ends with its data when it is removed, which can be repeated", async () => {
    await database.servers.remove(clusterId);
    await database.servers.remove(clusterId);
    expect(existsSync(join(database.directory, clusterId))).toBe(false);
    expect(await reach("127.0.0.1", server.port)).toBe("ECONNREFUSED");
  });

  test("fails for an id that leads out of its folder", () => {
    expect(() => database.servers.remove("../other")).toThrow("../other is no id of a database cluster");
  });
});

/** "connected", or the code of the error. */
function reach(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    socket.on("connect", () => {
      socket.destroy();
      resolve("connected");
    });
    socket.on("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    socket.on("timeout", () => socket.destroy(new Error("timeout")));
  });
}
