import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { changesBetween } from "../../../local/providers/diff.ts";
import { plannedState } from "../../../local/providers/planned.ts";
import type { Properties } from "../../../local/providers/resource.ts";
import { providerSchema } from "../../../local/providers/schema.ts";
import { unknown } from "../../../local/providers/values.ts";

const schema = providerSchema("digitalocean");

function resourceOf(type: string) {
  const found = schema.resources[`digitalocean:index/${type}:${type[0]?.toUpperCase()}${type.slice(1)}`];
  if (found === undefined) throw new Error(`no type ${type}`);
  return found;
}

function changes(type: string, state: Properties, inputs: Properties): string[] {
  return changesBetween(schema, resourceOf(type), {}, state, inputs).map(
    ({ path, kind, replaces }) => `${kind} ${path}${replaces ? " (replace)" : ""}`,
  );
}

const app = (spec: Properties): Properties => ({ spec: { name: "web", ...spec } });
const env = (key: string, value: string, more: Properties = {}): Properties => ({
  key,
  value,
  scope: "RUN_TIME",
  ...more,
});

describe("what an update changes", () => {
  test.each<[string, string, Properties, Properties, string[]]>([
    [
      "nothing where state and inputs agree",
      "vpc",
      { name: "a", region: "nyc3" },
      { name: "a", region: "nyc3" },
      [],
    ],
    ["an input", "vpc", { name: "a", region: "nyc3" }, { name: "b", region: "nyc3" }, ["update name"]],
    [
      "an input that replaces",
      "vpc",
      { name: "a", region: "nyc3" },
      { name: "a", region: "ams3" },
      ["update region (replace)"],
    ],
    [
      "nothing for a computed input that is left out",
      "vpc",
      { region: "a", ipRange: "10.0.0.0/8" },
      { region: "a" },
      [],
    ],
    [
      "an input that was taken away",
      "vpc",
      { region: "a", description: "old" },
      { region: "a" },
      ["delete description"],
    ],
    [
      "an input that was added",
      "vpc",
      { region: "a" },
      { region: "a", description: "new" },
      ["add description"],
    ],
    [
      "nothing between absent and zero, false, empty",
      "app",
      app({ disableEdgeCache: false, region: "", services: [], envs: [] }),
      app({}),
      [],
    ],
    [
      "an input that is not known yet",
      "vpc",
      { region: "a", description: "old" },
      { region: "a", description: unknown },
      ["update description"],
    ],
    [
      "nothing for another case where the platform ignores it",
      "databaseCluster",
      { region: "nyc3", tags: ["Prod"] },
      { region: "NYC3", tags: ["prod"] },
      [],
    ],
    [
      "a nested value, with its path",
      "app",
      app({ services: [{ name: "api", instanceCount: 1 }] }),
      app({ services: [{ name: "api", instanceCount: 2 }] }),
      ["update spec.services[0].instanceCount"],
    ],
    [
      "members of a list",
      "app",
      app({ jobs: [{ name: "a" }, { name: "b" }], workers: [{ name: "w" }] }),
      app({ jobs: [{ name: "a" }], workers: [{ name: "w" }, { name: "x" }] }),
      ["delete spec.jobs[1]", "add spec.workers[1]"],
    ],
    [
      "nothing for a set in another order",
      "app",
      app({ envs: [env("A", "1"), env("B", "2")] }),
      app({ envs: [env("B", "2"), env("A", "1")] }),
      [],
    ],
    [
      "one member of a set, known by its key",
      "app",
      app({ envs: [env("A", "1"), env("B", "2"), env("C", "3")] }),
      app({ envs: [env("B", "2"), env("A", "9"), env("D", "4")] }),
      ["update spec.envs[1].value", "add spec.envs[2]", "delete spec.envs[2]"],
    ],
    [
      "nothing between a plain variable and one called GENERAL",
      "app",
      app({ envs: [env("A", "1")] }),
      app({ envs: [env("A", "1", { type: "GENERAL" })] }),
      [],
    ],
    [
      "a secret that is given in clear again",
      "app",
      app({ envs: [env("A", "EV[1:x]", { type: "SECRET" })] }),
      app({ envs: [env("A", "clear", { type: "SECRET" })] }),
      ["update spec.envs[0].value"],
    ],
    [
      "nothing for a secret that is replayed",
      "app",
      app({ envs: [env("A", "EV[1:x]", { type: "SECRET" })] }),
      app({ envs: [env("A", "EV[1:x]", { type: "SECRET" })] }),
      [],
    ],
    [
      "nothing for domains, ingress and features that are left out",
      "app",
      app({ domainNames: [{ name: "a.org" }], domains: ["a.org"], ingress: { rules: [] }, features: ["f"] }),
      app({ domainNames: [] }),
      [],
    ],
    [
      "nothing for what the API adds to a rule",
      "databaseFirewall",
      { clusterId: "c", rules: [{ type: "ip_addr", value: "10.0.0.0/8", uuid: "u", createdAt: "t" }] },
      { clusterId: "c", rules: [{ type: "ip_addr", value: "10.0.0.0/8" }] },
      [],
    ],
    [
      "the regions of a check that are left out, since the API fills them in",
      "uptimeCheck",
      { name: "a", target: "t", type: "https", enabled: true, regions: ["us_east"] },
      { name: "a", target: "t", type: "https", enabled: true },
      ["delete regions"],
    ],
  ])("%s", (_title, type, state, inputs, expected) => {
    expect(changes(type, state, inputs)).toEqual(expected);
  });

  test("asks the handler whether two values mean the same, but not for what is unknown", () => {
    const asked: unknown[] = [];
    const equal = (property: string, old: unknown, wanted: unknown): boolean => {
      asked.push([property, old, wanted]);
      return property === "name";
    };
    const found = changesBetween(
      schema,
      resourceOf("vpc"),
      { equal, computed: ["description"] },
      { name: "a", region: "x", description: "from the API" },
      { name: "b", region: unknown },
    );
    expect(found.map(({ path }) => path)).toEqual(["region"]);
    expect(asked).toEqual([["name", "a", "b"]]);
  });

  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("name", "envs", "key", "value", "type", "rules"), tie("any"), {
        maxKeys: 3,
      }),
    ),
  })).any;

  test("is nothing between anything and itself", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("name", "services", "envs", "ingress"), value), (spec) => {
        expect(changes("app", { spec }, { spec })).toEqual([]);
      }),
    );
  });

  test("is nothing between the plan and the inputs that it was made from", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("name", "services", "envs", "ingress"), value), (spec) => {
        const state = plannedState(schema, resourceOf("app"), {}, { spec });
        expect(changes("app", state, { spec })).toEqual([]);
      }),
    );
  });
});

describe("what a preview shows", () => {
  test("a new object: its inputs, and unknown what the API decides", () => {
    expect(plannedState(schema, resourceOf("vpc"), {}, { name: "a", region: "nyc3" })).toEqual({
      name: "a",
      region: "nyc3",
      createdAt: unknown,
      default: unknown,
      ipRange: unknown,
      vpcUrn: unknown,
    });
  });

  test("a changed object: what the API has decided stays known", () => {
    const state = {
      name: "a",
      region: "nyc3",
      description: "old",
      createdAt: "t",
      ipRange: "10.0.0.0/8",
      vpcUrn: "u",
    };
    expect(plannedState(schema, resourceOf("vpc"), {}, { name: "b", region: "nyc3" }, state)).toEqual({
      name: "b",
      region: "nyc3",
      createdAt: "t",
      ipRange: "10.0.0.0/8",
      vpcUrn: "u",
    });
  });

  test("nested values that the API decides", () => {
    const before = app({ services: [{ name: "api", httpPort: 80 }], features: ["f"] });
    const inputs = app({ services: [{ name: "api" }, { name: "new" }] });
    expect(plannedState(schema, resourceOf("app"), {}, inputs, before).spec).toEqual({
      name: "web",
      features: ["f"],
      services: [
        { name: "api", httpPort: 80 },
        { name: "new", httpPort: unknown, internalPorts: unknown, routes: unknown },
      ],
    });
  });
});
