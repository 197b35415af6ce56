import { expect, test } from "@jest/globals";
import { isProtectedStack, saysProduction } from "../../../components/internal/protection.ts";
import { stackLines } from "../../support/settings.ts";

test.each([
  ["production", true],
  ["prod", true],
  ["live", true],
  ["prd", true],
  ["production-eu", true],
  ["PROD", true],
  ["euProd2", true],
  ["tridmo_live_2", true],
  ["eu.production", true],
  ["shop-not-dev-live", true],
  ["pre-production", false],
  ["non-prod", false],
  ["not-live", false],
  ["preprod", false],
  ["product", false],
  ["reproduction", false],
  ["staging", false],
  ["delivery", false],
  ["", false],
])("that %s says production is %s", (name, expected) => {
  expect(saysProduction(name)).toBe(expected);
});

test("a stack is protected by its name or by its product block, whatever else that is", () => {
  expect(isProtectedStack("live", undefined)).toBe(true);
  expect(isProtectedStack("live", { isProtected: false })).toBe(true);
  expect(isProtectedStack("tridmo", { isProtected: true })).toBe(true);
  for (const product of [
    undefined,
    null,
    "",
    "true",
    true,
    [],
    {},
    { isProtected: "true" },
    { isProtected: false },
  ])
    expect(isProtectedStack("tridmo", product)).toBe(false);
});

const product = { name: "shop", repository: "acme/shop" };
const loose = { product, backups: { forceDestroy: true } };
const refused = "backups.forceDestroy: must be false on a protected stack, whose backups outlive it";

test.each(["production", "prod", "live", "production-eu"])(
  "%s has to meet what production has to",
  (stack) => {
    expect(stackLines(loose, stack)).toEqual([refused]);
    expect(stackLines({}, stack)[0]).toBe("product: must be set: a protected stack does not run on defaults");
  },
);

test("a stack of any name is protected where it says so", () => {
  expect(stackLines(loose, "tridmo")).toEqual([]);
  expect(stackLines({ ...loose, product: { ...product, isProtected: true } }, "tridmo")).toEqual([refused]);
});
