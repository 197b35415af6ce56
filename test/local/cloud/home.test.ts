import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { processAt, takeHome } from "../../../local/cloud/home.ts";
import { identify } from "../../../local/services/processes-identity.ts";

const home = mkdtempSync(join(tmpdir(), "slipway home "));
afterAll(() => rmSync(home, { recursive: true }));

test("a home tells the process that works in it, and a second one gets it only when the first has given it back", async () => {
  const own = await identify(process.pid);
  if (own === undefined) throw new Error("this process is not found");
  expect(await processAt(home)).toBeUndefined();
  const release = await takeHome(home, own);
  expect(await processAt(home)).toEqual(own);

  const second = takeHome(home, own);
  release();
  (await second)();
  expect(await processAt(home)).toBeUndefined();
  expect(existsSync(join(home, "cloud-process.json"))).toBe(false);
});

test("a process that is gone is nobody", async () => {
  writeFileSync(join(home, "cloud-process.json"), JSON.stringify({ pid: process.pid, started: "long ago" }));
  expect(await processAt(home)).toBeUndefined();
});
