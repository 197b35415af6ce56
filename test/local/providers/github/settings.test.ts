import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { github } from "../../../../local/providers/github/index.ts";
import { readProviderSettings, restUrl } from "../../../../local/providers/github/settings.ts";
import { type Connected, connected } from "./provider.ts";

describe("the provider's settings", () => {
  test("have the published provider's defaults", () => {
    expect(readProviderSettings({ token: "t" }, {})).toEqual({
      token: "t",
      restUrl: "https://api.github.com/",
      readDelayMs: 0,
      writeDelayMs: 1000,
      retryDelayMs: 1000,
      maxRetries: 3,
      retryableErrors: [500, 502, 503, 504],
      parallelRequests: false,
    });
  });

  test("may come from the engine as text", () => {
    const config = {
      token: "t",
      baseUrl: "http://127.0.0.1:1/",
      writeDelayMs: "0",
      maxRetries: "1",
      retryableErrors: "[429]",
      parallelRequests: "true",
    };
    expect(readProviderSettings(config, {})).toMatchObject({
      restUrl: "http://127.0.0.1:1/api/v3/",
      writeDelayMs: 0,
      maxRetries: 1,
      retryableErrors: [429],
      parallelRequests: true,
    });
  });

  test.each([
    [{ owner: "a" }, {}, "a"],
    [{ owner: "a" }, { GITHUB_OWNER: "b" }, "b"],
    [{ owner: "a", organization: "c" }, { GITHUB_OWNER: "b" }, "c"],
    [{ owner: "a" }, { GITHUB_OWNER: "b", GITHUB_ORGANIZATION: "d" }, "d"],
    [{}, { GITHUB_OWNER: "" }, undefined],
  ])("the owner of %j in the environment %j is %s", (config, environment, owner) => {
    expect(readProviderSettings({ token: "t", ...config }, environment).owner).toBe(owner);
  });

  test("token and address may come from the environment", () => {
    const environment = { GITHUB_TOKEN: "e", GITHUB_BASE_URL: "https://git.example.com/api/v3/" };
    expect(readProviderSettings({}, environment)).toMatchObject({
      token: "e",
      restUrl: "https://git.example.com/api/v3/",
    });
  });

  test.each([
    ["https://github.com", "https://api.github.com/"],
    ["https://api.github.com/", "https://api.github.com/"],
    ["https://acme.ghe.com/", "https://api.acme.ghe.com/"],
    ["https://api.acme.ghe.com", "https://api.acme.ghe.com/"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v3/"],
    ["https://git.example.com/sub", "https://git.example.com/sub/api/v3/"],
  ])("the API of %s is at %s", (baseUrl, expected) => {
    expect(restUrl(baseUrl)).toBe(expected);
  });

  test.each([
    [{}, "github:token must be set, or GITHUB_TOKEN in the environment"],
    [
      { token: "t", appAuth: "{}" },
      "github:appAuth is only known to the published plugin: set github:token, or run with --plugins",
    ],
    [
      { token: "t", baseUrl: "github" },
      "github:baseUrl must be absolute, for example https://api.github.com/",
    ],
    [
      { token: "t", baseUrl: "http://github.com" },
      "github:baseUrl for github.com or ghe.com must use the https scheme",
    ],
    [
      { token: "t", baseUrl: "https://github.com/x" },
      "github:baseUrl for github.com or ghe.com must not contain a path, got /x/",
    ],
    [{ token: "t", writeDelayMs: "-1" }, "github:writeDelayMs must be a whole number of at least 0"],
    [{ token: "t", maxRetries: "many" }, "github:maxRetries must be a whole number of at least 0"],
    [{ token: "t", retryableErrors: '["x"]' }, "github:retryableErrors must be a list of integers"],
  ])("fails for %j", (config, message) => {
    expect(() => readProviderSettings(config, {})).toThrow(message);
  });
});

describe("the provider's first requests", () => {
  let provider: Connected;
  beforeAll(async () => {
    provider = await connected();
  });
  afterAll(async () => {
    expect(await provider.close()).toEqual([]);
  });
  const config = () => ({ token: "t", baseUrl: provider.api.url, maxRetries: 0, writeDelayMs: 0 });

  test("ask who the owner is where nobody says", async () => {
    provider.api.requests.length = 0;
    await github.configure(config());
    expect(provider.api.requests.map(({ path, status }) => [path, status])).toEqual([
      ["/api/v3/user", 200],
      ["/api/v3/orgs/local-developer", 404],
    ]);
  });

  test("fail when the owner cannot be looked up", async () => {
    provider.api.faults.push({
      api: "github",
      method: "GET",
      path: "/orgs/acme$",
      status: 403,
      body: { message: "Resource protected" },
      times: 1,
    });
    await expect(github.configure({ ...config(), owner: "acme" })).rejects.toThrow(
      `github:owner must be an account that the token may read, got acme: GET ${provider.api.url}/api/v3/orgs/acme: 403 Resource protected []`,
    );
  });
});
