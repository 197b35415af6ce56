import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { systemFault } from "../../cli/system-faults.ts";
import { homeDirectory } from "../../local/home.ts";

const where = "SLIPWAY_HOME and SLIPWAY_CACHE name other folders for what slipway keeps";
const file = join(homeDirectory(), "file");
const failure = (code: string, path = file) =>
  Object.assign(new Error(code), { code, syscall: "open", path });

test.each([
  ["EACCES", `${file} must be readable and writable for the user ${userInfo().username}; ${where}`],
  ["EROFS", `${file} lies on a file system that cannot be written; ${where}`],
  ["ENOSPC", `${file} has no room: the disk is full; ${where}`],
  ["ENOTDIR", `${file} must be a folder; ${where}`],
  ["EISDIR", `${file} must be a file, and it is a folder; ${where}`],
])("%s of the file system is a sentence", (code, expected) => {
  expect(systemFault(failure(code))).toBe(expected);
});

test("a file that is not slipway's own is named without advice on its folders", () => {
  expect(systemFault(failure("ENOENT", "/nowhere/report.html"))).toBe(
    "/nowhere/report.html is not there and cannot be made",
  );
});

test("a database on a full disk is a sentence", () => {
  const full = Object.assign(new Error("database or disk is full"), {
    code: "ERR_SQLITE_ERROR",
    errcode: 13,
  });
  expect(systemFault(full)).toBe(`the folder ${homeDirectory()} has no room: the disk is full; ${where}`);
  expect(systemFault(Object.assign(full, { errcode: 1 }))).toBeUndefined();
});

test("a real error of the file system is a sentence", () => {
  let caught: unknown;
  try {
    readFileSync("/");
  } catch (error) {
    caught = error;
  }
  expect(systemFault(caught)).toBe(
    `what is written or read must be a file, and it is a folder; if it is slipway's own, ${where}`,
  );
});

test.each([
  ["EACCES", `the program psql may not be run by the user ${userInfo().username}`],
  ["ENOENT", "the program psql is not on PATH: install it"],
  ["EAGAIN", "the program psql cannot be started: this machine allows no more processes, see `ulimit -u`"],
])("%s of a program is a sentence", (code, expected) => {
  expect(systemFault(Object.assign(new Error(code), { code, syscall: "spawn psql", path: "psql" }))).toBe(
    expected,
  );
});

test.each([
  [new TypeError("a mistake")],
  [failure("EWHATEVER")],
  ["text"],
  [Object.assign(new Error("x"), { code: "EACCES" })],
])("%s is not one of them", (error) => {
  expect(systemFault(error)).toBeUndefined();
});
