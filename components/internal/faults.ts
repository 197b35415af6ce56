import type { z } from "zod";
import { displayable, looksDrawn, namesSecret, secretForm } from "./secret-looks.ts";
import { nearest, nearestFew } from "./suggest.ts";

/** One thing that is wrong with a setting: where (in the words of the stack file) and what must hold there. */
export interface Fault {
  path: string;
  /** Starts with "must", lower case, no full stop. */
  message: string;
  /** The rule that it breaks, where several settings do not go together. */
  rule?: string | undefined;
}

const longestShown = 40;

type Place = readonly PropertyKey[] | undefined;

/** Whether a secret, or the key of one, stands at a path. */
const isSecretPlace = (path: Place) => (path ?? []).some((part) => namesSecret(String(part)));

/** A value as an error may show it: short texts, numbers and booleans; what may be a secret by its kind only. */
export function shown(value: unknown, path?: Place): string {
  if (typeof value === "string") {
    if (value.length > longestShown) return "a longer text";
    const isHidden = isSecretPlace(path) || secretForm(value) !== undefined || looksDrawn(value);
    return isHidden ? "a text that may be a secret" : displayable(JSON.stringify(value));
  }
  if (typeof value === "number" && isSecretPlace(path)) return "a number";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === null) return "nothing";
  return Array.isArray(value) ? "a list" : "a block";
}

const kinds: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a block of settings",
  record: "a block of settings",
};

function kindOf(input: unknown, path?: Place): string {
  if (typeof input === "number") return isSecretPlace(path) ? "a number" : String(input);
  if (input === null) return "nothing";
  return Array.isArray(input) ? "a list" : (kinds[typeof input] ?? "that");
}

function typeText(expected: string, input: unknown, path?: Place): string {
  const kind = kinds[expected] ?? `of type ${expected}`;
  if (input === undefined) return `must be set, to ${kind}`;
  if (kind === kinds["object"] && (input === null || input === ""))
    return `must be ${kind}, and it is empty: leave it out or write {}`;
  if (expected === "string" && (typeof input === "number" || typeof input === "boolean"))
    return isSecretPlace(path)
      ? "must be a text, in quotes"
      : `must be a text: write it in quotes, "${input}"`;
  // A text in the place of a number may be anything, also a secret, so only one that looks like the value is shown.
  if (
    (expected === "number" || expected === "int") &&
    typeof input === "string" &&
    /^-?\d+(\.\d+)?$/.test(input)
  )
    return `must be ${kind}: write ${input} without quotes`;
  if (expected === "boolean" && (input === "true" || input === "false"))
    return `must be true or false: write ${input} without quotes`;
  return `must be ${kind}, not ${kindOf(input, path)}`;
}

const longestList = 12;
const shortList = 3;

function choiceText(values: readonly unknown[], input: unknown, path?: Place): string {
  const words = values.map(String);
  const must = words.length === 1 ? `must be ${words[0]}` : `must be one of ${words.join(", ")}`;
  if (input === undefined) return `must be set: ${must.slice("must be ".length)}`;
  const near = typeof input === "string" ? nearest(input, words) : undefined;
  if (near === undefined) return `${must}; got ${shown(input, path)}`;
  const few = nearestFew(String(input), words, shortList);
  const short = words.length > longestList ? `must be a known value such as ${few.join(", ")}` : must;
  return `${short}; got ${shown(input, path)}, did you mean ${near}?`;
}

function boundText(
  issue: {
    origin: string;
    inclusive?: boolean | undefined;
    input?: unknown;
    path?: PropertyKey[] | undefined;
  },
  bound: string,
  word: string,
): string {
  const strict = issue.inclusive === false ? (word === "least" ? "more than " : "less than ") : `at ${word} `;
  const counted = (one: string, many: string) => `must have ${strict}${bound} ${bound === "1" ? one : many}`;
  if (issue.origin === "string") return counted("character", "characters");
  if (["array", "set", "map"].includes(issue.origin)) return counted("entry", "entries");
  return `must be ${strict}${bound}; got ${shown(issue.input, issue.path)}`;
}

function unionText(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  const { input, discriminator } = issue;
  const options = "options" in issue && Array.isArray(issue.options) ? issue.options : undefined;
  if (options !== undefined && discriminator !== undefined) {
    const given = typeof input === "object" && input !== null ? Reflect.get(input, discriminator) : input;
    return choiceText(options, given, issue.path);
  }
  const expected = (issue.errors ?? []).flatMap(([first]) =>
    first?.code === "invalid_type" && first.path.length === 0 ? [first.expected] : [],
  );
  if (expected.length === 0 || expected.length < (issue.errors ?? []).length)
    return "must have one of the documented forms";
  const meant = expected
    .map((kind) => typeText(kind, input, issue.path))
    .find((text) => text.includes(": write "));
  const words = [...new Set(expected.map((kind) => kinds[kind] ?? kind))];
  return (
    meant ?? `must be ${words.join(" or ")}${input === undefined ? "" : `, not ${kindOf(input, issue.path)}`}`
  );
}

/** The text for a fault whose schema brings no text of its own (zod's `error` hook). */
export function faultText(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return typeText(issue.expected, issue.input, issue.path);
    case "invalid_value":
      return choiceText(issue.values, issue.input, issue.path);
    case "too_small":
      return boundText(issue, String(issue.minimum), "least");
    case "too_big":
      return boundText(issue, String(issue.maximum), "most");
    case "invalid_union":
      return unionText(issue);
    default:
      return undefined;
  }
}

const shortened = (key: string) => (key.length <= longestShown ? key : `${key.slice(0, longestShown)}…`);

/** A path in the words of the stack file: `app.domains[0].name`. */
export function pathText(path: readonly PropertyKey[], start = ""): string {
  let text = start;
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[\w@*:-]{1,64}$/.test(String(part))) text += text === "" ? String(part) : `.${String(part)}`;
    else text += `[${JSON.stringify(shortened(String(part)))}]`;
  }
  return text === "" ? "settings" : text;
}

/** What is wrong with a key that nothing knows, beside others that are set. */
export function unknownKeyText(key: string, known: readonly string[], given: readonly string[] = []): string {
  const near = nearest(key, known);
  if (near !== undefined && given.includes(near))
    return `must be left out: there is no such setting, and ${near} is set beside it`;
  if (near !== undefined) return `must be a known setting; did you mean ${near}?`;
  return known.length === 0 ? "must be left out" : `must be a known setting: one of ${known.join(", ")}`;
}
