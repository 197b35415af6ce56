import { describe, expect, test } from "@jest/globals";
import {
  longestManifest,
  type ManifestContent,
  manifestText,
  readManifest,
  tableName,
} from "../../backup/manifest.ts";

const content: ManifestContent = {
  format: "slipway backup 1",
  id: "20261121T130205240Z-e391429f",
  cluster: "shop-db",
  database: "shop",
  startedAt: "2026-11-21T13:02:05.240Z",
  endedAt: "2026-11-21T13:02:09.000Z",
  tool: { name: "slipway", version: "0.1.0" },
  pgDumpVersion: "18.1",
  recipients: ["age1abc"],
  object: { key: "k", versionId: "v", bytes: 10, sha256: "a".repeat(64) },
  plain: { bytes: 100, sha256: "b".repeat(64) },
  contents: {
    serverVersion: "16.14",
    encoding: "UTF8",
    collation: "C.UTF-8",
    sizeBytes: 1000,
    extensions: [{ name: "plpgsql", version: "1.0" }],
    roles: ["shop_app"],
    tables: [{ schema: "public", name: "thing", rows: 3, checksum: "-12", everyNth: 1 }],
    largeObjects: 0,
  },
};
const text = manifestText(content);

test("B27 a manifest comes back as it was written", () => {
  const { digest, ...read } = readManifest(text, "k");
  expect(read).toEqual(content);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
});

test("B27 it is the same text whatever order its maker wrote the properties in", () => {
  expect(manifestText(Object.fromEntries(Object.entries(content).reverse()) as ManifestContent)).toBe(text);
});

test("R2 fails for every single changed bit", () => {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
    expect(() => readManifest(changed.toString("utf8"), "k")).toThrow(/^k: the manifest /);
  }
});

test("R1 fails for every text that is cut off", () => {
  for (let length = 0; length < text.length; length += 1) {
    expect(() => readManifest(text.slice(0, length), "k")).toThrow(/^k: the manifest /);
  }
});

describe("a manifest fails", () => {
  test.each([
    ["that is no JSON", "{", "k: the manifest is no JSON"],
    ["that is something else", "[]", "k: the manifest is not valid at its top"],
    [
      "with a value that cannot be",
      text.replace('"bytes": 10', '"bytes": -1'),
      "k: the manifest is not valid at object.bytes",
    ],
    ["of another version", text.replace("backup 1", "backup 2"), "k: the manifest is not valid at format"],
    ["with other numbers", text.replace('"rows": 3', '"rows": 4'), "k: the manifest was changed"],
    ["with other white space", text.replace('"rows": 3', '"rows":  3'), "k: the manifest was changed"],
  ])("%s", (_what, changed, message) => {
    expect(() => readManifest(changed, "k")).toThrow(new Error(message));
  });
});

test.each([
  ["public", "thing", "public.thing"],
  ["_a1$", "b_2", "_a1$.b_2"],
  ["a.b", "c", '"a.b".c'],
  ["a", "b.c", 'a."b.c"'],
  ["a b", "1c", '"a b"."1c"'],
  ['a"b', "C", '"a""b"."C"'],
  ["", "é", '""."é"'],
])("the table %j, %j is called %s", (schema, name, called) => {
  expect(tableName({ schema, name })).toBe(called);
});

test("a manifest of 32 MiB is read, and no longer one", () => {
  expect(longestManifest).toBe(33_554_432);
});
