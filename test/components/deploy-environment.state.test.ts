import { describe, expect, test } from "@jest/globals";
import { statePolicy } from "../../components/deploy-environment.state.ts";
import { DeployEnvironment } from "../../components/deploy-environment.ts";
import type { PolicyStack } from "../../policy/rule.ts";
import { iamRules } from "../../policy/rules/iam.ts";
import { register, resourceNamed } from "../support/mocks.ts";

describe("the rights to a state in a bucket", () => {
  interface Statement {
    Sid: string;
    Effect: string;
    Action: string;
    Resource: string | string[];
  }
  const of = { bucket: "acme-state", project: "slipway", stack: "production" };
  const [reader, writer] = [false, true].map(
    (mayWrite) => (JSON.parse(statePolicy(of, mayWrite)) as { Statement: Statement[] }).Statement,
  ) as [Statement[], Statement[]];
  const matches = (pattern: string, text: string): boolean =>
    new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(text);
  const allows = (statements: readonly Statement[], action: string, key: string): boolean =>
    statements.some(
      (one) =>
        one.Effect === "Allow" &&
        matches(one.Action, action) &&
        [one.Resource].flat().some((resource) => matches(resource, `arn:aws:s3:::acme-state/${key}`)),
    );

  /** What the CLI asked of a bucket for a stack, v3.253.0, 2026-11-21. */
  const stack = (name: string) => `.pulumi/stacks/slipway/${name}.json`;
  const reads: [string, string][] = [
    ["s3:GetObject", ".pulumi/meta.yaml"],
    ["s3:GetObject", stack("production")],
    ["s3:GetObject", ".pulumi/stacks/slipway/production.pulumi-tags"],
  ];
  const run = "production/production-1795289281268527439";
  const lock = ".pulumi/locks/organization/slipway/production/1713e4bd.json";
  const writes: [string, string][] = [
    ["s3:PutObject", lock],
    ["s3:GetObject", lock],
    ["s3:DeleteObject", lock],
    ["s3:PutObject", stack("production")],
    ["s3:PutObject", `${stack("production")}.bak`],
    ["s3:PutObject", `.pulumi/history/slipway/${run}.history.json`],
    ["s3:PutObject", `.pulumi/history/slipway/${run}.checkpoint.json`],
    ["s3:PutObject", ".pulumi/backups/slipway/production/production.1795289281306394634.json"],
  ];

  test("allow what a preview asks for, and a run what it writes besides", () => {
    expect(reads.filter(([action, key]) => !allows(reader, action, key))).toEqual([]);
    expect([...reads, ...writes].filter(([action, key]) => !allows(writer, action, key))).toEqual([]);
  });

  test("let a preview write nothing, nobody delete a state, and no stack touch another one", () => {
    expect(writes.filter(([action, key]) => allows(reader, action, key))).toEqual([]);
    expect(allows(writer, "s3:DeleteObject", stack("production"))).toBe(false);
    const others = [...reads, ...writes].map(
      ([action, key]) => [action, key.replaceAll("production", "staging")] as const,
    );
    expect(others.filter(([action, key]) => key.includes("staging") && allows(writer, action, key))).toEqual(
      [],
    );
    expect(writer.filter(({ Action }) => Action.includes("*"))).toEqual([]);
  });
});

const s3 = "arn:aws:s3:::acme-state";

test("the rights to a state are these, below the prefix where there is one", () => {
  const place = { bucket: "acme-state", prefix: "teams/shop", project: "slipway", stack: "dev" };
  const at = `${s3}/teams/shop/.pulumi`;
  const locks = `${at}/locks/organization/slipway/dev/*`;
  const history = `${at}/history/slipway/dev/*`;
  const backups = `${at}/backups/slipway/dev/*`;
  const reads = [
    {
      Sid: "FindState",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: s3,
      Condition: { StringLike: { "s3:prefix": ["teams/shop/.pulumi/*"] } },
    },
    {
      Sid: "ReadState",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [`${at}/meta.yaml`, `${at}/stacks/slipway/dev.*`],
    },
  ];
  expect(JSON.parse(statePolicy(place, false)).Statement).toEqual(reads);
  expect(JSON.parse(statePolicy(place, true)).Statement).toEqual([
    ...reads,
    { Sid: "ReadRuns", Effect: "Allow", Action: "s3:GetObject", Resource: [history, locks] },
    {
      Sid: "WriteState",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: [`${at}/stacks/slipway/dev.*`, history, backups, locks],
    },
    { Sid: "FreeLock", Effect: "Allow", Action: "s3:DeleteObject", Resource: locks },
  ]);
});

const delivery = {
  repository: "acme/site",
  environment: "staging",
  branch: "develop",
  stackSecrets: { digitaloceanAccessToken: "t" },
  oidc: { accountId: "123456789012", subjectFormat: "names" as const },
  backups: { bucketName: "b", bucketArn: "arn:aws:s3:::b", userArns: [] },
};

test("each role gets its own rights to the state, and only deployments may write", async () => {
  const { resources } = await register(
    (opts) => new DeployEnvironment("acme", { ...delivery, state: { bucket: "acme-state" } }, opts),
  );
  const rights = resources.filter(({ name }) => name.endsWith("-state"));
  expect(rights.map(({ name }) => name).sort()).toEqual([
    "acme-drill-role-state",
    "acme-preview-role-state",
    "acme-role-state",
  ]);
  const writes = (name: string) => String(resourceNamed(resources, name).inputs.policy).includes("s3:Put");
  expect(rights.filter(({ name }) => writes(name)).map(({ name }) => name)).toEqual(["acme-role-state"]);
});

test("a state that is elsewhere gets nobody any rights", async () => {
  const { resources } = await register((opts) => new DeployEnvironment("acme", delivery, opts));
  expect(resources.filter(({ name }) => name.endsWith("-state"))).toEqual([]);
});

test.each([
  [
    { state: { bucket: "acme-state" }, oidc: undefined },
    "state: must go with oidc: without it there are no roles to give rights to",
  ],
  [
    { state: { bucket: "acme-state", prefix: "/shop/" } },
    "state.prefix: must be names with slashes between them and none at the ends, such as teams/shop",
  ],
  [
    { state: { bucket: "Acme" } },
    'state.bucket: must be 3 to 63 lower-case letters, digits and single hyphens, such as acme-state; got "Acme"',
  ],
])("fails on %j", (change, message) => {
  expect(() => new DeployEnvironment("acme", { ...delivery, ...change } as never)).toThrow(message);
});

test("the rule that nobody deletes backups lets a run give its lock back, and nothing else", () => {
  const rule = iamRules.find(({ id }) => id === "iam-delete-backups");
  const found = (policy: string) =>
    rule?.findings({
      stack: "dev",
      isProtected: false,
      resources: [
        {
          urn: "urn",
          type: "aws:iam/rolePolicy:RolePolicy",
          name: "acme-role-state",
          props: { policy },
          options: {},
        },
      ],
      facts: { waivers: [], today: "2026-11-21" },
    } as unknown as PolicyStack);
  const policy = statePolicy({ bucket: "acme-state", project: "slipway", stack: "dev" }, true);
  expect(found(policy)).toEqual([]);
  expect(found(policy.replaceAll("/locks/", "/stacks/"))).toMatchObject([
    { message: "must not allow s3:deleteobject" },
  ]);
});
