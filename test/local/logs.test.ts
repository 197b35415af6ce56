import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readLogs } from "../../local/logs.ts";

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), "slipway-logs-"));
  writeFileSync(join(directory, "cloud.log"), "the clouds run\n");
  writeFileSync(join(directory, "shop-dev-api.log"), "one\ntwo\nthree\n");
  writeFileSync(join(directory, "shop-staging-api.log"), "four\n");
  return directory;
}

describe("the logs", () => {
  test("show the last lines of each, behind the name of its log", () => {
    expect(readLogs(folder(), 2)).toEqual([
      "cloud | the clouds run",
      "shop-dev-api | two",
      "shop-dev-api | three",
      "shop-staging-api | four",
    ]);
  });

  test("show those of one stack's app alone", () => {
    expect(readLogs(folder(), 5, ["shop-staging-"])).toEqual(["shop-staging-api | four"]);
  });

  test("are empty where nothing ran yet", () => {
    expect(readLogs(join(folder(), "none"), 5)).toEqual([]);
  });
});
