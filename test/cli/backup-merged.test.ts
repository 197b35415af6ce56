import { expect, test } from "@jest/globals";
import { type CallDocument, mergedDocument } from "../../cli/backup/merged.ts";

const done = (...result: unknown[]): CallDocument => ({ exitCode: 0, text: JSON.stringify(result) });
const failed = (exitCode: number, found: object = {}): CallDocument => ({
  exitCode,
  text: JSON.stringify({ ...found, exitCode, outcome: `o${exitCode}`, message: `m${exitCode}` }),
});
const ending = (exitCode: number, ...errors: number[]) => ({
  version: 1,
  exitCode,
  outcome: `o${exitCode}`,
  errors: errors.map((code) => ({ message: `m${code}` })),
});
const merged = (...calls: CallDocument[]): unknown => JSON.parse(mergedDocument(calls, calls.length > 1));

test("the documents of calls that went well are one list, and that of one call is itself", () => {
  expect(merged(done(1), done(2, 3))).toEqual([1, 2, 3]);
  expect(merged({ exitCode: 0, text: '{"id":"a"}' })).toEqual({ id: "a" });
});

test("where one fails there is one document with what was done, the first exit code and why", () => {
  expect(merged(failed(88))).toEqual({ ...ending(88, 88), result: undefined });
  expect(merged(failed(89, { result: [1] }))).toEqual({ ...ending(89, 89), result: [1] });
  expect(merged(done(1), failed(88), failed(89, { result: [2] }))).toEqual({
    ...ending(88, 88, 89),
    result: [1, 2],
  });
});

test("the report of a drill that failed is in it", () => {
  expect(merged(failed(94, { database: "shop", result: "mismatch" }))).toEqual({
    ...ending(94, 94),
    database: "shop",
    result: "mismatch",
  });
  expect(merged(done(1), failed(94, { database: "shop", result: "mismatch" }))).toEqual({
    ...ending(94, 94),
    result: [1, { database: "shop", result: "mismatch" }],
  });
});
