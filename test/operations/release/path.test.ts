import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { begin } from "../../../operations/release/begin.ts";
import { hold, resume } from "../../../operations/release/hold.ts";
import { readHold } from "../../../operations/release/holds.ts";
import { promote } from "../../../operations/release/promote.ts";
import { readRecords } from "../../../operations/release/records.ts";
import { releaseBlock, withReleaseBlock } from "../../../operations/release/release-block.ts";
import { rollback } from "../../../operations/release/rollback.ts";
import { showRelease } from "../../../operations/release/show.ts";
import { verifyRelease } from "../../../operations/release/verify.ts";
import { type StatusPlace, statusSources } from "../../../operations/status/sources.ts";
import { type Bench, bench, digest, environment } from "./bench.ts";

let one: Bench;
beforeAll(async () => {
  one = await bench();
});
afterAll(async () => expect(await one.close()).toEqual([]));

const toFile = () => join(one.folder, "Pulumi.production.yaml");
const fromFile = () => join(one.folder, "Pulumi.staging.yaml");
const root = "/repos/octo-org/shop";

/** Puts a release into staging and verifies it there. */
async function staged(letter: string, version: string): Promise<void> {
  const commit = await one.commit("staging");
  const text = await one.file("staging");
  const block = { version, commit, builtAt: "2026-11-21T10:00:00Z", images: { api: digest(letter) } };
  await one.write("staging", withReleaseBlock(text, "Pulumi.staging.yaml", block));
  await begin(await one.context("staging"));
  await one.up("staging");
  const { checks } = await verifyRelease(await one.context("staging"));
  expect(checks.filter(({ isOk }) => !isOk)).toEqual([]);
}

/** The promotion that `slipway status` shows as pending. */
async function pending(): Promise<{ title: string } | undefined> {
  const { settings, place } = await one.context("production");
  const clouds = { github: () => place.access } as unknown as StatusPlace["clouds"];
  const nothing = async () => {
    throw new Error("not asked");
  };
  const home = "octo-org/shop";
  const now = () => new Date();
  return await statusSources({
    settings,
    awsRegion: undefined,
    clouds,
    findBackups: nothing,
    state: nothing,
    home,
    now,
  }).promotion();
}

const promoted = async () =>
  await promote(await one.context("staging"), { to: "production", toFile: toFile(), environment });

/** Merges what a promotion opened, and brings production up with it. */
async function released(): Promise<void> {
  const { pull, refused } = await promoted();
  expect(refused).toEqual([]);
  expect((await one.gitHub.ask("PUT", `${root}/pulls/${pull?.number}/merge`)).status).toBe(200);
  const begun = await begin(await one.context("production"), fromFile());
  expect(begun.refused).toEqual([]);
  await one.up("production");
}

test("what has not soaked is refused, with when it will have", async () => {
  await one.up("production");
  await staged("a", "1.0.0");
  const { refused, pull } = await promoted();
  expect(pull).toBeUndefined();
  expect(refused).toEqual([
    {
      rule: "soak",
      message: expect.stringMatching(
        /^it has run verified in staging for 0 of 60 minutes, since 20\d\d-\d\d-\d\d \d\d:\d\d UTC$/,
      ),
      fix: expect.stringMatching(/^wait until 20\d\d-\d\d-\d\d \d\d:\d\d UTC$/),
    },
  ]);
});

test("a promotion is one pull request that changes the release block and nothing else", async () => {
  one.ahead.minutes = 61;
  const before = await one.file("production");
  const { pull, body } = await promoted();
  expect(await promoted()).toMatchObject({ pull: { number: pull?.number, isNew: false } });
  const { body: shown } = await one.gitHub.ask("GET", `${root}/pulls/${pull?.number}`);
  const { head } = shown as { head: { ref: string } };
  const file = await one.gitHub.ask("GET", `${root}/contents/Pulumi.production.yaml?ref=${head.ref}`);
  const after = Buffer.from((file.body as { content: string }).content, "base64").toString("utf8");
  const { "slipway:release": release, ...rest } = parse(after).config;
  const { "slipway:release": _, ...others } = parse(before).config;
  expect(rest).toEqual(others);
  expect(after.startsWith("# The production of a shop.\n")).toBe(true);
  expect(release).toEqual(releaseBlock((await showRelease(await one.context("staging"))).meant));
  expect(body).toContain(`| \`api\` | image, as it is | \`${digest("a")}\` |`);
  expect(body).toContain("- soaked for 61 minutes of 60\n");
  expect(await pending()).toMatchObject({ title: "Promote 1.0.0 from staging to production" });
});

test("production is brought up with it, and verified", async () => {
  await released();
  const verification = await verifyRelease(await one.context("production"));
  expect(verification.isVerified).toBe(true);
  expect(verification.checks.map(({ name }) => name)).toEqual([
    "deployment",
    "images",
    "health /api/health",
    "smoke home",
    "instances",
    "memory",
    "time health",
    "time page",
    "logs",
    "deadline",
  ]);
  expect(await promoted()).toMatchObject({ isThere: true, refused: [] });
  expect(await pending()).toBeUndefined();
});

test("a bad release is rolled back by the platform, at once in the stack file, and held", async () => {
  await staged("b", "2.0.0");
  one.ahead.minutes += 61;
  await released();
  one.answers["/"] = { status: 500, text: "down" };
  const verification = await verifyRelease(await one.context("production"));
  expect(verification.checks.filter(({ isOk }) => !isOk).map(({ name, detail }) => [name, detail])).toEqual([
    ["smoke home", '/ answered 500, must answer 200, must contain "welcome"'],
  ]);
  delete one.answers["/"];

  const result = await rollback(await one.context("production"), {
    reason: "the home page is down",
    environment,
  });
  expect(result).toMatchObject({
    from: "2.0.0",
    to: { version: "1.0.0" },
    way: "platform",
    configuration: "written",
  });
  expect(parse(await one.file("production")).config["slipway:release"].images).toEqual({ api: digest("a") });
  const shown = await showRelease(await one.context("production"));
  expect(shown.differences).toEqual([]);
  expect(shown.live.pinned).toBeUndefined();
  expect(shown.hold).toMatchObject({ reason: "the home page is down", by: "octocat", keeps: shown.id });
});

test("a rollback that is done is done again without another deployment", async () => {
  const before = one.platform.requests.length;
  const result = await rollback(await one.context("production"), { environment });
  expect(result).toMatchObject({ to: { version: "1.0.0" }, configuration: "unchanged" });
  expect(one.platform.requests.slice(before).filter(({ effect }) => effect === "write")).toEqual([]);
});

test("while it is held only what it is held at may begin, and nothing is promoted", async () => {
  expect(await begin(await one.context("production"), fromFile())).toMatchObject({ refused: [] });
  await one.up("production");
  expect((await verifyRelease(await one.context("production"))).isVerified).toBe(true);
  const { refused } = await promoted();
  expect(refused.map(({ rule }) => rule)).toEqual(["hold", "failed-before"]);
});

test("after the hold it goes on, but never with what failed before", async () => {
  await resume(await one.context("production"));
  const { place } = await one.context("production");
  expect(await readHold(place)).toBeUndefined();
  expect((await promoted()).refused.map(({ rule }) => rule)).toEqual(["failed-before"]);
  await staged("c", "2.0.1");
  one.ahead.minutes += 61;
  await released();
  expect((await verifyRelease(await one.context("production"))).isVerified).toBe(true);
  expect((await readRecords(place)).map(({ release, way }) => [release.version, way])).toEqual([
    ["2.0.1", "up"],
    ["1.0.0", "rollback"],
    ["2.0.0", "up"],
    ["1.0.0", "up"],
  ]);
});

test("a hold by hand is one hold, however often it is asked for", async () => {
  const first = await hold(await one.context("staging"), "freeze");
  expect(await hold(await one.context("staging"), "again")).toEqual(first);
  expect((await promoted()).refused.map(({ rule }) => rule)).toEqual(["hold"]);
  expect((await resume(await one.context("staging"))).hold?.reason).toBe("freeze");
  expect((await resume(await one.context("staging"))).hold).toBeUndefined();
});
