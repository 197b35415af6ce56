import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { smtpPassword } from "../../../../local/providers/aws/iam-access-key.ts";
import type { Properties } from "../../../../local/providers/resource.ts";
import { ProviderBench } from "../../../support/aws-provider.ts";
import { installLimit } from "../../../support/local-aws.ts";

jest.setTimeout(60_000);

const bench = new ProviderBench();

beforeAll(() => bench.start(), installLimit);
afterAll(() => bench.remove());

const account = "123456789012";
const userType = "aws:iam/user:User";
const keyType = "aws:iam/accessKey:AccessKey";
const roleType = "aws:iam/role:Role";
const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

const allow = (action: unknown) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: action, Resource: "arn:aws:s3:::backups/*" }],
});

const trust = (action: string) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: action,
      Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/idp` },
    },
  ],
});

async function makeUser(name: string, more: Properties = {}): Promise<Properties> {
  return (await bench.steps(userType).create({ name, ...more })).state;
}

describe("a user", () => {
  test("is made, read, changed, found and deleted", async () => {
    const steps = bench.steps(userType);
    const given = { name: "writer", tags: { a: "1" } };
    const { id, state } = await steps.create(given);
    expect(id).toBe("writer");
    expect(state).toEqual({
      arn: `arn:aws:iam::${account}:user/writer`,
      forceDestroy: false,
      name: "writer",
      path: "/",
      tags: { a: "1" },
      tagsAll: { a: "1" },
      uniqueId: expect.stringMatching(/^\w{20}$/),
    });
    expect(steps.changes(state, given)).toEqual([]);
    expect(await steps.read(id, steps.inputs(given), state)).toEqual({ id, state });
    expect(await steps.find(given)).toBe(id);

    const wanted = { name: "renamed", path: "/slipway/", tags: { b: "2" } };
    expect(steps.changes(state, wanted)).toEqual(["name", "path", "tags.a", "tags.b"]);
    const changed = await steps.update(id, wanted, state);
    expect(changed["arn"]).toBe(`arn:aws:iam::${account}:user/slipway/renamed`);
    expect(steps.changes(changed, wanted)).toEqual([]);
    expect((await steps.read(id, steps.inputs(wanted), changed))?.state).toEqual(changed);
    await steps.delete(id, changed);
    await steps.delete(id, changed);
    expect(await steps.read(id, {}, changed)).toBeUndefined();
    expect(await steps.find(wanted)).toBeUndefined();
  });

  test("fails to be made twice, and to be deleted while it has keys, unless that is forced", async () => {
    const state = await makeUser("busy");
    await bench.steps(keyType).create({ user: "busy" });
    await bench
      .steps("aws:iam/userPolicy:UserPolicy")
      .create({ user: "busy", name: "p", policy: allow("s3:PutObject") });
    const steps = bench.steps(userType);
    await expect(makeUser("busy")).rejects.toThrow(
      new Error("EntityAlreadyExists: User busy already exists"),
    );
    await expect(steps.delete("busy", state)).rejects.toThrow(/^DeleteConflict: Cannot delete entity/);
    await steps.delete("busy", { ...state, forceDestroy: true });
    expect(await steps.read("busy")).toBeUndefined();
  });

  test.each([
    [{ name: "a b" }, 'name: must match [0-9A-Za-z=,.@\\-_+]+, got "a b"'],
    [{ name: "a".repeat(65) }, "name: must have at most 64 characters, has 65"],
  ])("fails at Check for %j", (given, fault) => {
    expect(bench.steps(userType).faults(given)).toEqual([fault]);
  });
});

describe("an access key", () => {
  beforeAll(() => makeUser("holder"));

  test("has its secret once, keeps it over reads, and is found as the newest", async () => {
    const steps = bench.steps(keyType);
    const given = { user: "holder" };
    const { id, state } = await steps.create(given);
    expect(id).toMatch(/^AKIA[A-Z0-9]{16}$/);
    expect(state).toEqual({
      createDate: date,
      secret: expect.stringMatching(/^\S{40}$/),
      sesSmtpPasswordV4: expect.stringMatching(/^B[A-Za-z0-9+/]{43}$/),
      status: "Active",
      user: "holder",
    });
    expect(steps.changes(state, given)).toEqual([]);
    expect(await steps.read(id, given, state)).toEqual({ id, state });
    expect((await steps.read(id))?.state).toEqual({
      createDate: state["createDate"],
      status: "Active",
      user: "holder",
    });
    expect(await steps.find(given)).toBe(id);

    const inactive = { user: "holder", status: "Inactive" };
    expect(steps.changes(state, inactive)).toEqual(["status"]);
    const changed = await steps.update(id, inactive, state);
    expect(changed).toEqual({ ...state, status: "Inactive" });
    expect((await steps.read(id, inactive, changed))?.state).toEqual(changed);
    expect(steps.changes(state, { user: "other" })).toEqual(["user!"]);

    await steps.delete(id, changed);
    await steps.delete(id, changed);
    expect(await steps.read(id, given, state)).toBeUndefined();
    expect(await steps.find(given)).toBeUndefined();
    expect(await steps.find({ user: "nobody" })).toBeUndefined();
  });

  test("can be made inactive", async () => {
    const { state } = await bench.steps(keyType).create({ user: "holder", status: "Inactive" });
    expect(state["status"]).toBe("Inactive");
  });

  test("derives the SMTP password as AWS documents it", () => {
    // Computed in Python from the steps in the Amazon SES Developer Guide, for AWS's published example key.
    expect(smtpPassword("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")).toBe(
      "BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9",
    );
  });

  test("fails at Check for a PGP key and an unknown status", () => {
    const steps = bench.steps(keyType);
    expect(steps.faults({ user: "holder", pgpKey: "k" })).toEqual([
      "pgpKey: must be left out with the built-in provider: it encrypts nothing with PGP",
    ]);
    expect(steps.faults({ user: "holder", status: "Off" })).toEqual([
      'status: must be one of Active, Inactive, got "Off"',
    ]);
  });
});

describe("a role", () => {
  test("is made, read, changed, found and deleted", async () => {
    const steps = bench.steps(roleType);
    const given = {
      name: "deployer",
      assumeRolePolicy: trust("sts:AssumeRoleWithWebIdentity"),
      description: "d",
      maxSessionDuration: 7200,
    };
    const { id, state } = await steps.create(given);
    expect(state).toEqual({
      arn: `arn:aws:iam::${account}:role/deployer`,
      assumeRolePolicy: JSON.stringify(given.assumeRolePolicy),
      createDate: date,
      description: "d",
      forceDetachPolicies: false,
      maxSessionDuration: 7200,
      name: "deployer",
      path: "/",
      tagsAll: {},
      uniqueId: expect.stringMatching(/^AROA\w{17}$/),
    });
    expect(steps.changes(state, given)).toEqual([]);
    expect(await steps.read(id, steps.inputs(given), state)).toEqual({ id, state });
    expect(await steps.find(given)).toBe(id);

    const wanted = {
      name: "deployer",
      assumeRolePolicy: JSON.stringify(trust("sts:AssumeRole")),
      tags: { a: "1" },
    };
    expect(steps.changes(state, wanted)).toEqual([
      "assumeRolePolicy",
      "description",
      "maxSessionDuration",
      "tags",
    ]);
    const changed = await steps.update(id, wanted, state);
    expect(steps.changes(changed, wanted)).toEqual([]);
    const untagged = await steps.update(id, { ...wanted, tags: {} }, changed);
    expect(untagged["tagsAll"]).toEqual({});
    expect(steps.changes(changed, { ...wanted, path: "/x/" })).toEqual(["path!"]);
    await steps.delete(id, changed);
    await steps.delete(id, changed);
    expect(await steps.read(id)).toBeUndefined();
  });

  test("is deleted with its policies where that is forced", async () => {
    const steps = bench.steps(roleType);
    const { id, state } = await steps.create({ name: "full", assumeRolePolicy: trust("sts:AssumeRole") });
    await bench
      .steps("aws:iam/rolePolicy:RolePolicy")
      .create({ role: id, name: "p", policy: allow("s3:PutObject") });
    await expect(steps.delete(id, state)).rejects.toThrow(/^DeleteConflict: Cannot delete entity/);
    await steps.delete(id, { ...state, forceDetachPolicies: true });
    expect(await steps.find({ name: "full", assumeRolePolicy: "{}" })).toBeUndefined();
  });

  test.each([
    [
      { inlinePolicies: [] },
      "inlinePolicies: must be left out with the built-in provider: use aws.iam.RolePolicy",
    ],
    [{ maxSessionDuration: 60 }, "maxSessionDuration: must be at least 3600, got 60"],
    [{ assumeRolePolicy: "{" }, "assumeRolePolicy: must be the JSON text of a policy document"],
  ])("fails at Check for %j", (given, fault) => {
    expect(bench.steps(roleType).faults({ assumeRolePolicy: trust("sts:AssumeRole"), ...given })).toEqual([
      fault,
    ]);
  });
});

describe.each([
  ["user", "aws:iam/userPolicy:UserPolicy"],
  ["role", "aws:iam/rolePolicy:RolePolicy"],
])("a policy of a %s", (owner, type) => {
  test("is made under a made-up name, read, changed and deleted", async () => {
    if (owner === "user") await makeUser("policied");
    else await bench.steps(roleType).create({ name: "policied", assumeRolePolicy: trust("sts:AssumeRole") });
    const steps = bench.steps(type);
    const given = { [owner]: "policied", policy: allow(["s3:PutObject", "s3:AbortMultipartUpload"]) };
    const { id, state } = await steps.create(given);
    expect(id).toMatch(/^policied:thing-[0-9a-f]{7}$/);
    expect(state).toEqual({
      name: id.slice(9),
      policy: JSON.stringify(given["policy"]),
      [owner]: "policied",
    });
    expect(
      steps.changes(state, { ...given, policy: allow(["s3:AbortMultipartUpload", "s3:PutObject"]) }),
    ).toEqual([]);
    expect(await steps.read(id, steps.inputs(given), state)).toEqual({ id, state });
    expect(await steps.find(given)).toBe(id);
    const wanted = { ...given, policy: allow("s3:GetObject") };
    expect(steps.changes(state, wanted)).toEqual(["policy"]);
    const changed = await steps.update(id, wanted, state);
    expect((await steps.read(id))?.state).toEqual(changed);
    expect(steps.changes(changed, { ...wanted, [owner]: "other" })).toEqual([`${owner}!`]);
    await steps.delete(id, changed);
    await steps.delete(id, changed);
    expect(await steps.read(id)).toBeUndefined();
    expect(await steps.find(given)).toBeUndefined();
  });
});
