import { isOwn, judgedTypes } from "./judged.ts";
import { type Step, typeOf } from "./preview.ts";
import { encryptionOf } from "./weaken/bucket.ts";
import { firewallWeakens } from "./weaken/database.ts";
import { newRecord } from "./weaken/dns.ts";
import { lifecycleWeakens } from "./weaken/lifecycle.ts";
import { type Made, newRights } from "./weaken/new-rights.ts";
import { grantsAnything } from "./weaken/policies.ts";
import {
  isSet,
  isUnknown,
  listOf,
  refused,
  textOf,
  type Values,
  type Weakening,
  warned,
} from "./weaken/weakening.ts";

type Found = (inputs: Values) => Weakening[];

/** What a new resource belongs to, and what it does where that was there before. */
interface Joins {
  /** The input that names it. */
  input: string;
  owner: string;
  /** The owner's input of that name. */
  named: string;
  found: Found;
}

const bucket = (found: Found): Joins => ({
  input: "bucket",
  owner: "aws:s3/bucket:Bucket",
  named: "bucket",
  found,
});
const of = (input: string, owner: string, found: Found, named = input): Joins => ({
  input,
  owner,
  named,
  found,
});
const policy: Found = ({ policy: text }) =>
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
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": bucket(
    (inputs) => {
      const { algorithm, key } = encryptionOf(inputs);
      return isSet(key) || algorithm !== "AES256" || listOf(inputs["rules"]).length !== 1
        ? [
            refused(
              "rules",
              `is written over the encryption that its bucket has: ${textOf(algorithm)}, key ${textOf(key)}`,
              "change the encryption that is there: who has no right to a key reads no backup",
            ),
          ]
        : [];
    },
  ),
  "aws:s3/bucketPolicy:BucketPolicy": bucket(policy),
  "aws:iam/userPolicy:UserPolicy": of("user", "aws:iam/user:User", policy, "name"),
  "aws:iam/rolePolicy:RolePolicy": of("role", "aws:iam/role:Role", policy, "name"),
  "aws:iam/accessKey:AccessKey": of(
    "user",
    "aws:iam/user:User",
    ({ user }) => [
      refused(
        "user",
        `is one more key of ${textOf(user)}`,
        "know who gets it; replace the key that is there",
      ),
    ],
    "name",
  ),
  "digitalocean:index/databaseFirewall:DatabaseFirewall": of(
    "clusterId",
    "digitalocean:index/databaseCluster:DatabaseCluster",
    (inputs) => [
      refused(
        "clusterId",
        "is written over the rules that its cluster has",
        "change the firewall that is there",
      ),
      ...firewallWeakens({ rules: [] }, inputs).filter(({ weight }) => weight === "warn"),
    ],
    "id",
  ),
  "digitalocean:index/dnsRecord:DnsRecord": of(
    "domain",
    "digitalocean:index/domain:Domain",
    newRecord,
    "name",
  ),
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

/** What a new resource opens although what it belongs to is as new. */
const alone: Readonly<Record<string, (inputs: Values, made: Made) => Weakening[]>> = {
  "aws:s3/bucketPolicy:BucketPolicy": ({ policy: text }, made) => newRights("policy", text, made),
  "aws:iam/userPolicy:UserPolicy": ({ policy: text }, made) => newRights("policy", text, made),
  "aws:iam/rolePolicy:RolePolicy": ({ policy: text }, made) => newRights("policy", text, made),
  "aws:iam/role:Role": (inputs, made) => [
    ...newRights("assumeRolePolicy", inputs["assumeRolePolicy"], made),
    ...["managedPolicyArns", "inlinePolicies"]
      .filter((input) => isSet(inputs[input]))
      .map((input) =>
        refused(
          input,
          `is new with ${input}, of which nobody has judged what it allows`,
          "give it its rights by a RolePolicy",
        ),
      ),
  ],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (inputs) => {
    const { key } = encryptionOf(inputs);
    return isSet(key)
      ? [warned("rules", `encrypts with the key ${textOf(key)}`, "know who has a right to that key")]
      : [];
  },
};

const making = ["create", "create-replacement"];
const stackType = "pulumi:pulumi:Stack";

/**
 * What a new resource opens or weakens of something that was there before. What is made together with what it belongs to
 * takes nothing from anybody, as long as it holds for nothing else.
 */
export function joinsOf(step: Step, steps: readonly Step[]): Weakening[] {
  const { op, urn, oldState, newState } = step;
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
  if (joins !== undefined && !isMade(joins, step, steps)) return joins.found(inputs);
  return Object.hasOwn(alone, type) ? (alone[type]?.(inputs, madeBy(steps)) ?? []) : [];
}

/** Whether the same change makes what a resource belongs to. What is not known yet is among what it depends on. */
function isMade({ input, owner, named }: Joins, { newState }: Step, steps: readonly Step[]): boolean {
  const name = newState?.inputs?.[input];
  const needed = newState?.propertyDependencies?.[input] ?? newState?.dependencies ?? [];
  const owners = ownersIn(steps).get(owner) ?? [];
  return owners.some((other) => {
    const own = other.newState?.inputs ?? {};
    // A preview leaves out what is not known yet, or has a text for it.
    if (!isSet(name) || isUnknown(name)) return needed.includes(other.urn);
    return own[named] === name && own["repository"] === newState?.inputs?.["repository"];
  });
}

const known = new WeakMap<readonly Step[], Map<string, Step[]>>();

/** What a change makes, by its type: found once, since every new resource is compared with it. */
function ownersIn(steps: readonly Step[]): Map<string, Step[]> {
  const before = known.get(steps);
  if (before !== undefined) return before;
  const found = Map.groupBy(
    steps.filter(({ op }) => making.includes(op)),
    ({ urn }) => typeOf(urn),
  );
  known.set(steps, found);
  return found;
}

const namedBy: Readonly<Record<string, string>> = {
  "aws:s3/bucket:Bucket": "bucket",
  "aws:iam/user:User": "name",
  "aws:iam/role:Role": "name",
};

const madeBy = (steps: readonly Step[]): Made => {
  const made = steps.filter(({ op }) => making.includes(op));
  return {
    isFirst: made.some(({ urn }) => typeOf(urn) === stackType),
    names: new Set(
      made.flatMap(({ urn, newState }) => {
        const name = newState?.inputs?.[namedBy[typeOf(urn)] ?? ""];
        return typeof name === "string" ? [name] : [];
      }),
    ),
  };
};
