import { describe, expect, test } from "@jest/globals";
import { readPreview } from "../../../operations/guard/preview.ts";

const type = "digitalocean:index/app:App";
const urn = `urn:pulumi:dev::slipway::slipway:index:WebApp$${type}::shop`;
const state = { urn, type, inputs: {} };
const both = { oldState: state, newState: state };
const document = (more: object) => JSON.stringify({ steps: [], changeSummary: { same: 1 }, ...more });
const of = (step: object, count: object = {}) =>
  document({ steps: [{ op: "update", urn, ...both, ...step }], changeSummary: count });
const otherUrn = (text: string) => of({ urn: text, oldState: {}, newState: {} });

describe("a step without a state that it must have is not read", () => {
  const [before, after] = ["oldState", "newState"] as const;
  test.each<[string, string[]]>([
    ["same", [before, after]],
    ["create", [after]],
    ["update", [before, after]],
    ["delete", [before]],
    ["replace", [before, after]],
    ["create-replacement", [after]],
    ["delete-replaced", [before]],
    ["read", [after]],
    ["read-replacement", [after]],
    ["refresh", [before]],
    ["discard", [before]],
    ["discard-replaced", [before]],
    ["remove-pending-replace", [before]],
    ["import", [after]],
    ["import-replacement", [after]],
  ])("%s", (op, states) => {
    const read = (without?: string) => () =>
      readPreview("dev", of({ op, ...(without && { [without]: null }) }, { same: 1 }));
    expect(read()).not.toThrow();
    for (const state of [before, after])
      if (states.includes(state))
        expect(read(state)).toThrow(
          new Error(
            `the preview of dev must be readable in one way only; it has a step 1 that is to ${op} and has no ${state}: "${urn}"`,
          ),
        );
      else expect(read(state)).not.toThrow();
  });
});

describe("a preview that could be taken for two things is not read", () => {
  test.each<[string, string, string]>([
    [
      "counts what no step does",
      document({ changeSummary: { delete: 1 } }),
      "it counts 1 to delete (changeSummary), and its steps show none",
    ],
    [
      "counts more than the steps do",
      of({}, { update: 3 }),
      "it counts 3 to update (changeSummary), and its steps show 1",
    ],
    [
      "counts something unknown",
      document({ changeSummary: { Delete: 0 } }),
      'it counts an operation that nobody knows: "Delete"',
    ],
    [
      "has no summary",
      document({ changeSummary: undefined }),
      "it has no changeSummary: it is cut short, or the preview did not end",
    ],
    [
      "lists nothing",
      document({ changeSummary: {} }),
      "it lists and counts no resource, not even the stack itself: it is no proof that nothing changes",
    ],
    [
      "lists nothing but what was read",
      document({
        steps: [{ op: "read", urn, newState: state }],
        changeSummary: { read: 1, refresh: 3, same: 0, create: 0 },
      }),
      "it lists and counts no resource, not even the stack itself: it is no proof that nothing changes",
    ],
    [
      "has a difference of a kind in capitals",
      of({ detailedDiff: { name: { kind: "update-REPLACE" } } }),
      'it has a step 1 with a change of "name" of a kind that nobody knows: "update-REPLACE"; it is written update-replace',
    ],
    [
      "has a difference of an unknown kind",
      of({ detailedDiff: { size: { kind: "add" }, "a[0].b": { kind: "toString" } } }),
      'it has a step 1 with a change of "a[0].b" of a kind that nobody knows: "toString"',
    ],
    ["says that it is corrupt", document({ maybeCorrupt: true }), "it says itself that it may be corrupt"],
    [
      "has an operation in capitals",
      of({ op: "Delete" }),
      'it has a step 1 with an operation that nobody knows: "Delete"; it is written delete',
    ],
    [
      "has an unknown operation",
      of({ op: "destroy" }),
      'it has a step 1 with an operation that nobody knows: "destroy"',
    ],
    [
      "has an operation that objects inherit",
      of({ op: "constructor" }),
      'it has a step 1 with an operation that nobody knows: "constructor"',
    ],
    [
      "has a type in other letters",
      otherUrn("urn:pulumi:dev::slipway::digitalocean:index/app:app::shop"),
      'it has a step 1 of a type that nobody knows: "digitalocean:index/app:app"; it is written digitalocean:index/app:App',
    ],
    [
      "has a type that is none",
      otherUrn("urn:pulumi:dev::slipway::App::shop"),
      'it has a step 1 of a type that nobody knows: "App"',
    ],
    [
      "has a project with ::",
      otherUrn(`urn:pulumi:dev::a::b:c:D::${type}::shop`),
      `it has a step 1 whose URN cannot be taken apart with certainty: "urn:pulumi:dev::a::b:c:D::${type}::shop"`,
    ],
    [
      "has a name with ::",
      otherUrn(`urn:pulumi:dev::slipway::${type}::shop::x`),
      `it has a step 1 whose URN cannot be taken apart with certainty: "urn:pulumi:dev::slipway::${type}::shop::x"`,
    ],
    [
      "has no name",
      otherUrn(`urn:pulumi:dev::slipway::${type}::`),
      `it has a step 1 whose URN cannot be taken apart with certainty: "urn:pulumi:dev::slipway::${type}::"`,
    ],
    [
      "is of two projects",
      document({
        steps: [
          { op: "update", urn, ...both },
          { op: "create", urn: `urn:pulumi:dev::other::${type}::shop`, newState: {} },
        ],
      }),
      `it has a step 2 of another project: "urn:pulumi:dev::other::${type}::shop"`,
    ],
    [
      "lacks an old state",
      of({ oldState: undefined }),
      `it has a step 1 that is to update and has no oldState: "${urn}"`,
    ],
    [
      "lacks a new state",
      of({ newState: null }),
      `it has a step 1 that is to update and has no newState: "${urn}"`,
    ],
    [
      "deletes what was not there",
      of({ op: "delete", oldState: undefined }),
      `it has a step 1 that is to delete and has no oldState: "${urn}"`,
    ],
    [
      "creates nothing",
      of({ op: "create", newState: undefined }),
      `it has a step 1 that is to create and has no newState: "${urn}"`,
    ],
    [
      "has a state of another type",
      of({ oldState: { ...state, type: "aws:s3/bucket:Bucket" } }),
      'it has a step 1 whose oldState is of another type than its URN: "aws:s3/bucket:Bucket"',
    ],
    [
      "has a new state with another URN",
      of({ newState: { ...state, urn: `${urn}2` } }),
      `it has a step 1 whose newState has another URN than the step: "${urn}2"`,
    ],
    ["has a key twice", '{"steps":[{"op":"same"}],"steps":[]}', 'it has the key "steps" twice in one place'],
    [
      "has a key twice, written in two ways",
      '{"steps":[],"st\\u0065ps":[]}',
      'it has the key "steps" twice in one place',
    ],
    [
      "is nested without end",
      `{"steps":[],"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
      "it is nested more than 200 levels deep",
    ],
  ])("%s", (_, text, reason) => {
    expect(() => readPreview("dev", text)).toThrow(
      new Error(`the preview of dev must be readable in one way only; ${reason}`),
    );
  });

  test("and its own texts neither steer a terminal nor begin a line", () => {
    expect(() => readPreview("dev", otherUrn("urn:pulumi:dev::slipway::\u001b[31mA\n::x"))).toThrow(
      'it has a step 1 of a type that nobody knows: "A⏎"',
    );
    expect(() =>
      readPreview(
        "dev",
        document({ diagnostics: [{ severity: "error", message: "a\n::error::\u001b[2Jb" }] }),
      ),
    ).toThrow(new Error("the preview of dev must be one that succeeded; it says: a⏎::error::b"));
  });
});

test("a truncated document is refused wherever it was cut", () => {
  const whole = of({}, { update: 1 });
  for (let end = 0; end < whole.length; end += 1)
    expect(() => readPreview("dev", whole.slice(0, end))).toThrow(
      new Error("the preview of dev must be what pulumi preview --json prints"),
    );
  expect(readPreview("dev", whole).steps).toHaveLength(1);
});

test.each(["error", "Error", "fatal"])(
  "a diagnostic of severity %s is that of a preview that failed",
  (severity) => {
    expect(() => readPreview("dev", document({ diagnostics: [{ severity, message: "b" }] }))).toThrow(
      new Error("the preview of dev must be one that succeeded; it says: b"),
    );
  },
);

test("what a refresh adds to the steps is not counted by the engine, and fine", () => {
  expect(readPreview("dev", of({}, { same: 4, read: 1, refresh: 2 })).steps).toHaveLength(1);
});

test("the same key in two places, and in a text, is no key twice", () => {
  const text = of({ newState: { ...state, inputs: { steps: '{"a":1,"a":2}', list: [{ a: 1 }, { a: 2 }] } } });
  expect(readPreview("dev", text).steps).toHaveLength(1);
});

test.each(["add", "add-replace", "delete", "delete-replace", "update", "update-replace"])(
  "a difference of the kind %s is read",
  (kind) => {
    expect(readPreview("dev", of({ detailedDiff: { name: { kind } } })).steps).toHaveLength(1);
  },
);
