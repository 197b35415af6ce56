import { describe, expect, test } from "@jest/globals";
import { hazardsOf } from "../../../components/internal/hazards.ts";
import { stackLines } from "../../support/settings.ts";

const lines = (value: unknown) =>
  hazardsOf(value, "app").faults.map(({ path, message }) => `${path}: ${message}`);

/** A block in a block, so often. */
const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
};

test.each<[string, unknown, string[]]>([
  ["nothing strange", { a: ["tab\tand\r\nlines", "é ✓ 👍🏽"] }, []],
  ["a NUL", { a: "x\u0000" }, ["app.a: must not hold a character that nobody sees: U+0000"]],
  ["an escape", { a: "\u001b[31m" }, ["app.a: must not hold a character that nobody sees: U+001B"]],
  ["a space without width", ["x\u200by"], ["app[0]: must not hold a character that nobody sees: U+200B"]],
  ["a joiner in a name", { a: "x\u200dy" }, ["app.a: must not hold a character that nobody sees: U+200D"]],
  ["a joiner in somebody's words", { environment: { A: "👩‍💻" }, variables: { B: "👩‍💻" } }, []],
  [
    "a turned line",
    { environment: { A: "a\u202eb" } },
    ["app.environment.A: must not hold a character that turns the order of reading: U+202E"],
  ],
  ["half a character", { a: "\ud800" }, ["app.a: must be whole characters: it holds a half of one"]],
  [
    "a name that cannot be read",
    { "a\u200bb": 1 },
    [
      'app: must have names that can be read: "a\\\\u{200b}b" must not hold a character that nobody sees: U+200B',
    ],
  ],
  [
    "a number that is rounded",
    { a: Number("12345678901234567890"), b: [-9007199254740992], c: 9007199254740991 },
    [
      "app.a: must be smaller, or a text in quotes: numbers beyond 9007199254740991 are rounded",
      "app.b[0]: must be smaller, or a text in quotes: numbers beyond 9007199254740991 are rounded",
    ],
  ],
  ["forty levels", nested(40), []],
  ["one more", nested(41), ["app: must not be nested deeper than 40 levels"]],
])("%s", (_, value, expected) => {
  expect(lines(value)).toEqual(expected);
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "the name %s is refused anywhere",
  (name) => {
    const value: unknown = JSON.parse(`{"services":{"${name}":{"a":1}}}`);
    expect(hazardsOf(value, "app")).toEqual({
      isUnusable: true,
      faults: [
        {
          path: `app.services.${name}`,
          message: "must have another name: every object of JavaScript has this one already",
        },
      ],
    });
  },
);

describe("a stack file", () => {
  const product = { name: "shop", repository: "acme/shop" };

  test("with a hundred thousand levels is refused in one line", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(stackLines({ product, app: deep })).toEqual(["app: must not be nested deeper than 40 levels"]);
  });

  test("with a name that programs know is refused, in blocks and as a key of its own", () => {
    expect(stackLines({ product, app: '{"__proto__":{"services":{}}}' })).toEqual([
      "app.__proto__: must have another name: every object of JavaScript has this one already",
    ]);
    expect(stackLines({ product, constructor: "x" })[0]).toMatch(/^constructor: must be a known setting/);
    const delivery = { environment: "dev", token: { secret: "valueOf" } };
    expect(stackLines({ product, delivery })).toContain(
      "delivery.token.secret: must be another key: every object of JavaScript has this one already",
    );
  });

  test("with a measure that programs know is refused in our own words", () => {
    const image = { registry: "ghcr", repository: "acme/api", tag: "1" };
    const alerts = [{ measure: "constructor", value: 1 }];
    expect(
      stackLines({ product, app: { services: { api: { image, alerts } }, alerts: ["toString"] } }),
    ).toEqual([
      'app.services.api.alerts[0].measure: must be one of cpuPercent, memoryPercent, restarts; got "constructor"',
      'app.alerts[0]: must be one of deploymentFailed, deploymentLive, deploymentStarted, deploymentCanceled, domainFailed, domainLive, autoscaleFailed, autoscaleSucceeded; got "toString"',
    ]);
    expect(stackLines({ product, network: {}, database: { version: "constructor" } })).toEqual([
      'database.version: must be one of 15, 16, 17; got "constructor"',
    ]);
  });

  test("with hidden characters in a reason is refused, without showing them", () => {
    const waiver = {
      rule: "db-standby",
      resource: "db\u202e",
      reason: "we wait for the\u200b money",
      expires: "2027-01-01",
    };
    expect(stackLines({ product, policy: { waivers: [waiver] } })).toEqual([
      "policy.waivers[0].resource: must not hold a character that turns the order of reading: U+202E",
      "policy.waivers[0].reason: must not hold a character that nobody sees: U+200B",
    ]);
  });
});
