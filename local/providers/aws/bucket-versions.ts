import type { ObjectLockRetentionMode } from "@aws-sdk/client-s3";
import type { CheckFailure, Properties, ResourceHandler } from "../resource.ts";
import { bucketSetting } from "./bucket-setting.ts";
import type { Aws } from "./clients.ts";
import { isCode } from "./errors.ts";
import { given, numberIfGiven, objectIfGiven, text, textIfGiven, unsupported } from "./values.ts";

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
          "versioningConfiguration.status must be Suspended: versioning that was on is never Disabled again",
        );
      }
      return handler.update(id, inputs, state);
    },
  };
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
      // moto answers 0 for the unit that is not set.
      const days = retention?.Days || undefined;
      const years = retention?.Years || undefined;
      const isSet = days !== undefined || years !== undefined;
      return given({
        objectLockEnabled: found.ObjectLockEnabled,
        rule: isSet ? { defaultRetention: given({ mode: retention?.Mode, days, years }) } : undefined,
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
