import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { expect, test } from "@jest/globals";
import { systemFault } from "../../cli/system-faults.ts";

const where = "SLIPWAY_HOME and SLIPWAY_CACHE name other folders for what slipway keeps";
const failure = (code: string) =>
  Object.assign(new Error(code), { code, syscall: "open", path: "/some/file" });

test.each([
  ["EACCES", `/some/file must be readable and writable for the user ${userInfo().username}; ${where}`],
  ["EROFS", `/some/file lies on a file system that cannot be written; ${where}`],
  ["ENOSPC", `/some/file has no room: the disk is full; ${where}`],
  ["ENOTDIR", `/some/file must be a folder; ${where}`],
  ["EISDIR", `/some/file must be a file, and it is a folder; ${where}`],
])("%s of the file system is a sentence", (code, expected) => {
  expect(systemFault(failure(code))).toBe(expected);
});

test("a real error of the file system is a sentence", () => {
  let caught: unknown;
  try {
    readFileSync("/");
  } catch (error) {
    caught = error;
  }
  expect(systemFault(caught)).toBe(`a file of slipway must be a file, and it is a folder; ${where}`);
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
