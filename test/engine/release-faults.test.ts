import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { digest, ReleasePath } from "./release-path.ts";

const path = new ReleasePath();
beforeAll(async () => {
  await path.begin();
  await path.staged("1.0.0", "a");
});
afterAll(() => path.slipway.end());

const mended = "what was done is kept: run the same command again when that is mended";
const later = "what was done is kept: run the same command again later";
const said = "a fault set by slipway local fault";
const shop = "/repos/octo-org/shop";
const impatient = { SLIPWAY_API_TIMEOUT: "2" };

const promotion = ["release", ...path.promotion];
const pulls = () => path.gitHub("GET", "/pulls?state=all");
const verify = ["release", "verify", ...path.of("staging")];
const begin = ["release", "begin", ...path.of("staging")];

describe("GitHub, asked for a promotion, that answers", () => {
  // One after the other, each a step further: none of them leaves anything that the next run does not go on with.
  test.each<[number, string, string, string]>([
    [
      401,
      "GET",
      "/contents/",
      `GET ${shop}/contents/Pulumi.production.yaml answered 401: the token is wrong or has expired`,
    ],
    [
      404,
      "GET",
      "/deployments$",
      `GET ${shop}/deployments answered 404: it is not there, or the token may not see it`,
    ],
    [409, "POST", "/git/refs$", `POST ${shop}/git/refs answered 409: ${said}`],
    [422, "PUT", "/contents/", `PUT ${shop}/contents/Pulumi.production.yaml answered 422: ${said}`],
    [409, "PUT", "/contents/", `PUT ${shop}/contents/Pulumi.production.yaml answered 409: ${said}`],
    [422, "POST", "/pulls$", `POST ${shop}/pulls answered 422: ${said}`],
  ])("%i to %s %s opens no pull request", async (status, method, where, text) => {
    await path.fault("github", String(status), "--method", method, "--path", where);
    expect(await path.told(promotion)).toEqual([text, mended]);
    expect(await pulls()).toEqual([]);
  });

  test("500 again and again is told, and nothing is open", async () => {
    await path.fault(
      "github",
      "500",
      "--method",
      "POST",
      "--path",
      "/pulls$",
      "--times",
      "5",
      "--retry-after",
      "1",
    );
    expect(await path.told(promotion)).toEqual([`POST ${shop}/pulls answered 500`, later]);
    expect(await pulls()).toEqual([]);
  });

  test("nothing in time, then 429 with Retry-After, then 500 is asked again: there is one pull request", async () => {
    await path.fails("github", "--method", "POST", "--path", "/pulls$");
    expect(await path.release(path.promotion)).toMatchObject({ pull: { number: 1, isNew: true } });
    expect(await path.release(path.promotion)).toMatchObject({ pull: { number: 1, isNew: false } });
    expect(await pulls()).toHaveLength(1);
  });
});

describe("DigitalOcean, asked for a verification, that answers", () => {
  const where = ["--method", "GET", "--path", "^/v2/apps$"];

  test.each<[number, string]>([
    [401, "the token is wrong or has expired"],
    [404, "it is not there, or the token may not see it"],
    [409, said],
    [422, said],
  ])("%i verifies nothing, and nothing is promoted until it does", async (status, text) => {
    await path.fault("digitalocean", String(status), ...where);
    expect(await path.told(verify)).toEqual([`GET /v2/apps answered ${status}: ${text}`, mended]);
    expect(await path.refused(path.promotion)).toEqual([
      {
        rule: "verified",
        message: `staging is not verified: not verified: GET /v2/apps answered ${status}: ${text}`,
        fix: "bring staging up, then: slipway release verify --stack staging",
      },
    ]);
    expect(await path.release(["verify", ...path.of("staging")])).toMatchObject({ isVerified: true });
  });

  test("500 again and again is told", async () => {
    await path.fault("digitalocean", "500", ...where, "--times", "5", "--retry-after", "1");
    expect(await path.told(verify)).toEqual([`GET /v2/apps answered 500: ${said}`, later]);
  });

  test("nothing in time, then 429 with Retry-After, then 500, is asked again and verified", async () => {
    await path.fails("digitalocean", ...where);
    expect(await path.release(["verify", ...path.of("staging")])).toMatchObject({ isVerified: true });
    expect(await path.release(path.promotion)).toMatchObject({ refused: [] });
  });

  test("nothing and breaks off is asked again", async () => {
    await path.fault("digitalocean", "cut", ...where);
    expect(await path.release(["show", ...path.of("staging")])).toMatchObject({ differences: [] });
  });
});

describe("the registry, asked at the beginning, that answers", () => {
  const image = `ghcr.io/octo-org/shop-api@${digest("b")}`;
  const where = ["--path", "/manifests/"];
  beforeAll(() => path.committed("2.0.0", "b"));

  test.each<[number, string]>([
    [
      401,
      "who asks is not known there: set REGISTRY_CREDENTIALS to user:token with the right to read packages",
    ],
    [403, "who asks may not read it: set REGISTRY_CREDENTIALS to user:token with the right to read packages"],
    [409, "UNSUPPORTED"],
    [422, "UNSUPPORTED"],
  ])("%i begins nothing", async (status, text) => {
    await path.fault("registry", String(status), ...where);
    const before = await path.writes();
    expect(await path.told(begin)).toEqual([
      `${image} could not be looked up: its registry answered ${status}: ${text}`,
      mended,
    ]);
    expect(await path.writes()).toBe(before);
  });

  test("404 is a no", async () => {
    await path.fault("registry", "404", ...where);
    expect(await path.refused(["begin", ...path.of("staging")])).toEqual([
      {
        rule: "pushed",
        message: `api must be an image that was pushed: ghcr.io/octo-org/shop-api has no ${digest("b")}`,
        fix: "push it, or release one that is there: slipway release begin --stack staging --image api=ghcr.io/octo-org/shop-api:<tag>",
      },
    ]);
  });

  test("nothing in time, then 429 with Retry-After, then 500, is asked again, and the release begins", async () => {
    await path.fails("registry", ...where);
    expect(await path.release(["begin", ...path.of("staging")])).toMatchObject({ refused: [] });
  });
});

describe("DigitalOcean, asked for a rollback, that answers", () => {
  const rollback = ["release", "rollback", ...path.of("staging")];
  beforeAll(async () => {
    await path.up("staging");
    await path.release(["verify", ...path.of("staging")]);
  });
  const rollbacks = async (): Promise<number> => {
    const { deployments } = await path.platform(
      "GET",
      `/v2/apps/${(await path.app("staging")).id}/deployments`,
    );
    return deployments.filter(({ cloned_from }: { cloned_from?: string }) => cloned_from !== undefined)
      .length;
  };

  test.each<[string, string, string, string]>([
    ["422", "/rollback/validate$", `POST /v2/apps/ID/rollback/validate answered 422: ${said}`, mended],
    ["409", "/rollback$", `POST /v2/apps/ID/rollback answered 409: ${said}`, mended],
    ["500", "/rollback$", `POST /v2/apps/ID/rollback answered 500: ${said}`, later],
    [
      "cut",
      "/rollback$",
      "POST /v2/apps/ID/rollback was not answered in a readable way: check the network",
      later,
    ],
    ["timeout", "/rollback$", "POST /v2/apps/ID/rollback was not answered within 2 s", later],
  ])("%s to %s takes nothing back yet", async (answer, where, text, next) => {
    await path.fault("digitalocean", answer, "--method", "POST", "--path", where);
    expect(await path.told(rollback, answer === "timeout" ? impatient : {})).toEqual([text, next]);
    expect(await rollbacks()).toBe(0);
  });

  test("429 with Retry-After is asked again: there is one rollback, and the next up agrees", async () => {
    await path.fault("digitalocean", "429", "--method", "POST", "--path", "/rollback$", "--retry-after", "1");
    expect(await path.release(["rollback", ...path.of("staging")])).toMatchObject({
      way: "platform",
      to: { version: "1.0.0" },
    });
    expect(await rollbacks()).toBe(1);
  });
});
