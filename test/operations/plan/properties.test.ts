import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readSettings } from "../../../components/config.ts";
import { SettingsError } from "../../../components/internal/settings.ts";
import { planStack } from "../../../operations/plan/graph.ts";
import { configOf, invalidBlocks, strangeBlocks, validBlocks } from "../../support/settings-properties.ts";

/** More of them by SLIPWAY_PROPERTY_RUNS; a graph takes a hundred times as long as reading settings. */
const numRuns = Number(process.env["SLIPWAY_PROPERTY_RUNS"] ?? 200);
const graphRuns = Number(process.env["SLIPWAY_PROPERTY_GRAPHS"] ?? 15);

/** What reading settings throws; undefined where they are fine. */
function thrownBy(config: Record<string, string>): unknown {
  try {
    readSettings("dev", config, { needsSecrets: false });
    return undefined;
  } catch (error) {
    return error;
  }
}

test("settings that are right are accepted", () => {
  fc.assert(
    fc.property(validBlocks, (blocks) => {
      expect(thrownBy(configOf(blocks))).toBeUndefined();
    }),
    { numRuns },
  );
});

test("and build a graph that holds the app and every component", async () => {
  await fc.assert(
    fc.asyncProperty(validBlocks, async (blocks) => {
      const { resources, settings } = await planStack("dev", configOf(blocks));
      expect(resources.filter(({ type }) => type === "digitalocean:index/app:App").length).toBe(1);
      const types = ["network", "database", "backups", "app", "dns", "monitoring"].filter(
        (block) => block in blocks,
      );
      expect(resources.filter(({ type }) => type.startsWith("slipway:")).length).toBe(types.length);
      expect(settings.stack).toBe("dev");
    }),
    { numRuns: graphRuns },
  );
});

test("settings with one wrong value are refused with a SettingsError and nothing else", () => {
  fc.assert(
    fc.property(invalidBlocks, (blocks) => {
      const error = thrownBy(configOf(blocks));
      expect(error).toBeInstanceOf(SettingsError);
      expect((error as SettingsError).faults.length).toBeGreaterThan(0);
      expect(String(error)).not.toMatch(/\n\s+at /);
    }),
    { numRuns },
  );
});

test("settings with one strange value are accepted or refused with a SettingsError", () => {
  fc.assert(
    fc.property(strangeBlocks, (blocks) => {
      const error = thrownBy(configOf(blocks));
      if (error !== undefined) expect(error).toBeInstanceOf(SettingsError);
    }),
    { numRuns },
  );
});

test("blocks that are no JSON, or text of 10 MB, are refused with a SettingsError", () => {
  fc.assert(
    fc.property(validBlocks, fc.nat(), (blocks, cut) => {
      const config = configOf(blocks);
      const key = Object.keys(config)[cut % Object.keys(config).length] ?? "";
      config[key] = (config[key] ?? "").slice(0, 1 + (cut % Math.max(1, (config[key] ?? "").length - 1)));
      expect(thrownBy(config)).toBeInstanceOf(SettingsError);
    }),
    { numRuns },
  );
  const error = thrownBy({ "slipway:network": JSON.stringify({ ipRange: "x".repeat(1e7) }) });
  expect(error).toBeInstanceOf(SettingsError);
  expect(String(error).length).toBeLessThan(1000);
});
