import type { ObjectOwnership, ServerSideEncryption } from "@aws-sdk/client-s3";
import type { ResourceHandler } from "../resource.ts";
import { bucketSetting } from "./bucket-setting.ts";
import type { Aws } from "./clients.ts";
import { policyFaults, policyState, samePolicy, withPolicyText } from "./policies.ts";
import { given, isTrue, objectIfGiven, objects, text, textIfGiven, texts } from "./values.ts";

/** `aws:s3/bucketOwnershipControls:BucketOwnershipControls` */
export function ownershipControls(aws: Aws): ResourceHandler {
  return bucketSetting(aws, {
    missing: ["OwnershipControlsNotFoundError"],
    put: (target, inputs) => {
      const ObjectOwnership = text(objectIfGiven(inputs, "rule") ?? {}, "objectOwnership") as ObjectOwnership;
      return aws.s3.putBucketOwnershipControls({
        ...target,
        OwnershipControls: { Rules: [{ ObjectOwnership }] },
      });
    },
    get: async (target) => {
      const { OwnershipControls } = await aws.s3.getBucketOwnershipControls(target);
      const objectOwnership = OwnershipControls?.Rules?.[0]?.ObjectOwnership;
      return objectOwnership === undefined ? undefined : { rule: { objectOwnership } };
    },
    remove: (target) => aws.s3.deleteBucketOwnershipControls(target),
  });
}

/** `aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock` */
export function publicAccessBlock(aws: Aws): ResourceHandler {
  return bucketSetting(aws, {
    missing: ["NoSuchPublicAccessBlockConfiguration"],
    put: (target, inputs) =>
      aws.s3.putPublicAccessBlock({
        ...target,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: isTrue(inputs, "blockPublicAcls"),
          BlockPublicPolicy: isTrue(inputs, "blockPublicPolicy"),
          IgnorePublicAcls: isTrue(inputs, "ignorePublicAcls"),
          RestrictPublicBuckets: isTrue(inputs, "restrictPublicBuckets"),
        },
      }),
    get: async (target, known) => {
      const { PublicAccessBlockConfiguration: found } = await aws.s3.getPublicAccessBlock(target);
      return {
        blockPublicAcls: found?.BlockPublicAcls ?? false,
        blockPublicPolicy: found?.BlockPublicPolicy ?? false,
        ignorePublicAcls: found?.IgnorePublicAcls ?? false,
        restrictPublicBuckets: found?.RestrictPublicBuckets ?? false,
        ...(known["skipDestroy"] === undefined ? {} : { skipDestroy: known["skipDestroy"] }),
      };
    },
    remove: async (target, state) => {
      if (!isTrue(state, "skipDestroy")) await aws.s3.deletePublicAccessBlock(target);
    },
  });
}

/** `aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration` */
export function encryption(aws: Aws): ResourceHandler {
  return bucketSetting(aws, {
    missing: ["ServerSideEncryptionConfigurationNotFoundError"],
    check: (inputs) =>
      objects(inputs, "rules").flatMap((rule, index) =>
        texts(rule, "blockedEncryptionTypes").length === 0
          ? []
          : [
              {
                property: `rules[${index}].blockedEncryptionTypes`,
                reason: "must be left out with the built-in provider: the local S3 does not know it",
              },
            ],
      ),
    put: (target, inputs) =>
      aws.s3.putBucketEncryption({
        ...target,
        ServerSideEncryptionConfiguration: {
          Rules: objects(inputs, "rules").map((rule) => {
            const byDefault = objectIfGiven(rule, "applyServerSideEncryptionByDefault");
            return given({
              ApplyServerSideEncryptionByDefault:
                byDefault === undefined
                  ? undefined
                  : {
                      SSEAlgorithm: text(byDefault, "sseAlgorithm") as ServerSideEncryption,
                      ...given({ KMSMasterKeyID: textIfGiven(byDefault, "kmsMasterKeyId") }),
                    },
              BucketKeyEnabled: isTrue(rule, "bucketKeyEnabled"),
            });
          }),
        },
      }),
    get: async (target) => {
      const { ServerSideEncryptionConfiguration } = await aws.s3.getBucketEncryption(target);
      return {
        rules: (ServerSideEncryptionConfiguration?.Rules ?? []).map((rule) => {
          const byDefault = rule.ApplyServerSideEncryptionByDefault;
          return given({
            applyServerSideEncryptionByDefault:
              byDefault === undefined
                ? undefined
                : given({ sseAlgorithm: byDefault.SSEAlgorithm, kmsMasterKeyId: byDefault.KMSMasterKeyID }),
            bucketKeyEnabled: rule.BucketKeyEnabled ?? false,
          });
        }),
      };
    },
    remove: (target) => aws.s3.deleteBucketEncryption(target),
  });
}

/** `aws:s3/bucketPolicy:BucketPolicy` */
export function bucketPolicy(aws: Aws): ResourceHandler {
  return bucketSetting(aws, {
    missing: ["NoSuchBucketPolicy"],
    defaults: (inputs) => withPolicyText(inputs, "policy"),
    check: (inputs) => policyFaults(inputs, "policy"),
    equal: (property, old, wanted) => property === "policy" && samePolicy(old, wanted),
    put: (target, inputs) => aws.s3.putBucketPolicy({ ...target, Policy: text(inputs, "policy") }),
    get: async (target, known) => {
      const { Policy } = await aws.s3.getBucketPolicy(target);
      return Policy === undefined ? undefined : { policy: policyState(known["policy"], Policy) };
    },
    remove: (target) => aws.s3.deleteBucketPolicy(target),
  });
}
