import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { distance, nearest } from "../../../components/internal/suggest.ts";

describe("distance", () => {
  test.each([
    ["", "", 0],
    ["a", "", 1],
    ["database", "databse", 1],
    ["database", "databaes", 1],
    ["kitten", "sitting", 3],
  ])("between %j and %j is %d", (from, to, expected) => {
    expect(distance(from, to)).toBe(expected);
  });

  test("is the same both ways, zero only for equal words, and at most the longer word", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (from, to) => {
        const steps = distance(from, to);
        expect(steps).toBe(distance(to, from));
        expect(steps === 0).toBe(from === to);
        expect(steps).toBeLessThanOrEqual(Math.max(from.length, to.length));
      }),
    );
  });
});

describe("nearest", () => {
  test.each([
    ["databse", ["network", "database"], "database"],
    ["instance_count", ["instanceCount", "instances"], "instanceCount"],
    ["SIZE", ["size"], "size"],
    ["colour", ["size", "count"], undefined],
    ["x", ["size"], undefined],
    ["c", ["a", "b"], undefined],
    ["18", ["15", "16"], undefined],
    ["db-s-1vcpu", ["db-s-2vcpu-4gb", "db-s-1vcpu-1gb"], "db-s-1vcpu-1gb"],
    ["db-", ["db-s-2vcpu-4gb"], undefined],
    ["!!", ["size"], undefined],
    ["size", [], undefined],
  ])("of %j among %j is %j", (word, known, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });
});
