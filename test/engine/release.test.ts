import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { cancelled, killedUp, leftLock } from "./release-left.ts";
import { configOf, digest, ReleasePath, repository } from "./release-path.ts";

const path = new ReleasePath();
beforeAll(() => path.begin());
afterAll(() => path.slipway.end());

/** What was previewed for the release before. */
let preview: string;

test("what was verified in staging goes to production by a merged pull request, which one comment tells about", async () => {
  await path.staged("1.0.0", "a");
  const { pull } = (await path.release(path.promotion)) as { pull: { number: number } };
  const { head } = (await path.gitHub("GET", `/pulls/${pull.number}`)) as { head: { ref: string } };
  await path.pulled(head.ref, "promoted");
  preview = await path.preview("production", path.fileOf("promoted"));

  const target = `${repository}#${pull.number}`;
  const report = ["report", "--preview", `production=${preview}`, "--post", target];
  const stackFile = ["--stack-file", `production=${path.fileOf("promoted")}`];
  const said = [await path.run([...report, ...stackFile]), await path.run([...report, ...stackFile])];
  expect(said.map(({ stderr }) => stderr.split(":")[0])).toEqual(["commented", "edited the comment"]);
  const comments = await path.gitHub("GET", `/issues/${pull.number}/comments`);
  expect(comments).toEqual([expect.objectContaining({ body: expect.stringContaining("production") })]);

  const again = (await path.release([...path.promotion, "--preview", preview])) as {
    pull: { number: number; isNew: boolean };
    body: string;
  };
  expect(again.pull).toMatchObject({ number: pull.number, isNew: false });
  expect(again.body).toMatch(/^- the preview of 20\d\d-.* UTC shows: 3 `create`$/m);
  await path.merged(pull.number);
  await path.up("production");
  expect(await path.release(["verify", ...path.of("production")])).toMatchObject({ isVerified: true });
  expect(await path.release(["show", ...path.of("production")])).toMatchObject({
    meant: { version: "1.0.0" },
    differences: [],
  });
}, 300_000);

test("a preview of the release before is stale", async () => {
  await path.staged("2.0.0", "b");
  const { refused } = await path.release([...path.promotion, "--preview", preview], 3);
  expect(refused).toMatchObject([
    {
      rule: "stale-preview",
      message: expect.stringMatching(/^production was deployed after the preview was made, 20/),
    },
    { rule: "stale-preview", message: "the preview deploys another api than this release" },
  ]);
}, 300_000);

test("a release whose run was killed, with a lock left behind, is brought up by the next run", async () => {
  const { pull } = (await path.release(path.promotion)) as { pull: { number: number } };
  await path.merged(pull.number);
  await killedUp(path);
  leftLock(path, "production");
  const up = ["local", "up", "--stack", "production", "--stack-file", path.fileOf("production")];
  const { stderr } = await path.run(up, 1);
  expect(stderr).toContain("the stack is currently locked by 1 lock(s)");
  expect(stderr).toContain("`pulumi cancel`");
  await cancelled(path, "production");
  expect(await path.begun()).toMatchObject({ refused: [] });
  await path.up("production");
  expect(await path.release(["show", ...path.of("production")])).toMatchObject({
    meant: { version: "2.0.0" },
    differences: [],
  });
}, 300_000);

test("a release that fails its verification is taken back by itself, stays back, and the next up agrees", async () => {
  const release = await path.pulled();
  const verify = { smoke: { api: { path: "/items", contains: "2.0.0 works" } }, rollbackOnFailure: true };
  writeFileSync(path.fileOf("strict"), configOf("production", release, verify));
  const failed = await path.release(["verify", ...path.of("production", "strict")], 3);
  expect(failed).toMatchObject({
    isVerified: false,
    rollback: { way: "platform", configuration: "written", from: "2.0.0", to: { version: "1.0.0" } },
  });
  expect(await path.pulled()).toMatchObject({ version: "1.0.0", images: { api: digest("a") } });
  expect(await path.release(["show", ...path.of("production")])).toMatchObject({
    live: { components: { api: { digest: digest("a") } } },
    hold: { reason: `${failed["id"]} failed its verification` },
  });
  await path.begun();
  await path.up("production");
  expect(await path.release(["verify", ...path.of("production")])).toMatchObject({ isVerified: true });
  expect((await path.up("production")).changes).toMatchObject({
    create: 0,
    update: 0,
    replace: 0,
    delete: 0,
  });
}, 300_000);

test("what is held is promoted nothing to, and what failed does not come back after it either", async () => {
  expect(await path.release(path.promotion, 3)).toMatchObject({
    refused: [{ rule: "hold" }, { rule: "failed-before" }],
  });
  await path.release(["resume", ...path.of("production")]);
  expect(await path.release(path.promotion, 3)).toMatchObject({ refused: [{ rule: "failed-before" }] });
  const { releases } = (await path.release(["history", ...path.of("production")])) as {
    releases: { release: { version: string }; way: string }[];
  };
  expect(releases.map((one) => [one.release.version, one.way])).toEqual([
    ["1.0.0", "rollback"],
    ["2.0.0", "up"],
    ["2.0.0", "up"],
    ["1.0.0", "up"],
  ]);
});
