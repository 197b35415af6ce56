import { each, type PolicyResource, type PolicyStack, type Rule, rule } from "../rule.ts";
import { at, texts } from "../values.ts";
import { blocks, bucket, settingsOf } from "./buckets.ts";
import { grants, type Statement, statements } from "./statements.ts";

const documents = (stack: PolicyStack, of: PolicyResource) =>
  settingsOf(stack, of, "BucketPolicy").map(({ props }) => statements(props["policy"]));

const isEverybody = (principal: unknown): boolean =>
  texts(principal).includes("*") || texts(at(principal, "AWS")).includes("*");

const refusesPlainText = ({ effect, principal, actions, resources, condition }: Statement): boolean =>
  effect === "Deny" &&
  isEverybody(principal) &&
  actions.includes("s3:*") &&
  resources.length > 1 &&
  String(at(condition, "Bool.aws:SecureTransport")) === "false";

const accessBlocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

/** Rules about who reaches a bucket, and how. */
export const bucketAccessRules: readonly Rule[] = [
  rule(
    {
      id: "s3-public-access",
      title: "A bucket refuses every way to make it public",
      severity: "error",
      reason: "one wrong list of rights would put every backup on the internet",
      source:
        "CKV_AWS_53, CKV_AWS_54, CKV_AWS_55, CKV_AWS_56, CKV2_AWS_6; AWS-0086, AWS-0087, AWS-0091, AWS-0093, AWS-0094",
    },
    each(bucket, (one, stack) => {
      const set = settingsOf(stack, one, "BucketPublicAccessBlock").map(({ props }) => props);
      return accessBlocks
        .filter((flag) => !set.some((props) => props[flag] === true))
        .map((flag) => ({
          message: `must have ${flag}`,
          fix: `give it a BucketPublicAccessBlock with ${flag} true`,
        }));
    }),
  ),
  rule(
    {
      id: "s3-public-acl",
      title: "A bucket knows no access lists",
      severity: "error",
      reason: "an access list gives an object to strangers past every policy",
      source: "CKV_AWS_20, CKV_AWS_57, CKV_AWS_375, CKV2_AWS_43; AWS-0092",
    },
    each(bucket, (one, stack) =>
      blocks(stack, one, "BucketOwnershipControls", "rule.objectOwnership").includes("BucketOwnerEnforced")
        ? undefined
        : {
            message: "must own every object in it",
            fix: "give it BucketOwnershipControls with BucketOwnerEnforced, and no acl",
          },
    ),
  ),
  rule(
    {
      id: "s3-tls-only",
      title: "A bucket answers over TLS only",
      severity: "error",
      reason: "a backup that travels in clear is read on the way",
      source: "CKV_AWS_379; CIS AWS 2.1.1; AWS Control Tower CT.S3.PR.8",
    },
    each(bucket, (one, stack) =>
      documents(stack, one).some(
        (document) => document === undefined || document.some((entry) => refusesPlainText(entry)),
      )
        ? undefined
        : {
            message: "must refuse everyone who does not use TLS",
            fix: "give it a BucketPolicy that denies s3:* where aws:SecureTransport is false",
          },
    ),
  ),
  rule(
    {
      id: "s3-any-principal",
      title: "A bucket's policy lets nobody in by a star",
      severity: "error",
      reason: "a star stands for everybody at every AWS account",
      source: "CKV_AWS_70; AWS-0094",
    },
    each(bucket, (one, stack) =>
      documents(stack, one).some((document) =>
        document?.some((entry) => entry.effect === "Allow" && isEverybody(entry.principal)),
      )
        ? { message: "must not allow the principal *", fix: "name the identities that may use the bucket" }
        : undefined,
    ),
  ),
  rule(
    {
      id: "s3-lock-out",
      title: "A bucket's policy shuts nobody out for good",
      severity: "error",
      reason: "a refusal of everything for everybody can be lifted by the account's root only",
      source: "CKV_AWS_93",
    },
    each(bucket, (one, stack) =>
      documents(stack, one).some((document) =>
        document?.some(
          (entry) =>
            entry.effect === "Deny" &&
            isEverybody(entry.principal) &&
            grants(entry, "s3:putbucketpolicy") &&
            entry.condition === undefined,
        ),
      )
        ? {
            message: "must not deny everybody every action",
            fix: "give the statement a Condition, or take s3:* out of it",
          }
        : undefined,
    ),
  ),
  rule(
    {
      id: "s3-encryption",
      title: "A bucket encrypts what it stores",
      severity: "error",
      reason: "auditors ask for it, and without the setting nothing says which key is used",
      source: "CKV_AWS_19; AWS-0088",
    },
    each(bucket, (one, stack) =>
      blocks(stack, one, "BucketServerSideEncryptionConfiguration", "rules").some(
        (entry) => typeof at(entry, "applyServerSideEncryptionByDefault.sseAlgorithm") === "string",
      )
        ? undefined
        : {
            message: "must encrypt its objects",
            fix: "give it a BucketServerSideEncryptionConfiguration with AES256",
          },
    ),
  ),
];
