import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { ProviderBench } from "../../../support/aws-provider.ts";
import { installLimit } from "../../../support/local-aws.ts";

jest.setTimeout(60_000);

const bench = new ProviderBench();

beforeAll(() => bench.start(), installLimit);
afterAll(() => bench.remove());

const account = "123456789012";
const userType = "aws:iam/user:User";

describe("an OpenID Connect provider", () => {
  const type = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
  const given = { url: "https://token.actions.githubusercontent.com", clientIdLists: ["sts.amazonaws.com"] };

  test("is known by its address without the scheme", async () => {
    const steps = bench.steps(type);
    const { id, state } = await steps.create(given);
    const host = "token.actions.githubusercontent.com";
    expect(id).toBe(`arn:aws:iam::${account}:oidc-provider/${host}`);
    expect(state).toEqual({
      arn: id,
      clientIdLists: ["sts.amazonaws.com"],
      tagsAll: {},
      thumbprintLists: [],
      url: host,
    });
    expect(steps.changes(state, given)).toEqual([]);
    expect(await steps.read(id, given, state)).toEqual({ id, state });
    expect(await steps.find(given)).toBe(id);
    const tagged = await steps.update(id, { ...given, tags: { a: "1" } }, state);
    expect(tagged["tags"]).toEqual({ a: "1" });
    expect((await steps.update(id, given, tagged))["tagsAll"]).toEqual({});
    await expect(steps.update(id, { ...given, clientIdLists: ["other"] }, state)).rejects.toThrow(
      new Error("NotImplemented: the local S3 (moto) cannot do iam AddClientIDToOpenIDConnectProvider"),
    );
    await steps.delete(id);
    await steps.delete(id);
    expect(await steps.read(id)).toBeUndefined();
    expect(await steps.find(given)).toBeUndefined();
  });

  test("fails at Check for an address without https", () => {
    expect(bench.steps(type).faults({ ...given, url: "http://idp" })).toEqual([
      "url: must begin with https://",
    ]);
  });
});

describe("the provider", () => {
  test("answers who asks, where and in which partition", async () => {
    const { functions } = bench.configured;
    expect(await functions["aws:index/getCallerIdentity:getCallerIdentity"]?.({})).toEqual({
      accountId: account,
      arn: `arn:aws:sts::${account}:user/moto`,
      id: account,
      userId: "AKIAIOSFODNN7EXAMPLE",
    });
    expect(await functions["aws:index/getRegion:getRegion"]?.({})).toEqual({
      description: "US East (N. Virginia)",
      endpoint: "ec2.us-east-1.amazonaws.com",
      id: "us-east-1",
      name: "us-east-1",
      region: "us-east-1",
    });
    expect((await functions["aws:index/getPartition:getPartition"]?.({}))?.["partition"]).toBe("aws");
  });

  test("adds its default tags and does not take them for the resource's own", async () => {
    const provider = await bench.configure({ defaultTags: { tags: { stack: "dev" } } });
    const handler = provider.resources[userType];
    const made = await handler?.create({ name: "tagged", tags: { own: "1" } });
    expect([made?.state["tags"], made?.state["tagsAll"]]).toEqual([{ own: "1" }, { own: "1", stack: "dev" }]);
  });

  test("fails without a region, and for an account that is not allowed", async () => {
    await expect(bench.configure({ region: undefined })).rejects.toThrow(
      new Error("aws:region must be given, for example us-east-1"),
    );
    await expect(bench.configure({ allowedAccountIds: ["999999999999"] })).rejects.toThrow(
      new Error(
        `the account must be one that allowedAccountIds and forbiddenAccountIds let through, got ${account}`,
      ),
    );
    await expect(bench.configure({ forbiddenAccountIds: [account] })).rejects.toThrow(
      new Error(
        `the account must be one that allowedAccountIds and forbiddenAccountIds let through, got ${account}`,
      ),
    );
    expect(Object.keys((await bench.configure({ allowedAccountIds: [account] })).resources)).toHaveLength(16);
  });
});
