import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import type { DriftReport } from "../../../operations/drift.ts";
import { Slipway } from "../../support/slipway.ts";

// The lives in test/engine do this for the default product; `npm run test:drift` for every stack file there is.
const root = new URL("../../../", import.meta.url).pathname;
const files = globSync(["Pulumi.*.yaml", "examples/*/Pulumi.*.yaml"], { cwd: root }).sort();

describe("a stack that was just made on the local clouds", () => {
  let slipway: Slipway | undefined;
  afterAll(() => slipway?.end());

  test.each(files)("does not drift: %s", async (file) => {
    slipway ??= new Slipway();
    const stack = basename(file).split(".")[1] ?? "";
    const own = join(slipway.home, `Pulumi.${stack}.yaml`);
    // A PostgreSQL of one's own machine seldom has the package of this extension.
    writeFileSync(own, readFileSync(join(root, file), "utf8").replace(/"?vector"?, /, ""));
    try {
      await slipway.json(["local", "up", "--stack", stack, "--stack-file", own]);
      const { stdout } = await slipway.run(["drift", "--stack", stack, "--local", "--json"]);
      const { drifts, unchecked } = JSON.parse(stdout) as DriftReport;
      // A domain whose zone another stack has waits for its record: that is so, and is told.
      const told = drifts.filter(
        ({ message }) => !message.startsWith("is CONFIGURING, not ACTIVE: waits for"),
      );
      expect({ told, unchecked }).toEqual({ told: [], unchecked: [] });
      expect(drifts.length).toBe(file === "examples/techmate/Pulumi.staging.yaml" ? 2 : 0);
    } finally {
      await slipway.run(["local", "down", "--stack", stack, "--stack-file", own]);
    }
  });
});
