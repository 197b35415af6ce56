import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type LocalGitHub, localGitHub } from "./server.ts";

let github: LocalGitHub;
beforeAll(async () => {
  github = await localGitHub();
});
afterAll(async () => {
  expect(await github.close()).toEqual([]);
});

const part = (body: unknown, ...names: string[]): unknown =>
  Object.fromEntries(names.map((name) => [name, (body as Record<string, unknown>)[name]]));

describe("accounts of the local GitHub", () => {
  test("a login has the same id every time and on every machine", async () => {
    const first = await github.ask("GET", "/api/v3/users/octocat");
    const second = await github.ask("GET", "/users/OctoCat");
    expect(first.status).toBe(200);
    expect(part(first.body, "login", "id", "type")).toEqual({
      login: "octocat",
      id: 112_730_653,
      type: "User",
    });
    expect(part(second.body, "login", "id")).toEqual({ login: "octocat", id: 112_730_653 });
  });

  test("an owner is an organization when it is first asked for as one", async () => {
    const organization = await github.ask("GET", "/api/v3/orgs/octo-org");
    const user = await github.ask("GET", "/api/v3/users/octo-org");
    expect(part(organization.body, "login", "type")).toEqual({ login: "octo-org", type: "Organization" });
    expect(part(user.body, "id", "type")).toEqual({
      id: (organization.body as { id: number }).id,
      type: "Organization",
    });
  });

  test("a user is no organization", async () => {
    await github.ask("GET", "/users/hubot");
    const { status, body } = await github.ask("GET", "/orgs/hubot");
    expect(status).toBe(404);
    expect(body).toEqual({
      message: "Not Found",
      documentation_url: "https://docs.github.com/rest",
      status: "404",
    });
  });

  test("the token belongs to a user", async () => {
    const { body } = await github.ask("GET", "/user");
    expect(part(body, "login", "type", "site_admin")).toEqual({
      login: "local-developer",
      type: "User",
      site_admin: false,
    });
    expect((await github.ask("GET", "/orgs/local-developer")).status).toBe(404);
  });

  test("a team has an id of its own in each organization", async () => {
    const { status, body } = await github.ask("GET", "/orgs/octo-org/teams/ops");
    const other = await github.ask("GET", "/orgs/other-org/teams/ops");
    expect(status).toBe(200);
    expect(part(body, "id", "slug", "name")).toEqual({ id: 114_371_810, slug: "ops", name: "ops" });
    expect((other.body as { id: number }).id).not.toBe(114_371_810);
    expect((await github.ask("GET", "/orgs/octo-org/teams/ops/members")).body).toEqual([]);
    expect((await github.ask("GET", "/orgs/octo-org/teams/ops/repos")).body).toEqual([]);
  });

  test.each(["/users/@octocat", "/users/a--b", "/orgs/-x", "/orgs/octo-org/teams/Ops%20Team"])(
    "a name that cannot be is not found: %s",
    async (path) => {
      expect((await github.ask("GET", path)).status).toBe(404);
    },
  );
});

describe("every request to the local GitHub", () => {
  test("fails with 401 without a token", async () => {
    const response = await fetch(`${github.url}/api/v3/user`);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      message: "Requires authentication",
      documentation_url: "https://docs.github.com/rest",
      status: "401",
    });
  });

  test("fails with 401 when the token is empty", async () => {
    const { status, body } = await github.ask("GET", "/user", undefined, { authorization: "Bearer " });
    expect(status).toBe(401);
    expect((body as { message: string }).message).toBe("Bad credentials");
  });

  test("needs no token for what GitHub tells everybody", async () => {
    const response = await fetch(`${github.url}/api/v3/rate_limit`);
    expect(response.status).toBe(200);
    expect(response.headers.get("x-ratelimit-limit")).toBe("5000");
    expect(response.headers.get("x-ratelimit-remaining")).toBe("5000");
    expect((await fetch(`${github.url}/meta`)).status).toBe(200);
  });

  test("fails with 400 when its body is no JSON", async () => {
    const response = await fetch(`${github.url}/user/repos`, {
      method: "POST",
      headers: { authorization: "token x" },
      body: "{",
    });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { message: string }).message).toBe("Problems parsing JSON");
  });

  test("is answered with 304 where the caller has the answer already", async () => {
    const first = await github.ask("GET", "/users/octocat");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^W\/"[0-9a-f]{64}"$/);
    const second = await github.ask("GET", "/users/octocat", undefined, { "if-none-match": etag });
    expect(second.status).toBe(304);
    expect(second.body).toBeUndefined();
  });

  test("is in the journal, with its secrets masked", async () => {
    github.requests.length = 0;
    await github.ask("PUT", "/api/v3/repos/octo-org/shop/actions/secrets/A", {
      encrypted_value: "c2VjcmV0",
      key_id: "1",
    });
    const { time: _time, ...record } = github.requests[0] ?? { time: "" };
    expect(record).toEqual({
      api: "github",
      method: "PUT",
      path: "/api/v3/repos/octo-org/shop/actions/secrets/A",
      effect: "write",
      status: 422,
      body: { encrypted_value: "[secret]", key_id: "1" },
    });
  });

  test("is answered by a fault that was set for it, once", async () => {
    github.faults.push({
      api: "github",
      method: "GET",
      path: "/orgs/octo-org$",
      status: 502,
      body: { message: "Bad Gateway" },
      times: 1,
    });
    expect((await github.ask("GET", "/orgs/octo-org")).status).toBe(502);
    expect((await github.ask("GET", "/orgs/octo-org")).status).toBe(200);
  });
});
