import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { OperationFault } from "../../../operations/fault.ts";
import type { ReleaseContext } from "../../../operations/release/context.ts";
import { resume } from "../../../operations/release/hold.ts";
import { readHold } from "../../../operations/release/holds.ts";
import { findApp } from "../../../operations/release/platform.ts";
import { promote } from "../../../operations/release/promote.ts";
import { readRecords } from "../../../operations/release/records.ts";
import { withReleaseBlock } from "../../../operations/release/release-block.ts";
import { rollback } from "../../../operations/release/rollback.ts";
import { showRelease } from "../../../operations/release/show.ts";
import { verifyRelease } from "../../../operations/release/verify.ts";
import { shownText } from "../../../operations/release/words.ts";
import { type Bench, bench, digest, environment } from "./bench.ts";

let one: Bench;
beforeAll(async () => {
  one = await bench();
  for (const [letter, version] of [
    ["a", "1.0.0"],
    ["b", "2.0.0"],
  ] as const) {
    const commit = await one.commit("staging");
    const text = await one.file("staging");
    const block = { version, commit, images: { api: digest(letter) } };
    await one.write("staging", withReleaseBlock(text, "f", block));
    await one.up("staging");
    expect((await verifyRelease(await one.context("staging"))).isVerified).toBe(true);
  }
});
afterAll(async () => expect(await one.close()).toEqual([]));
beforeEach(() => {
  one.platform.faults.length = 0;
  one.gitHub.faults.length = 0;
  one.waits.length = 0;
});

const message = "set on purpose";
const gitHubFault = (method: string, path: string, status: number, times = 1, headers = {}) => {
  const body = { message, documentation_url: "https://docs.github.com/rest" };
  for (let index = 0; index < times; index += 1)
    one.gitHub.faults.push({ api: "github", method, path, status, body, headers, times: 1 });
};
const platformFault = (method: string, path: string, status: number, times = 1, headers = {}) => {
  for (let index = 0; index < times; index += 1)
    one.platform.faults.push({
      api: "digitalocean",
      method,
      path,
      status,
      body: { id: "set", message },
      headers,
      times: 1,
    });
};
const writes = () =>
  [...one.platform.requests, ...one.gitHub.requests].filter(({ effect }) => effect === "write").length;

describe("the platform", () => {
  test.each([
    [401, "GET /v2/apps answered 401: the token is wrong or has expired"],
    [404, "GET /v2/apps answered 404: it is not there, or the token may not see it"],
    [409, "GET /v2/apps answered 409: set on purpose"],
    [422, "GET /v2/apps answered 422: set on purpose"],
  ])("that answers %i is told with the next step, at once", async (status, text) => {
    platformFault("GET", "^/v2/apps$", status);
    await expect(showRelease(await one.context("staging"))).rejects.toThrow(text);
    expect(one.waits).toEqual([]);
  });

  test.each([
    [429, { "retry-after": "7" }, [7000]],
    [429, {}, [1000]],
    [500, {}, [1000]],
    [503, { "retry-after": "3600" }, [60_000]],
  ])("that answers %i with %j is asked again", async (status, headers, waits) => {
    platformFault("GET", "^/v2/apps$", status, 1, headers);
    expect((await showRelease(await one.context("staging"))).differences).toEqual([]);
    expect(one.waits).toEqual(waits);
  });

  test("that goes on failing is told after five tries", async () => {
    platformFault("GET", "^/v2/apps$", 500, 5);
    await expect(showRelease(await one.context("staging"))).rejects.toThrow(
      "GET /v2/apps answered 500: set on purpose",
    );
    expect(one.waits).toEqual([1000, 2000, 4000, 8000]);
  });

  test("that does not answer in time is told with the time", async () => {
    const context = await one.context("staging");
    const platform = { ...context.platform, endpoint: "http://192.0.2.1:9", timeout: 1 };
    await expect(findApp(platform, "shop-staging")).rejects.toThrow(
      /^GET \/v2\/apps was not answered (within 0.001 s|in a readable way: check the network)$/,
    );
  });
});

describe("GitHub", () => {
  test.each([
    [401, "GET /repos/octo-org/shop/deployments answered 401: the token is wrong or has expired"],
    [404, "GET /repos/octo-org/shop/deployments answered 404: it is not there, or the token may not see it"],
    [422, "GET /repos/octo-org/shop/deployments answered 422"],
  ])("that answers %i is told with the next step", async (status, text) => {
    gitHubFault("GET", "/deployments$", status);
    await expect(readRecords((await one.context("staging")).place)).rejects.toThrow(text);
  });

  test("that asks for patience is asked again, and no record is made twice", async () => {
    gitHubFault("POST", "/statuses$", 429, 1, { "retry-after": "3" });
    const before = (await readRecords((await one.context("staging")).place)).length;
    expect((await verifyRelease(await one.context("staging"))).isVerified).toBe(true);
    expect(one.waits).toEqual([3000]);
    expect(await readRecords((await one.context("staging")).place)).toHaveLength(before);
  });
});

test("a record with a version that no stack file may have is none", async () => {
  const { place } = await one.context("staging");
  const records = await readRecords(place);
  const [newest] = records;
  const { components, settings } = newest?.release ?? {};
  const payload = {
    slipway: 1,
    stack: "staging",
    id: newest?.id,
    version: "6.6.6\u001b[31m",
    components,
    settings,
  };
  const made = await one.gitHub.ask("POST", "/repos/octo-org/shop/deployments", {
    ref: "main",
    task: "slipway:release",
    environment: "staging",
    auto_merge: false,
    required_contexts: [],
    payload: JSON.stringify(payload),
  });
  expect(made.status).toBe(201);
  expect(await readRecords(place)).toEqual(records);
});

test("a verification that is interrupted leaves a word that it was, and nothing verified", async () => {
  const interrupt = new AbortController();
  const tell = (text: string) => {
    if (text.startsWith("asking")) interrupt.abort(new OperationFault("interrupted"));
  };
  const context: ReleaseContext = { ...(await one.context("staging")), tell, signal: interrupt.signal };
  await expect(verifyRelease(context)).rejects.toThrow("interrupted");
  const [newest] = await readRecords(context.place);
  expect(newest?.statuses.at(-1)).toMatchObject({ state: "error", description: "not verified: interrupted" });
  expect((await verifyRelease(await one.context("staging"))).isVerified).toBe(true);
});

test("a promotion that is refused writes nothing", async () => {
  await one.up("production");
  const before = writes();
  const toFile = join(one.folder, "Pulumi.production.yaml");
  const { refused } = await promote(await one.context("staging"), { to: "production", toFile, environment });
  expect(refused.map(({ rule }) => rule)).toEqual(["soak"]);
  expect(writes()).toBe(before);
});

test("a promotion is refused where staging runs another digest than was verified", async () => {
  const text = await one.file("staging");
  await one.write("staging", withReleaseBlock(text, "f", { images: { api: digest("e") } }));
  await one.up("staging");
  await one.write("staging", text);
  const toFile = join(one.folder, "Pulumi.production.yaml");
  one.ahead.minutes = 61;
  const { refused } = await promote(await one.context("staging"), { to: "production", toFile, environment });
  expect(refused.map((reason) => reason.message)).toEqual([
    `staging does not run what was verified: api is ${digest("e")}, verified was ${digest("b")}`,
  ]);
  await one.up("staging");
});

describe("a rollback", () => {
  test("that is interrupted after the platform went back goes on where it was", async () => {
    gitHubFault("PUT", "/contents/", 500, 5);
    await expect(rollback(await one.context("staging"), { environment })).rejects.toThrow(
      "PUT /repos/octo-org/shop/contents/Pulumi.staging.yaml answered 500",
    );
    const shown = await showRelease(await one.context("staging"));
    const [app] = (await one.platform.ask("GET", "/v2/apps")).body.apps;
    expect(shown.live.pinned).toBe(app.pinned_deployment.id);
    expect(shown.live.deployment).toBe(shown.live.pinned);
    expect(shown.hold?.reason).toBe("rolled back by hand");
    expect(shownText(shown)).toMatch(
      new RegExp(
        `\\n {2}the rollback to ${shown.hold?.keeps} did not end: go on with it by slipway release rollback --stack staging\\n$`,
      ),
    );

    const result = await rollback(await one.context("staging"), { environment });
    expect(result).toMatchObject({ way: "platform", configuration: "written", to: { version: "1.0.0" } });
    const after = await showRelease(await one.context("staging"));
    expect([after.differences, after.live.pinned, after.unfinishedRollback]).toEqual([
      [],
      undefined,
      undefined,
    ]);
    expect(one.platform.requests.filter(({ path }) => path.endsWith("/rollback"))).toHaveLength(1);
  });

  test("to a release that failed is refused", async () => {
    const { place } = await one.context("staging");
    const spoiled = (await readRecords(place)).find(({ release }) => release.version === "2.0.0");
    const { refused } = await rollback(await one.context("staging"), { environment, to: spoiled?.id });
    expect(refused).toBe(
      `${spoiled?.id} must be the id of a release that was verified in staging: see slipway release history --stack staging`,
    );
  });

  test("that the platform does not allow is in the stack file, and runs after the next up", async () => {
    await resume(await one.context("staging"));
    const commit = await one.commit("staging");
    const block = { version: "3.0.0", commit, images: { api: digest("c") } };
    await one.write("staging", withReleaseBlock(await one.file("staging"), "f", block));
    await one.up("staging");
    expect((await verifyRelease(await one.context("staging"))).isVerified).toBe(true);
    const error = {
      code: "database_config_conflict",
      message: "the databases of the app have changed since",
    };
    const body = { valid: false, error };
    one.platform.faults.push({
      api: "digitalocean",
      method: "POST",
      path: "/rollback/validate$",
      status: 200,
      body,
      times: 1,
    });
    expect(await rollback(await one.context("staging"), { environment })).toMatchObject({
      way: "configuration",
      reason: "the databases of the app have changed since",
      configuration: "written",
      to: { version: "1.0.0" },
    });
    expect((await showRelease(await one.context("staging"))).differences).toMatchObject([
      { component: "api", meant: digest("a"), live: digest("c") },
      { component: "site" },
    ]);
  });

  test("holds the stack by one hold", async () => {
    expect(await readHold((await one.context("staging")).place)).toMatchObject({ by: "octocat" });
  });
});
