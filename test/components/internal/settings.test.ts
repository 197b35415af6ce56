import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { checkSettings, parseSettings, SettingsError } from "../../../components/internal/settings.ts";

const Sample = z.strictObject({
  size: z.enum(["small", "large"]).default("small"),
  count: z.int().min(1).max(5).default(1),
  share: z.number().min(0).max(1).optional(),
  isOn: z.boolean().default(true),
  tags: z.array(z.string()).max(2).default([]),
  note: z.string().min(3).optional(),
  nested: z
    .record(z.string().regex(/^[a-z]+$/, "must be lower-case letters"), z.strictObject({ deep: z.string() }))
    .default({}),
  choice: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("a"), alpha: z.string() }),
      z.strictObject({ kind: z.literal("b"), beta: z.string() }),
    ])
    .optional(),
  limits: z.union([z.number().max(100), z.array(z.number())]).optional(),
  value: z
    .union([
      z.string(),
      z.number(),
      z.strictObject({ secret: z.string() }),
      z.strictObject({ bind: z.string() }),
    ])
    .optional(),
});

/** The lines that a person would read below the header. */
function lines(input: unknown, path?: string): string[] {
  const checked = checkSettings(Sample, input, path);
  return checked.ok ? [] : checked.faults.map((fault) => `${fault.path}: ${fault.message}`);
}

describe("parseSettings", () => {
  test("fills in the defaults", () => {
    expect(parseSettings(Sample, {}, "sample")).toEqual({
      size: "small",
      count: 1,
      isOn: true,
      tags: [],
      nested: {},
    });
  });

  test("fails with every fault at once, in an error that Pulumi prints without a stack", () => {
    const attempt = () => parseSettings(Sample, { size: "smal", count: 9, colour: 1 }, "sample");
    expect(attempt).toThrow(SettingsError);
    expect(attempt).toThrow(
      [
        "sample has invalid settings:",
        '  size: must be one of small, large; got "smal", did you mean small?',
        "  count: must be at most 5; got 9",
        "  colour: must be a known setting: one of size, count, share, isOn, tags, note, nested, choice, limits, value",
      ].join("\n"),
    );
    const error = new SettingsError("sample", []);
    expect((error as unknown as { __pulumiRunError: boolean }).__pulumiRunError).toBe(true);
  });
});

describe("checkSettings", () => {
  test("counts one entry and one character as one", () => {
    const short = z.array(z.string().min(1)).min(1);
    const Some = z.strictObject({
      none: short,
      blank: short,
      most: z.array(z.string()).max(1),
      few: z.array(z.string()).min(2),
    });
    const checked = checkSettings(Some, { none: [], blank: [""], most: ["a", "b"], few: [] }, "some");
    expect(checked.ok ? [] : checked.faults.map((fault) => `${fault.path}: ${fault.message}`)).toEqual([
      "some.none: must have at least 1 entry",
      "some.blank[0]: must have at least 1 character",
      "some.most: must have at most 1 entry",
      "some.few: must have at least 2 entries",
    ]);
  });

  test.each<[unknown, string[]]>([
    [undefined, ["settings: must be set, to a block of settings"]],
    ["often", ["settings: must be a block of settings, not a text"]],
    [[], ["settings: must be a block of settings, not a list"]],
    [null, ["settings: must be a block of settings, and it is empty: leave it out or write {}"]],
    [7, ["settings: must be a block of settings, not 7"]],
    [{ size: 3 }, ["size: must be one of small, large; got 3"]],
    [{ size: "huge" }, ['size: must be one of small, large; got "huge"']],
    [{ size: "x".repeat(50) }, ["size: must be one of small, large; got a longer text"]],
    [{ size: ["small"] }, ["size: must be one of small, large; got a list"]],
    [{ count: 0 }, ["count: must be at least 1; got 0"]],
    [{ count: 1.5 }, ["count: must be a whole number, not 1.5"]],
    [{ count: "3" }, ["count: must be a number: write 3 without quotes"]],
    [{ count: "three" }, ["count: must be a number, not a text"]],
    [{ count: true }, ["count: must be a number, not true or false"]],
    [{ share: -0.5 }, ["share: must be at least 0; got -0.5"]],
    [{ isOn: "true" }, ["isOn: must be true or false: write true without quotes"]],
    [{ isOn: "yes" }, ["isOn: must be true or false, not a text"]],
    [{ tags: "x" }, ["tags: must be a list, not a text"]],
    [{ tags: ["a", 2] }, ['tags[1]: must be a text: write it in quotes, "2"']],
    [{ tags: ["a", "b", "c"] }, ["tags: must have at most 2 entries"]],
    [{ note: "x" }, ["note: must have at least 3 characters"]],
    [{ note: true }, ['note: must be a text: write it in quotes, "true"']],
    [{ note: {} }, ["note: must be a text, not a block of settings"]],
    [{ nested: { a: {} } }, ["nested.a.deep: must be set, to a text"]],
    [
      { nested: { a: { deep: "x", deeep: 1 } } },
      ["nested.a.deeep: must be left out: there is no such setting, and deep is set beside it"],
    ],
    [{ nested: { A: { deep: "x" } } }, ["nested.A: must have a name that is lower-case letters"]],
    [{ nested: { "a.b": { deep: "x" } } }, ['nested["a.b"]: must have a name that is lower-case letters']],
    [{ choice: {} }, ["choice.kind: must be set: one of a, b"]],
    [{ choice: { kind: "c" } }, ['choice.kind: must be one of a, b; got "c"']],
    [{ choice: { kind: "b" } }, ["choice.beta: must be set, to a text"]],
    [
      { choice: { kind: "b", beta: "x", alpha: "y" } },
      ["choice.alpha: must be a known setting: one of kind, beta"],
    ],
    [{ value: { secret: 5 } }, ["value.secret: must be a text, in quotes"]],
    [{ value: { secrets: "x" } }, ["value: must have one of the documented forms"]],
    [{ value: true }, ['value: must be a text: write it in quotes, "true"']],
    [{ value: [] }, ["value: must be a text or a number or a block of settings, not a list"]],
    [{ limits: "80" }, ["limits: must be a number: write 80 without quotes"]],
    [{ limits: "many" }, ["limits: must be a number or a list, not a text"]],
    [{ limits: 120 }, ["limits: must be at most 100; got 120"]],
    [
      { "a\nb": 1, size: "a\nb" },
      [
        'size: must be one of small, large; got "a\\nb"',
        '["a\\nb"]: must be a known setting: one of size, count, share, isOn, tags, note, nested, choice, limits, value',
      ],
    ],
    [{ SIZE: "small" }, ["SIZE: must be a known setting; did you mean size?"]],
    [{ is_on: true }, ["is_on: must be a known setting; did you mean isOn?"]],
  ])("says in one line what is wrong with %j", (input, expected) => {
    expect(lines(input)).toEqual(expected);
  });

  test("starts paths where the block is", () => {
    expect(
      lines({ tags: [1], colour: 1, nested: { a: {} } }, "block").map((line) => line.split(":")[0]),
    ).toEqual(["block.tags[0]", "block.nested.a.deep", "block.colour"]);
    expect(lines("x", "block")).toEqual(["block: must be a block of settings, not a text"]);
  });

  test("never repeats a text of the wrong type, which may be a secret", () => {
    for (const input of [
      { count: "hunter2" },
      { isOn: "hunter2" },
      { tags: "hunter2" },
      { nested: "hunter2" },
    ])
      expect(lines(input).join()).not.toContain("hunter2");
  });

  test("names of a long list of choices the nearest ones where it knows the one that was meant", () => {
    const Many = z.enum(Array.from({ length: 20 }, (_, index) => `choice-number-${index}`) as [string]);
    const checked = checkSettings(z.strictObject({ many: Many }), { many: "choice-nummer-7" });
    expect(checked).toMatchObject({
      ok: false,
      faults: [
        {
          path: "many",
          message:
            'must be a known value such as choice-number-7, choice-number-0, choice-number-1; got "choice-nummer-7", did you mean choice-number-7?',
        },
      ],
    });
  });
});
