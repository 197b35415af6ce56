import { describe, expect, test } from "@jest/globals";
import { type Block, blocks, readSettings, secretsAskedFor } from "../../components/config.ts";
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

/** What differs at one place, as a copy of what is on the way there and nothing else. */
function withPlace(value: unknown, [part, ...rest]: Path, to: unknown): unknown {
  if (part === undefined) return to;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
  if (rest.length === 0 && to === leftOut) delete copy[part];
  else copy[part] = withPlace(copy[part], rest, to);
  return copy;
}

/** What is said about a stack, or nothing where it is accepted; any other error fails the test. */
function said(given: Record<string, unknown>, secrets: object = everySecret): string | undefined {
  try {
    readSettings("staging", stackConfig({ ...given, ...secrets }), { today: "2026-11-21" });
    return undefined;
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
}

/** The secrets that settings ask for; another one would be an unknown setting. */
const secretsOf = (given: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    secretsAskedFor(stackConfig(given)).map(({ name }) => [name, Reflect.get(everySecret, name)]),
  );

/** The fewest blocks with which one of them is accepted: reading all of them for every place takes long. */
function around(block: Block): Record<string, unknown> {
  let given: Record<string, unknown> = everySetting;
  for (const other of Object.keys(everySetting).filter((one) => one !== block && one !== "product")) {
    const { [other]: _, ...fewer } = given;
    if (said(fewer, secretsOf(fewer)) === undefined) given = fewer;
  }
  return given;
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
  let given: Record<string, unknown> | undefined;
  const changed = (path: Path, to: unknown) => {
    given ??= around(block);
    return withPlace(given, path, to) as Record<string, unknown>;
  };
  let secrets: Record<string, unknown> | undefined;
  const saidHere = (one: Record<string, unknown>) => {
    given ??= around(block);
    secrets ??= secretsOf(given);
    return said(one, secrets);
  };
  const known = new Map<string, string | undefined>();
  /** What is said of another value at one place; the tests share it. */
  const saidOf = (path: Path, to: unknown) => {
    const key = JSON.stringify([path, to === leftOut ? "left out" : { to }]);
    if (!known.has(key)) known.set(key, saidHere(changed(path, to)));
    return known.get(key);
  };

  test("refuses another type, with its path", () => {
    const accepted = own.filter((path) => {
      const text = saidOf(path, isContainer(valueAt(path)) ? "x y" : [[]]) ?? "";
      return !oneError.test(text) || !text.includes(`\n  ${block}`);
    });
    // A variable may be a text where it was a block.
    expect(accepted.map(name).filter((path) => !/environment\.\w+$/.test(path))).toEqual([]);
  });

  test("refuses a key beside it that nothing knows", () => {
    const owners = own.filter((path) => isContainer(valueAt(path)) && !Array.isArray(valueAt(path)));
    const accepted = [[block], ...owners].filter((path) => {
      const text = saidHere(changed([...path, "Un known"], [])) ?? "";
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
      const text = saidOf(path, to);
      return text !== undefined && !oneError.test(text);
    });
    expect(wrong.map(name)).toEqual([]);
  });

  test("refuses for a number what is none, and what is below nothing", () => {
    const numbers = own.filter((path) => typeof valueAt(path) === "number");
    const taken = numbers.flatMap((path) =>
      [null, Number.NaN, -7, "", "   "].filter((to) => saidOf(path, to) === undefined).map(() => name(path)),
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
      const text = saidHere(one) ?? "";
      return !oneError.test(text) || text.length > 3000;
    });
    expect(wrong).toHaveLength(0);
  });
});
