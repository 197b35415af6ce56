import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CloudClient } from "../../../local/cloud/client.ts";
import { Slipway } from "../../support/slipway.ts";

const slipway = new Slipway();
const program = fileURLToPath(new URL("../../../cli/cloud.ts", import.meta.url));
const clock = (...args: string[]) => slipway.run(["local", "clock", ...args]);

afterAll(() => slipway.end());

describe("slipway local clock", () => {
  test("fails where nothing runs that has a clock", async () => {
    expect(await clock()).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: "the local cloud does not run: start it with `npm start`\n",
    });
  });

  test.each([
    [
      ["--forward", "soon"],
      "error: option '--forward <time>' argument 'soon' is invalid. It must be a time such as 90m, 24h or 3d.",
    ],
    [
      ["--forward", "-1h"],
      "error: option '--forward <time>' argument '-1h' is invalid. It must be a time such as 90m, 24h or 3d.",
    ],
    [["--forward", "1h", "--reset"], "error: option '--forward <time>' cannot be used with option '--reset'"],
  ])("refuses %j", async (args, message) => {
    const { exitCode, stderr } = await clock(...args);
    expect([exitCode, stderr.split("\n")[0]]).toEqual([2, message]);
  });

  test("helps", async () => {
    const { exitCode, stdout } = await clock("--help");
    expect([exitCode, stdout.split("\n")[0]]).toEqual([0, "Usage: slipway local clock [options]"]);
    expect(stdout).toContain(
      "\nOnly workers that run as real processes have this clock; the local clouds and databases keep this machine's.\n",
    );
  });
});

describe("slipway local clock of clouds that run", () => {
  beforeAll(async () => {
    await new CloudClient({ home: slipway.home, program }).ensureStarted();
  }, 60_000);

  const aheadOf = async (...args: string[]) => {
    const { exitCode, stdout } = await clock(...args, "--json");
    const { time, aheadSeconds } = JSON.parse(stdout) as { time: string; aheadSeconds: number };
    const differs = Date.parse(time) - Date.now() - aheadSeconds * 1000;
    return [exitCode, aheadSeconds, Math.abs(differs) < 60_000];
  };

  test("is this machine's, goes forward by what is asked for each time, and back only whole", async () => {
    expect(await aheadOf()).toEqual([0, 0, true]);
    expect((await clock()).stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z\n$/);
    expect(await aheadOf("--forward", "90m")).toEqual([0, 5400, true]);
    expect(await aheadOf("--forward", "1d")).toEqual([0, 91_800, true]);
    expect((await clock("--forward", "30s")).stdout).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z, 1530.5 minutes ahead\nwhat was due is being done, where a worker runs: slipway local logs tells how it goes\n$/,
    );
    expect(await aheadOf("--reset")).toEqual([0, 0, true]);
  });
});
