import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { buildId, escapePart, parseId, unescapePart } from "../../../../local/providers/github/ids.ts";
import { goTime } from "../../../../local/providers/github/times.ts";

describe("ids", () => {
  test("keep any environment name, whatever it holds", () => {
    fc.assert(
      fc.property(
        fc.string().filter((name) => !name.includes("??") && !/\?:|:\?|\?$|^\?/.test(name)),
        (name) => {
          const [repository, environment, last] = parseId(
            buildId("shop", escapePart(name), "A:1"),
            "repository",
            "environment",
            "name",
          );
          expect([repository, unescapePart(environment ?? ""), last]).toEqual(["shop", name, "A:1"]);
        },
      ),
    );
  });

  test("fail when a part but the last holds a colon, or one is missing", () => {
    expect(() => buildId("a:b", "c")).toThrow('only the last part of an id may hold a colon, got "a:b"');
    expect(() => parseId("shop:x", "repository", "environment", "secret_name")).toThrow(
      "the id must be <repository>:<environment>:<secret_name>, got shop:x",
    );
  });
});

describe("times in state", () => {
  test.each([
    ["2026-11-21T08:46:00Z", "2026-11-21 08:46:00 +0000 UTC"],
    ["2026-11-21T08:46:00+00:00", "2026-11-21 08:46:00 +0000 UTC"],
    ["2026-11-21T08:46:00.25+02:00", "2026-11-21 08:46:00.25 +0200 +0200"],
    [undefined, "0001-01-01 00:00:00 +0000 UTC"],
  ])("%s is kept as %s", (time, expected) => {
    expect(goTime(time)).toBe(expected);
  });

  test("fail for what is no time", () => {
    expect(() => goTime("yesterday")).toThrow("GitHub sent a time that is not RFC 3339: yesterday");
  });
});
