import { expect, test } from "@jest/globals";
import { readSettings } from "../../components/config.ts";
import { stackConfig } from "../support/settings.ts";

const given = (from: string) =>
  stackConfig({ product: { name: "shop", repository: "acme/shop" }, promotion: { from } });
const lineOf = (from: string, stack: string, stacks?: string[]) => {
  try {
    readSettings(stack, given(from), { stacks });
    return undefined;
  } catch (error) {
    return String(error).split("\n")[1]?.trim();
  }
};

test.each([
  ["staging", ["dev", "staging"], undefined],
  ["dev", ["dev"], undefined],
  ["stagng", ["dev", "staging"], 'one of dev, staging; got "stagng", did you mean staging?'],
  ["qa", ["dev", "staging"], 'one of dev, staging; got "qa"'],
  // Nobody promotes to where it is already.
  ["live", ["dev", "live"], 'one of dev; got "live"'],
])("releases of %s where there are %j", (from, stacks, rest) => {
  expect(lineOf(from, "live", stacks)).toBe(
    rest === undefined ? undefined : `promotion.from: must be another stack that exists, ${rest}`,
  );
});

test("where there is no other stack, nothing can be promoted", () => {
  expect(lineOf("live", "live", ["live"])).toBe(
    'promotion.from: must be another stack than this one, and there is none: each has a file Pulumi.<stack>.yaml; got "live"',
  );
});

test("who does not know the stacks does not judge", () => {
  expect(lineOf("qa", "live")).toBeUndefined();
});
