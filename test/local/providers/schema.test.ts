import { describe, expect, test } from "@jest/globals";
import { digitalocean } from "../../../local/providers/digitalocean/index.ts";
import { type PropertySchema, providerSchema } from "../../../local/providers/schema.ts";

/** Every property of a schema with the path to it. */
function* propertiesOf(name: string): Generator<[string, PropertySchema, readonly string[]]> {
  const schema = providerSchema(name);
  const groups: [string, Readonly<Record<string, PropertySchema>>][] = [["config", schema.config]];
  for (const [token, { inputProperties, properties }] of Object.entries(schema.resources)) {
    groups.push([`${token} inputs`, inputProperties], [`${token} outputs`, properties]);
  }
  for (const [key, type] of Object.entries(schema.types)) {
    if (type.type === "object") groups.push([key, type.properties]);
  }
  for (const [path, group] of groups) {
    for (const [key, property] of Object.entries(group)) {
      yield [`${path} ${key}`, property, Object.keys(group)];
      if (property.items !== undefined) yield [`${path} ${key}[]`, property.items, []];
    }
  }
}

describe.each(["digitalocean", "github", "aws"])("the schema of %s", (name) => {
  const schema = providerSchema(name);

  test("names where its data comes from", () => {
    expect([schema.name, Object.keys(schema.source).sort()]).toEqual([
      name,
      ["changes", "file", "license", "repository", "version"],
    ]);
  });

  test("holds every type and input that it refers to", () => {
    const broken = [...propertiesOf(name)].filter(([, { $ref, conflictsWith = [] }, siblings]) => {
      const isMissing = $ref !== undefined && schema.types[$ref.replace("#/types/", "")] === undefined;
      return isMissing || conflictsWith.some((other) => !siblings.includes(other));
    });
    expect(broken.map(([path]) => path)).toEqual([]);
  });

  test("has patterns that can be used", () => {
    for (const [path, { pattern }] of propertiesOf(name)) {
      if (pattern !== undefined) expect([path, isRegExp(pattern)]).toEqual([path, true]);
    }
  });

  test("returns every input and knows every required and named one", () => {
    for (const [token, resource] of Object.entries(schema.resources)) {
      const inputs = Object.keys(resource.inputProperties);
      const missing = inputs.filter((input) => resource.properties[input] === undefined);
      expect([token, missing]).toEqual([token, []]);
      expect(inputs).toEqual(expect.arrayContaining([...(resource.requiredInputs ?? [])]));
      if (resource.autoName !== undefined) expect(inputs).toContain(resource.autoName.property);
    }
  });
});

test("every DigitalOcean resource of the schema has a handler", async () => {
  const { resources } = await digitalocean.configure({ token: "t", apiEndpoint: "http://127.0.0.1:1" });
  expect(Object.keys(resources).sort()).toEqual(Object.keys(providerSchema("digitalocean").resources).sort());
});

function isRegExp(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
