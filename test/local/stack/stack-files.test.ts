import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { LocalFault } from "../../../local/fault.ts";
import { ownStackFile, rememberStackFile } from "../../../local/stack/stack-files.ts";
import { stateFile } from "../../../local/stack/state-file.ts";

let home: string;
let file: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "slipway-"));
  file = join(home, "shop.yaml");
  writeFileSync(file, "");
  mkdirSync(dirname(stateFile(home, "dev")), { recursive: true });
  writeFileSync(stateFile(home, "dev"), "{}");
});

test("a stack keeps the file that it was brought up with, of which another one is independent", () => {
  expect(ownStackFile(home, "dev", undefined)).toBeUndefined();
  rememberStackFile(home, "dev", file);
  expect(ownStackFile(home, "dev", undefined)).toBe(file);
  expect(ownStackFile(home, "dev", "other.yaml")).toBe("other.yaml");
  expect(ownStackFile(home, "staging", undefined)).toBeUndefined();
});

test("it is forgotten with the state, and by the next up without a file", () => {
  rememberStackFile(home, "dev", file);
  rmSync(stateFile(home, "dev"));
  expect(ownStackFile(home, "dev", undefined)).toBeUndefined();
  rememberStackFile(home, "dev", undefined);
  writeFileSync(stateFile(home, "dev"), "{}");
  expect(ownStackFile(home, "dev", undefined)).toBeUndefined();
});

test("a file that is not there any more has to be named anew", () => {
  rememberStackFile(home, "dev", file);
  rmSync(file);
  expect(() => ownStackFile(home, "dev", undefined)).toThrow(
    new LocalFault(
      `--stack-file must be given: stack dev was brought up with ${file}, which is not there any more`,
    ),
  );
  expect(ownStackFile(home, "dev", "other.yaml")).toBe("other.yaml");
});
