import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { blockNames } from "../../components/internal/block-names.ts";
import { stackFileSchema } from "../../operations/schema.ts";
import { typeText } from "../../operations/setting-types.ts";
import { settingsPage } from "../../operations/settings-page.ts";

const page = settingsPage();
const sectionOf = (block: string) => page.split(/^## /m).find((one) => one.startsWith(`${block}\n`)) ?? "";

test("docs/settings.md is the page (write it with: npm run -s slipway -- schema --format markdown --output docs/settings.md)", () => {
  expect(readFileSync(new URL("../../docs/settings.md", import.meta.url), "utf8")).toBe(page);
});

test("every block has a section of its own and a line that leads to it", () => {
  for (const block of blockNames) {
    expect(page).toContain(`\n## ${block}\n`);
    expect(page).toContain(`\n| [\`slipway:${block}\`](#${block}) | `);
  }
});

test("every setting of the schema is told in its block", () => {
  const missing: string[] = [];
  const look = (block: string, schema: unknown): void => {
    if (typeof schema !== "object" || schema === null) return;
    const { properties, ...parts } = schema as Record<string, unknown>;
    for (const [name, part] of Object.entries((properties ?? {}) as object)) {
      const isTold = sectionOf(block).includes(`\`${name}\``) || sectionOf(block).includes(`\`${name}: `);
      if (!isTold) missing.push(`${block}: ${name}`);
      look(block, part);
    }
    for (const [name, part] of Object.entries(parts))
      if (name !== "default" && name !== "examples") look(block, part);
  };
  const { properties } = stackFileSchema() as {
    properties: { config: { properties: Record<string, unknown> } };
  };
  for (const block of blockNames) look(block, properties.config.properties[`slipway:${block}`]);
  expect(missing).toEqual([]);
});

test("a block reads as it is meant to be read", () => {
  expect(sectionOf("network")).toBe(`network

The private network of app and database.

\`\`\`yaml
slipway:network: { ipRange: "10.40.0.0/20" }
\`\`\`

- **\`ipRange\`** (a text): Private addresses of the network; must not overlap with another network of the account. Default: the platform picks a free /20. Example: \`10.30.0.0/20\`.
- **\`name\`** (a text): Name of the network. Default: the product's name, \`network\` and the stack's name. Example: \`tinkertools-network\`.
- **\`import\`** (a text): Id of a network that is there already; its region and range must be those of the settings. Example: \`4f6c71e2-1e90-4762-9fee-6cc4a0a9f2cf\`.

`);
});

test("what was told already is only named, and what depends on a kind stands below it", () => {
  expect(sectionOf("app")).toContain(
    '\n    - **`image`** (a block): Image that the component runs, instead of being built from git. Example: `{"registry":"ghcr","repository":"tinkertools/tinkertools-api"}`. The settings inside are those of `app.services.*.image`.\n',
  );
  expect(sectionOf("database")).toContain(
    "\n  - *with `kind: public`*: From the internet, from the listed addresses and no others.\n    - **`reason`** (a text; **must be set**): ",
  );
});

test("only groups of settings are referred to, never what has nothing inside", () => {
  const referring = page.split("\n").filter((line) => line.includes("The settings inside are those of"));
  expect(referring.length).toBeGreaterThan(10);
  expect(referring.filter((line) => !/\((?:blocks or values by name|[^;)]*a block)/.test(line))).toEqual([]);
});

test.each<[Record<string, unknown>, string]>([
  [{ type: "string" }, "a text"],
  [{ type: "boolean" }, "`true` or `false`"],
  [{ type: "integer", minimum: 1, maximum: 5 }, "a whole number, 1 to 5"],
  [{ type: "integer", minimum: -9007199254740991, maximum: 9007199254740991 }, "a whole number"],
  [{ type: "integer", minimum: 0, maximum: 9007199254740991 }, "a whole number, at least 0"],
  [{ type: "number", minimum: 0.1 }, "a number, at least 0.1"],
  [{ type: "array", items: { type: "string" }, minItems: 1, maxItems: 3 }, "a list of 1 to 3, each a text"],
  [{ type: "array", items: { type: "string" }, minItems: 1 }, "a list of at least 1, each a text"],
  [{ type: "array", items: { type: "string" }, maxItems: 3 }, "a list of at most 3, each a text"],
  [{ enum: ["a", "b"] }, "one of `a`, `b`"],
  [{ enum: [..."abcdefghijklm"] }, "one of 13 words that editors list, such as `a`, `b`, `c`"],
  [{ const: 1 }, "always `1`"],
  [{ anyOf: [{ const: 5 }, { const: 10 }] }, "one of `5`, `10`"],
  [{ anyOf: [{ type: "string" }, { type: "object" }, { type: "object" }] }, "a text, or a block"],
  [{ type: "object", additionalProperties: { type: "string" } }, "blocks or values by name"],
  [{ type: "object", additionalProperties: false }, "a block"],
  [{}, "any value"],
])("%j is %s", (schema, text) => {
  expect(typeText(schema)).toBe(text);
});
