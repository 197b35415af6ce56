import type { ObjectLockRetentionMode, ObjectOwnership, ServerSideEncryption } from "@aws-sdk/client-s3";
import type { CheckFailure, Properties, ResourceHandler } from "../resource.ts";
import { bucketSetting } from "./bucket-setting.ts";
import type { Aws } from "./clients.ts";
import { isCode } from "./errors.ts";
import { policyFaults, policyState, samePolicy, withPolicyText } from "./policies.ts";
import {
  given,
  isTrue,
  numberIfGiven,
  objectIfGiven,
  objects,
  text,
  textIfGiven,
  texts,
  unsupported,
} from "./values.ts";

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

/** `aws:s3/bucketVersioning:BucketVersioning` */
export function versioning(aws: Aws): ResourceHandler {
  const configurationOf = (values: Properties): Properties =>
    objectIfGiven(values, "versioningConfiguration") ?? {};
  const suspended = { VersioningConfiguration: { Status: "Suspended" } } as const;
  const handler = bucketSetting(aws, {
    missing: [],
    check: (inputs) => unsupported(inputs, { mfa: "there is no MFA device on this machine" }),
    put: async (target, inputs) => {
      const Status = text(configurationOf(inputs), "status");
      // "Disabled" says that versioning was never on, which is how every bucket begins.
      if (Status !== "Enabled" && Status !== "Suspended") return;
      const MFADelete = textIfGiven(configurationOf(inputs), "mfaDelete");
      await aws.s3.putBucketVersioning({
        ...target,
        VersioningConfiguration: {
          Status,
          ...(MFADelete === "Enabled" || MFADelete === "Disabled" ? { MFADelete } : {}),
        },
      });
    },
    get: async (target) => {
      const { Status, MFADelete } = await aws.s3.getBucketVersioning(target);
      return { versioningConfiguration: given({ status: Status ?? "Disabled", mfaDelete: MFADelete }) };
    },
    remove: async (target, state) => {
      if (text(configurationOf(state), "status") === "Disabled") return;
      try {
        await aws.s3.putBucketVersioning({ ...target, ...suspended });
      } catch (error) {
        // Versioning stays on for as long as a bucket with Object Lock lives.
        if (!isCode(error, "InvalidBucketState")) throw error;
      }
    },
  });
  return {
    ...handler,
    update: (id, inputs, state) => {
      if (text(configurationOf(inputs), "status") === "Disabled") {
        throw new Error(
          "versioningConfiguration.status cannot be updated to 'Disabled' once versioning was on, use 'Suspended'",
        );
      }
      return handler.update(id, inputs, state);
    },
  };
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

/** `aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration` */
export function objectLock(aws: Aws): ResourceHandler {
  const retentionOf = (values: Properties): Properties | undefined =>
    objectIfGiven(objectIfGiven(values, "rule") ?? {}, "defaultRetention");
  return bucketSetting(aws, {
    missing: ["ObjectLockConfigurationNotFoundError"],
    check: (inputs) => retentionFaults(retentionOf(inputs)),
    put: (target, inputs) => {
      const retention = retentionOf(inputs);
      return aws.s3.putObjectLockConfiguration({
        ...target,
        ...given({ Token: textIfGiven(inputs, "token") }),
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          ...(retention === undefined
            ? {}
            : {
                Rule: {
                  DefaultRetention: given({
                    Mode: textIfGiven(retention, "mode") as ObjectLockRetentionMode | undefined,
                    Days: numberIfGiven(retention, "days"),
                    Years: numberIfGiven(retention, "years"),
                  }),
                },
              }),
        },
      });
    },
    get: async (target, known) => {
      const { ObjectLockConfiguration: found } = await aws.s3.getObjectLockConfiguration(target);
      if (found?.ObjectLockEnabled === undefined) return undefined;
      const retention = found.Rule?.DefaultRetention;
      const isSet = retention?.Days !== undefined || retention?.Years !== undefined;
      return given({
        objectLockEnabled: found.ObjectLockEnabled,
        rule: isSet
          ? {
              defaultRetention: given({
                mode: retention?.Mode,
                days: retention?.Days,
                years: retention?.Years,
              }),
            }
          : undefined,
        token: textIfGiven(known, "token"),
      });
    },
    // Object Lock itself cannot be switched off, only what new objects get by default.
    remove: (target) =>
      aws.s3.putObjectLockConfiguration({
        ...target,
        ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
      }),
  });
}

function retentionFaults(retention: Properties | undefined): CheckFailure[] {
  if (retention === undefined) return [];
  const property = "rule.defaultRetention";
  const faults: CheckFailure[] = [];
  if (retention["mode"] === undefined)
    faults.push({ property: `${property}.mode`, reason: "must be given, COMPLIANCE or GOVERNANCE" });
  if (retention["days"] === undefined && retention["years"] === undefined) {
    faults.push({ property, reason: "must have days or years" });
  }
  return faults;
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
