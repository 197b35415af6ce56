import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { homeDirectory } from "../../local/home.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-"));
const before = process.env["SLIPWAY_HOME"];
afterEach(() => {
  if (before === undefined) delete process.env["SLIPWAY_HOME"];
  else process.env["SLIPWAY_HOME"] = before;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

const homeAt = (path: string): string => {
  process.env["SLIPWAY_HOME"] = path;
  return homeDirectory();
};

test("the home is made with the folders above it, for its owner only", () => {
  const home = join(folder, "a", "b");
  expect(homeAt(home)).toBe(home);
  expect([home, join(folder, "a")].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
  expect(homeAt(home)).toBe(home);
});

test("a file is no home, nor is what lies below one", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect(() => homeAt(file)).toThrow("EEXIST");
  expect(() => homeAt(join(file, "home"))).toThrow("EEXIST");
});

test("a folder that takes no other ends at once", () => {
  expect(() => homeAt("/proc/nowhere/home")).toThrow(/ENOENT|EACCES|EROFS|EPERM/);
});
