import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "@jest/globals";
import { findEngine } from "../../../local/engine/find.ts";
import { engineVersion } from "../../../local/engine/version.ts";

const cache = mkdtempSync(join(tmpdir(), "slipway's cache "));
const root = join(cache, "engine", engineVersion);
const command = join(root, "bin", "pulumi");
const asked = join(cache, "asked");
const path = process.env["PATH"];
beforeEach(() => {
  process.env["PATH"] = cache;
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, "bin"), { recursive: true });
  writeFileSync(asked, "");
});
afterAll(() => {
  process.env["PATH"] = path;
  rmSync(cache, { recursive: true });
});

/** An engine that says this version and notes that it was asked. */
function install(version: string): void {
  writeFileSync(command, `#!/bin/sh\necho x >> "${asked}"\necho v${version}\n`);
  chmodSync(command, 0o755);
}
const timesAsked = () => readFileSync(asked, "utf8").length / 2;

test("the engine of the cache is asked for its version once, and again when it is another one", async () => {
  install(engineVersion);
  const engine = { command, version: engineVersion, source: "cache" };
  expect(await findEngine(cache)).toEqual(engine);
  expect(await findEngine(cache)).toEqual(engine);
  expect(timesAsked()).toBe(1);

  install("3.9999.0");
  expect(await findEngine(cache)).toEqual({ ...engine, version: "3.9999.0" });
  expect(timesAsked()).toBe(2);
});

test("an engine of another line is none, however often it is looked for", async () => {
  install("2.0.0");
  expect(await findEngine(cache)).toBeUndefined();
  expect(await findEngine(cache)).toBeUndefined();
  expect(timesAsked()).toBe(2);
});

test("where the engine was removed there is none, whatever is noted of it", async () => {
  install(engineVersion);
  await findEngine(cache);
  rmSync(command);
  expect(await findEngine(cache)).toBeUndefined();
});
