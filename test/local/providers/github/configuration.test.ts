import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { GitHubClient } from "../../../../local/providers/github/client.ts";
import { buildId, escapePart, parseId, unescapePart } from "../../../../local/providers/github/ids.ts";
import { github } from "../../../../local/providers/github/index.ts";
import { readProviderSettings, restUrl } from "../../../../local/providers/github/settings.ts";
import { goTime } from "../../../../local/providers/github/times.ts";
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
      `failed to lookup organization "acme": GET ${provider.api.url}/api/v3/orgs/acme: 403 Resource protected []`,
    );
  });
});

describe("the client", () => {
  let provider: Connected;
  beforeAll(async () => {
    provider = await connected();
  });
  afterAll(async () => {
    // Its faults answer with what no description has.
    await provider.close();
  });
  const client = (more: Record<string, unknown> = {}): GitHubClient =>
    new GitHubClient(
      readProviderSettings(
        { token: "t", baseUrl: provider.api.url, writeDelayMs: 0, retryDelayMs: 0, ...more },
        {},
      ),
    );
  const fault = (status: number, times: number, headers: Record<string, string> = {}): void => {
    for (let count = 0; count < times; count += 1) {
      provider.api.faults.push({
        api: "github",
        method: "GET",
        path: "/user$",
        status,
        body: { message: "busy" },
        headers,
        times: 1,
      });
    }
  };

  test("asks again after a server error, as often as it may", async () => {
    fault(503, 2);
    expect((await client({ maxRetries: 2 }).get("user")).body.login).toBe("local-developer");
    fault(503, 2);
    await expect(client({ maxRetries: 1 }).get("user")).rejects.toThrow(
      `GET ${provider.api.url}/api/v3/user: 503 busy []`,
    );
  });

  test("waits where GitHub asks for it, without counting", async () => {
    fault(429, 1, { "retry-after": "0" });
    fault(403, 1, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" });
    expect((await client({ maxRetries: 0 }).get("user")).status).toBe(200);
  });

  test("fails for 202, which means not yet", async () => {
    fault(202, 1);
    await expect(client().get("user")).rejects.toThrow(`GET ${provider.api.url}/api/v3/user: 202 busy []`);
  });

  test("asks one after another, unless told otherwise", async () => {
    const order: string[] = [];
    const one = client();
    await Promise.all(
      ["users/a", "user", "users/b"].map(async (path) => {
        await one.get(path);
        order.push(path);
      }),
    );
    expect(order).toEqual(["users/a", "user", "users/b"]);
    const parallel = client({ parallelRequests: true });
    const replies = await Promise.all(["user", "user"].map((path) => parallel.get(path)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  });

  test("a failed request does not stop the next", async () => {
    const one = client();
    const [first, second] = await Promise.allSettled([one.get("nothing"), one.get("user")]);
    expect([first?.status, second?.status]).toEqual(["rejected", "fulfilled"]);
  });

  test("fetches every page of a list", async () => {
    await Promise.all(
      Array.from({ length: 101 }, (_, index) =>
        provider.api.ask("POST", "/repos/octo-org/shop/actions/variables", { name: `V${index}`, value: "x" }),
      ),
    );
    expect(await client().list("repos/octo-org/shop/actions/variables", "variables")).toHaveLength(101);
  });

  test("fails with the reason when nobody answers", async () => {
    const nobody = client({ baseUrl: "http://127.0.0.1:1" });
    await expect(nobody.get("user")).rejects.toThrow("GET http://127.0.0.1:1/api/v3/user: no answer: ");
  });
});

describe("look-ups", () => {
  let provider: Connected;
  beforeAll(async () => {
    provider = await connected();
  });
  afterAll(async () => {
    expect(await provider.close()).toEqual([]);
  });
  const time = expect.stringMatching(/ \+0000 UTC$/);

  test("getUser tells what the published provider tells", async () => {
    expect(await provider.call("getUser", { username: "octocat" })).toEqual({
      id: "112730653",
      username: "octocat",
      login: "octocat",
      avatarUrl: `${provider.api.url}/api/v3/avatars/112730653`,
      gravatarId: "",
      siteAdmin: false,
      name: "",
      company: "",
      blog: "",
      location: "",
      email: "",
      bio: "",
      gpgKeys: [],
      sshKeys: [],
      publicRepos: 0,
      publicGists: 0,
      followers: 0,
      following: 0,
      createdAt: time,
      updatedAt: time,
      suspendedAt: "0001-01-01 00:00:00 +0000 UTC",
      nodeId: "MDA0OlVzZXIxMTI3MzA2NTM=",
    });
    expect(await provider.call("getUser", { username: "" })).toMatchObject({ login: "local-developer" });
  });

  test("getTeam tells what the published provider tells", async () => {
    const team = {
      id: "114371810",
      slug: "ops",
      name: "ops",
      description: "",
      privacy: "closed",
      notificationSetting: "notifications_enabled",
      permission: "pull",
      nodeId: "MDA0OlRlYW0xMTQzNzE4MTA=",
      membershipType: "all",
      summaryOnly: false,
      resultsPerPage: 100,
      members: [],
      repositories: [],
      repositoriesDetaileds: [],
    };
    expect(await provider.call("getTeam", { slug: "ops" })).toEqual(team);
    expect(
      await provider.call("getTeam", { slug: "ops", summaryOnly: true, membershipType: "immediate" }),
    ).toEqual({ ...team, summaryOnly: true, membershipType: "immediate" });
  });

  test("getTeam fails for members that only GraphQL tells, and for others that nobody tells", async () => {
    await expect(provider.call("getTeam", { slug: "ops", membershipType: "immediate" })).rejects.toThrow(
      "getTeam must have membershipType all or summaryOnly: immediate members are only told by GraphQL, which the published plugin speaks (--plugins)",
    );
    await expect(provider.call("getTeam", { slug: "ops", membershipType: "some" })).rejects.toThrow(
      'expected membershipType to be one of ["all" "immediate"], got some',
    );
  });

  test("fail in GitHub's words when there is no such user", async () => {
    await expect(provider.call("getUser", { username: "@me" })).rejects.toThrow(
      `GET ${provider.api.url}/api/v3/users/%40me: 404 Not Found []`,
    );
  });
});

describe("ids", () => {
  test("keep any environment name, whatever it holds", () => {
    fc.assert(
      fc.property(
        fc.string().filter((name) => !name.includes("??") && !/\?:|:\?|\?$|^\?/.test(name)),
        (name) => {
          const [repository, environment, last] = parseId(
            buildId("shop", escapePart(name), "A:1"),
            "repository",
            "environment",
            "name",
          );
          expect([repository, unescapePart(environment ?? ""), last]).toEqual(["shop", name, "A:1"]);
        },
      ),
    );
  });

  test("fail when a part but the last holds a colon, or one is missing", () => {
    expect(() => buildId("a:b", "c")).toThrow('unescaped separator in non-final part "a:b"');
    expect(() => parseId("shop:x", "repository", "environment", "secret_name")).toThrow(
      "invalid id (shop:x), expected format <repository>:<environment>:<secret_name>",
    );
  });
});

describe("times in state", () => {
  test.each([
    ["2026-11-21T08:46:00Z", "2026-11-21 08:46:00 +0000 UTC"],
    ["2026-11-21T08:46:00+00:00", "2026-11-21 08:46:00 +0000 UTC"],
    ["2026-11-21T08:46:00.25+02:00", "2026-11-21 08:46:00.25 +0200 +0200"],
    [undefined, "0001-01-01 00:00:00 +0000 UTC"],
  ])("%s is kept as %s", (time, expected) => {
    expect(goTime(time)).toBe(expected);
  });

  test("fail for what is no time", () => {
    expect(() => goTime("yesterday")).toThrow("GitHub sent a time that is not RFC 3339: yesterday");
  });
});
