import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { begin } from "../../../operations/release/begin.ts";
import type { ReleaseContext } from "../../../operations/release/context.ts";
import { hold, resume } from "../../../operations/release/hold.ts";
import { promote } from "../../../operations/release/promote.ts";
import { withReleaseBlock } from "../../../operations/release/release-block.ts";
import { rollback } from "../../../operations/release/rollback.ts";
import { showRelease } from "../../../operations/release/show.ts";
import { verifyRelease } from "../../../operations/release/verify.ts";
import { type Bench, bench, digest, environment, stackText } from "./bench.ts";

let one: Bench;
let silent: Server;
beforeAll(async () => {
  one = await bench();
  await one.up("production");
  for (const [letter, version] of [
    ["a", "1.0.0"],
    ["b", "2.0.0"],
  ] as const) {
    const commit = await one.commit("staging");
    const block = { version, commit, images: { api: digest(letter) } };
    await one.write("staging", withReleaseBlock(await one.file("staging"), "f", block));
    await begin(await one.context("staging"));
    await one.up("staging");
    expect((await verifyRelease(await one.context("staging"))).isVerified).toBe(true);
  }
  one.ahead.minutes = 61;
  // Takes requests and never answers.
  silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  expect(await one.close()).toEqual([]);
});
beforeEach(() => {
  one.platform.faults.length = 0;
  one.gitHub.faults.length = 0;
  one.waits.length = 0;
});

const toFile = () => join(one.folder, "Pulumi.production.yaml");
const promoted = (context: ReleaseContext) =>
  promote(context, { to: "production", toFile: toFile(), environment });
const back = (context: ReleaseContext) => rollback(context, { environment });

/** Each command with requests that it makes of GitHub and of the platform. */
const commands: [string, (context: ReleaseContext) => Promise<unknown>, string[], string[]][] = [
  ["show", showRelease, ["GET /deployments$"], ["GET ^/v2/apps$"]],
  ["begin", begin, ["GET /deployments$", "GET /branches/"], ["GET ^/v2/apps$"]],
  [
    "verify",
    (context) => verifyRelease(context),
    ["GET /deployments$"],
    ["GET ^/v2/apps$", "GET /instances$", "GET /logs$"],
  ],
  ["promote", promoted, ["GET /contents/", "GET /compare/", "GET /branches/"], ["GET ^/v2/apps$"]],
  [
    "rollback",
    back,
    ["GET /contents/", "GET /deployments$", "PUT /contents/"],
    ["GET ^/v2/apps$", "POST /rollback/validate$", "POST /rollback$", "POST /rollback/commit$"],
  ],
  ["hold", (context) => hold(context, "freeze"), ["GET /deployments$", "POST /deployments$"], []],
  ["resume", (context) => resume(context), ["GET /deployments$"], []],
];
const refusing: [number, RegExp][] = [
  [401, /: the token is wrong or has expired$/],
  [404, /: it is not there, or the token may not see it$/],
  [409, /: said on purpose$/],
  [422, /: said on purpose$/],
];
const cases = commands.flatMap(([name, work, gitHub, platform]) =>
  refusing.flatMap(([status, step]) =>
    [
      ...gitHub.map((request) => ["GitHub", request] as const),
      ...platform.map((request) => ["the platform", request] as const),
    ].map(([cloud, request]) => ({ name, work, status, step, cloud, request })),
  ),
);
/** Where an answer means that there is nothing, or that a branch may not be written. */
const isMeant = ({ request, status }: { request: string; status: number }): boolean =>
  (status === 404 && /contents|compare|branches/.test(request)) ||
  (request.startsWith("PUT /contents/") && status !== 401);

function set(cloud: string, request: string, status: number, times = 1): void {
  const [method = "", path = ""] = request.split(" ");
  const body = { id: "set", message: "said on purpose", documentation_url: "https://docs.github.com/rest" };
  for (let index = 0; index < times; index += 1)
    if (cloud === "GitHub") one.gitHub.faults.push({ api: "github", method, path, status, body, times: 1 });
    else one.platform.faults.push({ api: "digitalocean", method, path, status, body, times: 1 });
}

describe("a command that is refused names what was asked, what was answered and the next step", () => {
  test.each(cases.filter((one) => !isMeant(one) && one.name !== "rollback" && one.name !== "hold"))(
    "$name: $cloud answers $status to $request",
    async ({ work, cloud, request, status, step }) => {
      const context = await one.context("staging");
      set(cloud, request, status);
      const fault: unknown = await work(context).catch((error: unknown) => error);
      const { message } = fault as Error;
      expect(message).toMatch(new RegExp(`^${request.split(" ")[0]} /\\S+ answered ${status}`));
      expect(message).toMatch(step);
      expect(message.split("\n")).toHaveLength(1);
    },
  );
});

test.each(commands.slice(0, 4))(
  "%s: a platform that does not answer in time is told with the time",
  async (_, work) => {
    const context = await one.context("staging");
    const platform = {
      ...context.platform,
      endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      timeout: 20,
    };
    await expect(work({ ...context, platform })).rejects.toThrow(
      "GET /v2/apps was not answered within 0.02 s",
    );
  },
);

test("GitHub that does not answer in time is told after five tries", async () => {
  const context = await one.context("staging");
  const access = {
    ...context.place.access,
    endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    timeout: 20,
  };
  await expect(showRelease({ ...context, place: { ...context.place, access } })).rejects.toThrow(
    "GET /repos/octo-org/shop/deployments was not answered",
  );
});

describe("a promotion is refused, with every reason", () => {
  const rulesOf = async () =>
    (
      (await promoted(await one.context("staging"))) as { refused: { rule: string; message: string }[] }
    ).refused.map(({ rule, message }) => [rule, message]);

  test("where the commit is on no branch that counts", async () => {
    const before = await one.file("staging");
    const { body } = await one.gitHub.ask("GET", "/repos/octo-org/shop/branches/main");
    const sha = (body as { commit: { sha: string } }).commit.sha;
    await one.gitHub.ask("POST", "/repos/octo-org/shop/git/refs", { ref: "refs/heads/side", sha });
    const content = Buffer.from("side").toString("base64");
    const made = await one.gitHub.ask("PUT", "/repos/octo-org/shop/contents/side.txt", {
      message: "s",
      content,
      branch: "side",
    });
    const commit = (made.body as { commit: { sha: string } }).commit.sha;
    await one.write(
      "staging",
      withReleaseBlock(before, "f", { version: "2.0.0", commit, images: { api: digest("b") } }),
    );
    const refused = await rulesOf();
    await one.write("staging", before);
    expect(refused).toContainEqual(["commit-on-branch", `the commit ${commit.slice(0, 12)} is not on main`]);
  });

  test("where an image is named by a tag", async () => {
    const before = await one.file("staging");
    const app = {
      services: {
        api: {
          image: { registry: "ghcr", repository: "octo-org/shop-api", tag: "latest" },
          port: 8080,
          size: "apps-s-1vcpu-0.5gb",
        },
      },
      ingress: [{ path: "/", component: "api" }],
    };
    await one.write(
      "staging",
      stackText("staging", { "slipway:app": app, "slipway:release": { version: "2.0.0" } }),
    );
    const refused = await rulesOf();
    await one.write("staging", before);
    expect(refused[0]).toEqual([
      "pinned-by-digest",
      "staging: app.services.api.image.tag: must be left out for a digest in release.images: a tag can be moved; got latest",
    ]);
  });

  test("where the app that it goes to is pinned by a rollback", async () => {
    await one.up("production");
    const { apps } = (await one.platform.ask("GET", "/v2/apps")).body;
    const app = apps.find((found: { spec: { name: string } }) => found.spec.name === "shop-production");
    const { deployments } = (await one.platform.ask("GET", `/v2/apps/${app.id}/deployments`)).body;
    const old = deployments.find(({ phase }: { phase: string }) => phase === "SUPERSEDED");
    const made = (
      await one.platform.ask("POST", `/v2/apps/${app.id}/rollback`, {
        deployment_id: old.id,
        skip_pin: false,
      })
    ).body;
    await one.platform.until(
      `/v2/apps/${app.id}/deployments/${made.deployment.id}`,
      ({ deployment }) => deployment.phase === "ACTIVE",
    );
    expect(await rulesOf()).toContainEqual([
      "pinned-app",
      `the app of production is pinned to deployment ${made.deployment.id} by a rollback: the platform refuses every deployment`,
    ]);
    await one.platform.ask("POST", `/v2/apps/${app.id}/rollback/commit`);
  });
});

test("a rollback goes on after each refusal of each of its requests, and is one rollback at last", async () => {
  const refused: string[] = [];
  const order = [
    "GET",
    "POST /rollback/validate$",
    "POST /rollback$",
    "PUT /contents/",
    "POST /rollback/commit$",
  ];
  const placeOf = (request: string) =>
    order.findIndex((one) => request === one || request.startsWith(`${one} `));
  const own = cases.filter((found) => found.name === "rollback" && !isMeant(found));
  for (const { request, cloud, status, step } of own.sort(
    (a, b) => placeOf(a.request) - placeOf(b.request),
  )) {
    const context = await one.context("staging");
    set(cloud, request, status);
    const fault: unknown = await back(context).catch((error: unknown) => error);
    one.platform.faults.length = 0;
    one.gitHub.faults.length = 0;
    if (!(fault instanceof Error)) continue;
    refused.push(`${request} ${status}`);
    expect(fault.message).toMatch(step);
  }
  // Every request that it makes, in the order in which it makes them.
  expect(new Set(refused.map((text) => text.replace(/ \d+$/, "")))).toEqual(
    new Set(["GET /contents/", "GET /deployments$", "GET ^/v2/apps$", ...order.slice(1)]),
  );
  expect(refused.filter((text) => text.startsWith("POST"))).toHaveLength(12);
  await back(await one.context("staging"));
  const shown = await showRelease(await one.context("staging"));
  expect([shown.meant.version, shown.differences, shown.live.pinned]).toEqual(["1.0.0", [], undefined]);
  const made = one.platform.requests.filter(
    ({ path, status }) => path === `/v2/apps/${shown.live.app}/rollback` && status === 200,
  );
  expect(made).toHaveLength(1);
});
