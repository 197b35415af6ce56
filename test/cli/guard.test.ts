import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "@jest/globals";
import { Slipway } from "../support/slipway.ts";

const slipway = new Slipway();
afterAll(() => slipway.end());

const file = (name: string) => fileURLToPath(new URL(`../operations/guard/${name}.json`, import.meta.url));
const loss =
  "a change of ipRange replaces the private network tinkertools-network: a cluster in it stays behind in the old one, out of the app's reach";
const remedy =
  "ipRange: keep the range; for another one make a second network and move the cluster by the platform's API";

test("slipway guard says what would be lost, and ends with exit code 3", async () => {
  expect(await slipway.run(["guard", "--preview", `dev=${file("network")}`])).toMatchObject({
    exitCode: 3,
    stdout: `dev: 1 refused\n  ${loss}\n    instead: ${remedy}\n`,
    stderr: "",
  });
  const { exitCode, stdout } = await slipway.run(["guard", "--json", "--preview", `dev=${file("network")}`]);
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    stacks: [
      {
        stack: "dev",
        refusals: [
          {
            urn: "urn:pulumi:dev::slipway::slipway:index:Network$digitalocean:index/vpc:Vpc::tinkertools-network",
            op: "replace",
            inputs: ["ipRange"],
            reason: loss,
            remedy,
          },
        ],
      },
    ],
  });
});

test("slipway guard lets through what loses nothing", async () => {
  expect(await slipway.run(["guard", "--preview", `dev=${file("same")}`])).toMatchObject({
    exitCode: 0,
    stdout: "dev: nothing would be lost\n",
  });
});

test.each([
  [["guard"], 2, "error: required option '--preview <stack=file>' not specified\n"],
  [
    ["guard", "--preview", "preview.json"],
    2,
    "error: option '--preview <stack=file>' argument 'preview.json' is invalid. It must be <stack>=<file>, such as production=preview.json.\n",
  ],
  [
    ["guard", "--preview", "dev=nowhere.json"],
    1,
    "--preview dev=nowhere.json must name a file that is there\n",
  ],
])("fails on %j with exit code %i", async (args, exitCode, stderr) => {
  expect(await slipway.run(args)).toMatchObject({ exitCode, stdout: "", stderr });
});
