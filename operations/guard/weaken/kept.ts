import { isDeepStrictEqual } from "node:util";
import {
  at,
  following,
  isOn,
  isSet,
  numberOf,
  refused,
  textOf,
  type Values,
  type Weakening,
} from "./weakening.ts";

/**
 * Which change of an input is the safe one: `fixed` has none; `kept` may be set where it was not; `more` and `less` are
 * numbers that may grow or fall; `off` may be switched off. Whatever is unknown, or gone, is not safe.
 */
type Direction = "fixed" | "kept" | "more" | "less" | "off";

const ofBucket = { bucket: "kept" } as const;

/** Inputs that decide what a resource protects or lets in. */
const directions: Readonly<Record<string, Readonly<Record<string, Direction>>>> = {
  "aws:s3/bucketVersioning:BucketVersioning": ofBucket,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": ofBucket,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ofBucket,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ofBucket,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ofBucket,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ofBucket,
  "aws:s3/bucketPolicy:BucketPolicy": ofBucket,
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": ofBucket,
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": ofBucket,
  "aws:iam/userPolicy:UserPolicy": { user: "kept" },
  "aws:iam/rolePolicy:RolePolicy": { role: "kept" },
  "aws:iam/accessKey:AccessKey": { user: "kept", status: "fixed" },
  "digitalocean:index/databaseCluster:DatabaseCluster": { storageSizeMib: "more" },
  "digitalocean:index/databaseReplica:DatabaseReplica": { storageSizeMib: "more" },
  "digitalocean:index/databaseUser:DatabaseUser": { settings: "fixed" },
  "aws:iam/user:User": { permissionsBoundary: "kept" },
  "aws:iam/role:Role": {
    permissionsBoundary: "kept",
    managedPolicyArns: "fixed",
    inlinePolicies: "fixed",
    maxSessionDuration: "less",
  },
  "github:index/repositoryRuleset:RepositoryRuleset": { repository: "kept", target: "kept" },
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": {
    repository: "kept",
    environment: "kept",
  },
  "slipway:index:BackupBucket": {
    recipients: "kept",
    prefix: "kept",
    retentionDays: "more",
    noncurrentDays: "more",
    allowEmpty: "off",
  },
};

/** Inputs that name what a resource belongs to. */
const references = ["bucket", "user", "role", "environment"];

/** What a change of these inputs weakens, of a resource that was there. */
export const keptWeakens = (type: string, before: Values, after: Values): Weakening[] =>
  Object.entries(Object.hasOwn(directions, type) ? (directions[type] ?? {}) : {})
    .filter(([input, direction]) => !isSafe(direction, at(before, input), at(after, input)))
    .map(([input]) =>
      (references.includes(input) ? following : refused)(
        input,
        `changes ${input} from ${textOf(before[input])} to ${textOf(after[input])}`,
        `keep ${input} as it is`,
      ),
    );

function isSafe(direction: Direction, was: unknown, is: unknown): boolean {
  if (isDeepStrictEqual(was, is) || (!isSet(was) && !isSet(is))) return true;
  if (direction === "fixed") return false;
  if (direction === "off") return !isOn(is);
  if (!isSet(was)) return true;
  if (direction === "kept") return false;
  return direction === "more" ? numberOf(is) >= numberOf(was) : numberOf(is) <= numberOf(was);
}
