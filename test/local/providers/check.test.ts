import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { nearest, schemaFailures } from "../../../local/providers/check.ts";
import type { Properties } from "../../../local/providers/resource.ts";
import { providerSchema } from "../../../local/providers/schema.ts";
import { unknown } from "../../../local/providers/values.ts";

const schema = providerSchema("digitalocean");

function failures(type: string, inputs: Properties, secretPath = ""): string[] {
  const resource = schema.resources[`digitalocean:index/${type}:${type[0]?.toUpperCase()}${type.slice(1)}`];
  if (resource === undefined) throw new Error(`no type ${type}`);
  return schemaFailures(schema, resource, inputs, (path) => path === secretPath).map(
    ({ property, reason }) => `${property}: ${reason}`,
  );
}

describe("what is refused by the schema", () => {
  test.each<[string, string, Properties, string[]]>([
    ["fails for a missing input", "vpc", {}, ["region: must be given, it is required"]],
    [
      "fails for an unknown input and names a near one",
      "vpc",
      { region: "nyc3", iprange: "10.0.0.0/20" },
      ["iprange: must be left out: there is no such input, did you mean ipRange?"],
    ],
    [
      "fails for an unknown input with nothing near it",
      "vpc",
      { region: "nyc3", zzzzzz: 1 },
      ["zzzzzz: must be left out: there is no such input"],
    ],
    ["fails for a wrong type", "vpc", { region: 3 }, ["region: must be a text, got 3"]],
    [
      "fails for a gap in a list, which is how a program hands over an item that it does not have",
      "databaseCluster",
      {
        name: "db",
        engine: "pg",
        size: "db-s-1vcpu-1gb",
        region: "nyc3",
        nodeCount: 1,
        tags: ["a", undefined],
      },
      ["tags[1]: must be a text, got null"],
    ],
    [
      "fails for a job kind that the platform has and the provider does not",
      "app",
      { spec: { name: "web", jobs: [{ name: "backup", kind: "SCHEDULED" }] } },
      [
        'spec.jobs[0].kind: must be one of UNSPECIFIED, PRE_DEPLOY, POST_DEPLOY, FAILED_DEPLOY, got "SCHEDULED"',
      ],
    ],
    [
      "fails for names that are too short or too long",
      "app",
      { spec: { name: "a" } },
      ["spec.name: must have at least 2 characters, has 1"],
    ],
    [
      "fails for numbers beyond their limits",
      "dnsRecord",
      { domain: "a.org", type: "MX", name: "@", value: "x.", priority: 70_000, ttl: 0 },
      ["priority: must be at most 65535, got 70000", "ttl: must be at least 1, got 0"],
    ],
    [
      "fails for a text that does not match",
      "vpc",
      { region: "nyc3", ipRange: "10.0.0.0" },
      ['ipRange: must match [0-9a-fA-F.:]+/[0-9]{1,3}, got "10.0.0.0"'],
    ],
    [
      "fails for two inputs that exclude each other",
      "app",
      { spec: { name: "web", domainNames: [{ name: "a.org" }], domains: ["a.org"] } },
      ["spec.domainNames: must not be given together with domains"],
    ],
    [
      "fails for an empty list that needs an item",
      "monitorAlert",
      {
        type: "v1/dbaas/alerts/cpu_alerts",
        description: "cpu",
        compare: "GreaterThan",
        value: 80,
        window: "5m",
        entities: [],
        alerts: {},
      },
      ["entities: must have at least 1 items, has 0"],
    ],
    [
      "fails for a value inside a list",
      "uptimeCheck",
      { name: "a", target: "https://a.org", regions: ["us_east", 3] },
      ["regions[1]: must be a text, got 3"],
    ],
    [
      "fails for a list and an object that are neither",
      "uptimeAlert",
      { name: "a", checkId: "c", type: "down", notifications: "all", threshold: 1.5 },
      ['notifications: must be a list, got "all"', "threshold: must be a whole number, got 1.5"],
    ],
    [
      "fails for an object and a switch of the wrong type",
      "app",
      { spec: { name: "web", ingress: [], disableEdgeCache: "yes" } },
      ["spec.ingress: must be an object, got []", 'spec.disableEdgeCache: must be true or false, got "yes"'],
    ],
  ])("%s", (_title, type, inputs, expected) => {
    expect(failures(type, inputs)).toEqual(expected);
  });

  test("accepts case where the provider does", () => {
    expect(failures("project", { environment: "Production" })).toEqual([]);
  });

  test("accepts what is not known yet, at any depth", () => {
    const spec = { name: unknown, services: [{ name: "api", instanceCount: unknown }], vpcs: unknown };
    expect(failures("app", { spec })).toEqual([]);
  });

  test("never repeats a secret", () => {
    expect(failures("vpc", { region: 1234567 }, "region")).toEqual(["region: must be a text"]);
    expect(failures("app", { spec: { name: "web", envs: [{ key: "A", value: 17 }] } })).toEqual([
      "spec.envs[0].value: must be a text",
    ]);
  });
});

describe("the nearest name", () => {
  test.each([
    ["regoin", ["region", "name"], "region"],
    ["NAME", ["region", "name"], "name"],
    ["xyz", ["region", "name"], undefined],
  ])("for %s", (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });

  test("is the word itself where it is a candidate", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }), fc.nat(), (words, pick) => {
        const lower = [...new Set(words.map((word) => word.toLowerCase()))];
        const word = lower[pick % lower.length] ?? "";
        expect(nearest(word, lower)).toBe(word);
      }),
    );
  });
});
