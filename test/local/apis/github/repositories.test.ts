import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Store } from "../../../../local/cloud/store.ts";
import { type LocalGitHub, localGitHub } from "./server.ts";

let github: LocalGitHub;
beforeAll(async () => {
  github = await localGitHub();
});
afterAll(async () => {
  expect(await github.close()).toEqual([]);
});

const field = (body: unknown, name: string): unknown => (body as Record<string, unknown>)[name];

describe("repositories of the local GitHub", () => {
  test("an organization's repository is there under its name and its id", async () => {
    const byName = await github.ask("GET", "/api/v3/repos/Octo-Org/Shop");
    expect(byName.status).toBe(200);
    expect(byName.body).toMatchObject({
      id: 1001,
      name: "shop",
      full_name: "octo-org/shop",
      private: false,
      archived: false,
      default_branch: "main",
      url: `${github.url}/api/v3/repos/octo-org/shop`,
    });
    expect(field((await github.ask("GET", "/repositories/1001")).body, "full_name")).toBe("octo-org/shop");
  });

  test("a user's repository belongs to the user of the token", async () => {
    const { status, body } = await github.ask("POST", "/user/repos", { name: "notes", private: true });
    expect(status).toBe(201);
    expect(body).toMatchObject({ full_name: "local-developer/notes", private: true, visibility: "private" });
  });

  test("fails with 404 when nobody made it", async () => {
    expect((await github.ask("GET", "/repos/octo-org/none")).status).toBe(404);
    expect((await github.ask("GET", "/repositories/7")).status).toBe(404);
  });

  test("fails with 422 when its name is taken", async () => {
    const { status, body } = await github.ask("POST", "/orgs/octo-org/repos", { name: "SHOP" });
    expect(status).toBe(422);
    expect(body).toEqual({
      message: "Validation Failed",
      errors: [
        {
          resource: "Repository",
          code: "custom",
          field: "name",
          message: "name already exists on this account",
        },
      ],
      documentation_url: "https://docs.github.com/rest",
      status: "422",
    });
  });

  test.each([
    [{}, 'Invalid request.\n\n"name" wasn\'t supplied.'],
    [{ name: 3 }, "Invalid request.\n\nFor 'properties/name', 3 is not a string."],
    [
      { name: "a b" },
      "Invalid request.\n\nFor 'properties/name', the value has characters that a name cannot have.",
    ],
    [{ name: "a", private: null }, "Invalid request.\n\nFor 'properties/private', nil is not a boolean."],
  ])("fails with 422 for the body %j", async (body, message) => {
    const answer = await github.ask("POST", "/orgs/octo-org/repos", body);
    expect(answer.status).toBe(422);
    expect(field(answer.body, "message")).toBe(message);
  });

  test("a renamed repository keeps its id, and its old name leads to it", async () => {
    const made = await github.ask("POST", "/orgs/octo-org/repos", { name: "before" });
    const id = field(made.body, "id");
    await github.ask("PATCH", "/repos/octo-org/before", { name: "after" });
    expect(field((await github.ask("GET", "/repos/octo-org/after")).body, "id")).toBe(id);
    const redirect = await fetch(`${github.url}/api/v3/repos/octo-org/before/environments?page=2`, {
      headers: { authorization: "Bearer t0ken" },
      redirect: "manual",
    });
    expect(redirect.status).toBe(301);
    expect(redirect.headers.get("location")).toBe(
      `${github.url}/api/v3/repositories/${id}/environments?page=2`,
    );
    await github.ask("PUT", "/repos/octo-org/before/environments/dev");
    expect((await github.ask("GET", "/repos/octo-org/after/environments/dev")).status).toBe(200);
  });

  test("a name that is taken again is no redirect any more", async () => {
    await github.ask("POST", "/orgs/octo-org/repos", { name: "one" });
    await github.ask("PATCH", "/repos/octo-org/one", { name: "two" });
    const again = await github.ask("POST", "/orgs/octo-org/repos", { name: "one" });
    expect(field((await github.ask("GET", "/repos/octo-org/one")).body, "id")).toBe(field(again.body, "id"));
  });

  test("an archived repository refuses changes", async () => {
    await github.ask("POST", "/orgs/octo-org/repos", { name: "old" });
    await github.ask("PATCH", "/repos/octo-org/old", { archived: true });
    const { status, body } = await github.ask("PUT", "/repos/octo-org/old/environments/dev");
    expect(status).toBe(403);
    expect(field(body, "message")).toBe("Repository was archived so is read-only.");
    expect((await github.ask("PATCH", "/repos/octo-org/old", { archived: false })).status).toBe(200);
  });

  test("fails with 422 when the default branch does not exist", async () => {
    const { status, body } = await github.ask("PATCH", "/repos/octo-org/shop", { default_branch: "trunk" });
    expect(status).toBe(422);
    expect(field(body, "errors")).toEqual([
      {
        resource: "Repository",
        code: "custom",
        field: "default_branch",
        message: "The branch trunk was not found.",
      },
    ]);
  });
});

describe("branches of the local GitHub", () => {
  const commit = "a".repeat(40);
  const moved = "b".repeat(40);

  test("the default branch is there from the beginning, others are made and moved", async () => {
    const main = await github.ask("GET", "/api/v3/repos/octo-org/shop/branches/main");
    expect(main.body).toMatchObject({ name: "main", protected: false });
    expect((await github.ask("GET", "/repos/octo-org/shop/branches/release/1")).status).toBe(404);
    const made = await github.ask("POST", "/repos/octo-org/shop/git/refs", {
      ref: "refs/heads/release/1",
      sha: commit,
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ ref: "refs/heads/release/1", object: { sha: commit } });
    await github.ask("PATCH", "/repos/octo-org/shop/git/refs/heads/release/1", { sha: moved });
    const branch = await github.ask("GET", "/repos/octo-org/shop/branches/release/1");
    expect(branch.body).toMatchObject({ name: "release/1", commit: { sha: moved } });
  });

  test.each([
    [{ ref: "refs/heads/main", sha: commit }, "Reference already exists"],
    [{ ref: "refs/heads/x", sha: "main" }, "Object does not exist"],
    [{ ref: "refs/tags/v1", sha: commit }, "Validation Failed"],
  ])("fails with 422 for the reference %j", async (body, message) => {
    const answer = await github.ask("POST", "/repos/octo-org/shop/git/refs", body);
    expect(answer.status).toBe(422);
    expect(field(answer.body, "message")).toBe(message);
  });
});

describe("the subject of a repository's tokens", () => {
  const path = "/api/v3/repos/octo-org/shop/actions/oidc/customization/sub";

  test("carries ids in new repositories, and can be made without", async () => {
    const owner = field((await github.ask("GET", "/orgs/octo-org")).body, "id");
    expect((await github.ask("GET", path)).body).toEqual({
      use_default: true,
      use_immutable_subject: true,
      sub_claim_prefix: `repo:octo-org@${owner}/shop@1001`,
    });
    const put = await github.ask("PUT", path, {
      use_default: false,
      include_claim_keys: ["repo", "context"],
      use_immutable_subject: false,
    });
    expect(put.status).toBe(201);
    expect((await github.ask("GET", path)).body).toEqual({
      use_default: false,
      include_claim_keys: ["repo", "context"],
      use_immutable_subject: false,
      sub_claim_prefix: "repo:octo-org/shop",
    });
  });

  test("fails with 422 when a claim cannot be one", async () => {
    const { status, body } = await github.ask("PUT", path, {
      use_default: false,
      include_claim_keys: ["a b"],
    });
    expect(status).toBe(422);
    expect(field(body, "message")).toBe(
      "Claim keys must only contain alphanumeric characters and underscores",
    );
  });
});

describe("the state of the local GitHub", () => {
  test("is all in the store, so that another server continues with it", async () => {
    const store = new Store(":memory:");
    const first = await localGitHub(store);
    await first.ask("PUT", "/repos/octo-org/shop/environments/dev");
    const second = await localGitHub(store);
    expect((await second.ask("GET", "/repos/octo-org/shop/environments/dev")).status).toBe(200);
    await Promise.all([first.stop(), second.stop()]);
    store.close();
  });
});
