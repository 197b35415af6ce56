import { describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import {
  DeployEnvironmentSettings,
  deliveryProtectionFaults,
  deliverySecrets,
} from "../../components/deploy-environment.settings.ts";
import { DeployEnvironment, type DeployEnvironmentArgs } from "../../components/deploy-environment.ts";
import { checkSettings, parseSettings } from "../../components/internal/settings.ts";
import {
  type MockWorld,
  outputValue,
  register,
  resourceList,
  resourceNamed,
  revealed,
} from "../support/mocks.ts";

const types = {
  component: "slipway:index:DeployEnvironment",
  environment: "github:index/repositoryEnvironment:RepositoryEnvironment",
  policy: "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
  secret: "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
  variable: "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
  role: "aws:iam/role:Role",
  rights: "aws:iam/rolePolicy:RolePolicy",
};

const least = {
  repository: "acme/site",
  environment: "staging",
  stackSecrets: { digitaloceanAccessToken: "dop_v1_token" },
} satisfies DeployEnvironmentArgs;

const most = {
  ...least,
  branch: "main",
  tags: ["v*"],
  reviewers: [{ user: "octocat" }, { team: "platform" }],
  waitMinutes: 10,
  oidc: { accountId: "123456789012", subjectFormat: "names" },
  variables: { API_URL: "https://acme.example" },
  secrets: { SLACK: { secret: "slackHook" }, SENTRY: { secret: "sentryToken", optional: true } },
  stackSecrets: { ...least.stackSecrets, slackHook: "https://hooks.slack.example" },
  awsRegion: "us-east-1",
  backups: {
    bucketName: "acme-backups",
    bucketArn: "arn:aws:s3:::acme-backups",
    userArns: ["arn:aws:iam::123456789012:user/writer", "arn:aws:iam::123456789012:user/reader"],
  },
} satisfies DeployEnvironmentArgs;

const world: MockWorld = {
  calls: {
    "github:index/getUser:getUser": ({ username }) => ({ id: username === "octocat" ? "583231" : "0" }),
    "github:index/getTeam:getTeam": ({ slug, summaryOnly }) => ({
      id: slug === "platform" && summaryOnly ? "77" : "0",
    }),
  },
};

const made = (args: DeployEnvironmentArgs) =>
  register((options) => new DeployEnvironment("acme-delivery", args, options), world);

describe("DeployEnvironment", () => {
  test("is an open environment with its token where nothing else is asked for", async () => {
    const { built, resources } = await made(least);
    expect(resourceList(resources)).toEqual([
      `${types.secret} acme-delivery-secret-DIGITALOCEAN_ACCESS_TOKEN`,
      `${types.variable} acme-delivery-variable-PULUMI_STACK`,
      `${types.environment} acme-delivery`,
      `${types.component} acme-delivery`,
    ]);
    expect(resourceNamed(resources, "acme-delivery", types.environment).inputs).toEqual({
      repository: "site",
      environment: "staging",
      canAdminsBypass: false,
    });
    const secret = resourceNamed(resources, "acme-delivery-secret-DIGITALOCEAN_ACCESS_TOKEN").inputs;
    expect(pulumi.runtime.isRpcSecret(secret.value)).toBe(true);
    expect(revealed(secret)).toEqual({
      repository: "site",
      environment: "staging",
      secretName: "DIGITALOCEAN_ACCESS_TOKEN",
      value: "dop_v1_token",
    });
    expect(resourceNamed(resources, "acme-delivery-variable-PULUMI_STACK").inputs).toEqual({
      repository: "site",
      environment: "staging",
      variableName: "PULUMI_STACK",
      value: "dev",
    });
    expect(built.roleArn).toBeUndefined();
    expect(await outputValue(built.environment)).toBe("staging");
  });

  test("has reviewers by number, a timer, and only the branches and tags that it names", async () => {
    const { resources } = await made(most);
    expect(resourceNamed(resources, "acme-delivery", types.environment).inputs).toEqual({
      repository: "site",
      environment: "staging",
      canAdminsBypass: false,
      waitTimer: 10,
      reviewers: [{ users: [583231], teams: [77] }],
      preventSelfReview: true,
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
    });
    const place = { repository: "site", environment: "staging" };
    expect(resourceNamed(resources, "acme-delivery-branch-main").inputs).toEqual({
      ...place,
      branchPattern: "main",
    });
    expect(resourceNamed(resources, "acme-delivery-tag-v*").inputs).toEqual({ ...place, tagPattern: "v*" });
  });

  test("tells the workflows what they need, secrets as secrets, and leaves out what is not set", async () => {
    const { resources } = await made(most);
    const variables = resources.filter(
      ({ type, inputs }) => type === types.variable && inputs.environment === "staging",
    );
    expect(variables.map(({ inputs }) => `${inputs.variableName}=${inputs.value}`).sort()).toEqual([
      "API_URL=https://acme.example",
      "AWS_REGION=us-east-1",
      "AWS_ROLE_ARN=arn:aws:iam::123456789012:role/acme-delivery-dev",
      "BACKUP_BUCKET=acme-backups",
      "PULUMI_STACK=dev",
    ]);
    const secrets = resources.filter(({ type }) => type === types.secret);
    expect(
      secrets.map(({ inputs }) => `${inputs.secretName} ${pulumi.runtime.isRpcSecret(inputs.value)}`).sort(),
    ).toEqual(["DIGITALOCEAN_ACCESS_TOKEN true", "SLACK true"]);
    const own = JSON.stringify(resourceNamed(resources, "acme-delivery", types.component).inputs);
    expect(own).not.toMatch(/dop_v1_token|hooks\.slack/);
  });

  test("has a role that only its own jobs can take", async () => {
    const { built, resources } = await made(most);
    const { inputs } = resourceNamed(resources, "acme-delivery-role");
    expect({ ...inputs, assumeRolePolicy: JSON.parse(String(inputs.assumeRolePolicy)) }).toEqual({
      name: "acme-delivery-dev",
      description: "Deployments of acme/site to staging",
      assumeRolePolicy: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: {
              Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
            },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
              StringEquals: {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "token.actions.githubusercontent.com:sub": "repo:acme/site:environment:staging",
              },
            },
          },
        ],
      },
    });
    expect(await outputValue(built.roleArn ?? pulumi.output(""))).toBe(
      "arn:aws:iam::123456789012:role/acme-delivery-dev",
    );
    const rights = resourceNamed(resources, "acme-delivery-role-rights").inputs;
    expect(rights.role).toBe("acme-delivery-dev");
    expect(String(rights.policy)).toContain('"Resource":"arn:aws:s3:::acme-backups"');
  });

  test("has a role that only reads for previews of any branch, and one for drills of the branches that deploy", async () => {
    const { resources } = await made(most);
    const subjectOf = (name: string) =>
      JSON.parse(String(resourceNamed(resources, name).inputs.assumeRolePolicy)).Statement[0].Condition
        .StringEquals["token.actions.githubusercontent.com:sub"];
    expect(subjectOf("acme-delivery-preview-role")).toBe("repo:acme/site:environment:staging-preview");
    expect(subjectOf("acme-delivery-drill-role")).toBe("repo:acme/site:environment:staging-drill");
    const place = { repository: "site", canAdminsBypass: false };
    expect(resourceNamed(resources, "acme-delivery-preview", types.environment).inputs).toEqual({
      ...place,
      environment: "staging-preview",
    });
    expect(resourceNamed(resources, "acme-delivery-drill", types.environment).inputs).toEqual({
      ...place,
      environment: "staging-drill",
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
    });
    expect(resourceNamed(resources, "acme-delivery-drill-branch-main").inputs).toEqual({
      repository: "site",
      environment: "staging-drill",
      branchPattern: "main",
    });
    expect(String(resourceNamed(resources, "acme-delivery-preview-role-rights").inputs.policy)).not.toMatch(
      /:(Put|Create|Delete|Tag|Update)|GetObject"/,
    );
    expect(String(resourceNamed(resources, "acme-delivery-drill-role-rights").inputs.policy)).toContain(
      '"s3:GetObject"',
    );
  });

  test("has a role without rights where there are no backups", async () => {
    const { backups: _, ...without } = most;
    const { resources } = await made(without);
    expect(resources.filter(({ type }) => type === types.rights)).toEqual([]);
  });

  test("fails without its token, before anything is registered", () => {
    expect(
      () => new DeployEnvironment("acme-delivery", { repository: "acme/site", environment: "staging" }),
    ).toThrow(
      "acme-delivery has invalid settings:\n  secrets.digitaloceanAccessToken: must be set: delivery.token needs it",
    );
  });

  test("wants an environment", () => {
    const build = (options: object) =>
      // @ts-expect-error - there is no gate without a name
      new DeployEnvironment("acme-delivery", { repository: "acme/site" }, options);
    expect(build).toThrow("acme-delivery has invalid settings:\n  environment: must be set, to a text");
  });
});

describe("settings of a delivery", () => {
  const lines = (more: object) => {
    const checked = checkSettings(DeployEnvironmentSettings, { environment: "staging", ...more }, "delivery");
    return checked.ok ? [] : checked.faults.map(({ path, message }) => `${path}: ${message}`);
  };

  test.each<[string, object, string[]]>([
    [
      "an environment with a colon",
      { environment: "a:b" },
      [
        'delivery.environment: must be letters, digits, hyphens and underscores, with slashes between them, such as production or eu/production; got "a:b"',
      ],
    ],
    [
      "seven reviewers",
      { reviewers: ["a", "b", "c", "d", "e", "f", "g"].map((user) => ({ user })) },
      ["delivery.reviewers: must have at most 6 entries"],
    ],
    [
      "one reviewer twice",
      { reviewers: [{ user: "a" }, { user: "a" }] },
      ["delivery.reviewers[1]: must be listed once"],
    ],
    [
      "a reviewer that is neither",
      { reviewers: ["octocat"] },
      ["delivery.reviewers[0]: must be { user: login } or { team: slug }"],
    ],
    [
      "a team by its name",
      { reviewers: [{ team: "Platform Team" }] },
      ['delivery.reviewers[0].team: must be the slug of a team such as platform; got "Platform Team"'],
    ],
    [
      "a month and a day of waiting",
      { waitMinutes: 43_201 },
      ["delivery.waitMinutes: must be at most 43200; got 43201"],
    ],
    [
      "a branch with a space",
      { branch: "my branch" },
      ['delivery.branch: must be a branch name such as main or release/1.2; got "my branch"'],
    ],
    [
      "a tag with a space",
      { tags: ["v 1"] },
      ['delivery.tags[0]: must be a pattern of tag names such as v*; got "v 1"'],
    ],
    [
      "an account as a number",
      { oidc: { accountId: 123456789012, subjectFormat: "names" } },
      ['delivery.oidc.accountId: must be a text: write it in quotes, "123456789012"'],
    ],
    [
      "ids without the ids",
      { oidc: { accountId: "123456789012", subjectFormat: "ids" } },
      [
        "delivery.oidc.ownerId: must be set, to a number",
        "delivery.oidc.repositoryId: must be set, to a number",
      ],
    ],
    [
      "another subject",
      { oidc: { accountId: "123456789012", subjectFormat: "any" } },
      ['delivery.oidc.subjectFormat: must be one of names, ids; got "any"'],
    ],
    [
      "a variable in lower case",
      { variables: { apiUrl: "x" } },
      [
        'delivery.variables.apiUrl: must have a name that is upper-case letters, digits and underscores, not starting with a digit or GITHUB_, such as API_URL; got "apiUrl"',
      ],
    ],
    [
      "names that are taken",
      { variables: { PULUMI_STACK: "x" }, secrets: { DIGITALOCEAN_ACCESS_TOKEN: { secret: "a" } } },
      [
        "delivery.variables.PULUMI_STACK: must be left out: slipway sets it",
        "delivery.secrets.DIGITALOCEAN_ACCESS_TOKEN: must be left out: slipway sets it",
      ],
    ],
  ])("fail with %s", (_, more, expected) => {
    expect(lines(more)).toEqual(expected);
  });

  test("name every secret that they need", () => {
    const settings = parseSettings(
      DeployEnvironmentSettings,
      { environment: "staging", secrets: most.secrets },
      "delivery",
    );
    expect(deliverySecrets(settings)).toEqual([
      { name: "digitaloceanAccessToken", optional: false, usedBy: ["delivery.token"] },
      { name: "slackHook", optional: false, usedBy: ["delivery.secrets.SLACK"] },
      { name: "sentryToken", optional: true, usedBy: ["delivery.secrets.SENTRY"] },
    ]);
  });

  test("may not let administrators past the gate of a protected stack", () => {
    expect(deliveryProtectionFaults({ adminsMayBypass: true }, true)).toEqual([
      { path: "adminsMayBypass", message: "must be false on a protected stack: the gate is for everybody" },
    ]);
    expect(deliveryProtectionFaults({ adminsMayBypass: true }, false)).toEqual([]);
    expect(deliveryProtectionFaults({ adminsMayBypass: false }, true)).toEqual([]);
  });
});
