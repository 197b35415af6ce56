import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { withOwnOptions, withOwnOptionsInJson } from "../../cli/release/own-options.ts";

describe("a command that a hint names", () => {
  test.each([
    [
      "finish it: slipway release rollback --stack staging",
      "finish it: slipway release rollback --stack staging --local",
    ],
    [
      "slipway release begin --stack staging --commit <commit> writes it",
      "slipway release begin --stack staging --local --commit <commit> writes it",
    ],
    [
      "`slipway release promote --from staging --to production`, then wait",
      "`slipway release promote --from staging --to production --local`, then wait",
    ],
    [
      "`slipway release resume --stack dev --local` ends it",
      "`slipway release resume --stack dev --local` ends it",
    ],
    ["slipway release show, or git pull", "slipway release show, or git pull"],
  ])("has --local where the person gave it: %s", (text, expected) => {
    expect(withOwnOptions(text, { local: true })).toBe(expected);
    expect(withOwnOptions(text, {})).toBe(text);
  });

  test("has the files that were named for its stacks, as a shell and as JSON take them", () => {
    const own = {
      local: true,
      files: { staging: "my file's.yaml", production: "../p.yaml", dev: undefined },
    };
    const text =
      "slipway release show --stack staging, slipway release promote --from staging --to production";
    expect(withOwnOptions(text, own)).toBe(
      "slipway release show --stack staging --stack-file 'my file'\\''s.yaml' --local, slipway release promote --from staging --to production --from-file 'my file'\\''s.yaml' --to-file ../p.yaml --local",
    );
    expect(JSON.parse(withOwnOptionsInJson(JSON.stringify({ text }), own))).toEqual({
      text: withOwnOptions(text, own),
    });
    expect(withOwnOptions("slipway release show --stack dev", own)).toBe(
      "slipway release show --stack dev --local",
    );
  });
});

/** Lines of code, comments left out, below a folder. */
const linesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8").split("\n"))
    .filter((line) => !/^\s*(\/?\*|\/\/)/.test(line));

test("every hint of the program that names a command about releases names its stack, so that it can be completed", () => {
  const hints = ["operations/release", "operations/drift", "local", "cli"]
    .flatMap(linesBelow)
    .flatMap((line) => line.match(/slipway release [a-z]+.*/g) ?? []);
  expect(hints.length).toBeGreaterThan(15);
  expect(hints.filter((hint) => !/^slipway release [a-z]+ --(stack|from) [$<]/.test(hint))).toEqual([]);
});
