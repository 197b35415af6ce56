import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { allRules } from "../../policy/evaluate.ts";
import { rulesPage } from "../../policy/listing.ts";

test("docs/rules.md lists the rules as they are (write it with: npm run slipway -- rules --format markdown)", () => {
  expect(rulesPage()).toBe(readFileSync(new URL("../../docs/rules.md", import.meta.url), "utf8"));
});

test("every rule says what holds, why, and where it comes from, under an id of its own", () => {
  expect(allRules.length).toBeGreaterThanOrEqual(25);
  expect(new Set(allRules.map(({ id }) => id)).size).toBe(allRules.length);
  for (const { id, title, reason, source } of allRules) {
    expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/);
    for (const text of [title, reason, source]) expect(text.length).toBeGreaterThan(7);
  }
});
