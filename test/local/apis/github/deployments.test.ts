import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type LocalGitHub, localGitHub } from "./server.ts";

const root = "/api/v3/repos/octo-org/shop";
const path = `${root}/deployments`;

let github: LocalGitHub;
beforeAll(async () => {
  github = await localGitHub();
});
afterAll(async () => {
  expect(await github.close()).toEqual([]);
});

const field = (body: unknown, name: string): unknown => (body as Record<string, unknown>)[name];
const deploy = async (body: Record<string, unknown>): Promise<number> => {
  const made = await github.ask("POST", path, { ref: "main", ...body });
  expect(made.status).toBe(201);
  return field(made.body, "id") as number;
};
const report = (id: number, body: Record<string, unknown>) =>
  github.ask("POST", `${path}/${id}/statuses`, body);
const states = async (id: number): Promise<unknown[]> =>
  ((await github.ask("GET", `${path}/${id}/statuses`)).body as { state: unknown }[]).map(
    ({ state }) => state,
  );

describe("deployments of the local GitHub", () => {
  test("a deployment records the commit that its branch is at", async () => {
    const branch = (await github.ask("GET", `${root}/branches/main`)).body as { commit: { sha: string } };
    const made = await github.ask("POST", path, {
      ref: "main",
      environment: "staging",
      payload: { digest: "sha256:1" },
      required_contexts: [],
      auto_merge: false,
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      sha: branch.commit.sha,
      ref: "main",
      task: "deploy",
      environment: "staging",
      original_environment: "staging",
      payload: { digest: "sha256:1" },
      description: null,
      creator: { login: "local-developer" },
      production_environment: false,
      transient_environment: false,
    });
    expect((await github.ask("GET", `${path}/${field(made.body, "id")}`)).body).toEqual(made.body);
  });

  test("deployments are listed newest first, filtered by what the query names", async () => {
    const file = { message: "filtered", content: "eQ==", branch: "main" };
    const put = await github.ask("PUT", `${root}/contents/y.txt`, file);
    const { sha } = field(put.body, "commit") as { sha: string };
    const first = await deploy({ ref: sha, environment: "filtered" });
    const second = await deploy({ ref: sha, environment: "filtered", task: "migrate" });
    const ids = async (query: string): Promise<unknown> =>
      ((await github.ask("GET", `${path}?${query}`)).body as { id: number }[]).map(({ id }) => id);
    expect(await ids(`environment=filtered`)).toEqual([second, first]);
    expect(await ids(`sha=${sha}&task=deploy`)).toEqual([first]);
    expect(await ids(`environment=filtered&per_page=1&page=2`)).toEqual([first]);
    expect(await ids("ref=none&environment=nowhere")).toEqual([]);
  });

  test.each(["develop", "c".repeat(40)])(
    "fails with 422 when the reference does not exist: %s",
    async (ref) => {
      const { status, body } = await github.ask("POST", path, { ref });
      expect([status, field(body, "message")]).toEqual([422, `No ref found for: ${ref}`]);
    },
  );

  test("a commit that its branch has left behind is still one, and can be deployed", async () => {
    const head = async (): Promise<string> =>
      ((await github.ask("GET", `${root}/branches/main`)).body as { commit: { sha: string } }).commit.sha;
    const first = await head();
    const file = { message: "x", content: "eA==", branch: "main" };
    expect((await github.ask("PUT", `${root}/contents/x.txt`, file)).status).toBe(201);
    expect(await head()).not.toBe(first);
    expect((await github.ask("GET", `${root}/commits/${first}`)).body).toMatchObject({ sha: first });
    await deploy({ ref: first });
  });

  test("fails with 409 when checks are asked for that never ran", async () => {
    const { status, body } = await github.ask("POST", path, { ref: "main", required_contexts: ["ci"] });
    expect([status, field(body, "message")]).toEqual([
      409,
      "Conflict: Commit status checks failed for the ref.",
    ]);
  });

  test("a success makes earlier successes of the same environment inactive", async () => {
    const [first, failed, second, other] = [
      await deploy({ environment: "qa" }),
      await deploy({ environment: "qa" }),
      await deploy({ environment: "qa" }),
      await deploy({ environment: "elsewhere" }),
    ];
    await report(first, { state: "success" });
    await report(failed, { state: "failure" });
    await report(other, { state: "success" });
    const success = await report(second, {
      state: "success",
      environment_url: "https://qa.example.com",
      log_url: "https://ci.example.com/1",
    });
    expect(success.status).toBe(201);
    expect(success.body).toMatchObject({
      state: "success",
      environment: "qa",
      environment_url: "https://qa.example.com",
      log_url: "https://ci.example.com/1",
      target_url: "https://ci.example.com/1",
      deployment_url: `${github.url}${path}/${second}`,
    });
    expect(await states(first)).toEqual(["inactive", "success"]);
    expect(await states(failed)).toEqual(["failure"]);
    expect(await states(second)).toEqual(["success"]);
    expect(await states(other)).toEqual(["success"]);
  });

  test.each([
    ["is production", { environment: "production" }, {}],
    ["is transient", { environment: "pr-1", transient_environment: true }, {}],
    ["is told to stay", { environment: "kept" }, { auto_inactive: false }],
  ])("an earlier success stays when it %s", async (_title, deployment, status) => {
    const first = await deploy(deployment);
    await report(first, { state: "success" });
    await report(await deploy(deployment), { state: "success", ...status });
    expect(await states(first)).toEqual(["success"]);
  });

  test("a status can move a deployment to another environment", async () => {
    const id = await deploy({ environment: "blue" });
    const { body } = await report(id, { state: "in_progress", environment: "green" });
    expect((await github.ask("GET", `${path}/${id}`)).body).toMatchObject({
      environment: "green",
      original_environment: "blue",
    });
    expect((await github.ask("GET", `${path}/${id}/statuses/${field(body, "id")}`)).body).toEqual(body);
    expect((await github.ask("GET", `${path}/${id}/statuses/1`)).status).toBe(404);
  });

  test("fails with 422 when a status has no such state", async () => {
    const { status, body } = await report(await deploy({}), { state: "done" });
    expect([status, field(body, "message")]).toEqual([
      422,
      'Invalid request.\n\nFor \'properties/state\', the value is not a member of ["error","failure","inactive","in_progress","queued","pending","success"].',
    ]);
  });

  test("only an inactive deployment is deleted", async () => {
    const id = await deploy({ environment: "gone" });
    await report(id, { state: "success" });
    const refused = await github.ask("DELETE", `${path}/${id}`);
    expect([refused.status, field(refused.body, "message")]).toEqual([
      422,
      "We cannot delete an active deployment unless it is the only deployment in a given repository.",
    ]);
    await report(id, { state: "inactive" });
    expect((await github.ask("DELETE", `${path}/${id}`)).status).toBe(204);
    expect((await github.ask("GET", `${path}/${id}`)).status).toBe(404);
  });
});

describe("comments of the local GitHub", () => {
  const comments = `${root}/issues/7/comments`;

  test("a comment is written, listed and edited", async () => {
    const made = await github.ask("POST", comments, { body: "plan: 3 to create" });
    expect(made.status).toBe(201);
    const id = field(made.body, "id");
    expect(made.body).toMatchObject({
      body: "plan: 3 to create",
      user: { login: "local-developer" },
      issue_url: `${github.url}${root}/issues/7`,
    });
    const edited = await github.ask("PATCH", `${root}/issues/comments/${id}`, { body: "plan: no changes" });
    expect(edited.status).toBe(200);
    expect((await github.ask("GET", comments)).body).toEqual([edited.body]);
    expect((await github.ask("GET", `${root}/issues/8/comments`)).body).toEqual([]);
  });

  test.each([
    [" ", "body can't be blank"],
    ["x".repeat(65_537), "body is too long (maximum is 65536 characters)"],
  ])("fails with 422 when it cannot be shown", async (text, reason) => {
    const { status, body } = await github.ask("POST", comments, { body: text });
    expect([status, field(body, "errors")]).toEqual([
      422,
      [{ resource: "IssueComment", code: "custom", field: "body", message: reason }],
    ]);
  });

  test("fails with 404 when comment or issue cannot be", async () => {
    expect((await github.ask("PATCH", `${root}/issues/comments/1`, { body: "x" })).status).toBe(404);
    expect((await github.ask("GET", `${root}/issues/zero/comments`)).status).toBe(404);
  });
});
