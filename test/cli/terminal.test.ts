import { expect, test } from "@jest/globals";
import { hasColour, isUnicode, plainAscii } from "../../cli/terminal.ts";

test.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: true }, { NO_COLOR: "" }, true],
  [{ isTTY: true }, { NO_COLOR: "1" }, false],
  [{ isTTY: true }, { TERM: "dumb" }, false],
  [{ isTTY: false }, {}, false],
  [{}, {}, false],
])("a stream %j with %j is coloured: %j", (stream, environment, expected) => {
  expect(hasColour(stream, environment)).toBe(expected);
});

test.each([
  [{ LANG: "en_GB.UTF-8" }, true],
  [{ LC_CTYPE: "C.utf8" }, true],
  [{ LC_ALL: "C", LANG: "en_GB.UTF-8" }, false],
  [{ LC_ALL: "", LANG: "en_GB.UTF-8" }, true],
  [{}, false],
])("a terminal with %j shows more than ASCII: %j", (environment, expected) => {
  expect(isUnicode(environment)).toBe(expected);
});

test("a text for other terminals holds ASCII only", () => {
  expect(plainAscii("2 × apps-s-1vcpu-1gb")).toBe("2 x apps-s-1vcpu-1gb");
});
