import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { parse } from "yaml";
import { z } from "zod";
import { blocks } from "../../components/config.ts";
import { stackFileSchema, stackFileSchemaText } from "../../operations/schema.ts";
import { everySetting } from "../support/every-setting.ts";

const root = new URL("../../", import.meta.url);
const files = readdirSync(root).filter((file) => /^Pulumi\.\w+\.yaml$/.test(file));
const ajv = new Ajv({ allErrors: true, strict: false });
formats.default(ajv);
const validate = ajv.compile(stackFileSchema());

/** Where a stack file is wrong, as an editor underlines it. */
function faults(content: unknown): string[] {
  validate(content);
  return [...new Set((validate.errors ?? []).map(({ instancePath }) => instancePath))].sort();
}

const withBlock = (block: string, settings: unknown) => ({ config: { [`slipway:${block}`]: settings } });
const api = { image: { registry: "ghcr", repository: "acme/api" } };

test("the committed schema is the one of the settings", () => {
  expect(readFileSync(new URL("components/stack.schema.json", root), "utf8")).toBe(stackFileSchemaText());
});

test("every committed stack file points to it and is fine by it", () => {
  expect(files.sort()).toEqual(["Pulumi.production.yaml", "Pulumi.staging.yaml"]);
  for (const file of files) {
    const text = readFileSync(new URL(file, root), "utf8");
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=components/stack.schema.json");
    expect([file, faults(parse(text))]).toEqual([file, []]);
  }
});

test("a file with every block is fine by it, secrets as Pulumi writes them", () => {
  const config = Object.entries(everySetting).map(([block, settings]) => [`slipway:${block}`, settings]);
  expect(
    faults({
      encryptionsalt: "v1:abc",
      config: {
        ...Object.fromEntries(config),
        "aws:region": "eu-central-1",
        "github:owner": "acme",
        "slipway:secretKey": { secure: "v1:abc" },
      },
    }),
  ).toEqual([]);
});

describe("an editor underlines", () => {
  test.each<[string, unknown, string]>([
    ["a block that nothing knows", withBlock("databse", {}), "/config/slipway:databse"],
    ["a key that nothing knows", withBlock("product", { nam: "a" }), "/config/slipway:product"],
    ["settings without config", { "slipway:product": {} }, ""],
    ["a region that there is not", { config: { "aws:region": "us-east-9" } }, "/config/aws:region"],
    ["a size that there is not", withBlock("database", { size: "db-s-1" }), "/config/slipway:database/size"],
    ["a version without quotes", withBlock("database", { version: 16 }), "/config/slipway:database/version"],
    [
      "a text for a number",
      withBlock("backups", { retentionDays: "30" }),
      "/config/slipway:backups/retentionDays",
    ],
    ["too few days", withBlock("backups", { retentionDays: 1 }), "/config/slipway:backups/retentionDays"],
    [
      "a port out of range",
      withBlock("app", { services: { api: { ...api, port: 0 } } }),
      "/config/slipway:app/services/api/port",
    ],
    [
      "an unknown buildpack",
      withBlock("app", { staticSites: { site: { environmentSlug: "node" } } }),
      "/config/slipway:app/staticSites/site/environmentSlug",
    ],
    ["a secret in plain text", { config: { "slipway:secretKey": "hunter2" } }, "/config/slipway:secretKey"],
    ["an empty block", withBlock("network", null), "/config/slipway:network"],
  ])("%s", (_, content, path) => {
    expect(faults(content)).toContain(path);
  });
});

type Schema = Readonly<Record<string, unknown>>;
interface Place {
  path: string;
  schema: Schema;
  /** Whether it is what stands behind a key that the schema names. */
  isSetting: boolean;
}

const below = (of: unknown, path: (part: string) => string, isSetting = false): Place[] =>
  Object.entries((of ?? {}) as Record<string, Schema>).flatMap(([part, schema]) =>
    placesOf({ path: path(part), schema, isSetting }),
  );

/** Every place of a schema: itself, its keys, the entries of blocks and lists, and the forms of a choice. */
function placesOf(place: Place): Place[] {
  const { path } = place;
  const { properties, patternProperties, additionalProperties, propertyNames, items, anyOf, oneOf } =
    place.schema;
  const entries = typeof additionalProperties === "object" ? { "*": additionalProperties } : {};
  return [
    place,
    ...below(
      { ...(properties as object), ...(patternProperties as object) },
      (key) => `${path}.${key}`,
      true,
    ),
    ...below(entries, (key) => `${path}.${key}`),
    ...below(propertyNames && { name: propertyNames }, () => `names of ${path}`),
    ...below(items && { items }, () => `${path}[]`),
    ...below(anyOf ?? oneOf, (form) => `${path}|${form}`),
  ];
}
const everywhere = placesOf({ path: "", schema: stackFileSchema(), isSetting: false });
const textOf = ({ schema }: Place) => String(schema["description"] ?? "");

test("every setting says what it is, in whole sentences", () => {
  const settings = everywhere.filter(({ isSetting }) => isSetting);
  expect(settings.length).toBeGreaterThan(600);
  const silent = settings.filter((place) => !/^(?!Default:)\S.*\.$/.test(textOf(place)));
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test("every text of a form of its own has an example or a default", () => {
  const silent = everywhere.filter(
    ({ schema }) =>
      (schema["pattern"] ?? schema["format"] ?? schema["allOf"]) !== undefined &&
      (schema["examples"] ?? schema["default"]) === undefined &&
      schema["pattern"] !== "\\S",
  );
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test("every form that a variable may have says what it is, with an example", () => {
  const forms = everywhere.filter(
    ({ path, schema }) =>
      path.startsWith(".config.slipway:app.environment.*|") && schema["type"] === "object",
  );
  expect(forms.map(({ schema }) => Object.keys(schema["properties"] as object)[0])).toEqual([
    "value",
    "secret",
    "bind",
    "database",
    "component",
    "release",
  ]);
  for (const form of forms)
    expect([textOf(form), form.schema["examples"]]).toEqual([
      expect.stringMatching(/\.$/),
      expect.any(Array),
    ]);
});

test("every example is accepted by the very setting that it is of", () => {
  const wrong: string[] = [];
  let count = 0;
  for (const [block, settings] of Object.entries(blocks)) {
    const judge = (path: unknown[], schema: z.core.$ZodType, examples: readonly unknown[] = []) => {
      for (const example of examples) {
        count += 1;
        if (!z.safeParse(schema, example).success)
          wrong.push(`${[block, ...path].join(".")}: ${JSON.stringify(example)}`);
      }
    };
    z.toJSONSchema(settings, {
      target: "draft-7",
      io: "input",
      unrepresentable: "any",
      override: ({ zodSchema, jsonSchema, path }) => judge(path, zodSchema, jsonSchema.examples),
    });
    const whole = everywhere.find(({ path }) => path === `.config.slipway:${block}`);
    judge([], settings, whole?.schema["examples"] as unknown[] | undefined);
  }
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(100);
});

test("every example is fine by its own place in the editor", () => {
  const known = new Map<string, (value: unknown) => boolean>();
  const isFine = (schema: Schema, value: unknown) => {
    const { examples: _, default: __, description: ___, ...form } = schema;
    const key = JSON.stringify(form);
    const check = known.get(key) ?? ajv.compile(form);
    known.set(key, check);
    return check(value);
  };
  const wrong = everywhere.flatMap(({ path, schema }) =>
    ((schema["examples"] ?? []) as unknown[])
      .filter((example) => !isFine(schema, example))
      .map((example) => `${path}: ${JSON.stringify(example)}`),
  );
  expect(wrong).toEqual([]);
});
