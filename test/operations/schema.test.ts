import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { parse } from "yaml";
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

test("every block and every setting of its first level says what it is", () => {
  const { config } = stackFileSchema()["properties"] as Record<string, { properties: Record<string, never> }>;
  const silent = Object.keys(blocks).filter(
    (block) => typeof config?.properties[`slipway:${block}`]?.["description"] !== "string",
  );
  expect(silent).toEqual([]);
});
