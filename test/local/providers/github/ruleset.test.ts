import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { ResourceHandler } from "../../../../local/providers/resource.ts";
import { unknown } from "../../../../local/providers/values.ts";
import { type Connected, connected } from "./provider.ts";

let provider: Connected;
let rulesets: ResourceHandler;
beforeAll(async () => {
  provider = await connected();
  rulesets = provider.handler("RepositoryRuleset");
});
beforeEach(() => {
  provider.api.requests.length = 0;
});
afterAll(async () => {
  expect(await provider.close()).toEqual([]);
});

const off = {
  creation: false,
  deletion: false,
  requiredLinearHistory: false,
  requiredSignatures: false,
  nonFastForward: false,
  update: false,
  updateAllowsFetchAndMerge: false,
};
const reviews = {
  dismissStaleReviewsOnPush: false,
  requireCodeOwnerReview: false,
  requireLastPushApproval: false,
  requiredApprovingReviewCount: 1,
  requiredReviewThreadResolution: false,
};
const inputs = {
  name: "main",
  repository: "shop",
  target: "branch",
  enforcement: "active",
  conditions: { refName: { includes: ["refs/heads/main"], excludes: [] } },
  bypassActors: [{ actorType: "OrganizationAdmin", bypassMode: "always" }],
  rules: {
    deletion: true,
    nonFastForward: true,
    pullRequest: reviews,
    requiredStatusChecks: {
      requiredChecks: [
        { context: "ci", integrationId: 0 },
        { context: "build", integrationId: 15368 },
      ],
      strictRequiredStatusChecksPolicy: true,
      doNotEnforceOnCreate: false,
    },
  },
};

describe("github.RepositoryRuleset", () => {
  test("is made with what GitHub fills in, replaced, read, found and deleted", async () => {
    const made = await rulesets.create(inputs);
    const { rulesetId } = made.state;
    expect(made).toEqual({
      id: String(rulesetId),
      state: {
        ...inputs,
        bypassActors: [{ actorId: 0, actorType: "OrganizationAdmin", bypassMode: "always" }],
        rules: {
          ...off,
          ...inputs.rules,
          pullRequest: {
            ...reviews,
            allowedMergeMethods: ["merge", "squash", "rebase"],
            requiredReviewers: [],
          },
        },
        rulesetId: expect.any(Number),
        nodeId: expect.any(String),
        etag: expect.stringMatching(/^W\/"/),
      },
    });
    expect(provider.api.requests.find(({ method }) => method === "POST")?.body).toEqual({
      name: "main",
      target: "branch",
      source_type: "Repository",
      source: "shop",
      enforcement: "active",
      bypass_actors: [{ actor_type: "OrganizationAdmin", bypass_mode: "always" }],
      conditions: { ref_name: { include: ["refs/heads/main"], exclude: [] } },
      rules: [
        { type: "deletion" },
        { type: "non_fast_forward" },
        {
          type: "pull_request",
          parameters: {
            dismiss_stale_reviews_on_push: false,
            require_code_owner_review: false,
            require_last_push_approval: false,
            required_approving_review_count: 1,
            required_review_thread_resolution: false,
          },
        },
        {
          type: "required_status_checks",
          parameters: {
            required_status_checks: [{ context: "ci" }, { context: "build", integration_id: 15368 }],
            strict_required_status_checks_policy: true,
            do_not_enforce_on_create: false,
          },
        },
      ],
    });
    expect(await rulesets.find(inputs)).toBe(made.id);
    provider.api.requests.length = 0;
    expect(await rulesets.read(made.id, inputs, made.state)).toEqual(made);
    expect(provider.api.requests.map(({ status }) => status)).toEqual([304]);

    const wanted = { ...inputs, enforcement: "disabled", rules: { ...inputs.rules, deletion: false } };
    const state = await rulesets.update(made.id, wanted, made.state);
    expect(state).toMatchObject({ enforcement: "disabled", rules: { deletion: false } });
    expect(await rulesets.read(made.id, wanted, made.state)).toEqual({ id: made.id, state });
    expect(await rulesets.read(`shop:${rulesetId}`, {}, {})).toEqual({ id: made.id, state });

    await rulesets.delete(made.id, state);
    expect(await rulesets.read(made.id, wanted, state)).toBeUndefined();
    expect(await rulesets.find(inputs)).toBeUndefined();
    expect(await rulesets.find({ ...inputs, repository: "none" })).toBeUndefined();
  });

  test("keeps the merge methods that somebody chose at GitHub, unless others are wanted", async () => {
    const plain = { ...inputs, name: "merging", rules: { pullRequest: reviews } };
    const { id, state } = await rulesets.create(plain);
    const known = {
      ...state,
      rules: { ...off, pullRequest: { ...reviews, allowedMergeMethods: ["squash"] } },
    };
    const kept = await rulesets.update(id, plain, known);
    expect(kept).toMatchObject({ rules: { pullRequest: { allowedMergeMethods: ["squash"] } } });
    const chosen = { ...plain, rules: { pullRequest: { ...reviews, allowedMergeMethods: ["rebase"] } } };
    expect(await rulesets.update(id, chosen, kept)).toMatchObject({
      rules: { pullRequest: { allowedMergeMethods: ["rebase"] } },
    });
    await rulesets.delete(id, state);
  });

  test("without conditions and actors none are kept", async () => {
    const { conditions: _conditions, bypassActors: _actors, ...plain } = inputs;
    const { id, state } = await rulesets.create({ ...plain, name: "plain", rules: { deletion: true } });
    const read = await rulesets.read(id, {}, { repository: "shop" });
    expect(read?.state).toEqual(state);
    expect(Object.keys(state)).not.toContain("conditions");
    await rulesets.delete(id, state);
  });

  test("on an archived repository it is not made, and neither changed nor deleted", async () => {
    await provider.api.ask("POST", "/orgs/octo-org/repos", { name: "old" });
    const old = { ...inputs, repository: "old" };
    const { id, state } = await rulesets.create(old);
    await provider.api.ask("PATCH", "/repos/octo-org/old", { archived: true });
    await expect(rulesets.create({ ...old, name: "second" })).rejects.toThrow(
      "the repository octo-org/old must not be archived",
    );
    provider.writes();
    await rulesets.update(id, { ...old, enforcement: "disabled" }, state);
    expect(provider.writes()).toEqual([]);
    await expect(rulesets.delete(id, state)).resolves.toBeUndefined();
    expect((await provider.api.ask("GET", `/repos/octo-org/old/rulesets/${id}`)).status).toBe(200);
  });

  test("fails in GitHub's words when the name is taken, or when it is gone", async () => {
    const { id, state } = await rulesets.create({ ...inputs, name: "twice" });
    await expect(rulesets.create({ ...inputs, name: "twice" })).rejects.toThrow(
      `POST ${provider.api.url}/api/v3/repos/octo-org/shop/rulesets: 422 Validation Failed [{Resource: Field: Code: Message:Name must be unique}]`,
    );
    await rulesets.delete(id, state);
    await expect(rulesets.delete(id, state)).rejects.toThrow("404 Not Found []");
    await expect(rulesets.read("7", {}, {})).rejects.toThrow(
      "the id must be <repository>:<ruleset_id>, got 7",
    );
  });

  test("the order of actors means nothing", () => {
    const [a, b] = [
      { actorId: 1, actorType: "Team", bypassMode: "always" },
      { actorType: "OrganizationAdmin", bypassMode: "always" },
    ];
    expect(rulesets.equal?.("bypassActors", [{ actorId: 0, ...b }, a], [a, b])).toBe(true);
    expect(rulesets.equal?.("bypassActors", [a], [a, b])).toBe(false);
    expect(rulesets.equal?.("bypassActors", undefined, [])).toBe(true);
    expect(rulesets.equal?.("name", "x", "x")).toBe(false);
  });
});

describe("the check of a ruleset", () => {
  const branchRules =
    "creation, update, deletion, required_linear_history, required_signatures, pull_request, required_status_checks, non_fast_forward, commit_message_pattern, commit_author_email_pattern, committer_email_pattern, branch_name_pattern, tag_name_pattern, workflows, code_scanning, required_deployments, merge_queue, copilot_code_review";
  const pattern = { operator: "regex", pattern: "x" };
  test.each([
    [{ target: "branch", rules: { deletion: true, maxFileSize: undefined } }, []],
    [{ target: "push", rules: { deletion: false, maxFileSize: { maxFileSize: 5 } } }, []],
    [{ target: "branch", rules: unknown }, []],
    [
      { target: "branch", rules: { maxFileSize: { maxFileSize: 5 } } },
      [["rules.maxFileSize", `must be left out: a ruleset for target branch takes only ${branchRules}`]],
    ],
    [
      { target: "push", conditions: { refName: { includes: [], excludes: [] } }, rules: { creation: true } },
      [
        ["conditions.refName", "must be left out with target push"],
        [
          "rules.creation",
          "must be left out: a ruleset for target push takes only file_path_restriction, max_file_path_length, file_extension_restriction, max_file_size",
        ],
      ],
    ],
    [
      { target: "tag", rules: { branchNamePattern: pattern, tagNamePattern: pattern } },
      [["rules.branchNamePattern", "must not be given together with rules.tagNamePattern"]],
    ],
    [
      { target: "push", rules: { updateAllowsFetchAndMerge: true } },
      [
        ["rules.updateAllowsFetchAndMerge", "must be given together with rules.update"],
        [
          "rules.updateAllowsFetchAndMerge",
          "must be left out: a ruleset for target push takes only file_path_restriction, max_file_path_length, file_extension_restriction, max_file_size",
        ],
      ],
    ],
  ])("of %j", (given, faults) => {
    expect(rulesets.check?.(given)).toEqual(faults.map(([property, reason]) => ({ property, reason })));
  });
});
