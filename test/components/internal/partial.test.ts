import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { partialSettings } from "../../../components/internal/partial.ts";
import { foundBy, watched } from "../../../components/internal/watched.ts";
import { stackLines } from "../../support/settings.ts";

const Shape = z.strictObject({
  size: z.enum(["small", "large"]).default("small"),
  count: z.int().min(0).default(0),
  parts: z.record(z.string(), z.strictObject({ port: z.int() })).default({}),
  names: z.array(z.string()).default([]),
});

interface Sized {
  size: string;
  count: number;
}

test("what is right of an input stays, and what is wrong is known", () => {
  const input = {
    size: "huge",
    count: 2,
    parts: { a: { port: 1 }, b: { port: "x" } },
    names: ["n", 5],
    colour: 1,
  };
  expect(partialSettings(Shape, input)).toEqual({
    value: {
      size: "small",
      count: 2,
      parts: { a: { port: 1 }, b: { port: undefined } },
      names: ["n", undefined],
    },
    missing: [["colour"], ["size"], ["parts", "b", "port"], ["names", 1]],
    collections: [["parts"], ["names"]],
    misnamed: [],
    places: [],
  });
});

test("of what is no block at all nothing is left", () => {
  expect(partialSettings(Shape, "text")).toBeUndefined();
  expect(partialSettings(Shape, null)).toBeUndefined();
});

test("a mistyped key stands for the one that was meant", () => {
  expect(partialSettings(Shape, { coun: 5 })?.missing).toEqual([["coun"], ["count"]]);
});

test.each<[string, (settings: z.output<typeof Shape>) => unknown, boolean]>([
  ["reading what is missing", ({ size }) => size, true],
  ["asking whether it is there", (settings) => "size" in settings, true],
  ["listing what it was among", (settings) => Object.keys(settings), true],
  ["reading something else", ({ count }) => count, false],
  ["listing something else", ({ parts }) => Object.entries(parts), false],
])("%s is noticed or not", (_, look, expected) => {
  const { view, missed } = watched<z.output<typeof Shape>>({
    value: { size: "small", count: 0, parts: {}, names: [] },
    missing: [["size"]],
  });
  look(view);
  expect(missed()).toEqual(expected ? [["size"]] : []);
});

test("a rule that looks at what is missing waits, and the others tell", () => {
  const rules = [
    { id: "one", faults: ({ size }: Sized) => [{ path: [], message: size }] },
    { id: "two", faults: ({ count }: Sized) => [{ path: [], message: `${count}` }] },
  ];
  const partial = { value: { size: "small", count: 3 }, missing: [["size"]], collections: [] };
  expect(foundBy(rules, partial)).toEqual([{ path: [], message: "3", rule: "two" }]);
});

describe("faults between settings are told beside others", () => {
  const product = { name: "shop", repository: "acme/shop" };
  const image = { registry: "ghcr", repository: "acme/api", tag: "1" };

  test("of the same block", () => {
    const app = { services: { api: { image, port: 0 } }, ingress: [{ path: "/", component: "apu" }] };
    expect(stackLines({ product, app })).toEqual([
      "app.services.api.port: must be at least 1; got 0",
      "app.ingress[0].component: must be a service or static site of the app: api; got apu",
    ]);
  });

  test("and not where the wrong one decides", () => {
    expect(
      stackLines({ product, network: {}, database: { size: "db-s-1vcpu-2g", standbyNodes: 1 } }),
    ).toEqual([
      'database.size: must be a known value such as db-s-1vcpu-2gb, db-s-1vcpu-1gb, db-s-2vcpu-4gb; got "db-s-1vcpu-2g", did you mean db-s-1vcpu-2gb?',
    ]);
  });
});
