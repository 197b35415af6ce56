import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { SettingsError } from "../../components/internal/settings.ts";
import { OperationFault } from "../../operations/fault.ts";
import { readStackFile, withoutStrangeKeys } from "../../operations/stack-file.ts";

function fileWith(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "slipway-")), "Pulumi.dev.yaml");
  writeFileSync(path, text);
  return path;
}

test("a stack file that is not there is empty", () => {
  expect(readStackFile("/nowhere/Pulumi.dev.yaml", "slipway")).toEqual({ values: {}, secureKeys: [] });
});

test("values come as the engine hands them over, and secrets only by their key", () => {
  const path = fileWith(`
encryptionsalt: v1:abc
config:
  aws:region: us-east-1
  budget: { database: 40 }
  slipway:count: 3
  slipway:secretKey:
    secure: v1:xyz
`);
  expect(readStackFile(path, "slipway")).toEqual({
    values: { "aws:region": "us-east-1", "slipway:budget": '{"database":40}', "slipway:count": "3" },
    secureKeys: ["slipway:secretKey"],
  });
});

test("fails on a text that is no YAML, with the line", () => {
  const path = fileWith("config:\n  a: [1\n  b: 2\n");
  const attempt = () => readStackFile(path, "slipway");
  expect(attempt).toThrow(OperationFault);
  expect(attempt).toThrow(
    `${path} is no YAML: Flow sequence in block collection must be sufficiently indented`,
  );
});

test("fails on a file that is no mapping", () => {
  const path = fileWith("- config\n");
  expect(() => readStackFile(path, "slipway")).toThrow(`${path} must be a mapping with the key \`config\``);
});

test("fails when config is a list", () => {
  const path = fileWith("config: [1]\n");
  expect(() => readStackFile(path, "slipway")).toThrow(`${path} must be a mapping with the key \`config\``);
});

const fix = "write `config: {}` to run on the default product";

test.each([
  ["", `, and it is empty: remove it, or ${fix}`],
  ["# nothing yet\n", `, and it is empty: remove it, or ${fix}`],
  ["config:\n", `, and that is empty: ${fix}`],
  ["slipway:network: {}\n", ", below which all settings are indented; got slipway:network"],
  ["cofnig: {}\n", ", below which all settings are indented; got cofnig"],
])("fails on %j, which would silently run the default product", (text, rest) => {
  const path = fileWith(text);
  expect(() => readStackFile(path, "slipway")).toThrow(
    new OperationFault(`${path} must be a mapping with the key \`config\`${rest}`),
  );
});

test.each(["config: {}\n", "encryptionsalt: v1:abc\n"])("%j is a file without settings", (text) => {
  expect(readStackFile(fileWith(text), "slipway")).toEqual({ values: {}, secureKeys: [] });
});

test.each([
  [
    "config: { budget: {}, slipway:budget: {} }\n",
    "must set slipway:budget once: it stands there as slipway:budget too",
  ],
  [
    "config: { slipway:key: { secure: a }, key: b }\n",
    "must set slipway:key once: it stands there as key too",
  ],
  [
    "config: { slipway:key: { secure: a, extra: 1 } }\n",
    "must have nothing beside secure in slipway:key: a secret is one text",
  ],
  ["config: {}\n---\nconfig: {}\n", "must hold one document: remove the line --- and what follows it"],
  ["config: { slipway:budget: !!set { total } }\n", "must be written without tags such as !!set and !!omap"],
  [
    "config: { slipway:budget: !!omap [total: 1] }\n",
    "must be written without tags such as !!set and !!omap",
  ],
])("fails on %j, of which the engine would take less", (text, fault) => {
  const path = fileWith(text);
  expect(() => readStackFile(path, "slipway")).toThrow(new OperationFault(`${path} ${fault}`));
});

test("fails on what is no YAML without a colon at the end", () => {
  const path = fileWith("config:\n  a: [1\n  b: 2\n");
  expect(() => readStackFile(path, "slipway")).toThrow(/ is no YAML: .*[^:\s]$/);
});

test.each([
  ["config:\n  slipway:app: { port: 0123 }\n", "line 2: 0123 must be in quotes, or it is read as 123"],
  ["config:\n  slipway:app:\n    port: 0x1F\n", "line 3: 0x1F must be in quotes, or it is read as 31"],
  [
    "config:\n  slipway:app:\n    environment: { VERSION: 1.10 }\n",
    "line 3: 1.10 must be in quotes, or it is read as 1.1",
  ],
  [
    "config:\n  slipway:app:\n    limit: 0.12345678901234567890\n",
    "line 3: 0.12345678901234567890 must be in quotes, or it is read as 0.12345678901234568",
  ],
  [
    "config:\n  slipway:delivery:\n    oidc: { accountId: 12345678901234567890 }\n",
    "line 3: 12345678901234567890 must be in quotes, or it is read as 12345678901234567000",
  ],
])("fails on a number that is read as another one: %j", (text, line) => {
  const path = fileWith(text);
  expect(() => readStackFile(path, "slipway")).toThrow(new OperationFault(`${path}, ${line}`));
});

test("numbers that stay what they are need no quotes", () => {
  const path = fileWith(
    "config:\n  a: { budget: 40.50, ratio: -0.5, environment: { A: 10, B: 0.5 }, big: 1000000000000000000 }\n",
  );
  expect(readStackFile(path, "slipway").values).toEqual({
    "slipway:a": '{"budget":40.5,"ratio":-0.5,"environment":{"A":10,"B":0.5},"big":1000000000000000000}',
  });
});

test("fails on a file that is nested without end", () => {
  const path = fileWith(`config: ${"[".repeat(100_000)}${"]".repeat(100_000)}\n`);
  expect(() => readStackFile(path, "slipway")).toThrow(
    new OperationFault(`${path} must not be nested so deep`),
  );
});

test("tells of every key that is set twice", () => {
  const path = fileWith("config:\n  a: 1\n  b: 2\n  a: 3\n  b: 4\n");
  expect(() => readStackFile(path, "slipway")).toThrow(
    new OperationFault(
      `${path}, line 4: must not set a key again that is set above\n  line 5: must not set a key again that is set above`,
    ),
  );
});

test("keys of a namespace that nobody reads are told with all other faults", () => {
  const values = { "slipwayy:budget": "{}", "aws:region": "us-east-1" };
  const strange = "slipwayy:budget: must start with one of slipway, aws, digitalocean, github, pulumi";
  const read = () => {
    throw new SettingsError("stack dev", [{ path: "app", message: "must be set" }]);
  };
  expect(() => withoutStrangeKeys("dev", values, read)).toThrow(
    `stack dev has invalid settings:\n  ${strange}\n  app: must be set`,
  );
  expect(() => withoutStrangeKeys("dev", values, () => {})).toThrow(
    `stack dev has invalid settings:\n  ${strange}`,
  );
});
