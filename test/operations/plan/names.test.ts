import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { type PlannedStack, planStack } from "../../../operations/plan/graph.ts";

const file = parse(readFileSync(new URL("../../../Pulumi.production.yaml", import.meta.url), "utf8"));

/** The plan of production with some other settings of the product. */
function productionWith(product: Record<string, unknown>): Promise<PlannedStack> {
  const blocks = { ...file.config, "slipway:product": { ...file.config["slipway:product"], ...product } };
  const texts = Object.entries(blocks).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return planStack("production", Object.fromEntries(texts));
}

const renamed = (text: string) => text.replace(/::tinkertools/g, "::tinkerbox");

test("a renamed product keeps its names at the platforms", async () => {
  const before = await productionWith({});
  const after = await productionWith({ name: "tinkerbox", formerName: "tinkertools" });
  expect(after.resources.map(({ urn }) => urn)).toEqual(before.resources.map(({ urn }) => renamed(urn)));
  for (const { urn, type, inputs } of before.resources.filter((one) => !one.type.startsWith("slipway:")))
    expect({ type, inputs: after.resources.find((one) => one.urn === renamed(urn))?.inputs }).toEqual({
      type,
      inputs,
    });
});

test("a renamed product's components know their former names, which the names of their parts start with", async () => {
  // The engine itself carries an alias on to the parts: test/engine/adopt.test.ts shows it.
  const { resources } = await productionWith({ name: "tinkerbox", formerName: "tinkertools" });
  const names = (component: string) => resources.filter((one) => one.component === component);
  const components = resources.filter(({ type }) => type.startsWith("slipway:"));
  expect(components.map(({ name }) => name).sort()).toEqual([
    "tinkerbox",
    "tinkerbox-backups",
    "tinkerbox-db",
    "tinkerbox-delivery",
    "tinkerbox-dns",
    "tinkerbox-monitoring",
    "tinkerbox-network",
    "tinkerbox-repository",
  ]);
  for (const { name, options } of components) {
    expect(options.aliases).toEqual([
      { spec: { name: name.replace("tinkerbox", "tinkertools"), type: "", stack: "", project: "" } },
    ]);
    expect(names(name).filter((part) => !part.name.startsWith(name))).toEqual([]);
  }
});
