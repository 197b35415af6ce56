import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  operationEnvironment,
  tokenSubject,
  trustPolicy,
} from "../../components/deploy-environment.policies.ts";
import { mayTakeRole } from "../support/trust.ts";

const accountId = "123456789012";
const audience = "sts.amazonaws.com";
const byNames = { accountId, subjectFormat: "names" } as const;
const byIds = { accountId, subjectFormat: "ids", ownerId: 12, repositoryId: 345 } as const;
const genuine = "repo:acme/site:environment:production";

/** Subjects that somebody else's job has, or that somebody could hope to slip through. */
const forged = [
  "repo:mallory/site:environment:production",
  "repo:acme/other:environment:production",
  "repo:acme/site-fork:environment:production",
  "repo:acme/sit:environment:production",
  "repo:acmee/site:environment:production",
  "repo:xacme/site:environment:production",
  "repo:acme/site:environment:staging",
  "repo:acme/site:environment:production-preview",
  "repo:acme/site:environment:production-drill",
  "repo:acme/site:environment:productio",
  "repo:acme/site:environment:production2",
  "repo:acme/site:environment:production:ref:refs/heads/main",
  "repo:acme/site:environment:",
  "repo:acme/site:environment:*",
  "repo:acme/site:*",
  "repo:acme/*:environment:production",
  "repo:*",
  "*",
  "",
  "repo:acme/site:pull_request",
  "repo:acme/site:ref:refs/heads/main",
  "repo:acme/site:ref:refs/heads/environment:production",
  "repo:acme/site:ref:refs/tags/production",
  "repo:acme/site:job_workflow_ref:acme/site/.github/workflows/deploy.yml@refs/heads/main",
  "REPO:acme/site:environment:production",
  "repo:Acme/site:environment:production",
  "repo:acme/Site:environment:production",
  "repo:acme/site:environment:Production",
  " repo:acme/site:environment:production",
  "repo:acme/site:environment:production ",
  "repo:acme/site:environment:production\n",
  "repo:acme/site:environment:production\u0000",
  "repo:acme/site:environment:pr\u043eduction",
  "repo:acme%2Fsite:environment:production",
  "repo:acme@12/site@345:environment:production",
  "x:repo:acme/site:environment:production",
];

describe("the role of deployments", () => {
  const policy = trustPolicy("acme/site", "production", byNames);

  test("is given to a job of its environment", () => {
    expect(mayTakeRole(policy, { aud: audience, sub: genuine })).toBe(true);
  });

  test("is refused to more than 30 forged subjects, each of them", () => {
    expect(new Set(forged).size).toBeGreaterThanOrEqual(30);
    expect(forged.filter((sub) => mayTakeRole(policy, { aud: audience, sub }))).toEqual([]);
  });

  test("is refused to every other text", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat({ max: genuine.length }), (text, at) => {
        const sub = `${genuine.slice(0, at)}${text}${genuine.slice(at)}`;
        expect(mayTakeRole(policy, { aud: audience, sub })).toBe(sub === genuine);
      }),
    );
  });

  test.each([{ sub: genuine }, { sub: genuine, aud: "https://github.com/acme" }, { aud: audience }, {}])(
    "is refused to a token with %j",
    (claims) => {
      expect(mayTakeRole(policy, claims as Record<string, string>)).toBe(false);
    },
  );
});

test("each environment's role is taken by its own jobs alone, in both forms of the subject", () => {
  const environments = ["staging", "production"].flatMap((one) => [
    one,
    operationEnvironment(one, "preview"),
    operationEnvironment(one, "drill"),
  ]);
  for (const oidc of [byNames, byIds])
    for (const role of environments)
      for (const job of environments)
        expect([
          role,
          job,
          mayTakeRole(trustPolicy("acme/site", role, oidc), {
            aud: audience,
            sub: tokenSubject("acme/site", job, oidc),
          }),
        ]).toEqual([role, job, role === job]);
});

test("a repository of the same name with other ids is refused", () => {
  const policy = trustPolicy("acme/site", "production", byIds);
  const sub = (owner: number, repository: number) =>
    `repo:acme@${owner}/site@${repository}:environment:production`;
  expect(mayTakeRole(policy, { aud: audience, sub: sub(12, 345) })).toBe(true);
  for (const [owner, repository] of [
    [13, 345],
    [12, 346],
    [123, 45],
  ] as const)
    expect(mayTakeRole(policy, { aud: audience, sub: sub(owner, repository) })).toBe(false);
  expect(mayTakeRole(policy, { aud: audience, sub: genuine })).toBe(false);
});

test("a policy with a wildcard would let forged subjects in: the evaluation can tell", () => {
  const careless = trustPolicy("acme/site", "production", byNames)
    .replace("StringEquals", "StringLike")
    .replace(genuine, "repo:acme/*");
  expect(forged.filter((sub) => mayTakeRole(careless, { aud: audience, sub })).length).toBeGreaterThan(10);
  expect(mayTakeRole(careless.replace('"Allow"', '"Deny"'), { aud: audience, sub: genuine })).toBe(false);
});
