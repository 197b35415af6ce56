import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  deployPolicy,
  drillPolicy,
  previewPolicy,
  tokenSubject,
} from "../../components/deploy-environment.policies.ts";

const accountId = "123456789012";

test.each([
  [{ accountId, subjectFormat: "names" } as const, "repo:acme/site:environment:production"],
  [
    { accountId, subjectFormat: "ids", ownerId: 12, repositoryId: 345 } as const,
    "repo:acme@12/site@345:environment:production",
  ],
])("the subject of %j is %s", (oidc, subject) => {
  expect(tokenSubject("acme/site", "production", oidc)).toBe(subject);
});

interface Statement {
  Sid: string;
  Action: string[];
  Resource: string | string[];
}

const rights = {
  roleArns: [`arn:aws:iam::${accountId}:role/acme`],
  bucketArn: "arn:aws:s3:::acme-backups",
  userArns: [`arn:aws:iam::${accountId}:user/writer`, `arn:aws:iam::${accountId}:user/reader`],
};
const statements = (isProtected: boolean): Statement[] =>
  JSON.parse(deployPolicy({ ...rights, isProtected })).Statement;

describe("the rights of the workflows", () => {
  test("are these and no others", () => {
    expect(statements(false).map(({ Sid, Action, Resource }) => ({ Sid, Action, Resource }))).toEqual([
      {
        Sid: "KeepBackupBucket",
        Action: [
          "s3:CreateBucket",
          "s3:DeleteBucket",
          "s3:DeleteBucketPolicy",
          "s3:GetAccelerateConfiguration",
          "s3:GetBucketAcl",
          "s3:GetBucketCORS",
          "s3:GetBucketLocation",
          "s3:GetBucketLogging",
          "s3:GetBucketObjectLockConfiguration",
          "s3:GetBucketOwnershipControls",
          "s3:GetBucketPolicy",
          "s3:GetBucketPublicAccessBlock",
          "s3:GetBucketRequestPayment",
          "s3:GetBucketTagging",
          "s3:GetBucketVersioning",
          "s3:GetBucketWebsite",
          "s3:GetEncryptionConfiguration",
          "s3:GetLifecycleConfiguration",
          "s3:GetReplicationConfiguration",
          "s3:ListBucket",
          "s3:ListTagsForResource",
          "s3:PutBucketObjectLockConfiguration",
          "s3:PutBucketOwnershipControls",
          "s3:PutBucketPolicy",
          "s3:PutBucketPublicAccessBlock",
          "s3:PutBucketTagging",
          "s3:PutBucketVersioning",
          "s3:PutEncryptionConfiguration",
          "s3:PutLifecycleConfiguration",
        ],
        Resource: rights.bucketArn,
      },
      {
        Sid: "KeepBackupIdentities",
        Action: [
          "iam:CreateAccessKey",
          "iam:CreateUser",
          "iam:DeleteAccessKey",
          "iam:DeleteUser",
          "iam:DeleteUserPolicy",
          "iam:GetUser",
          "iam:GetUserPolicy",
          "iam:ListAccessKeys",
          "iam:ListGroupsForUser",
          "iam:ListUserTags",
          "iam:PutUserPolicy",
          "iam:TagUser",
          "iam:UntagUser",
          "iam:UpdateAccessKey",
        ],
        Resource: rights.userArns,
      },
      {
        Sid: "SeeRoles",
        Action: ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
        Resource: rights.roleArns,
      },
    ]);
  });

  test("hold no deletion on a protected stack", () => {
    expect(
      statements(true)
        .flatMap(({ Action }) => Action)
        .filter((action) => action.includes(":Delete")),
    ).toEqual([]);
  });

  test("never read or remove a backup, name no wildcard, and leave the role itself alone", () => {
    fc.assert(
      fc.property(fc.boolean(), (isProtected) => {
        for (const { Action, Resource } of statements(isProtected)) {
          expect(JSON.stringify([Action, Resource])).not.toContain("*");
          expect(Action.filter((action) => /Object(?!Lock)/.test(action))).toEqual([]);
          expect(Action.filter((action) => /Role/.test(action) && !/:(Get|List)/.test(action))).toEqual([]);
        }
      }),
    );
  });
});

describe("the rights of previews", () => {
  test("read settings and names, and change nothing", () => {
    const actions: string[] = JSON.parse(previewPolicy(rights)).Statement.flatMap(
      (statement: Statement) => statement.Action,
    );
    expect(actions.filter((action) => !/^(s3|iam):(Get|List)\w+$/.test(action))).toEqual([]);
    expect(actions.filter((action) => /Object(?!Lock)/.test(action))).toEqual([]);
    expect(previewPolicy(rights)).not.toContain("*");
  });
});

test("the rights of a drill find and read backups of one bucket", () => {
  expect(JSON.parse(drillPolicy(rights.bucketArn)).Statement).toEqual([
    {
      Sid: "FindBackups",
      Effect: "Allow",
      Action: ["s3:ListBucket", "s3:ListBucketVersions"],
      Resource: rights.bucketArn,
    },
    {
      Sid: "ReadBackups",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: `${rights.bucketArn}/*`,
    },
  ]);
});
