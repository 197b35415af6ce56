import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { stackSettings } from "../../operations/stack-settings.ts";

const product = "  slipway:product: { name: shop, repository: acme/shop }\n";

function fileNamed(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "slipway-")), name);
  writeFileSync(path, text);
  return path;
}

test("a stack is read by its name, without its secrets", () => {
  expect(stackSettings("dev").budget?.total).toBe(30);
  expect(stackSettings("staging").budget?.total).toBe(40);
  expect(stackSettings("production")).toMatchObject({ stack: "production", isProtected: true });
});

test("a file is read as the stack that its name says, and as dev where it says none", () => {
  const named = stackSettings(fileNamed("Pulumi.production.yaml", `config:\n${product}`));
  expect([named.stack, named.isProtected, named.product.name]).toEqual(["production", true, "shop"]);
  expect(stackSettings(fileNamed("proposal.yaml", `config:\n${product}`)).stack).toBe("dev");
});

test("fails on what is neither a stack nor a file", () => {
  expect(() => stackSettings("prod")).toThrow(
    '"prod" must be one of dev, staging, production, or a stack file that is there',
  );
});

test("fails on a file with faults, with all of them", () => {
  const path = fileNamed(
    "Pulumi.staging.yaml",
    `config:\n${product}  slipway:budget: { totl: 1, database: -1 }\n`,
  );
  expect(() => stackSettings(path)).toThrow(
    "stack staging has invalid settings:\n" +
      "  budget.database: must be at least 0; got -1\n" +
      "  budget.totl: must be a known setting; did you mean total?",
  );
});
