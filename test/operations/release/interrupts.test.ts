import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { begin } from "../../../operations/release/begin.ts";
import type { ReleaseContext } from "../../../operations/release/context.ts";
import { resume } from "../../../operations/release/hold.ts";
import { promote } from "../../../operations/release/promote.ts";
import { readRecords, verifiedSince } from "../../../operations/release/records.ts";
import { withReleaseBlock } from "../../../operations/release/release-block.ts";
import { rollback } from "../../../operations/release/rollback.ts";
import { showRelease } from "../../../operations/release/show.ts";
import { verifyRelease } from "../../../operations/release/verify.ts";
import { Slipway } from "../../support/slipway.ts";
import { type Bench, bench, digest, environment, stackText } from "./bench.ts";

const root = "/repos/octo-org/shop";
const slipway = new Slipway({ sharesProcess: false });
let one: Bench;
beforeAll(async () => {
  one = await bench();
  await one.up("production");
});
afterAll(async () => {
  rmSync(slipway.home, { recursive: true });
  expect(await one.close()).toEqual([]);
});

class Interrupted extends Error {}

/**
 * Does work again and again, interrupted before its first request to GitHub, then before its second, until it comes
 * through; answers with how often it was interrupted.
 */
async function interruptedEverywhere(
  stack: string,
  work: (context: ReleaseContext) => Promise<unknown>,
): Promise<number> {
  for (let most = 0; ; most += 1) {
    const context = await one.context(stack);
    let asked = 0;
    const throwIfAborted = () => {
      asked += 1;
      if (asked > most) throw new Interrupted();
    };
    const place = { ...context.place, access: { ...context.place.access, signal: { throwIfAborted } } };
    try {
      await work({ ...context, place });
      return most;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    }
  }
}

async function written(letter: string, version: string): Promise<void> {
  const commit = await one.commit("staging");
  const block = { version, commit, images: { api: digest(letter) } };
  await one.write("staging", withReleaseBlock(await one.file("staging"), "f", block));
}

test("a beginning that is interrupted anywhere is one record when it has come through", async () => {
  await written("a", "1.0.0");
  expect(await interruptedEverywhere("staging", begin)).toBeGreaterThan(4);
  const records = await readRecords((await one.context("staging")).place);
  expect(records.map(({ statuses }) => statuses.map(({ state }) => state))).toEqual([["in_progress"]]);
});

test("a verification that is interrupted anywhere never leaves a status that looks as if it went on", async () => {
  await one.up("staging");
  const verified = await interruptedEverywhere("staging", async (context) => {
    const before = (await readRecords((await one.context("staging")).place))[0]?.statuses.length ?? 0;
    try {
      return await verifyRelease(context);
    } catch (error) {
      const [record] = await readRecords((await one.context("staging")).place);
      const said = (record?.statuses ?? []).slice(before).map(({ state }) => state);
      expect(said.at(-1) ?? "nothing").toMatch(/^(nothing|error)$/);
      throw error;
    }
  });
  expect(verified).toBeGreaterThan(2);
  const [record] = await readRecords((await one.context("staging")).place);
  expect(record && verifiedSince(record)).toEqual(expect.any(String));
});

test("a promotion that is interrupted anywhere is one pull request when it has come through", async () => {
  one.ahead.minutes = 61;
  const toFile = join(one.folder, "Pulumi.production.yaml");
  const promoted = (context: ReleaseContext) => promote(context, { to: "production", toFile, environment });
  expect(await interruptedEverywhere("staging", promoted)).toBeGreaterThan(10);
  const { body } = await one.gitHub.ask("GET", `${root}/pulls?state=all`);
  expect(body).toEqual([expect.objectContaining({ title: "Promote 1.0.0 from staging to production" })]);
});

test("a rollback that is interrupted anywhere is one rollback and one hold when it has come through", async () => {
  await written("b", "2.0.0");
  await begin(await one.context("staging"));
  await one.up("staging");
  await verifyRelease(await one.context("staging"));
  const back = (context: ReleaseContext) => rollback(context, { environment });
  expect(await interruptedEverywhere("staging", back)).toBeGreaterThan(10);
  const shown = await showRelease(await one.context("staging"));
  expect([shown.differences, shown.live.pinned, shown.meant.version]).toEqual([[], undefined, "1.0.0"]);
  expect(one.platform.requests.filter(({ path }) => path.endsWith("/rollback"))).toHaveLength(1);
  const records = await readRecords((await one.context("staging")).place);
  const last = records.find(({ release }) => release.version === "2.0.0")?.statuses.at(-1);
  expect(last).toMatchObject({ state: "failure", description: "rolled back to 1.0.0: rolled back by hand" });
  const holds = await one.gitHub.ask("GET", `${root}/deployments?task=slipway:hold&environment=staging`);
  expect(holds.body).toHaveLength(1);
});

const onBench = () => ({
  environment: {
    GITHUB_API_URL: one.gitHub.url,
    GITHUB_TOKEN: "t",
    GITHUB_REPOSITORY: "",
    DIGITALOCEAN_API_URL: one.platform.url,
    DIGITALOCEAN_TOKEN: "t",
    REGISTRY_URL: one.registry.url,
  },
});

/** Runs a command until GitHub has asked it for patience at a write, then presses Ctrl-C. */
async function endedAt(method: string, path: string, ...args: string[]) {
  one.gitHub.faults.push({
    api: "github",
    method,
    path,
    status: 429,
    headers: { "retry-after": "60" },
    times: 1,
  });
  const command = slipway.start(["release", ...args], onBench());
  while (one.gitHub.faults.length > 0 && command.isRunning()) await pause(20);
  // The answer has to arrive before the signal does.
  while (one.gitHub.requests.at(-1)?.status !== 429 && command.isRunning()) await pause(20);
  command.kill("SIGINT");
  expect(await command.ended).toMatchObject({
    exitCode: 130,
    stdout: "",
    stderr: expect.stringMatching(/interrupted: run it again to go on\n$/),
  });
}

test("Ctrl-C ends a promotion at once with 130, and the same command goes on with it", async () => {
  await resume(await one.context("staging"));
  const soaked = {
    "slipway:promotion": { soakMinutes: 0 },
    "slipway:release": { version: "0.0.1", images: { api: digest("0") } },
  };
  await one.write("production", stackText("production", soaked));
  await written("c", "3.0.0");
  await begin(await one.context("staging"));
  await one.up("staging");
  await one.up("production");
  await verifyRelease(await one.context("staging"));
  const files = ["staging", "production"].map((stack) => join(one.folder, `Pulumi.${stack}.yaml`));
  const [fromFile = "", toFile = ""] = files;
  const args = ["--from", "staging", "--from-file", fromFile, "--to", "production", "--to-file", toFile];
  await endedAt("POST", "/pulls$", "promote", ...args);
  const pulls = async () => {
    const { body } = await one.gitHub.ask("GET", `${root}/pulls?state=all`);
    return (body as { title: string }[]).filter(({ title }) => title.includes("3.0.0"));
  };
  expect(await pulls()).toEqual([]);
  expect(await slipway.start(["release", "promote", ...args], onBench()).ended).toMatchObject({
    exitCode: 0,
  });
  expect(await pulls()).toHaveLength(1);
});

test("Ctrl-C ends a rollback at once with 130: history says so, and the same command goes on with it", async () => {
  const args = ["--stack", "staging", "--stack-file", join(one.folder, "Pulumi.staging.yaml")];
  await endedAt("PUT", "/contents/Pulumi.staging.yaml$", "rollback", ...args);
  const half = await showRelease(await one.context("staging"));
  expect(half).toMatchObject({ meant: { version: "3.0.0" }, unfinishedRollback: half.hold?.keeps });
  const { stdout } = await slipway.start(["release", "history", ...args], onBench()).ended;
  expect(stdout.split("\n").at(-2)).toBe(
    `the rollback to ${half.hold?.keeps} did not end: go on with it by slipway release rollback --stack staging --stack-file ${args.at(-1)}`,
  );
  expect(await slipway.start(["release", "rollback", ...args], onBench()).ended).toMatchObject({
    exitCode: 0,
  });
  const whole = await showRelease(await one.context("staging"));
  expect([whole.differences, whole.live.pinned, whole.meant.version, whole.unfinishedRollback]).toEqual([
    [],
    undefined,
    "1.0.0",
    undefined,
  ]);
});

test("Ctrl-C ends the command with 130 and says that it can be run again; the record says that it was interrupted", async () => {
  one.answers["/api/health"] = { status: 503 };
  const args = ["release", "verify", "--stack", "staging", "--stack-file", await file()];
  const command = slipway.start(args, onBench());
  const last = async () => (await readRecords((await one.context("staging")).place, 1))[0]?.statuses.at(-1);
  while ((await last())?.description !== "verifying" && command.isRunning()) await pause(20);
  command.kill("SIGINT");
  expect(await command.ended).toMatchObject({
    exitCode: 130,
    stdout: "",
    stderr: expect.stringMatching(/interrupted: run it again to go on\n$/),
  });
  expect(await last()).toMatchObject({ state: "error", description: "not verified: interrupted" });
});

/** The stack file of staging in the working copy, patient enough to be interrupted. */
async function file(): Promise<string> {
  const text = (await one.file("staging")).replace("pauseSeconds: 1", "pauseSeconds: 60");
  await one.write("staging", text);
  await one.up("staging");
  return join(one.folder, "Pulumi.staging.yaml");
}
