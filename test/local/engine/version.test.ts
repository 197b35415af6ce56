import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { engineVersion, isSameLine } from "../../../local/engine/version.ts";

test("the Go module pins the engine that the local way wants", () => {
  const module = readFileSync(new URL("../../../local/engine/go.mod", import.meta.url), "utf8");
  expect(module).toContain(`require github.com/pulumi/pulumi/pkg/v3 v${engineVersion}\n`);
});

test.each([
  ["v3.253.0", true],
  ["v3.253.1-dev.0", true],
  ["v3.300.2", true],
  ["v3.252.9", false],
  ["v4.0.0", false],
  ["", false],
  ["unknown", false],
])("an engine that says %j is of the same line: %j", (printed, expected) => {
  expect(isSameLine(printed, "3.253.0")).toBe(expected);
});

test.each([
  ["go1.26.8", true],
  ["go1.21", true],
  ["go1.19.8", false],
  ["", false],
])("a Go that says %j builds the engine: %j", (printed, expected) => {
  expect(isSameLine(printed, "1.21.0")).toBe(expected);
});
