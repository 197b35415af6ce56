import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { policyState, samePolicy, withPolicyText } from "../../../../local/providers/aws/policies.ts";
import { unknown } from "../../../../local/providers/values.ts";

const statement = fc.record(
  {
    Effect: fc.constantFrom("Allow", "Deny"),
    Action: fc.uniqueArray(fc.constantFrom("s3:GetObject", "s3:PutObject", "s3:ListBucket"), {
      minLength: 1,
    }),
    Resource: fc.uniqueArray(fc.constantFrom("arn:aws:s3:::a", "arn:aws:s3:::a/*"), { minLength: 1 }),
    Principal: fc.constantFrom("*", { AWS: ["arn:aws:iam::1:root"] }),
    Condition: fc.constantFrom(
      { Bool: { "aws:SecureTransport": "false" } },
      { StringLike: { "s3:prefix": ["a", "b"] } },
    ),
  },
  { requiredKeys: ["Effect", "Action", "Resource"] },
);

type Statement = typeof statement extends fc.Arbitrary<infer T> ? T : never;

const policyOf = (statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** The same rights in another spelling: lists turned round, lists of one as single values, keys in another order. */
function respelled({ Action, Resource, ...rest }: Statement): object {
  const turned = [...Action].reverse();
  const [only] = Resource;
  return {
    ...Object.fromEntries(Object.entries(rest).reverse()),
    Resource: Resource.length === 1 ? only : [...Resource].reverse(),
    Action: turned.length === 1 ? turned[0] : turned,
  };
}

describe("samePolicy", () => {
  test("does not mind how the same rights are spelled", () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1 }), (statements) => {
        expect(samePolicy(policyOf(statements), policyOf([...statements].reverse().map(respelled)))).toBe(
          true,
        );
      }),
    );
  });

  test("sees every right that is added", () => {
    fc.assert(
      fc.property(statement, (one) => {
        const more = { ...one, Action: [...one.Action, "s3:DeleteObject"] };
        expect(samePolicy(policyOf([one]), policyOf([more]))).toBe(false);
      }),
    );
  });

  test.each([
    [{ Statement: { Effect: "Allow" } }, { Statement: [{ Effect: "Allow" }] }, true],
    [{ Bool: { a: "false" } }, { Bool: { a: false } }, true],
    [{ Effect: "Allow" }, { Effect: "Deny" }, false],
    ["no json", "no json", true],
    ["no json", "no  json", false],
    ["[]", "{}", false],
    [undefined, "{}", false],
  ])("takes %j and %j for the same: %s", (left, right, same) => {
    expect(samePolicy(left, right)).toBe(same);
  });
});

describe("policyState", () => {
  test("keeps the program's text where the cloud holds the same rights", () => {
    expect(policyState('{"Statement": []}', '{"Statement":[]}')).toBe('{"Statement": []}');
    expect(policyState('{"Statement": []}', '{"Statement":[1]}')).toBe('{"Statement":[1]}');
    expect(policyState(undefined, "{}")).toBe("{}");
  });
});

describe("withPolicyText", () => {
  test("turns an object into JSON, and one with a gap into something unknown", () => {
    expect(withPolicyText({ policy: { Statement: [] }, bucket: "b" }, "policy")).toEqual({
      policy: '{"Statement":[]}',
      bucket: "b",
    });
    expect(withPolicyText({ policy: { Statement: [{ Resource: unknown }] } }, "policy")).toEqual({
      policy: unknown,
    });
    expect(withPolicyText({ policy: "text" }, "policy", "other")).toEqual({ policy: "text" });
  });
});
