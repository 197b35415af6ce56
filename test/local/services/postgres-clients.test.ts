import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { cacheDirectory } from "../../../local/home.ts";
import { findPostgresClients } from "../../../local/services/postgres-clients.ts";

const directory = mkdtempSync(join(tmpdir(), "slipway clients "));
afterAll(() => rmSync(directory, { recursive: true }));

const folderWith = (name: string, ...programs: string[]): string => {
  const folder = join(directory, name);
  mkdirSync(folder);
  for (const program of programs) writeFileSync(join(folder, program), "");
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
