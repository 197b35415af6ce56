import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { localDigitalOcean } from "../local/apis/digitalocean/server.ts";
import { Slipway } from "../support/slipway.ts";

const slipway = new Slipway();
afterAll(() => slipway.end());

const environment = { LC_ALL: "C", DIGITALOCEAN_TOKEN: "", DIGITALOCEAN_ACCESS_TOKEN: "" };
const run = (...args: string[]) => slipway.run(args, { environment });

describe("slipway cost", () => {
  test("tells every stack's cost in plain text for a plain terminal", async () => {
    const { exitCode, stdout, stderr } = await run("cost");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout.match(/^\w+: .* USD a month/gm)).toEqual([
      "dev: 20.15 to 20.62 USD a month",
      "staging: 26.18 to 27.34 USD a month",
      "production: 62.54 to 69.70 USD a month",
    ]);
    expect(stdout).toContain(
      "\ncompute   tinkertools-api, 2 x apps-s-1vcpu-1gb           24.00         [4]\n",
    );
    // Nothing beyond ASCII, and no colour where there is no terminal.
    expect(stdout).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test("tells one stack's as one JSON document", async () => {
    const { stdout } = await run("cost", "--stack", "production", "--format", "json");
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({
        stack: "production",
        cost: expect.objectContaining({ minimum: 62.54, maximum: 69.7 }),
      }),
    ]);
  });

  test("tells that of a stack file from elsewhere, by its name or that of a stack", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-cost-file-"));
    const file = join(folder, "Pulumi.review.yaml");
    writeFileSync(file, "config: { aws:region: us-east-1 }\n");
    const stacks = async (...args: string[]) => {
      const { exitCode, stdout, stderr } = await run("cost", "--format", "json", ...args);
      expect([exitCode, stderr]).toEqual([0, ""]);
      return JSON.parse(stdout).map((one: { stack: string; cost: { minimum: number } }) => [
        one.stack,
        one.cost.minimum,
      ]);
    };
    expect(await stacks("--stack-file", file)).toEqual([["review", 20.15]]);
    expect(await stacks("--stack", "staging", "--stack-file", file)).toEqual([["staging", 20.15]]);
    expect(await run("cost", "--stack-file", "nowhere.yaml")).toMatchObject({
      exitCode: 1,
      stderr: "--stack-file nowhere.yaml must name a file that is there\n",
    });
    rmSync(folder, { recursive: true });
  });

  test("compares a stack with a stack file, in JSON too", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "slipway-")), "proposal.yaml");
    writeFileSync(path, "config:\n  slipway:product: { name: shop, repository: acme/shop }\n");
    const { exitCode, stdout } = await run("cost", "diff", "dev", path, "--format", "json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ from: "dev", to: path, minimum: -20.15, maximum: -20.62 });
    expect((await run("cost", "diff", "dev", "dev")).stdout).toBe(
      "dev and dev cost the same, line by line\n",
    );
  });

  test("fails on what is no stack, in one line", async () => {
    expect(await run("cost", "diff", "dev", "prod")).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: '"prod" must be one of dev, staging, production, or a stack file that is there\n',
    });
    expect(await run("cost", "diff", "dev")).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

describe("slipway catalog", () => {
  test("shows each table with its source and date", async () => {
    const { exitCode, stdout } = await run("catalog", "show");
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").slice(0, 4)).toEqual([
      "app sizes (catalog/app-sizes.ts)",
      "source: DigitalOcean API description, GET /v2/apps/tiers/instance_sizes, 2026-08-07",
      "size                    usd  confidence  cpus  cpuKind    memoryGiB  transferGiB  instances",
      "apps-s-1vcpu-0.5gb      5    confirmed   1     shared     0.5        50           one",
    ]);
    expect(JSON.parse((await run("catalog", "show", "--json")).stdout)).toHaveLength(7);
  });

  test("says how to get a token where there is none", async () => {
    expect(await run("catalog", "check")).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr:
        "DIGITALOCEAN_TOKEN must be set: make a token with the scopes app:read and database:read at https://cloud.digitalocean.com/account/api/tokens and export it\n",
    });
  });

  test("finds the local API the same, with exit code 0", async () => {
    const cloud = await localDigitalOcean();
    const own = { ...environment, DIGITALOCEAN_ACCESS_TOKEN: "t0ken", DIGITALOCEAN_API_URL: cloud.url };
    expect(await slipway.run(["catalog", "check"], { environment: own })).toMatchObject({
      exitCode: 0,
      stdout: `228 facts are the same at ${cloud.url}\n`,
      stderr: "",
    });
    await cloud.close();
    expect(cloud.deviations).toEqual([]);
  });
});
