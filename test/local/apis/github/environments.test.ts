import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type LocalGitHub, localGitHub } from "./server.ts";

const root = "/api/v3/repos/octo-org/shop";

let github: LocalGitHub;
let user: number;
let team: number;
beforeAll(async () => {
  github = await localGitHub();
  user = ((await github.ask("GET", "/users/octocat")).body as { id: number }).id;
  team = ((await github.ask("GET", "/orgs/octo-org/teams/ops")).body as { id: number }).id;
});
afterAll(async () => {
  expect(await github.close()).toEqual([]);
});

const message = (body: unknown): unknown => (body as { message: unknown }).message;

describe("environments of the local GitHub", () => {
  test("an environment has the rules that were asked for", async () => {
    const put = await github.ask("PUT", `${root}/environments/production`, {
      wait_timer: 30,
      prevent_self_review: true,
      can_admins_bypass: false,
      reviewers: [
        { type: "User", id: user },
        { type: "Team", id: team },
      ],
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    expect(put.status).toBe(200);
    const got = await github.ask("GET", `${root}/environments/Production`);
    expect(got.body).toEqual(put.body);
    expect(got.body).toMatchObject({
      name: "production",
      can_admins_bypass: false,
      protection_rules: [
        { type: "wait_timer", wait_timer: 30 },
        {
          type: "required_reviewers",
          prevent_self_review: true,
          reviewers: [
            { type: "User", reviewer: { id: user, login: "octocat" } },
            { type: "Team", reviewer: { id: team, slug: "ops" } },
          ],
        },
        { type: "branch_policy" },
      ],
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
  });

  test("what a request leaves out is reset, ids and creation time stay", async () => {
    const before = (await github.ask("PUT", `${root}/environments/reset`, { wait_timer: 5 })).body;
    const after = (await github.ask("PUT", `${root}/environments/reset`)).body;
    const { id, created_at } = before as Record<string, unknown>;
    expect(after).toMatchObject({
      id,
      created_at,
      can_admins_bypass: true,
      protection_rules: [],
      deployment_branch_policy: null,
    });
  });

  test("a name may hold any character, percent-encoded", async () => {
    const path = `${root}/environments/eu%2Fprod%3A%20%C3%BC%25`;
    expect((await github.ask("PUT", path)).body).toMatchObject({ name: "eu/prod: ü%" });
    expect((await github.ask("GET", path)).body).toMatchObject({
      url: `${github.url}${root}/environments/eu%2Fprod%3A%20%C3%BC%25`,
    });
  });

  test("environments are listed in pages", async () => {
    await github.ask("POST", "/orgs/octo-org/repos", { name: "paged" });
    for (const name of ["a", "b", "c"]) {
      await github.ask("PUT", `/api/v3/repos/octo-org/paged/environments/${name}`);
    }
    const { body } = await github.ask("GET", "/api/v3/repos/octo-org/paged/environments?per_page=2&page=2");
    expect(body).toMatchObject({ total_count: 3, environments: [{ name: "c" }] });
  });

  test("a deleted environment is gone with all it held", async () => {
    const path = `${root}/environments/short-lived`;
    await github.ask("PUT", path, {
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    await github.ask("POST", `${path}/variables`, { name: "A", value: "1" });
    await github.ask("POST", `${path}/deployment-branch-policies`, { name: "main" });
    expect((await github.ask("DELETE", path)).status).toBe(204);
    expect((await github.ask("GET", path)).status).toBe(404);
    expect((await github.ask("DELETE", path)).status).toBe(404);
    await github.ask("PUT", path, {
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    expect((await github.ask("GET", `${path}/variables`)).body).toEqual({ total_count: 0, variables: [] });
    expect((await github.ask("GET", `${path}/deployment-branch-policies`)).body).toEqual({
      total_count: 0,
      branch_policies: [],
    });
  });

  test.each([
    [
      { deployment_branch_policy: { protected_branches: true, custom_branch_policies: true } },
      '"custom_branch_policies" and "protected_branches" cannot have the same value',
    ],
    [
      { deployment_branch_policy: { protected_branches: true } },
      'Invalid request.\n\n"custom_branch_policies" wasn\'t supplied.',
    ],
    [{ wait_timer: 43_201 }, "Invalid request.\n\nFor 'properties/wait_timer', 43201 is more than 43200."],
    [{ wait_timer: "5" }, "Invalid request.\n\nFor 'properties/wait_timer', the value is not a number."],
    [{ wait: 5 }, 'Invalid request.\n\n"wait" is not a permitted key.'],
    [
      { reviewers: [1, 2, 3, 4, 5, 6, 7].map((id) => ({ type: "User", id })) },
      "Invalid request.\n\nFor 'properties/reviewers', the value has more than 6 items.",
    ],
  ])("fails with 422 for the settings %j", async (body, text) => {
    const answer = await github.ask("PUT", `${root}/environments/refused`, body);
    expect(answer.status).toBe(422);
    expect(message(answer.body)).toBe(text);
    expect((await github.ask("GET", `${root}/environments/refused`)).status).toBe(404);
  });

  test("fails with 422 when a team is given as a user", async () => {
    const { status, body } = await github.ask("PUT", `${root}/environments/refused`, {
      reviewers: [{ type: "User", id: team }],
    });
    expect(status).toBe(422);
    expect(message(body)).toBe(`Reviewer ${team} is not a user`);
  });
});

describe("deployment policies of an environment", () => {
  const path = `${root}/environments/guarded/deployment-branch-policies`;
  beforeAll(async () => {
    await github.ask("PUT", `${root}/environments/guarded`, {
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
  });

  test("a policy is made, renamed and deleted", async () => {
    const made = await github.ask("POST", path, { name: "release/*", type: "tag" });
    expect(made.status).toBe(200);
    const { id } = made.body as { id: number };
    expect(made.body).toMatchObject({ name: "release/*", type: "tag" });
    expect((await github.ask("PUT", `${path}/${id}`, { name: "v*" })).body).toMatchObject({
      id,
      name: "v*",
      type: "tag",
    });
    expect((await github.ask("GET", `${path}/${id}`)).body).toMatchObject({ name: "v*" });
    expect((await github.ask("DELETE", `${path}/${id}`)).status).toBe(204);
    expect((await github.ask("GET", `${path}/${id}`)).status).toBe(404);
  });

  test("a pattern that is there already leads to its policy", async () => {
    const first = await github.ask("POST", path, { name: "main" });
    const second = await github.ask("POST", path, { name: "main" });
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect((await github.ask("GET", path)).body).toMatchObject({ total_count: 1 });
  });

  test.each([
    ["is open to all branches", undefined],
    ["is open to protected branches", { protected_branches: true, custom_branch_policies: false }],
  ])("fails with 404 when the environment %s", async (_title, policy) => {
    const open = `${root}/environments/open`;
    await github.ask("PUT", open, policy === undefined ? {} : { deployment_branch_policy: policy });
    expect((await github.ask("GET", `${open}/deployment-branch-policies`)).status).toBe(404);
    expect((await github.ask("POST", `${open}/deployment-branch-policies`, { name: "main" })).status).toBe(
      404,
    );
  });

  test("fails with 422 when the pattern is empty", async () => {
    const { status, body } = await github.ask("POST", path, { name: "" });
    expect(status).toBe(422);
    expect(message(body)).toBe("Invalid request.\n\nFor 'properties/name', the value is empty.");
  });
});
