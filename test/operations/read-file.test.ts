import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readNamedFile } from "../../operations/read-file.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-read-"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const plain = "it must name a plain file, not a folder, pipe or device: write what is read to a file first";
test.each([
  ["nowhere", "it must name a file that is there"],
  ["pipe", plain],
  [".", plain],
  ["/dev/zero", plain],
  ["/dev/stdin/x", "it must name a file that is there"],
  ["/proc/self/mem", "it must name a file that can be read (EIO)"],
])("%s is refused at once", (path, message) => {
  expect(() => readNamedFile(path.startsWith("/") ? path : join(folder, path), "it")).toThrow(
    new Error(message),
  );
});

test.each([
  [Buffer.from("{}"), "{}"],
  [Buffer.from("\ufeff{}"), "{}"],
  [Buffer.alloc(0), ""],
  [Buffer.alloc(200_000, "ä"), "ä".repeat(100_000)],
])("a plain file is read whole", (bytes, text) => {
  writeFileSync(join(folder, "file"), bytes);
  expect(readNamedFile(join(folder, "file"), "it")).toBe(text);
});

test("what the kernel makes up, and tells no size of, is read as well", () => {
  expect(readNamedFile("/proc/self/comm", "it")).toMatch(/^\S.*\n$/);
});

test("fails on one byte too many and on what is no text", () => {
  const file = join(folder, "file");
  writeFileSync(file, "12345");
  expect(readNamedFile(file, "it", 5)).toBe("12345");
  expect(() => readNamedFile(file, "it", 4)).toThrow(new Error("it must have at most 4 bytes"));
  writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d]));
  expect(() => readNamedFile(file, "it")).toThrow(new Error("it must be UTF-8 text"));
});
