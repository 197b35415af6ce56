import { describe, expect, test } from "@jest/globals";
import { type Block, blocks, readSettings } from "../../components/config.ts";
import { SettingsError } from "../../components/internal/settings.ts";
import { everySecret, everySetting } from "../support/every-setting.ts";
import { stackConfig } from "../support/settings.ts";

type Path = readonly (string | number)[];
const isContainer = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === "object" && value !== null;

/** Every place of the settings, blocks and lists themselves included. */
function places(value: unknown, path: Path = []): Path[] {
  if (!isContainer(value)) return [path];
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return [path, ...keys.flatMap((key) => places(value[key], [...path, key]))];
}

const leftOut = Symbol("left out");

/** A copy of the settings with another value at one place. */
function changed(path: Path, to: unknown): Record<string, unknown> {
  const copy: Record<string, unknown> = structuredClone(everySetting);
  let owner: Record<string | number, unknown> = copy;
  for (const part of path.slice(0, -1)) owner = owner[part] as Record<string, unknown>;
  const last = path.at(-1) ?? "";
  if (to === leftOut) delete owner[last];
  else owner[last] = to;
  return copy;
}

/** What is said about a stack, or nothing where it is accepted; any other error fails the test. */
function said(given: Record<string, unknown>): string | undefined {
  try {
    readSettings("staging", stackConfig({ ...given, ...everySecret }), { today: "2026-11-21" });
    return undefined;
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
}

const valueAt = (path: Path): unknown =>
  path.reduce<unknown>((value, part) => (isContainer(value) ? value[part] : undefined), everySetting);
const name = (path: Path) => path.join(".");

/** A header, then a line for each fault, and nothing of a stack trace. */
const oneError = /^stack staging has invalid settings:(?:\n {2}\S[^\n]*: must [^\n]+)+$/;

test("everything together is accepted", () => {
  expect(said(everySetting)).toBeUndefined();
  expect(Object.keys(everySetting).sort()).toEqual(Object.keys(blocks).sort());
});

test("faults of every block come in one error", () => {
  const text = said(Object.fromEntries(Object.keys(blocks).map((block) => [block, { Nothing: 1 }]))) ?? "";
  expect(text).toMatch(oneError);
  for (const block of Object.keys(blocks)) expect(text).toContain(`  ${block}.Nothing: must be`);
});

describe.each(Object.keys(blocks) as Block[])("every key of %s", (block) => {
  const own = places(everySetting[block], [block]).filter((path) => path.length > 1);

  test("refuses another type, with its path", () => {
    const accepted = own.filter((path) => {
      const text = said(changed(path, isContainer(valueAt(path)) ? "x y" : [[]])) ?? "";
      return !oneError.test(text) || !text.includes(`\n  ${block}`);
    });
    // A variable may be a text where it was a block.
    expect(accepted.map(name).filter((path) => !/environment\.\w+$/.test(path))).toEqual([]);
  });

  test("refuses a key beside it that nothing knows", () => {
    const owners = own.filter((path) => isContainer(valueAt(path)) && !Array.isArray(valueAt(path)));
    const accepted = [[block], ...owners].filter((path) => {
      const text = said(changed([...path, "Un known"], [])) ?? "";
      return !oneError.test(text) || !text.includes('["Un known"]');
    });
    expect(accepted.map(name)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["nothing", null],
    ["an empty text", ""],
    ["blanks", "   "],
    ["no number", Number.NaN],
    ["a negative number", -7],
    ["left out", leftOut],
  ])("is accepted or refused in one error where it is %s", (_, to) => {
    const wrong = own.filter((path) => {
      const text = said(changed(path, to));
      return text !== undefined && !oneError.test(text);
    });
    expect(wrong.map(name)).toEqual([]);
  });

  test("refuses for a number what is none, and what is below nothing", () => {
    const numbers = own.filter((path) => typeof valueAt(path) === "number");
    const taken = numbers.flatMap((path) =>
      [null, Number.NaN, -7, "", "   "]
        .filter((to) => said(changed(path, to)) === undefined)
        .map(() => name(path)),
    );
    expect(taken).toEqual([]);
  });

  test("refuses ten megabytes of text without repeating them", () => {
    const huge = "x".repeat(10 * 1024 * 1024);
    const large = huge.slice(0, 100_000);
    const texts = own.filter((path) => typeof valueAt(path) === "string");
    // All at full length would take half a minute.
    const given = texts.map((path, index) => changed(path, index === 0 ? huge : large));
    const wrong = [...given, changed([block, huge], 1)].filter((one) => {
      const text = said(one) ?? "";
      return !oneError.test(text) || text.length > 3000;
    });
    expect(wrong).toHaveLength(0);
  });
});
