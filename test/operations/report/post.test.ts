import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type GitHubAccess, gitHubAccess, pullRequestOf } from "../../../operations/github.ts";
import { marker } from "../../../operations/report/markdown.ts";
import { postComment } from "../../../operations/report/post.ts";
import { readPullRequest } from "../../../operations/report/pull-request.ts";
import { type LocalGitHub, localGitHub } from "../../local/apis/github/server.ts";

const root = "/repos/octo-org/shop";
const comments = `${root}/issues/1/comments`;
const pull = { owner: "octo-org", repo: "shop", number: 1 };
const text = (word: string) => `${marker}\n${word}\n`;
const as = (login: string) => ({ authorization: `Bearer as-${login}` });

let github: LocalGitHub;
let waits: number[];
let access: GitHubAccess;
beforeEach(async () => {
  github = await localGitHub();
  waits = [];
  access = { endpoint: github.url, token: "t0ken", wait: async (milliseconds) => waits.push(milliseconds) };
});
afterEach(async () => expect(await github.close()).toEqual([]));

const bodies = async (): Promise<unknown[]> =>
  ((await github.ask("GET", `${comments}?per_page=100`)).body as { body: unknown }[]).map(({ body }) => body);
const fault = (method: string, path: string, status: number, headers: Record<string, string> = {}): void => {
  const body = { message: "set on purpose", documentation_url: "https://docs.github.com/rest" };
  github.faults.push({ api: "github", method, path, status, body, headers, times: 1 });
};

describe("a report on a pull request", () => {
  test("is one comment, which the next report edits", async () => {
    expect(await postComment(access, pull, text("first"))).toMatchObject({ isNew: true });
    const second = await postComment(access, pull, text("second"));
    expect(second).toEqual({
      url: expect.stringMatching(/\/octo-org\/shop\/issues\/1#issuecomment-\d+$/),
      isNew: false,
    });
    expect(await bodies()).toEqual([text("second")]);
  });

  test("is found behind a hundred comments", async () => {
    for (let index = 0; index < 100; index += 1)
      await github.ask("POST", comments, { body: `comment ${index}` });
    await postComment(access, pull, text("first"));
    await postComment(access, pull, text("second"));
    const page = (await github.ask("GET", `${comments}?per_page=100&page=2`)).body;
    expect(page).toMatchObject([{ body: text("second") }]);
  });

  test("is not written into the comment of somebody who imitates it", async () => {
    await github.ask("POST", comments, { body: text("I am a report") }, as("mallory"));
    expect(await postComment(access, pull, text("first"))).toMatchObject({ isNew: true });
    expect(await bodies()).toEqual([text("I am a report"), text("first")]);
  });

  test("that comes at the same time as another leaves the older one alone, with the newer text", async () => {
    await github.ask("POST", comments, { body: text("first") });
    await github.ask("POST", comments, { body: text("second") });
    await postComment(access, pull, text("third"));
    expect(await bodies()).toEqual([text("third"), text("second")]);
  });

  test("is the workflow's own where the token may not say whose it is", async () => {
    fault("GET", "^/user$", 403);
    fault("GET", "^/user$", 403);
    await github.ask("POST", comments, { body: text("by a person") });
    expect(await postComment(access, pull, text("first"))).toMatchObject({ isNew: true });
  });
});

describe("GitHub's failures", () => {
  test.each<[string, number, Record<string, string>, number]>([
    ["says later", 429, { "retry-after": "7" }, 7000],
    ["says that there were too many requests", 403, { "retry-after": "2" }, 2000],
    ["has no requests left", 403, { "x-ratelimit-remaining": "0" }, 1000],
    ["fails by itself", 502, {}, 1000],
    ["asks for more patience than there is", 429, { "retry-after": "3600" }, 60_000],
  ])("are waited for where it %s", async (_, status, headers, wait) => {
    fault("GET", "/issues/1/comments$", status, headers);
    await postComment(access, pull, text("first"));
    expect([waits, await bodies()]).toEqual([[wait], [text("first")]]);
  });

  test("do not make a second comment where the answer to the first got lost", async () => {
    await github.ask("POST", comments, { body: text("first") });
    fault("PATCH", "/issues/comments/", 500);
    fault("PATCH", "/issues/comments/", 503);
    await postComment(access, pull, text("second"));
    expect([waits, await bodies()]).toEqual([[1000, 2000], [text("second")]]);
  });

  test("end after five tries, with the last one's reason", async () => {
    for (let index = 0; index < 5; index += 1) fault("POST", "/issues/1/comments$", 500);
    await expect(postComment(access, pull, text("first"))).rejects.toThrow(
      /^POST \/repos\/octo-org\/shop\/issues\/1\/comments answered 500$/,
    );
    expect([waits, await bodies()]).toEqual([[1000, 2000, 4000, 8000], []]);
  });

  test.each<[number, string]>([
    [401, "answered 401: the token is wrong or has expired"],
    [403, "answered 403: the token lacks a permission, pull-requests: write"],
    [404, "answered 404: it is not there, or the token may not see it"],
    [422, "answered 422"],
  ])("of %i are not tried again", async (status, reason) => {
    fault("POST", "/issues/1/comments$", status);
    await expect(postComment(access, pull, text("first"))).rejects.toThrow(
      `POST /repos/octo-org/shop/issues/1/comments ${reason}`,
    );
    expect(waits).toEqual([]);
  });

  test("are told where nobody answers", async () => {
    const nowhere = { ...access, endpoint: "http://127.0.0.1:9" };
    await expect(postComment(nowhere, pull, text("first"))).rejects.toThrow("GET /user was not answered");
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
  });

  test("are told where the answer is none that is known", async () => {
    github.faults.push({
      api: "github",
      method: "GET",
      path: "/comments$",
      status: 200,
      body: { no: 1 },
      times: 1,
    });
    await expect(postComment(access, pull, text("x"))).rejects.toThrow(
      "GitHub answered in a form that is not known",
    );
    // What was answered on purpose is not what the description says.
    expect(await github.close()).toEqual([expect.stringMatching(/ 200: body must be array$/)]);
    github = await localGitHub();
  });
});

describe("a pull request for the gate", () => {
  beforeEach(async () => {
    const main = (await github.ask("GET", `${root}/branches/main`)).body as { commit: { sha: string } };
    await github.ask("POST", `${root}/git/refs`, { ref: "refs/heads/change", sha: main.commit.sha });
    await github.ask("POST", `${root}/pulls`, { title: "change", head: "change", base: "main" });
  });
  const review = (login: string, event: string, commit?: string) =>
    github.ask(
      "POST",
      `${root}/pulls/1/reviews`,
      { event, body: "x", ...(commit === undefined ? {} : { commit_id: commit }) },
      as(login),
    );

  test("has its labels, and everybody's last word about what it is now", async () => {
    await github.ask("POST", `${root}/issues/1/labels`, { labels: ["accepts-loss"] });
    await review("octocat", "APPROVE");
    await review("octocat", "COMMENT");
    await review("hubot", "APPROVE");
    await review("hubot", "REQUEST_CHANGES");
    await review("early", "APPROVE", "0".repeat(40));
    await review("outsider", "APPROVE");
    expect(await readPullRequest(access, pull)).toEqual({
      labels: ["accepts-loss"],
      approvedBy: ["octocat"],
    });
  });

  test("is read whole, however many reviews it has", async () => {
    for (let index = 0; index < 100; index += 1) await review("hubot", "COMMENT");
    await review("octocat", "APPROVE");
    expect(await readPullRequest(access, pull)).toEqual({ labels: [], approvedBy: ["octocat"] });
  });

  test("fails where it is not there", async () => {
    await expect(readPullRequest(access, { ...pull, number: 7 })).rejects.toThrow(
      "GET /repos/octo-org/shop/pulls/7 answered 404: it is not there, or the token may not see it",
    );
  });
});

test.each<[Record<string, string>, string]>([
  [{}, "GITHUB_TOKEN must be set: a workflow has it as secrets.GITHUB_TOKEN"],
  [{ GITHUB_TOKEN: "a b" }, "GITHUB_TOKEN must be one word without spaces and line breaks"],
  [
    { GITHUB_TOKEN: "t", GITHUB_API_URL: "http://evil.example" },
    "GITHUB_API_URL must be an https address without credentials, or a http address of this machine",
  ],
])("GitHub is not asked with %j", (environment, message) => {
  expect(() => gitHubAccess(environment)).toThrow(message);
});

test("GitHub is asked at its own address, or another", () => {
  expect(gitHubAccess({ GITHUB_TOKEN: "t" })).toEqual({ endpoint: "https://api.github.com", token: "t" });
  expect(gitHubAccess({ GITHUB_TOKEN: "t", GITHUB_API_URL: "https://github.acme.example/api/v3/" })).toEqual({
    endpoint: "https://github.acme.example/api/v3",
    token: "t",
  });
});

test.each([
  ["acme/shop#12", { owner: "acme", repo: "shop", number: 12 }],
  ["acme/shop.js#1", { owner: "acme", repo: "shop.js", number: 1 }],
  ["acme/shop", undefined],
  ["acme/shop#0", undefined],
  ["acme/../x#1", undefined],
  ["acme/shop#1\n", undefined],
])("%j names a pull request or does not", (given, name) => {
  expect(pullRequestOf(given)).toEqual(name);
});
