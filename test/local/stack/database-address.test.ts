import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { loginOf, printableAddress } from "../../../local/stack/database-address.ts";

const login = {
  host: "127.0.0.1",
  port: 5433,
  database: "tinkertools",
  user: "tinkertools_app",
  password: "hunter2",
};

test("the printed address names a password file instead of the password", () => {
  const home = mkdtempSync(join(tmpdir(), "slip way-"));
  const address = printableAddress(login, home);
  const file = encodeURIComponent(join(home, "pgpass"));

  expect(address).toBe(
    `postgresql://tinkertools_app@127.0.0.1:5433/tinkertools?sslmode=require&passfile=${file}`,
  );
  expect(readFileSync(join(home, "pgpass"), "utf8")).toBe("127.0.0.1:5433:*:tinkertools_app:hunter2\n");
  expect((statSync(join(home, "pgpass")).mode & 0o777).toString(8)).toBe("600");
});

test("a certificate authority makes psql check the server's name", () => {
  const home = mkdtempSync(join(tmpdir(), "slipway-"));
  expect(new URL(printableAddress(login, home, "/ca.crt")).searchParams.get("sslmode")).toBe("verify-full");
});

test("a new password takes the place of the old one, and others stay", () => {
  const home = mkdtempSync(join(tmpdir(), "slipway-"));
  printableAddress(login, home);
  printableAddress({ ...login, port: 5434 }, home);
  printableAddress({ ...login, password: "a:b\\c" }, home);
  expect(readFileSync(join(home, "pgpass"), "utf8")).toBe(
    "127.0.0.1:5434:*:tinkertools_app:hunter2\n127.0.0.1:5433:*:tinkertools_app:a\\:b\\\\c\n",
  );
});

test("a line fits every database of the server, and takes the place of one for a single database", () => {
  const home = mkdtempSync(join(tmpdir(), "slipway-"));
  const file = join(home, "pgpass");
  const other = "127.0.0.1:5433:tinkertools:doadmin:old";
  writeFileSync(file, `127.0.0.1:5433:tinker\\:tools:tinkertools_app:old\n${other}\n`);
  printableAddress(login, home);
  printableAddress({ ...login, database: "again" }, home);
  expect(readFileSync(file, "utf8")).toBe(`${other}\n127.0.0.1:5433:*:tinkertools_app:hunter2\n`);
});

test("any login survives its address", () => {
  const word = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => text.isWellFormed());
  // A URL has no path that is only dots, and PostgreSQL databases are not called so.
  const name = word.filter((text) => !/^\.{1,2}$/.test(text));
  fc.assert(
    fc.property(word, word, name, fc.integer({ min: 1, max: 65_535 }), (user, password, database, port) => {
      const address = `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}?sslmode=require`;
      expect(loginOf(address)).toEqual({ host: "127.0.0.1", port, user, password, database });
    }),
    { numRuns: 500 },
  );
});
