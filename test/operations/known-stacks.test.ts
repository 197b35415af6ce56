import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { allStacks, existingStacks, knownStacks } from "../../operations/known-stacks.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-stacks-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const withFiles = (...names: string[]) => {
  for (const name of names) writeFileSync(join(folder, name), "config: {}\n");
};

test("without a file, the three of the default product are known, and all of them is dev", () => {
  expect(knownStacks(folder)).toEqual(["dev", "staging", "production"]);
  expect(allStacks(folder)).toEqual(["dev"]);
});

test("every stack with a file is known, sorted behind the three", () => {
  withFiles("Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.live-eu_1.yaml", "Pulumi.production.yaml");
  expect(knownStacks(folder)).toEqual(["dev", "staging", "production", "live-eu_1", "prod"]);
  expect(allStacks(folder)).toEqual(["dev", "production", "live-eu_1", "prod"]);
});

test.each([
  "Pulumi.yaml",
  "Pulumi..yaml",
  "Pulumi.all.yaml",
  "Pulumi.prod.yml",
  "Pulumi.prod.yaml.orig",
  "Pulumi.prod.old.yaml",
  "Pulumi.pr od.yaml",
  "Pulumi.pröd.yaml",
  "My.Pulumi.prod.yaml",
])("%s is the file of no stack", (name) => {
  withFiles(name);
  expect(knownStacks(folder)).toEqual(["dev", "staging", "production"]);
});

test("settings may refer to stacks of the repository, to named ones, and to those beside their file", () => {
  withFiles("Pulumi.live.yaml", "Pulumi.qa.yaml");
  expect(
    existingStacks(["live", "mine"], [join(folder, "Pulumi.live.yaml"), "/nowhere/Pulumi.x.yaml"]),
  ).toEqual(["dev", "staging", "production", "live", "mine", "qa"]);
  expect(existingStacks([], [], folder)).toEqual(["dev", "live", "qa"]);
});

test("of this clone are the three", () => {
  expect(knownStacks()).toEqual(["dev", "staging", "production"]);
  expect(allStacks()).toEqual(["dev", "staging", "production"]);
});
