import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { OperationFault } from "../../operations/fault.ts";
import { readStackFile } from "../../operations/stack-file.ts";

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

test("fails on what is no YAML without a colon at the end", () => {
  const path = fileWith("config:\n  a: [1\n  b: 2\n");
  expect(() => readStackFile(path, "slipway")).toThrow(/ is no YAML: .*[^:\s]$/);
});
