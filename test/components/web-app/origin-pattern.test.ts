import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { namesOwnSite } from "../../../components/web-app/origin-pattern.ts";

test.each([
  "^https://tinkertools\\.ao$",
  "^https://tinkertools\\.ao:8443$",
  "^https:\\/\\/tinkertools\\.ao$",
  "^https?://www\\.tinkertools\\.ao$",
  "^https://.*\\.tinkertools\\.ao$",
  "^https://[a-z0-9-]+\\.tinkertools\\.ao$",
  "^https://[^/]+\\.tinkertools\\.ao$",
  "^https://([a-z0-9-]+\\.)?tinkertools\\.ao$",
  "^https://(?:[a-z0-9-]+\\.)*tinkertools\\.ao$",
  "^https://(www|app)\\.tinkertools\\.ao$",
  "^https://pr-\\w+\\.preview\\.tinkertools\\.ao$",
  "^http://localhost:\\d+$",
  "^http://localhost:[0-9]+$",
  "^http://localhost$",
])("%s lets in one site", (pattern) => {
  expect(namesOwnSite(pattern)).toBe(true);
});

test.each([
  ".*",
  "^.*$",
  "^.+$",
  "(.*)",
  "https://.*",
  "https?://.*",
  "^https?://.*$",
  "^https://.*",
  "https://tinkertools\\.ao",
  "^https://tinkertools\\.ao",
  "https://tinkertools\\.ao$",
  "tinkertools\\.ao$",
  "^https://tinkertools.ao$",
  "^https://.*tinkertools\\.ao$",
  "^https://[^/]*tinkertools\\.ao$",
  "^https://.*\\.?tinkertools\\.ao$",
  "^https://.*(x\\.)?tinkertools\\.ao$",
  "^https://(.*|\\.)tinkertools\\.ao$",
  "^https://(.*|x\\.)?tinkertools\\.ao$",
  "^https://a\\.ao|.*\\.b\\.ao$",
  "^(https://a\\.ao|.*)$",
  "^https://tinkertools\\.ao$|.*",
  "^https://.*\\.ao$",
  "^https://[^/]+$",
  "^https://localhost.*$",
  "^https://.*localhost$",
  "^https://$",
  "^$",
  "",
])("%s may let in others", (pattern) => {
  expect(namesOwnSite(pattern)).toBe(false);
});

const piece = fc.constantFrom("a", ".", "*", "+", "?", "(", ")", "|", "\\.", "[^/]", "\\w", "(?:", "x\\.");

test("no pattern that passes lets in a stranger", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const pattern = `^https://${pieces.join("")}own\\.ao$`;
      if (!namesOwnSite(pattern)) return;
      let compiled: RegExp;
      try {
        compiled = new RegExp(pattern);
      } catch {
        return;
      }
      for (const stranger of [
        "https://evil.example",
        "https://eviown.ao",
        "https://zown.ao",
        "https://own.ao.evil",
      ])
        expect([pattern, stranger, compiled.test(stranger)]).toEqual([pattern, stranger, false]);
    }),
    { numRuns: 20_000 },
  );
});
