import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { RecoverySettings } from "../../../components/recovery.settings.ts";
import { OperationFault } from "../../../operations/fault.ts";
import { begin } from "../../../operations/release/begin.ts";
import { figures } from "../../../operations/release/figures.ts";
import { hold, resume } from "../../../operations/release/hold.ts";
import { readHold } from "../../../operations/release/holds.ts";
import { readRecords, verifiedSince } from "../../../operations/release/records.ts";
import { withReleaseBlock } from "../../../operations/release/release-block.ts";
import { rollback } from "../../../operations/release/rollback.ts";
import { showRelease } from "../../../operations/release/show.ts";
import {
  figuresText,
  historyRows,
  holdChangeText,
  rollbackText,
  verifiedOrBackText,
} from "../../../operations/release/texts.ts";
import { verifyOrRollback } from "../../../operations/release/verify-or-rollback.ts";
import { shownText } from "../../../operations/release/words.ts";
import { type Bench, bench, digest, environment, stackText } from "./bench.ts";

let one: Bench;
const root = "/repos/octo-org/shop";
const context = () => one.context("staging");

/** Puts a release into staging, whose failed verifications roll back. */
async function staged(letter: string, version: string): Promise<void> {
  const commit = await one.commit("staging");
  const block = { version, commit, images: { api: digest(letter) } };
  await one.write("staging", withReleaseBlock(await one.file("staging"), "f", block));
  expect(await begin(await context())).toMatchObject({ refused: [] });
  await one.up("staging");
}

const verified = async (options: object = {}) =>
  await verifyOrRollback(await context(), { environment, ...options });
/** Without what differs from run to run. */
const steady = (text: string): string =>
  text
    .replace(/\d+(\.\d+)? (ms|s|%)(?=\W|$)/g, "N $2")
    .replace(/\b20\d\d-\d\d-\d\d \d\d:\d\d UTC/g, "WHEN")
    .replace(/\b[0-9a-f]{40}\b/g, "COMMIT")
    .replace(/\b[0-9a-f]{12}\b/g, "ID")
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, "GITHUB");

beforeAll(async () => {
  one = await bench();
  const verify = parse(stackText("staging")).config["slipway:verify"];
  const text = stackText("staging", { "slipway:verify": { ...verify, rollbackOnFailure: true } });
  await one.write("staging", text);
});
// The description wants a public address of what is watched from outside.
afterAll(async () =>
  expect((await one.close()).filter((text) => !/uptime\/checks.*format "url"/.test(text))).toEqual([]),
);

test("the first release that fails has nothing to go back to: it is told, and nothing is held", async () => {
  await staged("a", "1.0.0");
  one.answers["/"] = { status: 500, text: "down" };
  const result = await verified();
  delete one.answers["/"];
  expect(result.rollback).toMatchObject({
    refused: "there is no release before 1.0.0 that was verified in staging",
  });
  expect(verifiedOrBackText(result).split("\n").at(-2)).toBe(
    "staging stays: there is no release before 1.0.0 that was verified in staging",
  );
  expect(await readHold((await context()).place)).toBeUndefined();
  expect((await verified()).isVerified).toBe(true);
});

test("a release that fails where nothing is recorded, or none may go back, stays", async () => {
  await staged("b", "2.0.0");
  one.answers["/"] = { status: 500, text: "down" };
  for (const options of [{ isRecorded: false }, { mayRollBack: false }]) {
    const result = await verified(options);
    expect([result.isVerified, "rollback" in result]).toEqual([false, false]);
  }
  expect((await showRelease(await context())).live.components["api"]).toMatchObject({ digest: digest("b") });
});

test("a release that fails goes back by itself, is held, and says all of it", async () => {
  const result = await verified();
  delete one.answers["/"];
  expect(steady(verifiedOrBackText(result))).toBe(`staging: release 2.0.0 (ID) is not verified, N s
  ok   deployment: api sha256:ID, site commit ID
  ok   images: 1 in their registries
  ok   health /api/health: N ms
  FAIL smoke home: / answered 500, must answer 200, must contain "welcome" (2 tries)
  ok   instances: api 1 of 1
  ok   memory: api N %
  ok   time health: p95 N ms of at most N ms, 3 answers
  ok   time page: p95 N ms of at most N ms, 3 answers
  ok   logs: no line of an error
  ok   deadline: within N s
staging runs 1.0.0 again, in the place of 2.0.0 (N s)
  Pulumi.staging.yaml at GitHub has it: git pull gives it to your copy
  held until: slipway release resume --stack staging
  static sites are built again.
  staging is back at ID, so that site is built from it
`);
  expect(await readHold((await context()).place)).toMatchObject({
    reason: `${result.id} failed its verification`,
    by: "octocat",
  });
  const shown = await showRelease(await context());
  expect([shown.differences, shown.live.pinned, shown.meant.version]).toEqual([[], undefined, "1.0.0"]);
  expect(await begin(await context())).toMatchObject({ refused: [] });
  expect((await verified()).isVerified).toBe(true);
});

test("what runs, its history and its hold are told in words", async () => {
  const shown = await showRelease(await context());
  expect(steady(shownText(shown))).toBe(`staging: release 1.0.0 (ID)
  api sha256:ID: live
  site commit ID: live
  verified since WHEN
  held since WHEN by octocat: ID failed its verification
`);
  const records = await readRecords((await context()).place);
  expect(historyRows(records).map(([, , ...rest]) => rest.map(steady))).toEqual([
    ["1.0.0", "rollback", "verified", "10 checks passed, health p95 N ms, page p95 N ms"],
    ["2.0.0", "up", "failure", "rolled back to 1.0.0: ID failed its verification"],
    ["1.0.0", "up", "verified", "10 checks passed, health p95 N ms, page p95 N ms"],
  ]);
  const change = await hold(await context(), "again");
  expect(steady(holdChangeText(change))).toBe(
    "staging is held since WHEN by octocat: ID failed its verification\n",
  );
  expect(steady(holdChangeText(await resume(await context())))).toBe(
    "staging goes on; it was held since WHEN by octocat: ID failed its verification\n",
  );
  expect(holdChangeText(await resume(await context()))).toBe("staging was not held\n");
});

test("figures are told from what was recorded, and from the platform's checks from outside", async () => {
  const { live } = await showRelease(await context());
  const { body } = await one.platform.ask("POST", "/v2/uptime/checks", {
    name: "home",
    type: "http",
    target: `${live.url}/`,
    regions: ["us_east", "eu_west"],
    enabled: true,
  });
  const unseen = await figures(await context(), 30);
  expect(unseen).toMatchObject({ availability: [], unseen: ["home"] });
  expect(figuresText(unseen).split("\n").at(-2)).toBe("  availability          home has not looked yet");
  const state = (share: number, status: string) => ({ status, thirty_day_uptime_percentage: share });
  one.platform.faults.push({
    api: "digitalocean",
    method: "GET",
    path: `/v2/uptime/checks/${body.check.id}/state$`,
    status: 200,
    body: {
      state: {
        regions: { us_east: state(99.2, "UP"), eu_west: state(99.9, "UP"), se_asia: state(0, "CHECKING") },
      },
    },
    times: 1,
  });
  const found = await figures(await context(), 30);
  expect(found.restoreMinutes).toBe(0);
  expect(figuresText(found)).toBe(`staging, the last 30 days:
  deployments           2, 0.5 a week
  lead time             not known
  change failure rate   100 %
  time to restore       0 minutes of at most 30, met
  availability          home 99.2 % of 99.5 %, missed
`);
  const slow = { ...found, restoreMinutes: 30.1, availability: [{ name: "home", percent: 99.5 }] };
  expect(figuresText(slow).split("\n").slice(-3, -1)).toEqual([
    "  time to restore       30.1 minutes of at most 30, missed",
    "  availability          home 99.5 % of 99.5 %, met",
  ]);
  const promised = await context();
  const recovery = RecoverySettings.parse({ stackMinutes: 45 });
  const { restoreTargetMinutes } = await figures(
    { ...promised, settings: { ...promised.settings, recovery } },
    30,
  );
  expect([found.restoreTargetMinutes, restoreTargetMinutes]).toEqual([30, 45]);
});

const pullsOnly = {
  name: "main",
  target: "branch",
  enforcement: "active",
  conditions: { ref_name: { include: ["refs/heads/main"], exclude: [] } },
  rules: [
    {
      type: "pull_request",
      parameters: {
        dismiss_stale_reviews_on_push: false,
        require_code_owner_review: false,
        require_last_push_approval: false,
        required_approving_review_count: 0,
        required_review_thread_resolution: false,
      },
    },
  ],
};
let takenBack: string;
const rulesets = async () => (await one.gitHub.ask("GET", `${root}/rulesets`)).body as { id: number }[];

test("where the branch is protected, the stack file gets the older release by a pull request", async () => {
  await staged("c", "3.0.0");
  expect((await verified()).isVerified).toBe(true);
  const rules = await one.gitHub.ask("POST", `${root}/rulesets`, pullsOnly);
  expect(rules.status).toBe(201);
  takenBack = await one.file("staging");
  const result = await rollback(await context(), { reason: "slow", environment });
  expect(result).toMatchObject({ configuration: "pull request", to: { version: "1.0.0" }, way: "platform" });
  expect(steady(rollbackText(result))).toBe(`staging runs 1.0.0 again, in the place of 3.0.0 (N s)
  Pulumi.staging.yaml at GitHub has it when this is merged: GITHUB/octo-org/shop/pull/${result.pull?.split("/").at(-1)}
  held until: slipway release resume --stack staging
  static sites are built again.
  staging is back at ID, so that site is built from it
`);
  const number = result.pull?.split("/").at(-1);
  expect((await one.gitHub.ask("GET", `${root}/pulls/${number}`)).body).toMatchObject({
    title: "Roll staging back to 1.0.0",
    body: "The platform runs `1.0.0` again, and staging is held. Merge this, so that the next `pulumi up` agrees.\n",
  });
  // Until it is merged the stack file still means what was bad: that may not begin.
  expect((await begin(await context())).refused.map(({ rule }) => rule)).toEqual(["hold"]);
  await expect(verified()).rejects.toThrow(
    new OperationFault(
      "staging was rolled back to 1.0.0, and its stack file means 3.0.0: merge the pull request of the rollback where there is one, and pull Pulumi.staging.yaml; or end the hold with slipway release resume --stack staging",
    ),
  );
  expect((await one.gitHub.ask("PUT", `${root}/pulls/${number}/merge`)).status).toBe(200);
  expect(await begin(await context())).toMatchObject({ refused: [] });
  expect((await verified()).isVerified).toBe(true);
});

test("a second rollback to the same release is a pull request that has the older release again", async () => {
  await resume(await context());
  await one.gitHub.ask("DELETE", `${root}/rulesets/${(await rulesets())[0]?.id}`);
  const file = await one.file("staging");
  // The very text that was taken back, as who reverts a revert has it.
  await one.write("staging", takenBack);
  expect(await begin(await context())).toMatchObject({ refused: [] });
  await one.up("staging");
  expect((await verified()).checks.filter(({ isOk }) => !isOk)).toEqual([]);
  await one.gitHub.ask("POST", `${root}/rulesets`, pullsOnly);
  const result = await rollback(await context(), { reason: "slow again", environment });
  expect(result).toMatchObject({ configuration: "pull request", to: { version: "1.0.0" } });
  const number = result.pull?.split("/").at(-1);
  expect((await one.gitHub.ask("PUT", `${root}/pulls/${number}/merge`)).status).toBe(200);
  expect(await one.file("staging")).toBe(file);
  expect((await verified()).isVerified).toBe(true);
});

test("a rollback that does not end is told beside the verification that failed", async () => {
  await resume(await context());
  await one.gitHub.ask("DELETE", `${root}/rulesets/${(await rulesets())[0]?.id}`);
  await staged("d", "4.0.0");
  one.answers["/"] = { status: 500, text: "down" };
  one.platform.faults.push({
    api: "digitalocean",
    method: "POST",
    path: "/rollback/validate$",
    status: 422,
    body: { id: "unprocessable_entity", message: "set on purpose" },
    times: 1,
  });
  const result = await verified();
  delete one.answers["/"];
  expect(result.isVerified).toBe(false);
  expect(verifiedOrBackText(result).split("\n").slice(-3)).toEqual([
    expect.stringMatching(
      /^the rollback of staging did not end: POST \/v2\/apps\/[\w-]+\/rollback\/validate answered 422: set on purpose$/,
    ),
    "  go on with it: slipway release rollback --stack staging",
    "",
  ]);
  expect(await rollback(await context(), { environment })).toMatchObject({ to: { version: "1.0.0" } });
  const [newest] = await readRecords((await context()).place);
  expect(newest && verifiedSince(newest)).toBeUndefined();
});
