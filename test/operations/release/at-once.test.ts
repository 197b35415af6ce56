import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { OperationFault } from "../../../operations/fault.ts";
import { begin } from "../../../operations/release/begin.ts";
import { resume } from "../../../operations/release/hold.ts";
import { holdStack, resumeStack, yieldToFirst } from "../../../operations/release/holds.ts";
import { withReleaseBlock } from "../../../operations/release/release-block.ts";
import { rollback } from "../../../operations/release/rollback.ts";
import { showRelease } from "../../../operations/release/show.ts";
import { verifyRelease } from "../../../operations/release/verify.ts";
import { type Bench, bench, digest, environment } from "./bench.ts";

let one: Bench;
const ids: string[] = [];
beforeAll(async () => {
  one = await bench();
  for (const [letter, version] of [
    ["a", "1.0.0"],
    ["b", "2.0.0"],
    ["c", "3.0.0"],
  ] as const)
    await released(letter, version);
});
afterAll(async () => expect(await one.close()).toEqual([]));

async function released(letter: string, version: string): Promise<void> {
  const commit = await one.commit("staging");
  await one.write(
    "staging",
    withReleaseBlock(await one.file("staging"), "f", { version, commit, images: { api: digest(letter) } }),
  );
  await begin(await one.context("staging"));
  await one.up("staging");
  const { id } = await verifyRelease(await one.context("staging"));
  ids.push(id);
}
const context = () => one.context("staging");

/** What is left when all is done: it has to be of one release. */
async function left() {
  const { live, meant, hold, unfinishedRollback, differences } = await showRelease(await context());
  return { pinned: live.pinned, meant: meant.version, keeps: hold?.keeps, unfinishedRollback, differences };
}
const wholeOf = (id: string | undefined, meant: string) => ({
  pinned: undefined,
  meant,
  keeps: id,
  unfinishedRollback: undefined,
  differences: [],
});

test("of two rollbacks to different releases at once the one that held the stack first goes on, and the other is told", async () => {
  const ended = await Promise.allSettled([
    rollback(await context(), { to: ids[0], reason: "slow", environment }),
    rollback(await context(), { to: ids[1], reason: "wrong", environment }),
  ]);
  const reasons = ended.map((one) => (one.status === "rejected" ? String(one.reason.message) : undefined));
  const winner = reasons.indexOf(undefined);
  expect(reasons[1 - winner]?.replace(/since .* UTC/, "since WHEN")).toBe(
    `held since WHEN by octocat: ${["slow", "wrong"][winner]}; that rollback goes to ${ids[winner]} and was first, so this one has done nothing: wait until it has ended, and see slipway release show --stack staging`,
  );
  expect(await left()).toEqual(wholeOf(ids[winner], ["1.0.0", "2.0.0"][winner] ?? ""));
  await resume(await context());
  expect((await left()).keeps).toBeUndefined();
});

test("two rollbacks to the same release at once are one", async () => {
  await released("d", "4.0.0");
  const both = await Promise.all(
    ["slow", "wrong"].map(async (reason) => rollback(await context(), { to: ids[0], reason, environment })),
  );
  expect(both.map(({ to }) => to?.version)).toEqual(["1.0.0", "1.0.0"]);
  expect(await left()).toEqual(wholeOf(ids[0], "1.0.0"));
  await resume(await context());
});

/** A context whose work stops before its first request that fits, until the returned function is called. */
async function stopped(method: string, path: string) {
  const made = await context();
  let go = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    const gate = new Promise<void>((open) => {
      go = open;
    });
    one.gitHub.faults.push({ api: "github", method, path, status: 503, times: 1 });
    made.place.access.wait = async () => {
      resolve();
      await gate;
    };
  });
  return { made, reached, go: () => go() };
}

test("resume while a rollback is under way is refused, and a rollback to another release as well", async () => {
  await released("e", "5.0.0");
  const { made, reached, go } = await stopped("PUT", "/contents/Pulumi.staging.yaml$");
  const under = rollback(made, { to: ids[0], environment });
  await reached;
  const pinned = (await showRelease(await context())).live.pinned;
  await expect(resume(await context())).rejects.toThrow(
    new OperationFault(
      `a rollback of staging is under way or was interrupted: the app is pinned to deployment ${pinned}, and the platform refuses every other; wait until it has ended, or go on with it by slipway release rollback --stack staging, then resume`,
    ),
  );
  await expect(rollback(await context(), { to: ids[1], environment })).rejects.toThrow(
    `the app is pinned to deployment ${pinned}, which runs another release: end that rollback first`,
  );
  go();
  expect(await under).toMatchObject({ to: { version: "1.0.0" } });
  expect(await left()).toEqual(wholeOf(ids[0], "1.0.0"));
  expect((await resume(await context())).isHeld).toBe(false);
});

test("a rollback whose hold was ended under it leaves the stack file alone and says how it goes on", async () => {
  await released("f", "6.0.0");
  const { made, reached, go } = await stopped("POST", "/deployments/\\d+/statuses$");
  const under = rollback(made, { to: ids[0], environment });
  await reached;
  await resumeStack((await context()).place, "octocat");
  go();
  await expect(under).rejects.toThrow(
    new OperationFault(
      "the hold of staging was ended while it was rolled back to 1.0.0: its stack file is left as it is; slipway release show --stack staging tells what runs, and slipway release rollback --stack staging goes on",
    ),
  );
  expect(await rollback(await context(), { environment })).toMatchObject({ to: { version: "1.0.0" } });
  expect(await left()).toEqual(wholeOf(ids[0], "1.0.0"));
});

test("a rollback that goes on with its own hold minds none that it replaced", async () => {
  const { place } = await context();
  const again = await holdStack(place, "further back", "octocat", ids[1]);
  expect(await yieldToFirst(place, again, again)).toBeUndefined();
  expect(await rollback(await context(), { environment })).toMatchObject({ to: { version: "2.0.0" } });
  expect(await left()).toEqual(wholeOf(ids[1], "2.0.0"));
});
