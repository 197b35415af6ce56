import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { refuseUnlessUp, stackState } from "../../../local/stack/state.ts";
import { stateFile } from "../../../local/stack/state-file.ts";

function homeWith(resources: unknown): string {
  const home = mkdtempSync(join(tmpdir(), "slipway-state-"));
  const path = stateFile(home, "dev");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }));
  return home;
}

describe("the state of a stack", () => {
  test("tells where app and database are, and counts what the clouds hold", () => {
    const home = homeWith([
      {
        type: "pulumi:pulumi:Stack",
        outputs: { appUrl: "http://127.0.0.1:8000", databaseHost: "127.0.0.1", databasePort: 25060 },
      },
      { type: "pulumi:providers:digitalocean", custom: true },
      { type: "slipway:index:WebApp" },
      {
        type: "digitalocean:index/app:App",
        custom: true,
        outputs: { spec: { name: "tinkertools-dev", region: "nyc" } },
      },
    ]);
    expect(stackState(home, "dev")).toEqual({
      resources: 1,
      appUrl: "http://127.0.0.1:8000",
      database: "127.0.0.1:25060",
      apps: ["tinkertools-dev"],
    });
  });

  test("tells of a first run that was interrupted before it made anything", () => {
    expect(stackState(homeWith(undefined), "dev")).toEqual({ resources: 0, apps: [] });
  });

  test("is asked for in vain where the stack is not up", () => {
    expect(() => refuseUnlessUp(mkdtempSync(join(tmpdir(), "slipway-state-")), "dev")).toThrow(
      "stack dev is not up: start it with `npm start -- --stack dev`",
    );
  });
});
