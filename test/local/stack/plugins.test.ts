import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { findInstalledPlugins } from "../../../local/stack/plugins.ts";

test("plugins are found on PATH and in the Pulumi folder", () => {
  const path = mkdtempSync(join(tmpdir(), "slipway-"));
  const home = mkdtempSync(join(tmpdir(), "slipway-"));
  const program = join(path, "pulumi-resource-github");
  writeFileSync(program, "");
  chmodSync(program, 0o755);
  writeFileSync(join(path, "pulumi-resource-aws"), "not executable", { mode: 0o600 });
  mkdirSync(join(home, "plugins", "resource-digitalocean-v4.80.1"), { recursive: true });
  writeFileSync(join(home, "plugins", "resource-aws-v7.48.0.lock"), "");

  expect(findInstalledPlugins({ PATH: path, PULUMI_HOME: home })).toEqual(["digitalocean", "github"]);
});

test("where nothing is installed there are none", () => {
  const empty = mkdtempSync(join(tmpdir(), "slipway-"));
  expect(findInstalledPlugins({ PATH: empty, PULUMI_HOME: join(empty, "none") })).toEqual([]);
});
