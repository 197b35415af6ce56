import { expect, test } from "@jest/globals";
import type { Preview } from "../../../operations/guard/preview.ts";
import { unreviewed } from "../../../operations/guard/reviewed.ts";

const urn = "urn:pulumi:production::slipway::slipway:index:WebApp$digitalocean:index/app:App::shop";
const step = (op: string, inputs: Record<string, unknown> = {}, paths: string[] = []) => ({
  op,
  urn,
  newState: { inputs },
  detailedDiff: Object.fromEntries(paths.map((path) => [path, { kind: "update" }])),
});
const preview = (...steps: Preview["steps"]): Preview => ({ steps });
const app = "digitalocean:index/app:App shop";

test.each([
  ["the same change", preview(step("update", { a: 1 }, ["a"])), preview(step("update", { a: 1 }, ["a"])), []],
  ["fewer changes", preview(step("update", { a: 1 }, ["a"])), preview(step("same", { a: 1 })), []],
  [
    "an operation more",
    preview(step("same")),
    preview(step("update", { a: 1 })),
    [`update of ${app} was not in it`],
  ],
  [
    "another operation",
    preview(step("update")),
    preview(step("replace")),
    [`replace of ${app} was not in it`],
  ],
  [
    "other values",
    preview(step("update", { digest: "sha256:a" })),
    preview(step("update", { digest: "sha256:b" })),
    [`update of ${app} had other values in it`],
  ],
  [
    "a drift that it takes back",
    preview(step("update", { a: 1, b: 2 }, ["a"])),
    preview(step("update", { a: 1, b: 2 }, ["a", "b"])),
    [`update of ${app} did not change b in it`],
  ],
])("of a reviewed preview and one with %s it tells what is new", (_what, reviewed, now, expected) => {
  expect(unreviewed(reviewed, now)).toEqual(expected);
});
