import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type LocalGitHub, localGitHub } from "./server.ts";

const root = "/repos/octo-org/shop";
let github: LocalGitHub;
let sha: string;
beforeAll(async () => {
  github = await localGitHub();
  const { body } = await github.ask("GET", `${root}/branches/main`);
  sha = (body as { commit: { sha: string } }).commit.sha;
});
afterAll(async () => expect(await github.close()).toEqual([]));

const run = async (body: object) =>
  await github.ask("POST", `${root}/check-runs`, { head_sha: sha, ...body });

test("a check run is queued, and complete once it has a conclusion, whatever its status is said to be", async () => {
  const made = await run({ name: "guard" });
  expect([made.status, made.body]).toMatchObject([
    201,
    { name: "guard", head_sha: sha, status: "queued", conclusion: null, completed_at: null },
  ]);
  const { id } = made.body as { id: number };
  const output = { title: "1 replacement", summary: "the database would be replaced" };
  const changed = await github.ask("PATCH", `${root}/check-runs/${id}`, {
    status: "in_progress",
    conclusion: "failure",
    output,
  });
  expect([changed.status, changed.body]).toMatchObject([
    200,
    {
      id,
      status: "completed",
      conclusion: "failure",
      completed_at: expect.stringMatching(/^20\d\d-/),
      output: { ...output, text: null, annotations_count: 0 },
    },
  ]);
});

test("the runs of a commit are listed by the commit and by its branch, the newest first", async () => {
  await run({ name: "plan", status: "in_progress" });
  for (const ref of [sha, "main"]) {
    const { body } = await github.ask("GET", `${root}/commits/${ref}/check-runs`);
    const { total_count: count, check_runs: runs } = body as {
      total_count: number;
      check_runs: { name: string; status: string }[];
    };
    expect([count, runs.map(({ name, status }) => [name, status])]).toEqual([
      2,
      [
        ["plan", "in_progress"],
        ["guard", "completed"],
      ],
    ]);
  }
});

test.each([
  ["POST", "/check-runs", {}, 422],
  ["POST", "/check-runs", { name: "x", head_sha: "y", conclusion: "fine" }, 422],
  ["PATCH", "/check-runs/7", { status: "completed" }, 404],
])("fails: %s %s %j", async (method, path, body, status) => {
  expect((await github.ask(method, `${root}${path}`, body)).status).toBe(status);
});

test("issues and pull requests of a repository share one row of numbers", async () => {
  const branch = { ref: "refs/heads/change", sha };
  await github.ask("POST", `${root}/git/refs`, branch);
  const numberOf = async (path: string, body: object) =>
    ((await github.ask("POST", `${root}${path}`, body)).body as { number: number }).number;
  const pull = { head: "change", base: "main" };
  expect([
    await numberOf("/issues", { title: "one" }),
    await numberOf("/pulls", { title: "two", ...pull }),
    await numberOf("/issues", { title: "three" }),
  ]).toEqual([1, 2, 3]);
});
