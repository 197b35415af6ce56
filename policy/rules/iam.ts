import { each, type PolicyResource, type PolicyStack, type Rule, rule, type Violation } from "../rule.ts";
import { at, list, textsInside } from "../values.ts";
import { isOfFiles } from "./buckets.ts";
import { grants, type Statement, statements } from "./statements.ts";

/** Who may take a role is the role's own document, not one of its rights. */
const holders = ["aws:iam/userPolicy:UserPolicy", "aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy"];

type Found = Omit<Violation, "resource">;

/** Looks at every document of rights that is known, statement by statement. */
const eachDocument =
  (broken: (allowed: Statement[], resource: PolicyResource) => Found | undefined) =>
  (stack: PolicyStack): Violation[] =>
    holders.flatMap((type) =>
      each(type, (resource) =>
        broken(
          (statements(resource.props["policy"]) ?? []).filter(({ effect }) => effect === "Allow"),
          resource,
        ),
      )(stack),
    );

const backupWriterActions = ["s3:abortmultipartupload", "s3:putobject"];

const isOfRecords = (resource: string): boolean => /:::[^/*]+\/records\/.*\*$/.test(resource);

const fileActions = ["s3:abortmultipartupload", "s3:getobject", "s3:putobject", "s3:putobjecttagging"];

/** Whether every resource is what lies below one folder of one bucket. */
const isPrefixed = (allowed: readonly Statement[]): boolean =>
  allowed.every(({ resources }) => resources.every((one) => /:::[^/*]+\/.+\/\*$/.test(one)));

const lowered = (one: Statement) => one.actions.map((action) => action.toLowerCase());

/** Whether every resource is a lock of the engine's state, which whoever took it has to give back. */
const isOfLocks = (resources: readonly string[]): boolean =>
  resources.length > 0 &&
  resources.every((one) => /:::[^*]+\/locks\/[^*]+\/\*$/.test(one) && one.includes("/.pulumi/"));

const deletions = ["s3:deleteobject", "s3:deleteobjectversion", "s3:bypassgovernanceretention"];

const climbs = [
  "iam:attachrolepolicy",
  "iam:attachuserpolicy",
  "iam:createpolicyversion",
  "iam:putrolepolicy",
  "iam:updateassumerolepolicy",
];

const issuer = "token.actions.githubusercontent.com";

/** Rules about identities at AWS. */
export const iamRules: readonly Rule[] = [
  rule(
    {
      id: "iam-any-action",
      title: "Rights name their actions",
      severity: "error",
      reason: "a star grants what AWS invents next year",
      source: "CKV_AWS_62, CKV_AWS_63, CKV_AWS_289; AWS-0057",
    },
    eachDocument((allowed) => {
      const stars = allowed.flatMap((one) => [
        ...one.actions.filter((action) => action.includes("*")),
        ...(one.notActions.length > 0 ? ["NotAction"] : []),
      ]);
      return stars.length === 0
        ? undefined
        : { message: `must not allow ${stars.join(", ")}`, fix: "list the actions that are needed" };
    }),
  ),
  rule(
    {
      id: "iam-any-resource",
      title: "Rights name what they are for",
      severity: "error",
      reason: "rights for everything in the account reach the production stack too",
      source: "CKV_AWS_355, CKV_AWS_356; AWS-0057",
    },
    eachDocument((allowed) =>
      allowed.some(
        ({ resources, notResources }) =>
          notResources.length > 0 || resources.some((one) => /^(?:\*|arn:aws:[a-z0-9-]+:[^/]*\*$)/.test(one)),
      )
        ? { message: "must not allow anything for the resource *", fix: "name the resources by their ARN" }
        : undefined,
    ),
  ),
  rule(
    {
      id: "iam-writer-rights",
      title: "Who adds backups can do nothing else",
      severity: "error",
      reason: "the writer's key lies with the app: whoever takes it must not read, list or delete a backup",
      source: "reliability case S6; CKV_AWS_108, CKV_AWS_109",
    },
    eachDocument((allowed, resource) => {
      const adds = allowed.filter((one) => grants(one, "s3:putobject"));
      // Who reads backups may note what he found, where no backup is.
      if (!resource.type.endsWith(":UserPolicy") || isOfFiles(resource)) return undefined;
      if (adds.every(({ resources }) => resources.every(isOfRecords))) return undefined;
      const actions = [...new Set(allowed.flatMap(lowered))].sort();
      return actions.join() === backupWriterActions.join() && isPrefixed(allowed)
        ? undefined
        : {
            message: "must allow s3:PutObject and s3:AbortMultipartUpload under one prefix, and nothing else",
            fix: "give reading and listing to an identity of its own",
          };
    }),
  ),
  rule(
    {
      id: "iam-file-rights",
      title: "The product keeps and reads files, and can do nothing else",
      severity: "error",
      reason: "whoever takes the app's key must neither list what users uploaded nor delete it",
      source: "reliability case S6; CKV_AWS_108, CKV_AWS_109",
    },
    eachDocument((allowed, resource) => {
      if (!resource.type.endsWith(":UserPolicy") || !isOfFiles(resource)) return undefined;
      const others = [...new Set(allowed.flatMap(lowered))].filter((action) => !fileActions.includes(action));
      return others.length === 0 && isPrefixed(allowed)
        ? undefined
        : {
            message:
              "must allow s3:PutObject, s3:GetObject, s3:PutObjectTagging and s3:AbortMultipartUpload under one prefix at most",
            fix: "mark what is to go with the tag deleted=true, and let the bucket's lifecycle delete it",
          };
    }),
  ),
  rule(
    {
      id: "iam-delete-backups",
      title: "No identity deletes objects",
      severity: "error",
      reason: "objects expire by the bucket's lifecycle; who may delete them can be made to",
      source: "reliability case R9; CKV_AWS_111",
    },
    eachDocument((allowed) => {
      const ofObjects = allowed.filter(({ resources }) => !isOfLocks(resources));
      const granted = deletions.filter((action) => ofObjects.some((one) => grants(one, action)));
      return granted.length === 0
        ? undefined
        : {
            message: `must not allow ${granted.join(", ")}`,
            fix: "let the bucket's lifecycle delete (backups.retentionDays)",
          };
    }),
  ),
  rule(
    {
      id: "iam-climb",
      title: "No identity gives itself more rights",
      severity: "error",
      reason: "rights that can be widened are all rights",
      source: "CKV_AWS_286, CKV_AWS_110",
    },
    eachDocument((allowed) => {
      const granted = climbs.filter((action) => allowed.some((one) => grants(one, action)));
      return granted.length === 0
        ? undefined
        : {
            message: `must not allow ${granted.join(", ")}`,
            fix: "let an administrator change roles, outside the workflows",
          };
    }),
  ),
  rule(
    {
      id: "iam-one-environment",
      title: "A role is for the jobs of one GitHub environment",
      severity: "error",
      reason: "a star in the subject lets any branch, any fork or any repository deploy",
      source: "CKV_AWS_358; reliability case S5; GitHub, OpenID Connect in AWS, 2026-11-21",
    },
    each("aws:iam/role:Role", ({ props }) => {
      const trusts = (statements(props["assumeRolePolicy"]) ?? []).filter(
        ({ effect, principal }) =>
          effect === "Allow" && textsInside(principal).some(({ text }) => text.endsWith(issuer)),
      );
      const isNarrow = ({ condition }: Statement) => {
        const [subject, ...more] = list(fromEquals(condition, "sub"));
        const [audience] = list(fromEquals(condition, "aud"));
        return (
          more.length === 0 &&
          audience === "sts.amazonaws.com" &&
          /^repo:[^:*?/]+\/[^:*?/]+:environment:[^:*?]+$/.test(String(subject))
        );
      };
      return trusts.every(isNarrow)
        ? undefined
        : {
            message: "must be for one subject repo:owner/repository:environment:name and sts.amazonaws.com",
            fix: "compare sub and aud with StringEquals, without a star",
          };
    }),
  ),
  rule(
    {
      id: "iam-console-login",
      title: "Programs' identities cannot sign in",
      severity: "error",
      reason: "a password for a program is used by a person, past the second factor",
      source: "CIS AWS 1.11; CKV_AWS_273",
    },
    each("aws:iam/userLoginProfile:UserLoginProfile", () => ({
      message: "must not exist: the identities here are for programs",
      fix: "take it out; people sign in through the organisation",
    })),
  ),
];

const fromEquals = (condition: unknown, claim: "sub" | "aud"): unknown => {
  const equals = at(condition, "StringEquals");
  return typeof equals === "object" && equals !== null
    ? Reflect.get(equals, `${issuer}:${claim}`)
    : undefined;
};
