import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { partialSettings } from "../../../components/internal/partial.ts";
import { foundBy, foundIn, watched } from "../../../components/internal/watched.ts";
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

describe("of an entry with a wrong name", () => {
  const value = { parts: { A: { port: 1 }, b: { port: 2 } } };
  const partial = {
    value,
    missing: [["parts", "A"]],
    collections: [["parts"]],
    misnamed: [["parts", "A"]],
  };
  type Parts = typeof value;
  const rule = (path: string[], more: { isPerEntry?: boolean; looksUpNames?: boolean } = {}) => ({
    id: "rule",
    ...more,
    faults: ({ parts }: Parts) => Object.entries(parts).map(([, { port }]) => ({ path, message: `${port}` })),
  });

  test.each<[string, ReturnType<typeof rule>, boolean]>([
    ["what is inside it is told", rule(["parts", "A", "port"]), true],
    ["the entry itself is not judged", rule(["parts", "A"], { isPerEntry: true }), false],
    ["other entries are judged by themselves", rule(["parts", "b", "port"], { isPerEntry: true }), true],
    ["nothing is told about all of them", rule(["parts", "b", "port"]), false],
    [
      "no name is looked up among those of the others",
      rule(["parts", "b", "port"], { isPerEntry: true, looksUpNames: true }),
      false,
    ],
    ["what looks up names is told inside it", rule(["parts", "A", "port"], { looksUpNames: true }), true],
  ])("%s", (_, one, isTold) => {
    expect(foundBy([one], partial).map(({ message }) => message)).toEqual(isTold ? ["1", "2"] : []);
  });

  test("a name that is looked up is missed where an entry is gone, not where it is misnamed only", () => {
    const lookUp = rule(["parts", "b", "port"], { isPerEntry: true, looksUpNames: true });
    const gone = { ...partial, misnamed: [] };
    expect(foundBy([lookUp], gone)).toHaveLength(2);
    expect(foundBy([lookUp], { value, missing: [["parts", "A"]], collections: [["parts"]] })).toHaveLength(2);
  });

  test("its own rules and those inside it are asked", () => {
    const inside = { id: "inside", demands: "", faults: () => [{ path: ["port"], message: "must be odd" }] };
    const places = [
      { path: ["parts", "A"], rules: [inside] },
      { path: ["parts", "b"], rules: [inside] },
      {
        path: ["parts"],
        rules: [
          {
            id: "all",
            demands: "",
            faults: (parts: object) => [{ path: [Object.keys(parts)[0] ?? ""], message: "x" }],
          },
        ],
      },
    ];
    expect(foundIn({ ...partial, places })).toEqual([
      { path: ["parts", "A", "port"], message: "must be odd", rule: "inside" },
      { path: ["parts", "b", "port"], message: "must be odd", rule: "inside" },
    ]);
    // One that is wrong as a whole is asked nothing.
    expect(foundIn({ ...partial, misnamed: [], places: places.slice(0, 1) })).toEqual([]);
  });

  test("names are not mixed up with those that they begin with", () => {
    const { view, missed } = watched<{ a: { b: number }; ab: number }>({
      value: { a: { b: 1 }, ab: 2 },
      missing: [
        ["a", "b"],
        ["x", "y"],
      ],
    });
    expect([view.ab, Object.keys(view)]).toEqual([2, ["a", "ab"]]);
    expect(missed()).toEqual([]);
    expect(Object.keys(view.a)).toEqual(["b"]);
    expect(missed()).toEqual([["a", "b"]]);
  });
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
