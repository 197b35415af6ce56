import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type LocalGitHub, localGitHub } from "./server.ts";

const root = "/api/v3/repos/octo-org/shop";
const path = `${root}/rulesets`;

let github: LocalGitHub;
beforeAll(async () => {
  github = await localGitHub();
});
afterAll(async () => {
  expect(await github.close()).toEqual([]);
});

const reviews = {
  type: "pull_request",
  parameters: {
    dismiss_stale_reviews_on_push: true,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_approving_review_count: 1,
    required_review_thread_resolution: false,
  },
};
const ruleset = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  target: "branch",
  enforcement: "active",
  conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
  rules: [{ type: "deletion" }],
  ...more,
});
const field = (body: unknown, name: string): unknown => (body as Record<string, unknown>)[name];

describe("rulesets of the local GitHub", () => {
  test("a ruleset is made, read with its tag, replaced and deleted", async () => {
    const made = await github.ask("POST", path, ruleset("main", { rules: [{ type: "deletion" }, reviews] }));
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: "main",
      target: "branch",
      source_type: "Repository",
      source: "octo-org/shop",
      enforcement: "active",
      bypass_actors: [],
      rules: [
        { type: "deletion" },
        {
          type: "pull_request",
          parameters: {
            ...reviews.parameters,
            allowed_merge_methods: ["merge", "squash", "rebase"],
            required_reviewers: [],
          },
        },
      ],
    });
    const one = `${path}/${field(made.body, "id")}`;
    const etag = made.headers.get("etag") ?? "";
    expect((await github.ask("GET", one, undefined, { "if-none-match": etag })).status).toBe(304);
    const changed = await github.ask("PUT", one, ruleset("main", { enforcement: "disabled" }));
    expect(changed.status).toBe(200);
    const read = await github.ask("GET", one, undefined, { "if-none-match": etag });
    expect(read.status).toBe(200);
    expect(read.body).toEqual(changed.body);
    expect(read.body).toMatchObject({ enforcement: "disabled", rules: [{ type: "deletion" }] });
    expect((await github.ask("DELETE", one)).status).toBe(204);
    expect((await github.ask("GET", one)).status).toBe(404);
  });

  test("an actor without an id is kept as such", async () => {
    const actors = [
      { actor_type: "OrganizationAdmin", bypass_mode: "always" },
      { actor_id: 5, actor_type: "RepositoryRole", bypass_mode: "pull_request" },
    ];
    const { body } = await github.ask("POST", path, ruleset("actors", { bypass_actors: actors }));
    expect(field(body, "bypass_actors")).toEqual([
      { actor_id: null, actor_type: "OrganizationAdmin", bypass_mode: "always" },
      { actor_id: 5, actor_type: "RepositoryRole", bypass_mode: "pull_request" },
    ]);
    await github.ask("DELETE", `${path}/${field(body, "id")}`);
  });

  test.each([
    [["~DEFAULT_BRANCH"], [], ["main"]],
    [["~ALL"], ["refs/heads/dev"], ["main", "release/1", "release/a/b"]],
    [["refs/heads/release/*"], [], ["release/1"]],
    [["refs/heads/release/**/*"], [], ["release/1", "release/a/b"]],
    [["refs/heads/de?"], [], ["dev"]],
    [["refs/heads/main.x"], [], []],
    [[], [], []],
  ])("a ruleset that includes %j and excludes %j holds for %j", async (include, exclude, expected) => {
    const conditions = { ref_name: { include, exclude } };
    const { body } = await github.ask("POST", path, ruleset("covers", { conditions }));
    const names = ["main", "dev", "release/1", "release/a/b"];
    const covered = [];
    for (const name of names) {
      const rules = (
        await github.ask("GET", `/repos/octo-org/shop/rules/branches/${encodeURIComponent(name)}`)
      ).body as unknown[];
      if (rules.length > 0) covered.push(name);
    }
    expect(covered).toEqual(expected);
    await github.ask("DELETE", `${path}/${field(body, "id")}`);
  });

  test("a branch with active rules is protected, and its rules name their ruleset", async () => {
    const { body } = await github.ask("POST", path, ruleset("guard"));
    const id = field(body, "id");
    expect((await github.ask("GET", `${root}/branches/main`)).body).toMatchObject({ protected: true });
    expect((await github.ask("GET", `${root}/rules/branches/main`)).body).toEqual([
      {
        type: "deletion",
        ruleset_source_type: "Repository",
        ruleset_source: "octo-org/shop",
        ruleset_id: id,
      },
    ]);
    await github.ask("PUT", `${path}/${id}`, ruleset("guard", { enforcement: "disabled" }));
    expect((await github.ask("GET", `${root}/branches/main`)).body).toMatchObject({ protected: false });
    expect((await github.ask("GET", path)).body).toMatchObject([{ id, name: "guard" }]);
    await github.ask("DELETE", `${path}/${id}`);
  });

  test("fails with 422 when the name is taken", async () => {
    const { body } = await github.ask("POST", path, ruleset("twice"));
    const again = await github.ask("POST", path, ruleset("twice"));
    expect([again.status, field(again.body, "errors")]).toEqual([422, ["Name must be unique"]]);
    await github.ask("DELETE", `${path}/${field(body, "id")}`);
  });

  test.each([
    [
      { rules: [{ type: "max_file_size", parameters: { max_file_size: 5 } }] },
      "Invalid rule 'max_file_size': ",
    ],
    [{ target: "push", rules: [{ type: "deletion" }] }, "Invalid rule 'deletion': "],
    [
      { rules: [{ type: "pull_request" }] },
      "Invalid property /rules/0: `parameters` is a required property.",
    ],
  ])("fails with 422 for %j", async (more, text) => {
    const { status, body } = await github.ask("POST", path, ruleset("refused", more));
    expect([status, field(body, "message"), field(body, "errors")]).toEqual([
      422,
      "Validation Failed",
      [text],
    ]);
  });

  test("fails with 422 when actors are null", async () => {
    const { status, body } = await github.ask("POST", path, ruleset("refused", { bypass_actors: null }));
    expect([status, field(body, "message")]).toEqual([
      422,
      "Invalid request.\n\nFor 'properties/bypass_actors', nil is not an array.",
    ]);
  });
});
