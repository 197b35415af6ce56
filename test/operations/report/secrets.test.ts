import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { secretProperties, withoutSecrets } from "../../../operations/report/secrets.ts";
import { types } from "./support.ts";

interface Property {
  secret?: boolean;
  $ref?: string;
  items?: Property;
  additionalProperties?: Property;
}
interface Schema {
  resources: Record<string, { properties?: Properties; inputProperties?: Properties }>;
  types: Record<string, { properties?: Properties }>;
}
type Properties = Record<string, Property>;

/** The paths of all secrets below some properties, as the providers publish them. */
function secretPaths(schema: Schema, properties: Properties = {}, seen: readonly string[] = []): string[] {
  const below = (property: Property): string[] => {
    if (property.items !== undefined) return below(property.items).map((path) => `*.${path}`);
    const type = property.$ref?.replace("#/types/", "");
    if (type === undefined || seen.includes(type)) return [];
    return secretPaths(schema, schema.types[type]?.properties, [...seen, type]);
  };
  return Object.entries(properties).flatMap(([name, property]) =>
    property.secret === true ? [name] : below(property).map((path) => `${name}.${path}`),
  );
}

test("every property that a provider's schema marks as secret is known, and none is made up", () => {
  const published = ["aws", "digitalocean", "github"].flatMap((name) => {
    const file = new URL(`../../../local/providers/schema/${name}.json`, import.meta.url);
    const schema = JSON.parse(readFileSync(file, "utf8")) as Schema;
    return Object.entries(schema.resources).flatMap(([type, { properties, inputProperties }]) => {
      const paths = [...secretPaths(schema, properties), ...secretPaths(schema, inputProperties)];
      return paths.length === 0 ? [] : [[type, [...new Set(paths)].sort()] as const];
    });
  });
  expect(secretProperties).toEqual(Object.fromEntries(published));
});

const wrapped = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: '"hunter2"',
};

describe("a secret is not shown", () => {
  test.each<[string, string, Record<string, unknown>, string[], unknown]>([
    ["where the engine wraps it", "a:b:C", { a: [{ b: wrapped }] }, [], { a: [{ b: "[secret]" }] }],
    ["where the resource says so", "a:b:C", { token: "x", a: 1 }, ["token"], { token: "[secret]", a: 1 }],
    [
      "where the provider's schema says so",
      types.app,
      { spec: { services: [{ envs: [{ key: "A", value: "x" }] }], name: "shop" } },
      [],
      { spec: { services: [{ envs: [{ key: "A", value: "[secret]" }] }], name: "shop" } },
    ],
    [
      "where it is sealed",
      "slipway:index:WebApp",
      { a: { sealed: { key: "x" } } },
      [],
      { a: { sealed: "[secret]" } },
    ],
    ["as a cipher text", "a:b:C", { a: "before EV[1:abc:def] after" }, [], { a: "before [secret] after" }],
    ["as a cipher text that was cut", "a:b:C", { a: "EV[1:abc" }, [], { a: "[secret]" }],
    [
      "as the password in an address",
      "a:b:C",
      { a: "postgresql://shop:hunter2@db:25060/shop" },
      [],
      { a: "postgresql://shop:[secret]@db:25060/shop" },
    ],
    [
      "as the login of a log destination",
      types.app,
      {
        spec: {
          services: [
            {
              logDestinations: [
                {
                  name: "x",
                  datadog: { apiKey: "k1" },
                  logtail: { token: "k2" },
                  openSearch: { basicAuth: { password: "k3" } },
                },
              ],
            },
          ],
        },
      },
      [],
      {
        spec: {
          services: [
            {
              logDestinations: [
                {
                  name: "x",
                  datadog: { apiKey: "[secret]" },
                  logtail: { token: "[secret]" },
                  openSearch: { basicAuth: { password: "[secret]" } },
                },
              ],
            },
          ],
        },
      },
    ],
    [
      "as the address of a webhook",
      "a:b:C",
      {
        slacks: [{ channel: "#a", url: "https://hooks.slack.com/services/T0/B0/x1y2" }],
        text: 'x "https://discord.com/api/webhooks/1/abc" y',
      },
      [],
      {
        slacks: [{ channel: "#a", url: "https://hooks.slack.com/[secret]" }],
        text: 'x "https://discord.com/api/webhooks/[secret]" y',
      },
    ],
    [
      "as the value of a variable whose name says so",
      "github:index/actionsVariable:ActionsVariable",
      {
        variableName: "SENTRY_DSN",
        value: "abc",
        envs: [
          { key: "API_KEY", value: "abc" },
          { key: "MODE", value: "abc" },
        ],
      },
      [],
      {
        variableName: "SENTRY_DSN",
        value: "[secret]",
        envs: [
          { key: "API_KEY", value: "[secret]" },
          { key: "MODE", value: "abc" },
        ],
      },
    ],
    ...[
      `dop_v1_${"a1".repeat(32)}`,
      "ghp_abcdEFGH1234",
      "github_pat_11AAAA_bbbb",
      "glpat-abcd_efgh-1",
      "xoxb-1234-abcd",
      "sk_live_abcd1234",
      "AKIAIOSFODNN7EXAMPLE",
      "AGE-SECRET-KEY-1QQQQ",
      "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----",
      "-----BEGIN PRIVATE KEY-----\nMII",
    ].map((token): [string, string, Record<string, unknown>, string[], unknown] => [
      `as the token ${token.slice(0, 12)}…`,
      "a:b:C",
      { a: `before ${token}` },
      [],
      { a: "before [secret]" },
    ]),
  ])("%s", (_, type, given, additional, shown) => {
    expect(withoutSecrets(type, given, additional)).toEqual(shown);
  });
});

test("what is no secret stays as it is", () => {
  const plain = {
    a: 1,
    b: null,
    c: ["x"],
    d: { e: "https://example.com/a@b" },
    f: true,
    token: { secret: "apiToken" },
    key: "PASSWORD",
    value: "${db.PASSWORD}",
  };
  expect(withoutSecrets("a:b:C", plain, [])).toEqual(plain);
});
