import { describe, expect, test } from "@jest/globals";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { withDefaults } from "../../../local/providers/defaults.ts";
import type { ResourceSchema } from "../../../local/providers/schema.ts";
import { providerSchema } from "../../../local/providers/schema.ts";
import { hasUnknown, pathTo, unknown, unwrap } from "../../../local/providers/values.ts";
import { secret } from "./engine.ts";

const marker = "4dabf18193072939515e22adb298388d";
const output = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const resource = "5cf8f73096256a8f31e491e813e4eb8e";

describe("values off the wire", () => {
  test("are in clear, beside the places and texts that are secret", () => {
    const struct = structs.Struct.fromJavaScript({
      plain: "a",
      nothing: null as unknown as string,
      nested: { list: [secret("long-secret"), secret(7), secret({ inner: ["another-secret", unknown] })] },
      later: { [marker]: output },
      now: { [marker]: output, value: "b", secret: true },
      network: { [marker]: resource, urn: "urn:x", id: "id-1" },
      parent: { [marker]: resource, urn: "urn:x" },
    } as Record<string, structs.JavaScriptValue>);
    const { properties, secrets } = unwrap(struct);
    expect(properties).toEqual({
      plain: "a",
      nested: { list: ["long-secret", 7, { inner: ["another-secret", unknown] }] },
      later: unknown,
      now: "b",
      network: "id-1",
      parent: "urn:x",
    });
    expect([...secrets.paths]).toEqual(["nested.list[0]", "nested.list[1]", "nested.list[2]", "now"]);
    expect([...secrets.texts]).toEqual(["long-secret", "another-secret"]);
  });

  test("are none where nothing was sent", () => {
    expect(unwrap(undefined).properties).toEqual({});
  });
});

test.each([
  ["", "spec", "spec"],
  ["spec", "jobs", "spec.jobs"],
  ["spec.jobs", 0, "spec.jobs[0]"],
  ["tags", "a-b", 'tags["a-b"]'],
])("the path below %j at %j is %s", (parent, key, path) => {
  expect(pathTo(parent, key)).toBe(path);
});

test.each([
  [unknown, true],
  [{ a: [1, { b: unknown }] }, true],
  [{ a: [1, "b"] }, false],
  [undefined, false],
])("%j holds something unknown: %s", (value, expected) => {
  expect(hasUnknown(value)).toBe(expected);
});

describe("a made-up name", () => {
  const rules = (more = {}): ResourceSchema => ({
    inputProperties: {
      name: { type: "string" },
      tags: { type: "object", additionalProperties: { type: "string" } },
    },
    properties: {},
    autoName: { property: "name", separator: "-", maxLength: 20, ...more },
  });
  const naming = { name: "A-very-long-logical-name", seed: new Uint8Array([1]), urn: "urn:a", oldInputs: {} };
  const made = (schema: ResourceSchema, more = {}) =>
    withDefaults(providerSchema("digitalocean"), schema, { tags: { a: "b" } }, { ...naming, ...more });

  test("fits its limit and differs by seed and by resource", () => {
    const names = [
      made(rules()),
      made(rules(), { seed: new Uint8Array([2]) }),
      made(rules(), { urn: "urn:b" }),
    ].map(({ name }) => name);
    expect(names[0]).toMatch(/^A-very-long-\w?-?[0-9a-f]{7}$|^A-very-long--[0-9a-f]{7}$/);
    expect(new Set(names).size).toBe(3);
    expect(names.map((name) => String(name).length)).toEqual([20, 20, 20]);
  });

  test("is in lower case where the platform wants that", () => {
    expect(made(rules({ lowerCase: true })).name).toMatch(/^a-very-long-/);
  });

  test("is the one that the engine proposes, or the one that the object already has", () => {
    expect(made(rules(), { proposed: "theirs" }).name).toBe("theirs");
    const oldInputs = { name: "kept", __defaults: ["name"] };
    expect(made(rules(), { proposed: "theirs", oldInputs })).toEqual({
      name: "kept",
      tags: { a: "b" },
      __defaults: ["name"],
    });
  });
});
