import type { Oidc } from "./deploy-environment.settings.ts";
import { allow, policyDocument } from "./internal/policy-document.ts";

const issuer = "token.actions.githubusercontent.com";

/** The subject that GitHub puts into the tokens of jobs that run in one environment of one repository. */
export function tokenSubject(repository: string, environment: string, oidc: Oidc): string {
  const [owner = "", name = ""] = repository.split("/");
  const place =
    oidc.subjectFormat === "names" ? repository : `${owner}@${oidc.ownerId}/${name}@${oidc.repositoryId}`;
  return `repo:${place}:environment:${environment}`;
}

/** What workflows do beside deployments, each with an environment and a role of its own. */
export type Operation = "preview" | "drill";

/** The GitHub environment of an operation: one subject, one role. */
export const operationEnvironment = (environment: string, operation: Operation): string =>
  `${environment}-${operation}`;

/** Who may take the role: jobs of exactly this environment, with tokens that are meant for AWS. */
export const trustPolicy = (repository: string, environment: string, oidc: Oidc): string =>
  policyDocument({
    Effect: "Allow",
    // One per account, so it belongs to no stack.
    Principal: { Federated: `arn:aws:iam::${oidc.accountId}:oidc-provider/${issuer}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${issuer}:aud`]: "sts.amazonaws.com",
        [`${issuer}:sub`]: tokenSubject(repository, environment, oidc),
      },
    },
  });

/** Settings of a bucket that the provider reads and writes, in the words of IAM. */
const bucketSettings = [
  "BucketObjectLockConfiguration",
  "BucketOwnershipControls",
  "BucketPolicy",
  "BucketPublicAccessBlock",
  "BucketTagging",
  "BucketVersioning",
  "EncryptionConfiguration",
  "LifecycleConfiguration",
];

/** What the provider reads of every bucket, set or not. */
const bucketReads = [
  "s3:GetAccelerateConfiguration",
  "s3:GetBucketAcl",
  "s3:GetBucketCORS",
  "s3:GetBucketLocation",
  "s3:GetBucketLogging",
  "s3:GetBucketRequestPayment",
  "s3:GetBucketWebsite",
  "s3:GetReplicationConfiguration",
  "s3:ListBucket",
  "s3:ListTagsForResource",
];

const userReads = [
  "iam:GetUser",
  "iam:GetUserPolicy",
  "iam:ListAccessKeys",
  "iam:ListGroupsForUser",
  "iam:ListUserTags",
];

/** What deployments of a stack may do at AWS. */
export interface DeployRights {
  /** Its own role first, then those of the other operations. */
  roleArns: readonly string[];
  bucketArn: string;
  /** The identities that write and read backups. */
  userArns: readonly string[];
  /** Whether bucket and identities may not be deleted. */
  isProtected: boolean;
  /** What of the files of users is looked after. @default - there are none */
  files?: FileRights | undefined;
}

/** The files' bucket and its copy, the identity of the product, and the role with which S3 copies. */
export interface FileRights {
  bucketArns: readonly string[];
  userArn: string;
  roleArns: readonly string[];
}

/**
 * The rights of the workflows: to keep this stack's bucket and identities as the program says, never to read a
 * backup, and to see their roles but not to change them, which would let them give themselves more.
 */
export function deployPolicy({ roleArns, bucketArn, userArns, isProtected, files }: DeployRights): string {
  const deletions = (...actions: string[]) => (isProtected ? [] : actions);
  const keepBucket = [
    "s3:CreateBucket",
    ...bucketReads,
    ...bucketSettings.flatMap((setting) => [`s3:Get${setting}`, `s3:Put${setting}`]),
    ...deletions("s3:DeleteBucket", "s3:DeleteBucketPolicy"),
  ];
  const keepUser = [
    "iam:CreateAccessKey",
    "iam:CreateUser",
    "iam:PutUserPolicy",
    "iam:TagUser",
    "iam:UntagUser",
    "iam:UpdateAccessKey",
    ...userReads,
    ...deletions("iam:DeleteAccessKey", "iam:DeleteUser", "iam:DeleteUserPolicy"),
  ].sort();
  return policyDocument(
    allow("KeepBackupBucket", keepBucket.toSorted(), bucketArn),
    allow("KeepBackupIdentities", keepUser, userArns),
    ...(files === undefined
      ? []
      : [
          allow(
            "KeepFileBuckets",
            [...keepBucket, "s3:PutBucketCORS", "s3:PutReplicationConfiguration"].sort(),
            files.bucketArns,
          ),
          allow("KeepFileIdentity", keepUser, files.userArn),
          ...(files.roleArns.length === 0 ? [] : [allow("HandCopierToS3", ["iam:PassRole"], files.roleArns)]),
        ]),
    seeRoles(roleArns, files),
  );
}

const seeRoles = (roleArns: readonly string[], files: FileRights | undefined) =>
  allow(
    "SeeRoles",
    ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
    [...roleArns, ...(files?.roleArns ?? [])],
  );

/**
 * The rights of previews, drift checks and the watch over backups: to see how bucket, identities and roles are set and
 * which backups there are, and neither to read one nor to change anything.
 */
export function previewPolicy({
  roleArns,
  bucketArn,
  userArns,
  files,
}: Omit<DeployRights, "isProtected">): string {
  const seeBucket = [...bucketReads, ...bucketSettings.map((setting) => `s3:Get${setting}`)];
  return policyDocument(
    allow("SeeBackupBucket", [...seeBucket, "s3:ListBucketVersions"].sort(), bucketArn),
    allow(
      "SeeBackupIdentities",
      [...userReads, "iam:ListAttachedUserPolicies", "iam:ListUserPolicies"].sort(),
      files === undefined ? userArns : [...userArns, files.userArn],
    ),
    ...(files === undefined ? [] : [allow("SeeFileBuckets", seeBucket.toSorted(), files.bucketArns)]),
    seeRoles(roleArns, files),
  );
}

/** The rights of a drill: to find and read backups, which are encrypted for somebody else, and nothing more. */
export const drillPolicy = (bucketArn: string): string =>
  policyDocument(
    allow("FindBackups", ["s3:ListBucket", "s3:ListBucketVersions"], bucketArn),
    allow("ReadBackups", ["s3:GetObject", "s3:GetObjectVersion"], `${bucketArn}/*`),
  );
