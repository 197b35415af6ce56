import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { beginWithImages } from "../../../operations/release/begin-images.ts";
import { imageRefusals, namedImage } from "../../../operations/release/images.ts";
import { promote } from "../../../operations/release/promote.ts";
import { readRecords } from "../../../operations/release/records.ts";
import { findImage } from "../../../operations/release/registry.ts";
import { registryAccess } from "../../../operations/release/registry-ask.ts";
import { withReleaseBlock } from "../../../operations/release/release-block.ts";
import { showRelease } from "../../../operations/release/show.ts";
import { settingsOfText } from "../../../operations/release/stack.ts";
import { begunText } from "../../../operations/release/texts.ts";
import { verifyRelease } from "../../../operations/release/verify.ts";
import { shownText } from "../../../operations/release/words.ts";
import { digestOf, indexOf, manifestOf } from "../../local/apis/registry/server.ts";
import { type Bench, bench, digest, environment, imageName } from "./bench.ts";

let one: Bench;
beforeAll(async () => {
  one = await bench();
  await one.up("production");
});
afterAll(async () => expect(await one.close()).toEqual([]));
beforeEach(() => {
  one.registry.faults.length = 0;
  one.registry.requests.length = 0;
  one.waits.length = 0;
});

const accessOf = async () => (await one.context("staging")).registry;
const find = async (reference: string) => await findImage(await accessOf(), imageName, reference);
const missing = digest("missing");

function fault(path: string, status: number, times = 1, headers: Record<string, string> = {}): void {
  for (let index = 0; index < times; index += 1)
    one.registry.faults.push({ api: "registry", method: "GET", path, status, headers, body: {}, times: 1 });
}

/** Gives staging an image, with the newest commit of its branch. */
async function staged(images: Record<string, string>): Promise<string> {
  const commit = await one.commit("staging");
  const text = withReleaseBlock(await one.file("staging"), "f", { version: "1.0.0", commit, images });
  await one.write("staging", text);
  return text;
}

describe("an image", () => {
  test("is found by its tag with the digest of what the tag leads to, by a token of its own", async () => {
    expect(await find("tag-a")).toEqual({ digest: digest("a"), platforms: undefined });
    expect(one.registry.requests.map(({ path, status }) => `${path.replace(/\?.*/, "")} ${status}`)).toEqual([
      `/v2/${imageName}/manifests/tag-a 401`,
      "/token 200",
      `/v2/${imageName}/manifests/tag-a 200`,
    ]);
  });

  test("is found by its digest, and one that was never pushed is not", async () => {
    expect(await find(digest("b"))).toEqual({ digest: digest("b"), platforms: undefined });
    expect(await find(missing)).toBeUndefined();
    expect(await find("never")).toBeUndefined();
  });

  test("of many systems names them, without what signs it", async () => {
    const index = indexOf("linux/amd64", "linux/arm64");
    await one.registry.push(imageName, "many", index);
    expect(await find("many")).toEqual({
      digest: digestOf(index),
      platforms: ["linux/amd64", "linux/arm64"],
    });
  });

  test("whose registry asks for patience is looked up again", async () => {
    fault("/manifests/", 429, 1, { "retry-after": "7" });
    fault("/manifests/", 500);
    expect(await find("tag-a")).toMatchObject({ digest: digest("a") });
    expect(one.waits).toEqual([7000, 2000]);
  });

  test.each([
    [
      401,
      "who asks is not known there: set REGISTRY_CREDENTIALS to user:token with the right to read packages",
    ],
    [403, "who asks may not read it: set REGISTRY_CREDENTIALS to user:token with the right to read packages"],
    [429, "too many requests: run it again later, or set REGISTRY_CREDENTIALS to user:token"],
  ])("whose registry goes on answering %i is told with the next step", async (status, words) => {
    fault("/manifests/", status, 5, status === 401 ? { "www-authenticate": 'Basic realm="r"' } : {});
    await expect(find("tag-a")).rejects.toThrow(
      `${imageName}:tag-a could not be looked up: its registry answered ${status}: ${words}`,
    );
  });

  test("whose registry goes on failing is told after five tries", async () => {
    fault("/manifests/", 503, 5);
    await expect(find(digest("a"))).rejects.toThrow(
      `${imageName}@${digest("a")} could not be looked up: its registry answered 503`,
    );
    expect(one.waits).toEqual([1000, 2000, 4000, 8000]);
  });

  test("whose registry does not answer is told", async () => {
    const access = { ...(await accessOf()), mirror: "http://127.0.0.1:1" };
    await expect(findImage(access, imageName, "tag-a")).rejects.toThrow(
      `${imageName}:tag-a could not be looked up: its registry did not answer, check the network`,
    );
  });

  test("that comes with other bytes than its digest says is refused", async () => {
    one.registry.faults.push({
      api: "registry",
      method: "GET",
      path: "/manifests/",
      status: 200,
      body: { schemaVersion: 2 },
      times: 1,
    });
    await expect(find(digest("a"))).rejects.toThrow(
      `${imageName}@${digest("a")} is answered with other bytes than its digest says: ${digestOf('{"schemaVersion":2}')}`,
    );
  });

  test("is asked for as nobody where who asks has no rights there: it may be public", async () => {
    fault("/token", 403);
    const access = { ...(await accessOf()), credentialsOf: () => "octocat:n0rights" };
    expect(await findImage(access, imageName, "tag-a")).toMatchObject({ digest: digest("a") });
  });

  test("is not asked for with credentials at an address that is not the registry's own", async () => {
    const challenge = 'Bearer realm="https://thief.example/token",service="s",scope="repository:x:pull"';
    fault("/manifests/", 401, 1, { "www-authenticate": challenge });
    await expect(find("tag-a")).rejects.toThrow(
      /^127\.0\.0\.1:\d+ sends for a token to an address that is not its own$/,
    );
  });
});

describe("credentials for a registry", () => {
  const of = (host: string, environment: Record<string, string>) =>
    registryAccess(environment).credentialsOf(host);

  test.each<[string, Record<string, string>, string, string | undefined]>([
    ["the token of GitHub", { GITHUB_TOKEN: "g" }, "ghcr.io", "slipway:g"],
    ["the token of DigitalOcean, twice", { DIGITALOCEAN_TOKEN: "d" }, "registry.digitalocean.com", "d:d"],
    ["none for Docker Hub", { GITHUB_TOKEN: "g", DIGITALOCEAN_TOKEN: "d" }, "docker.io", undefined],
    ["those that are set", { REGISTRY_CREDENTIALS: "me:t", GITHUB_TOKEN: "g" }, "ghcr.io", "me:t"],
    [
      "DigitalOcean's own where others are set",
      { REGISTRY_CREDENTIALS: "me:t", DIGITALOCEAN_TOKEN: "d" },
      "registry.digitalocean.com",
      "d:d",
    ],
    ["none where nothing is set", {}, "ghcr.io", undefined],
  ])("are %s", (_, environment, host, credentials) => {
    expect(of(host, environment)).toBe(credentials);
  });

  test.each([
    [{ REGISTRY_CREDENTIALS: "a secret" }, "REGISTRY_CREDENTIALS must be user:token, in one word"],
    [
      { REGISTRY_URL: "http://registry.example" },
      "REGISTRY_URL must be an https address without credentials, or a http address of this machine",
    ],
  ])("are refused in %j", (environment, message) => {
    expect(() => registryAccess(environment)).toThrow(message);
  });
});

describe("a release whose image the registry lacks", () => {
  const refusal = {
    rule: "pushed",
    message: `api must be an image that was pushed: ${imageName} has no ${missing}`,
    fix: `push it, or release one that is there: slipway release begin --stack staging --image api=${imageName}:<tag>`,
  };

  test("does not begin, and nothing is recorded", async () => {
    await staged({ api: missing });
    const context = await one.context("staging");
    const { refused } = await beginWithImages(context, "unread", { images: [] });
    expect(refused).toEqual([refusal]);
    expect(await readRecords(context.place)).toEqual([]);
  });

  test("is not verified, also where it runs already", async () => {
    await one.up("staging");
    const { checks, isVerified } = await verifyRelease(await one.context("staging"));
    expect([isVerified, checks.filter(({ isOk }) => !isOk)]).toEqual([
      false,
      [{ name: "images", isOk: false, detail: refusal.message }],
    ]);
  });

  test("is not promoted", async () => {
    const toFile = join(one.folder, "Pulumi.production.yaml");
    const { refused } = await promote(await one.context("staging"), {
      to: "production",
      toFile,
      environment,
    });
    expect(refused.filter(({ rule }) => rule === "pushed")).toEqual([refusal]);
  });

  test("is no verified one where the registry does not let us look: the word says so", async () => {
    fault("/manifests/", 403, 2);
    const context = await one.context("staging");
    await expect(verifyRelease(context)).rejects.toThrow("its registry answered 403");
    const [record] = await readRecords(context.place);
    expect(record?.statuses.at(-1)).toMatchObject({
      state: "error",
      description: expect.stringMatching(/^not verified: ghcr\.io\/octo-org\/shop-api@sha256:/),
    });
  });
});

test("an image that is built for other machines only is refused, one for ours too is not", async () => {
  const arm = indexOf("linux/arm64", "windows/amd64");
  const both = indexOf("linux/amd64", "linux/arm64");
  for (const index of [arm, both]) await one.registry.push(imageName, "index", index);
  const context = await one.context("staging");
  const refusalsOf = (image: string) =>
    imageRefusals(context, { components: { api: { image: imageName, digest: image } } });
  expect(await refusalsOf(digestOf(both))).toEqual([]);
  expect(await refusalsOf(digestOf(arm))).toEqual([
    {
      rule: "platform",
      message: `api must be built for linux/amd64: ${imageName}@${digestOf(arm).slice(0, 19)} is for linux/arm64, windows/amd64`,
      fix: "build it for linux/amd64 too and release that digest",
    },
  ]);
});

test("an image of DigitalOcean's own registry is looked up below the name of that registry", async () => {
  const name = "registry.digitalocean.com/slipway/shop-api";
  const pushed = await one.registry.push(name, "1.0.0", manifestOf("docr"));
  const context = await one.context("staging");
  const components = { api: { image: "registry.digitalocean.com/shop-api", digest: pushed } };
  expect(await imageRefusals(context, { components })).toEqual([]);
});

describe("begin --image", () => {
  const file = () => join(one.folder, "Pulumi.staging.yaml");
  const begun = async (...images: string[]) =>
    await beginWithImages(await one.context("staging"), file(), { images: images.map(namedImage) });

  test("puts the digest that a tag has now into the stack file, and says that it did", async () => {
    const before = await staged({ api: digest("a") });
    writeFileSync(file(), before);
    const result = await begun(`api=${imageName}:tag-b`);
    expect(result).toMatchObject({ refused: [], written: file() });
    const after = readFileSync(file(), "utf8");
    expect(parse(after).config["slipway:release"].images).toEqual({ api: digest("b") });
    expect(after.replace(digest("b"), digest("a"))).toBe(before);
    expect(begunText(result)).toBe(
      `staging: 1.0.0 may be brought up\n  ${file()} has it now: commit it, or the next run goes back\n`,
    );
    const [record] = await readRecords((await one.context("staging")).place, 1);
    expect(record?.release.components["api"]).toEqual({ image: imageName, digest: digest("b") });
  });

  test("leaves a file that has it already, and one whose release is refused", async () => {
    await one.write("staging", readFileSync(file(), "utf8"));
    expect(await begun(`api=${imageName}@${digest("b")}`)).not.toHaveProperty("written");
    await one.registry.push(imageName, "arm", indexOf("linux/arm64"));
    const before = readFileSync(file(), "utf8");
    const { refused } = await begun(`api=${imageName}:arm`);
    expect(refused.map(({ rule }) => rule)).toEqual(["platform"]);
    expect(readFileSync(file(), "utf8")).toBe(before);
  });

  test("takes the moment of the release for that of another build", async () => {
    const block = { builtAt: "2026-01-01T00:00:00Z", images: { api: digest("a") } };
    writeFileSync(file(), withReleaseBlock(await staged({ api: digest("a") }), "f", block));
    const settings = settingsOfText("staging", readFileSync(file(), "utf8"));
    const context = {
      ...(await one.context("staging")),
      settings,
      now: () => new Date("2026-11-22T02:00:00.123Z"),
    };
    const builtAt = async (...images: string[]): Promise<string> => {
      await beginWithImages(context, file(), { images: images.map(namedImage), commit: undefined });
      return parse(readFileSync(file(), "utf8")).config["slipway:release"].builtAt;
    };
    expect(await builtAt(`api=${imageName}:tag-a`)).toBe("2026-01-01T00:00:00Z");
    const named = { images: [namedImage(`api=${imageName}:tag-b`)], commit: "main" };
    expect(await beginWithImages(context, file(), named)).toMatchObject({ refused: [], written: file() });
    expect(await builtAt()).toBe("2026-11-22T02:00:00Z");
  });

  test("takes a tag that is a version as the version, and the commit that a branch is at", async () => {
    writeFileSync(file(), await staged({ api: digest("a") }));
    const pushed = await one.registry.push(imageName, "1.4.2", manifestOf("b"));
    const images = [namedImage(`api=${imageName}:1.4.2@${pushed}`)];
    await beginWithImages(await one.context("staging"), file(), { images, commit: "main" });
    const { body } = await one.gitHub.ask("GET", "/repos/octo-org/shop/branches/main");
    const { commit } = body as { commit: { sha: string } };
    expect(parse(readFileSync(file(), "utf8")).config["slipway:release"]).toEqual({
      version: "1.4.2",
      commit: commit.sha,
      images: { api: pushed },
    });
    const none = { images: [], commit: "none" };
    await expect(beginWithImages(await one.context("staging"), file(), none)).rejects.toThrow(
      "--commit none must be a commit of 40 digits, or a branch of octo-org/shop",
    );
  });

  test("refuses a commit that is nowhere, named or in the stack file, before anything is written", async () => {
    const nowhere = "c".repeat(40);
    const text = await one.file("staging");
    writeFileSync(file(), text);
    const named = { images: [namedImage(`api=${imageName}:tag-a`)], commit: nowhere };
    one.gitHub.requests.length = 0;
    await expect(beginWithImages(await one.context("staging"), file(), named)).rejects.toThrow(
      `--commit ${nowhere} must be a commit of octo-org/shop: push it there, or name a branch, whose newest commit is taken`,
    );
    const block = { version: "1.0.0", commit: nowhere, images: { api: digest("a") } };
    await one.write("staging", withReleaseBlock(text, "f", block));
    const begun = await beginWithImages(await one.context("staging"), file(), { images: [] });
    await one.write("staging", text);
    expect(begun.refused).toEqual([
      {
        rule: "commit",
        message: `release.commit must be a commit of octo-org/shop: ${nowhere} is not there`,
        fix: "push it there, or slipway release begin --stack staging --commit <commit> writes another",
      },
    ]);
    expect(readFileSync(file(), "utf8")).toBe(text);
    const writes = one.gitHub.requests.filter(({ method }) => method !== "GET").map(({ path }) => path);
    expect(writes).toEqual(Array(2).fill("/repos/octo-org/shop/contents/Pulumi.staging.yaml"));
  });

  test("is what a refusal says to write where a stack file says nothing that could be released", async () => {
    const block = { images: { api: `sha256:${"0".repeat(64)}` } };
    await one.write("staging", withReleaseBlock(await one.file("staging"), "f", block));
    const { refused } = await beginWithImages(await one.context("staging"), "unread", { images: [] });
    expect(refused.slice(0, 2)).toEqual([
      {
        rule: "pinned-by-digest",
        message: "release.images.api: must be a digest that was pushed; the digest of zeros is none",
        fix: "slipway release begin --stack staging --image <component=repository:tag> writes its digest",
      },
      {
        rule: "commit",
        message: "release.commit: must be set, because site is built from git",
        fix: "slipway release begin --stack staging --commit <commit> writes it",
      },
    ]);
    const shown = shownText(await showRelease(await one.context("staging")));
    expect(shown.split("\n").slice(1, 3)).toEqual([
      "  api: nothing was released yet",
      "  site: nothing was released yet",
    ]);
  });

  test("is told every fault at once, and writes nothing", async () => {
    const images = [
      `web=${imageName}:tag-a`,
      "site=ghcr.io/octo-org/shop-site:1",
      "api=ghcr.io/octo-org/other:1",
      `api=${imageName}:never`,
    ];
    await expect(begun(...images)).rejects.toThrow(
      [
        "--image web: staging has no component web",
        "--image site: site is built from git and has no image",
        `--image api: must be of ${imageName}, which staging runs; got ghcr.io/octo-org/other`,
        `--image api: ${imageName} has no never: push it first`,
      ].join("\n"),
    );
  });

  test.each(["api", "api=", `${imageName}:1`, "api=shop-api:1", `api=${imageName}`, `api=${imageName}:a b`])(
    "must name a component, a repository and a tag: %s",
    (text) => {
      expect(() => namedImage(text)).toThrow(
        `--image ${text} must be component=repository:tag, such as api=ghcr.io/acme/shop-api:1.4.2`,
      );
    },
  );
});
