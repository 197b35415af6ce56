import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { configOf, digest, ReleasePath } from "./release-path.ts";

const path = new ReleasePath();
beforeAll(() => path.begin());
afterAll(() => path.slipway.end());

/** The clock of the local clouds decides how long a release has soaked. */
const locally = (args: string[]): string[] => [...args, "--local"];
const moment = /\d{4}-\d\d-\d\d \d\d:\d\d UTC/g;

/** Moments are not the same twice. */
const timeless = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replace(moment, "WHEN"));
const headOf = async (branch: string): Promise<string> => {
  const { commit } = (await path.gitHub("GET", `/branches/${branch}`)) as { commit: { sha: string } };
  return commit.sha;
};

/** Brings to production what staging runs, and verifies it there. */
async function promoted(): Promise<void> {
  const { pull } = (await path.release(locally(path.promotion))) as { pull: { number: number } };
  await path.gitHub("PUT", `/pulls/${pull.number}/merge`);
  await path.pulled();
  const begun = ["begin", ...path.of("production"), "--from-file", path.fileOf("staging")];
  expect(await path.release(locally(begun))).toMatchObject({ refused: [] });
  await path.up("production");
  expect(await path.release(["verify", ...path.of("production")])).toMatchObject({ isVerified: true });
}

test("a tag that is not pinned begins nowhere, is promoted nowhere, and becomes a release by the command that the refusal names", async () => {
  writeFileSync(path.fileOf("staging"), configOf("staging", {}, {}, { image: { tag: "tag-a" } }));
  const message =
    "app.services.api.image.tag: must be left out for a digest in release.images: a tag can be moved; got tag-a";
  const fix = "slipway release begin --stack staging --image <component=repository:tag> writes its digest";
  expect(await path.refused(["begin", ...path.of("staging")])).toEqual([
    { rule: "pinned-by-digest", message, fix },
  ]);
  expect(await path.refused(path.promotion)).toEqual([
    { rule: "pinned-by-digest", message: `staging: ${message}`, fix },
    {
      rule: "verified",
      message: "what staging means to run is not recorded: it was never verified with its settings of now",
      fix: "bring staging up, then: slipway release verify --stack staging",
    },
    {
      rule: "commit",
      message: "release.commit must be set: nobody could tell what it was made of",
      fix: "slipway release begin --stack staging --commit <commit> writes it",
    },
  ]);

  const named = ["--image", "api=ghcr.io/octo-org/shop-api:tag-a", "--commit", "main"];
  expect(await path.release(["begin", ...path.of("staging"), ...named])).toMatchObject({
    refused: [],
    written: path.fileOf("staging"),
  });
  expect(parse(readFileSync(path.fileOf("staging"), "utf8")).config["slipway:release"]).toEqual({
    commit: await headOf("main"),
    images: { api: digest("a") },
  });
  await path.up("staging");
  expect(await path.release(["verify", ...path.of("staging")])).toMatchObject({ isVerified: true });
});

test("what has not soaked is refused until the clock says that it has, and goes to production then", async () => {
  const waiting = configOf("production", { images: { api: digest("2") } }, {}, { soakMinutes: 30 });
  await path.commitFile("production", waiting);
  expect(timeless(await path.refused(locally(path.promotion)))).toEqual([
    {
      rule: "soak",
      message: "it has run verified in staging for 0 of 30 minutes, since WHEN",
      fix: "wait until WHEN",
    },
  ]);
  await path.slipway.run(["local", "clock", "--forward", "29m"]);
  expect(await path.refused(locally(path.promotion))).toMatchObject([
    {
      rule: "soak",
      message: expect.stringMatching(/^it has run verified in staging for 29 of 30 minutes, /),
    },
  ]);
  await path.slipway.run(["local", "clock", "--forward", "1m"]);
  await promoted();
  expect(await path.release(["show", ...path.of("production")])).toMatchObject({ differences: [] });
});

test("a release whose commit is not on main is promoted when it is", async () => {
  const sha = await headOf("main");
  await path.gitHub("POST", "/git/refs", { ref: "refs/heads/side", sha });
  const content = Buffer.from("two").toString("base64");
  await path.gitHub("PUT", "/contents/app.txt", { message: "two", content, branch: "side" });
  const commit = await headOf("side");
  const images = { api: digest("b") };
  await path.commitFile("staging", configOf("staging", { version: "2.0.0", commit, images }));
  await path.release(["begin", ...path.of("staging")]);
  await path.up("staging");
  await path.release(["verify", ...path.of("staging")]);
  await path.slipway.run(["local", "clock", "--forward", "30m"]);
  expect(await path.refused(locally(path.promotion))).toEqual([
    {
      rule: "commit-on-branch",
      message: `the commit ${commit.slice(0, 12)} is not on main`,
      fix: "merge it into main, or release a commit that is there",
    },
  ]);
  const pull = { title: "two", head: "side", base: "main" };
  const { number } = await path.gitHub("POST", "/pulls", pull);
  await path.gitHub("PUT", `/pulls/${number}/merge`);
  expect(await path.release(locally([...path.promotion, "--dry-run"]))).toMatchObject({ refused: [] });
});

test("another digest in staging than was verified is refused, and promoted when what was verified runs again", async () => {
  writeFileSync(path.fileOf("other"), configOf("staging", { images: { api: digest("e") } }));
  const other = ["local", "up", "--stack", "staging", "--stack-file", path.fileOf("other")];
  await path.slipway.json(other);
  expect(await path.refused(locally(path.promotion))).toEqual([
    {
      rule: "same-digests",
      message: `staging does not run what was verified: api is ${digest("e")}, verified was ${digest("b")}`,
      fix: "bring staging up and verify it again",
    },
  ]);
  await path.up("staging");
  expect(await path.release(["verify", ...path.of("staging")])).toMatchObject({ isVerified: true });
  await promoted();
});

test("an app that is pinned takes neither a promotion nor an up, until the rollback that pins it is finished", async () => {
  const app = await path.app("production");
  const { deployments } = await path.platform("GET", `/v2/apps/${app.id}/deployments`);
  const before = deployments.find(({ phase }: { phase: string }) => phase === "SUPERSEDED");
  const { deployment } = await path.platform("POST", `/v2/apps/${app.id}/rollback`, {
    deployment_id: before.id,
  });
  await path.live("production", deployment.id);
  const refusal = {
    rule: "pinned-app",
    fix: "finish it: slipway release rollback --stack production",
  };
  expect(await path.refused(locally(path.promotion))).toEqual([
    {
      rule: refusal.rule,
      fix: `${refusal.fix} --local`,
      message: `the app of production is pinned to deployment ${deployment.id} by a rollback: the platform refuses every deployment`,
    },
  ]);
  const begin = ["begin", ...path.of("production"), "--from-file", path.fileOf("staging")];
  expect(await path.refused(begin)).toEqual([
    {
      ...refusal,
      message: `the app is pinned to deployment ${deployment.id} by a rollback: the platform refuses every deployment`,
    },
  ]);
  writeFileSync(path.fileOf("other"), configOf("production", { images: { api: digest("e") } }));
  const up = ["local", "up", "--stack", "production", "--stack-file", path.fileOf("other")];
  const { stderr } = await path.run(up, 1);
  expect(stderr.split("\n").slice(-4)).toEqual([
    "bringing up production failed:",
    `  cannot update digitalocean:index/app:App shop: PUT /v2/apps/${app.id}: 409 app "shop-production" is pinned to deployment ${deployment.id} by a rollback: commit or revert it first`,
    "what was done is kept; a rollback pins the app: finish it with slipway release rollback --stack <stack> --local, then run this again",
    "",
  ]);

  const back = await path.release(["rollback", ...path.of("production"), "--reason", "pinned by hand"]);
  expect(back).toMatchObject({ way: "platform", from: "2.0.0", configuration: "written" });
  expect(await path.pulled()).toMatchObject({ images: { api: digest("a") } });
  expect(await path.release(begin)).toMatchObject({ refused: [] });
  await path.up("production");
  expect(await path.release(["verify", ...path.of("production")])).toMatchObject({ isVerified: true });
  expect(await path.release(["show", ...path.of("production")])).toMatchObject({
    differences: [],
    live: { components: { api: { digest: digest("a") } } },
  });
});
