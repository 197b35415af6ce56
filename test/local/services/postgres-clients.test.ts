import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { DatabaseServer } from "../../../local/apis/digitalocean/platform.ts";
import { cacheDirectory } from "../../../local/home.ts";
import { findPostgresClients } from "../../../local/services/postgres-clients.ts";
import { administratorPassword, testDatabase } from "../../support/database.ts";

const directory = mkdtempSync(join(tmpdir(), "slipway clients "));
afterAll(() => rmSync(directory, { recursive: true }));

const folderWith = (name: string, ...programs: string[]): string => {
  const folder = join(directory, name);
  mkdirSync(folder);
  for (const program of programs) writeFileSync(join(folder, program), "", { mode: 0o755 });
  return folder;
};

const none = {
  directory,
  progress: () => undefined,
  findPython: () => Promise.reject(new Error("not asked")),
};

test("installed client programs are used where all three are there", async () => {
  const half = folderWith("half", "psql", "pg_dump");
  const whole = folderWith("whole", "psql", "pg_dump", "pg_restore");
  expect(await findPostgresClients(none, [half, whole])).toBe(whole);
  chmodSync(join(whole, "psql"), 0o644);
  await expect(findPostgresClients(none, [half, whole])).rejects.toThrow(new Error("not asked"));
});

test("without them the reason is told why they cannot be had", async () => {
  await expect(findPostgresClients(none, [])).rejects.toThrow(new Error("not asked"));
});

test("this machine has client programs that tell their version", async () => {
  const folder = await findPostgresClients({ directory: cacheDirectory(), progress: () => undefined });
  for (const name of ["pg_dump", "pg_restore", "psql"])
    expect(execFileSync(join(folder, name), ["--version"], { encoding: "utf8" })).toMatch(
      new RegExp(`^${name} \\(PostgreSQL\\) 1[5-9]`),
    );
});

describe("a program that knows no TLS", () => {
  const database = testDatabase();
  let server: DatabaseServer;
  let psql: string;
  beforeAll(async () => {
    server = await database.start();
    psql = join(
      await findPostgresClients({ directory: cacheDirectory(), progress: () => undefined }),
      "psql",
    );
  });
  afterAll(() => database.close());

  const tunnel = fileURLToPath(new URL("../../../local/services/postgres-client.ts", import.meta.url));
  /** Over a socket without TLS, psql is such a program. */
  const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}, program = psql) =>
    spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", tunnel, program, ...args], {
      env: { PATH: process.env["PATH"] ?? "", ...environment },
      encoding: "utf8",
    });
  const address = (): Record<string, string> => {
    const authority = join(directory, "ca.crt");
    writeFileSync(authority, server.caCertificate);
    return {
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGUSER: "doadmin",
      PGPASSWORD: administratorPassword,
      PGDATABASE: "defaultdb",
      PGSSLMODE: "verify-full",
      PGSSLROOTCERT: authority,
    };
  };

  test("reaches a server that speaks TLS only, as whom and as safely as it is told", () => {
    const asked = ["-Atc", "select current_user, ssl from pg_stat_ssl where pid = pg_backend_pid()"];
    expect(run(asked, address())).toMatchObject({ status: 0, stdout: "doadmin|t\n", stderr: "" });
    const passfile = join(directory, "pgpass");
    writeFileSync(passfile, `127.0.0.1:${server.port}:defaultdb:doadmin:${administratorPassword}\n`);
    const url = `postgresql://doadmin@${server.host}:${server.port}/defaultdb?sslmode=verify-full&sslrootcert=${encodeURIComponent(join(directory, "ca.crt"))}&passfile=${encodeURIComponent(passfile)}`;
    expect(run([url, ...asked])).toMatchObject({ status: 0, stdout: "doadmin|t\n" });
    expect(run(["--version"])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^psql \(Post/) });
  });

  test("waits for whoever reads what it prints", () => {
    const program = join(directory, "asks and tells");
    // Its output is not to be one that is full at once where the reader is slow.
    const lines = ["#!/bin/sh", `'${psql}' "$@"`, "grep flags /proc/self/fdinfo/1"];
    writeFileSync(program, lines.join("\n"), { mode: 0o755 });
    const { stdout } = run(["-Atc", "select 1"], address(), program);
    const [row, flags] = stdout.split("\n");
    const nonBlocking = 0o4000;
    expect([row, Number.parseInt(flags?.split("\t")[1] ?? "", 8) & nonBlocking]).toEqual(["1", 0]);
  });

  test("fails where nobody whom it trusts signed the server's certificate, and with a wrong password", async () => {
    const { PGSSLROOTCERT: _, ...unsigned } = address();
    const stranger = run(["-c", "select 1"], unsigned);
    expect([stranger.status, stranger.stderr]).toEqual([2, expect.stringMatching(/certificate/)]);
    const wrong = run(["-c", "select 1"], { ...address(), PGPASSWORD: "wrong" });
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/password authentication failed for user "doadmin"/),
    ]);
  });
});
