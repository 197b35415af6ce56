import { expect, test } from "@jest/globals";
import { mutantsOf } from "./mutants.ts";

/** The texts that a text becomes. */
const mutated = (source: string) =>
  mutantsOf(source).map(
    ({ start, end, replacement }) => `${source.slice(0, start)}${replacement}${source.slice(end)}`,
  );

test.each([
  ["a === b;", ["a !== b;"]],
  ["a < b && c;", ["a < b || c;", "a <= b && c;"]],
  ["!a;", ["a;"]],
  ['x = "text";', ['x = "";']],
  ["x = 7;", ["x = 8;"]],
  ["/^a$/i;", ["/a$/i;", "/^a/i;"]],
  ["[one, two];", ["[...[], two];", "[one, ...[]];"]],
  ["a.some(b);", ["a.every(b);"]],
  ["(a) => b;", ["(a) => undefined;"]],
  ["if (a) { b; }", ["if (true) { b; }", "if (false) { b; }", "if (a) {}"]],
  ['import { a } from "b"; type T = "c"; interface I { d: "e" }', []],
])("%s becomes %j", (source, expected) => {
  expect(mutated(source)).toEqual(expected);
});

test("a mutant knows its line", () => {
  expect(mutantsOf("\n\ntrue;")).toEqual([{ line: 3, start: 2, end: 6, replacement: "false" }]);
});
