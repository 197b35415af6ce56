import { isOwn, judgedTypes } from "./judged.ts";
import { nameOf, type Step, typeOf } from "./preview.ts";
import { lifecycleWeakens } from "./weaken/lifecycle.ts";
import { grantsAnything } from "./weaken/policies.ts";
import { isUnknown, refused, textOf, type Values, type Weakening } from "./weaken/weakening.ts";

/** What a new resource belongs to, and what it does where that was there before. */
interface Joins {
  input: string;
  owner: string;
  found(inputs: Values): Weakening[];
}

const bucket = (found: Joins["found"]): Joins => ({ input: "bucket", owner: "aws:s3/bucket:Bucket", found });
const of = (input: string, owner: string, found: Joins["found"]): Joins => ({ input, owner, found });
const policy: Joins["found"] = ({ policy: text }) =>
  grantsAnything(text)
    ? [
        refused(
          "policy",
          "is new and gives rights to who was there already",
          "make it with what it is for, or change the policy that is there",
        ),
      ]
    : [];

const joining: Readonly<Record<string, Joins>> = {
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucket((inputs) =>
    lifecycleWeakens({ rules: [] }, inputs),
  ),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": bucket(() => [
    refused("rule", "is written over the lock that its bucket may have", "change the lock that is there"),
  ]),
  "aws:s3/bucketPolicy:BucketPolicy": bucket(policy),
  "aws:iam/userPolicy:UserPolicy": of("user", "aws:iam/user:User", policy),
  "aws:iam/rolePolicy:RolePolicy": of("role", "aws:iam/role:Role", policy),
  "aws:iam/accessKey:AccessKey": of("user", "aws:iam/user:User", ({ user }) => [
    refused("user", `is one more key of ${textOf(user)}`, "know who gets it; replace the key that is there"),
  ]),
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": of(
    "environment",
    "github:index/repositoryEnvironment:RepositoryEnvironment",
    ({ branchPattern, tagPattern }) => [
      refused(
        branchPattern === undefined ? "tagPattern" : "branchPattern",
        `takes deployments from ${textOf(branchPattern ?? tagPattern)} as well`,
        "know who may push to it",
      ),
    ],
  ),
};

/**
 * What a new resource opens or weakens of something that was there before. What is made together with what it belongs to
 * takes nothing from anybody.
 */
export function joinsOf({ op, urn, oldState, newState }: Step, steps: readonly Step[]): Weakening[] {
  const type = typeOf(urn);
  if (op !== "create" || oldState != null || isOwn(type)) return [];
  if (!judgedTypes.includes(type))
    return [
      refused(
        "type",
        `is new, and a ${type}: nobody has judged what it opens`,
        "look at the platform what it does, and to what",
      ),
    ];
  const joins = Object.hasOwn(joining, type) ? joining[type] : undefined;
  const inputs = newState?.inputs ?? {};
  if (joins === undefined || isMade(joins, inputs[joins.input], steps)) return [];
  return joins.found(inputs);
}

/** Whether the same change makes what a resource belongs to. Of one that is not known yet, whether it makes any. */
function isMade({ input, owner }: Joins, name: unknown, steps: readonly Step[]): boolean {
  const named = input === "user" || input === "role" ? "name" : input;
  return steps
    .filter(({ op, urn }) => ["create", "create-replacement"].includes(op) && typeOf(urn) === owner)
    .some(({ urn, newState }) => {
      const own = newState?.inputs?.[named];
      return (
        name === undefined || isUnknown(name) || own === undefined || own === name || nameOf(urn) === name
      );
    });
}
