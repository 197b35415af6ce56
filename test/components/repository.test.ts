import { describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { checkSettings, parseSettings } from "../../components/internal/settings.ts";
import {
  foreignBranches,
  RepositorySettings,
  repositorySecrets,
} from "../../components/repository.settings.ts";
import { Repository, type RepositoryArgs } from "../../components/repository.ts";
import { register, resourceList, resourceNamed, revealed } from "../support/mocks.ts";

const args = {
  repository: "acme/site",
  branches: { main: { reviews: 2, checks: ["ci", "types"] }, "release/1": { needsLinearHistory: true } },
  variables: { REGION: "nyc" },
  secrets: { TOKEN: { secret: "token" }, OTHER: { secret: "other", optional: true } },
  stackSecrets: { token: "t0ken" },
} satisfies RepositoryArgs;

describe("Repository", () => {
  test("has a ruleset per branch, and its variables and secrets", async () => {
    const { resources } = await register((options) => new Repository("acme-repository", args, options));
    expect(resourceList(resources)).toEqual([
      "github:index/actionsSecret:ActionsSecret acme-repository-secret-TOKEN",
      "github:index/actionsVariable:ActionsVariable acme-repository-variable-REGION",
      "github:index/repositoryRuleset:RepositoryRuleset acme-repository-branch-main",
      "github:index/repositoryRuleset:RepositoryRuleset acme-repository-branch-release/1",
      "slipway:index:Repository acme-repository",
    ]);
    expect(resourceNamed(resources, "acme-repository-branch-main").inputs).toEqual({
      name: "slipway: main",
      repository: "site",
      target: "branch",
      enforcement: "active",
      conditions: { refName: { includes: ["refs/heads/main"], excludes: [] } },
      rules: {
        deletion: true,
        nonFastForward: true,
        requiredLinearHistory: false,
        pullRequest: {
          requiredApprovingReviewCount: 2,
          dismissStaleReviewsOnPush: true,
          requireCodeOwnerReview: false,
          requiredReviewThreadResolution: false,
        },
        requiredStatusChecks: {
          requiredChecks: [{ context: "ci" }, { context: "types" }],
          strictRequiredStatusChecksPolicy: true,
        },
      },
    });
    expect(resourceNamed(resources, "acme-repository-branch-release/1").inputs.rules).toEqual({
      deletion: true,
      nonFastForward: true,
      requiredLinearHistory: true,
      pullRequest: {
        requiredApprovingReviewCount: 1,
        dismissStaleReviewsOnPush: true,
        requireCodeOwnerReview: false,
        requiredReviewThreadResolution: false,
      },
    });
    expect(resourceNamed(resources, "acme-repository-variable-REGION").inputs).toEqual({
      repository: "site",
      variableName: "REGION",
      value: "nyc",
    });
    const secret = resourceNamed(resources, "acme-repository-secret-TOKEN").inputs;
    expect(pulumi.runtime.isRpcSecret(secret.value)).toBe(true);
    expect(revealed(secret)).toEqual({ repository: "site", secretName: "TOKEN", value: "t0ken" });
  });

  test("fails without a secret that it needs, before anything is registered", () => {
    expect(() => new Repository("acme-repository", { ...args, stackSecrets: {} })).toThrow(
      "acme-repository has invalid settings:\n  secrets.token: must be set: repository.secrets.TOKEN needs it",
    );
  });

  test("wants its repository", () => {
    const build = (options: object) =>
      // @ts-expect-error - rules without a repository mean nothing
      new Repository("acme-repository", {}, options);
    expect(build).toBeInstanceOf(Function);
  });
});

describe("settings of a repository", () => {
  const lines = (input: object) => {
    const checked = checkSettings(RepositorySettings, input, "repository");
    return checked.ok ? [] : checked.faults.map(({ path, message }) => `${path}: ${message}`);
  };

  test.each<[string, object, string[]]>([
    [
      "eleven reviews",
      { branches: { main: { reviews: 11 } } },
      ["repository.branches.main.reviews: must be at most 10; got 11"],
    ],
    [
      "an empty check",
      { branches: { main: { checks: [""] } } },
      ["repository.branches.main.checks[0]: must not be blank"],
    ],
    [
      "a pattern as branch",
      { branches: { "release/*": {} } },
      [
        'repository.branches["release/*"]: must have a name that is a branch name such as main or release/1.2; got "release/*"',
      ],
    ],
    [
      "a secret of GitHub's own",
      { secrets: { GITHUB_TOKEN: { secret: "a" } } },
      [
        'repository.secrets.GITHUB_TOKEN: must have a name that is upper-case letters, digits and underscores, not starting with a digit or GITHUB_, such as API_URL; got "GITHUB_TOKEN"',
      ],
    ],
  ])("fail with %s", (_, input, expected) => {
    expect(lines(input)).toEqual(expected);
  });

  test("name the secrets that they need", () => {
    const settings = parseSettings(RepositorySettings, { secrets: args.secrets }, "repository");
    expect(repositorySecrets(settings)).toEqual([
      { name: "token", optional: false, usedBy: ["repository.secrets.TOKEN"] },
      { name: "other", optional: true, usedBy: ["repository.secrets.OTHER"] },
    ]);
  });

  test("hold rules for the branch that the stack deploys from only", () => {
    const { branches } = parseSettings(RepositorySettings, { branches: args.branches }, "repository");
    expect(foreignBranches({ branches }, "main")).toEqual([
      {
        path: 'branches["release/1"]',
        message: "must be left out: this stack deploys from main and owns no other branch's rules",
      },
    ]);
    expect(foreignBranches({ branches }, undefined).map(({ message }) => message)).toEqual([
      "must be left out: delivery.branch is not set, so this stack owns no branch",
      "must be left out: delivery.branch is not set, so this stack owns no branch",
    ]);
  });
});
