import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { ResourceHandler } from "../../../../local/providers/resource.ts";
import { unknown } from "../../../../local/providers/values.ts";
import { type Connected, connected } from "./provider.ts";

let provider: Connected;
let environments: ResourceHandler;
let policies: ResourceHandler;
beforeAll(async () => {
  provider = await connected();
  environments = provider.handler("RepositoryEnvironment");
  policies = provider.handler("RepositoryEnvironmentDeploymentPolicy");
});
beforeEach(() => {
  provider.api.requests.length = 0;
});
afterAll(async () => {
  expect(await provider.close()).toEqual([]);
});

const defaults = { canAdminsBypass: true, preventSelfReview: false };
const custom = { protectedBranches: false, customBranchPolicies: true };

describe("github.RepositoryEnvironment", () => {
  test("sends every setting, and returns the inputs with the repository's id", async () => {
    const inputs = {
      repository: "shop",
      environment: "prod:eu/1",
      waitTimer: 5,
      canAdminsBypass: false,
      preventSelfReview: true,
      reviewers: [{ users: [11], teams: [12] }],
      deploymentBranchPolicy: custom,
    };
    const made = await environments.create(inputs);
    expect(made).toEqual({ id: "shop:prod??eu/1", state: { ...inputs, repositoryId: 1001 } });
    const sent = provider.api.requests.find(({ method }) => method === "PUT");
    expect(sent?.path).toBe("/api/v3/repos/octo-org/shop/environments/prod%3Aeu%2F1");
    expect(sent?.body).toEqual({
      wait_timer: 5,
      can_admins_bypass: false,
      prevent_self_review: true,
      reviewers: [
        { type: "Team", id: 12 },
        { type: "User", id: 11 },
      ],
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    expect(await environments.read(made.id, inputs, made.state)).toEqual(made);
    expect(await environments.find(inputs)).toBe("shop:prod??eu/1");
    await environments.delete(made.id, made.state);
    expect(await environments.read(made.id, inputs, made.state)).toBeUndefined();
    expect(await environments.find(inputs)).toBeUndefined();
  });

  test("can be imported by its id", async () => {
    const inputs = { repository: "shop", environment: "a:b", ...defaults };
    await environments.create(inputs);
    expect(await environments.read("shop:a??b", {}, {})).toEqual({
      id: "shop:a??b",
      state: { ...inputs, repositoryId: 1001 },
    });
    await expect(environments.read("shop", {}, {})).rejects.toThrow(
      "the id must be <repository>:<environment>, got shop",
    );
  });

  test("keeps the reviewers that it knows when somebody removed them, as the published provider does", async () => {
    const inputs = {
      repository: "shop",
      environment: "drift",
      ...defaults,
      preventSelfReview: true,
      waitTimer: 5,
      reviewers: [{ users: [11], teams: [] }],
    };
    const { id, state } = await environments.create(inputs);
    await provider.api.ask("PUT", "/repos/octo-org/shop/environments/drift", {});
    const { waitTimer: _gone, ...rest } = state;
    expect((await environments.read(id, inputs, state))?.state).toEqual(rest);
  });

  test("an update resets what is no longer wanted", async () => {
    const inputs = { repository: "shop", environment: "update", ...defaults, waitTimer: 5 };
    const { id, state } = await environments.create(inputs);
    const { waitTimer: _gone, ...wanted } = inputs;
    expect(await environments.update(id, wanted, state)).toEqual({ ...wanted, repositoryId: 1001 });
    expect((await environments.read(id, wanted, state))?.state).toEqual({ ...wanted, repositoryId: 1001 });
  });

  test("deleting what is gone already is no failure", async () => {
    const state = { repository: "shop", environment: "never" };
    await expect(environments.delete("shop:never", state)).resolves.toBeUndefined();
  });

  test("fails in GitHub's words, and makes nothing, when the repository is missing", async () => {
    const inputs = { repository: "none", environment: "dev", ...defaults };
    await expect(environments.create(inputs)).rejects.toThrow(
      `GET ${provider.api.url}/api/v3/repos/octo-org/none: 404 Not Found []`,
    );
    expect(provider.writes()).toEqual([]);
    expect(await environments.find(inputs)).toBeUndefined();
  });

  test("fails in GitHub's words when both flags are the same", async () => {
    const deploymentBranchPolicy = { protectedBranches: true, customBranchPolicies: true };
    const inputs = { repository: "shop", environment: "flags", ...defaults, deploymentBranchPolicy };
    await expect(environments.create(inputs)).rejects.toThrow(
      `PUT ${provider.api.url}/api/v3/repos/octo-org/shop/environments/flags: 422 "custom_branch_policies" and "protected_branches" cannot have the same value []`,
    );
  });

  test.each([
    [[{ users: [1, 2, 3, 4], teams: [5, 6, 7] }], 1],
    [[{ users: [1, 2, 3, 4], teams: [5, 6] }], 0],
    [[{ users: [1, 1, 1, 1, 1, 1, 1] }], 0],
    [[], 0],
    [unknown, 0],
    [[{ users: unknown }], 0],
  ])("checks that %j has at most six reviewers", (reviewers, faults) => {
    const reason = "must have at most 6 users and teams together";
    expect(environments.check?.({ reviewers })).toEqual(
      Array.from({ length: faults }, () => ({ property: "reviewers", reason })),
    );
  });
});

describe("a changed repository", () => {
  const state = { repository: "shop", repositoryId: 1001, environment: "dev" };

  test("is an update when GitHub says that it was renamed", async () => {
    const { body } = await provider.api.ask("POST", "/orgs/octo-org/repos", { name: "before" });
    const repositoryId = (body as { id: number }).id;
    await provider.api.ask("PATCH", "/repos/octo-org/before", { name: "after" });
    const known = { ...state, repository: "before", repositoryId };
    expect(await environments.replaces?.(["repository"], known, { ...known, repository: "after" })).toEqual(
      [],
    );
  });

  test.each([
    ["it is another one", "other"],
    ["it does not exist", "none"],
    ["it is not known yet", unknown],
  ])("replaces when %s", async (_title, repository) => {
    await provider.api.ask("POST", "/orgs/octo-org/repos", { name: "other" });
    expect(await environments.replaces?.(["repository"], state, { ...state, repository })).toEqual([
      "repository",
    ]);
  });

  test("is not asked for when something else changed", async () => {
    expect(await environments.replaces?.(["waitTimer"], state, state)).toEqual([]);
    expect(provider.api.requests).toEqual([]);
  });

  test("fails when GitHub cannot say", async () => {
    provider.api.faults.push({
      api: "github",
      method: "GET",
      path: "/repos/octo-org/other$",
      status: 500,
      body: { message: "Server Error" },
      times: 1,
    });
    await expect(
      environments.replaces?.(["repository"], state, { ...state, repository: "other" }),
    ).rejects.toThrow(`GET ${provider.api.url}/api/v3/repos/octo-org/other: 500 Server Error []`);
  });
});

describe("github.RepositoryEnvironmentDeploymentPolicy", () => {
  const place = { repository: "shop", environment: "gated:1" };
  beforeAll(async () => {
    await environments.create({ ...place, ...defaults, deploymentBranchPolicy: custom });
  });

  test("is made, renamed, read, found and deleted", async () => {
    const inputs = { ...place, branchPattern: "main" };
    const made = await policies.create(inputs);
    const policyId = made.state.policyId;
    expect(made).toEqual({
      id: `shop:gated??1:${policyId}`,
      state: { ...inputs, repositoryId: 1001, policyId: expect.any(Number) },
    });
    expect(await policies.find(inputs)).toBe(made.id);
    expect(await policies.find({ ...place, tagPattern: "main" })).toBeUndefined();
    const wanted = { ...place, branchPattern: "release/*" };
    const state = await policies.update(made.id, wanted, made.state);
    expect(state).toEqual({ ...wanted, repositoryId: 1001, policyId });
    expect(await policies.read(made.id, wanted, state)).toEqual({ id: made.id, state });
    expect(await policies.read(made.id, {}, {})).toEqual({ id: made.id, state });
    await policies.delete(made.id, state);
    expect(await policies.read(made.id, wanted, state)).toBeUndefined();
  });

  test("a tag pattern stays one", async () => {
    const inputs = { ...place, tagPattern: "v*" };
    const made = await policies.create(inputs);
    expect((await policies.read(made.id, {}, {}))?.state).toMatchObject({ tagPattern: "v*" });
    const changed = ["branchPattern", "tagPattern"];
    const wanted = { ...place, branchPattern: "main" };
    expect(await policies.replaces?.(changed, made.state, wanted)).toEqual(changed);
    expect(await policies.replaces?.(["tagPattern"], made.state, wanted)).toEqual([]);
    await policies.delete(made.id, made.state);
  });

  test("fails in GitHub's words when the environment takes no patterns", async () => {
    await environments.create({ repository: "shop", environment: "open", ...defaults });
    await expect(
      policies.create({ repository: "shop", environment: "open", branchPattern: "main" }),
    ).rejects.toThrow(
      `POST ${provider.api.url}/api/v3/repos/octo-org/shop/environments/open/deployment-branch-policies: 404 Not Found []`,
    );
  });

  test("fails when it is gone already, as the published provider does", async () => {
    await expect(policies.delete("shop:open:7", { ...place, policyId: 7 })).rejects.toThrow(
      `DELETE ${provider.api.url}/api/v3/repos/octo-org/shop/environments/gated%3A1/deployment-branch-policies/7: 404 Not Found []`,
    );
  });

  test("must have a pattern, and a number in its id", async () => {
    expect(policies.check?.(place)).toEqual([
      { property: "branchPattern", reason: "must be given, or tagPattern in its place" },
    ]);
    expect(policies.check?.({ ...place, tagPattern: "v*" })).toEqual([]);
    await expect(policies.read("shop:gated??1:x", {}, {})).rejects.toThrow(
      "the id must end in the number of a policy, got shop:gated??1:x",
    );
  });
});
