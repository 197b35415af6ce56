import { expect, test } from "@jest/globals";
import { changeLines, changesText } from "../../../cli/local/change-lines.ts";

test("each change is a line, with the inputs that differ", () => {
  const type = "digitalocean:index/app:App";
  expect(
    changeLines([
      { operation: "create", type, name: "tinkertools", inputs: ["spec"] },
      { operation: "update", type, name: "tinkertools", inputs: ["spec.name", "spec.region"] },
      { operation: "replace", type, name: "tinkertools", inputs: ["projectId"] },
      { operation: "delete", type, name: "tinkertools", inputs: [] },
    ]),
  ).toEqual([
    "+ create  App tinkertools",
    "~ update  App tinkertools (spec.name, spec.region)",
    "± replace App tinkertools (projectId)",
    "- delete  App tinkertools",
  ]);
});

test.each([
  [{ create: 0, update: 0, replace: 0, delete: 0, same: 32 }, "0 changes, 32 the same"],
  [
    { create: 3, update: 1, replace: 2, delete: 4, same: 0 },
    "3 created, 1 updated, 2 replaced, 4 deleted, 0 the same",
  ],
])("%j reads %s", (changes, expected) => {
  expect(changesText(changes)).toBe(expected);
});

test.each([
  [{ create: 0, update: 0, replace: 0, delete: 0, same: 32 }, "0 changes, 32 the same"],
  [
    { create: 3, update: 1, replace: 0, delete: 4, same: 1 },
    "would create 3, update 1, delete 4, 1 the same",
  ],
])("%j of a preview reads %s", (changes, expected) => {
  expect(changesText(changes, true)).toBe(expected);
});
