import type {
  LifecycleRule,
  LifecycleRuleFilter,
  TransitionDefaultMinimumObjectSize,
  TransitionStorageClass,
} from "@aws-sdk/client-s3";
import type { CheckFailure, Properties, ResourceHandler } from "../resource.ts";
import { bucketSetting } from "./bucket-setting.ts";
import type { Aws } from "./clients.ts";
import { given, numberIfGiven, objectIfGiven, objects, text, textIfGiven, textMap } from "./values.ts";

/** What S3 takes where no smallest size of objects to move is named. */
const usualMinimum = "all_storage_classes_128K";

/** `aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration` */
export function lifecycle(aws: Aws): ResourceHandler {
  return bucketSetting(aws, {
    missing: ["NoSuchLifecycleConfiguration"],
    check: lifecycleFaults,
    put: (target, inputs) =>
      aws.s3.putBucketLifecycleConfiguration({
        ...target,
        LifecycleConfiguration: { Rules: objects(inputs, "rules").map(ruleToApi) },
        TransitionDefaultMinimumObjectSize: (textIfGiven(inputs, "transitionDefaultMinimumObjectSize") ??
          usualMinimum) as TransitionDefaultMinimumObjectSize,
      }),
    get: async (target, known) => {
      const found = await aws.s3.getBucketLifecycleConfiguration(target);
      return {
        rules: (found.Rules ?? []).map(ruleFromApi),
        transitionDefaultMinimumObjectSize: found.TransitionDefaultMinimumObjectSize ?? usualMinimum,
        ...given({ timeouts: objectIfGiven(known, "timeouts") }),
      };
    },
    remove: (target) => aws.s3.deleteBucketLifecycle(target),
  });
}

function lifecycleFaults(inputs: Properties): CheckFailure[] {
  if (inputs["rules"] === undefined) return [{ property: "rules", reason: "must have at least one rule" }];
  return objects(inputs, "rules").flatMap((rule, index) => {
    const at = `rules[${index}]`;
    const faults: CheckFailure[] = [];
    const fault = (beneath: string, reason: string): void => {
      faults.push({ property: `${at}${beneath}`, reason });
    };
    if (rule["filter"] === undefined && rule["prefix"] === undefined) {
      fault("", "must have a filter, which is {} where the rule is for the whole bucket");
    }
    const hasAction = [
      "abortIncompleteMultipartUpload",
      "expiration",
      "noncurrentVersionExpiration",
      "noncurrentVersionTransitions",
      "transitions",
    ].some((action) => rule[action] !== undefined);
    if (!hasAction) fault("", "must say what to do: expiration, transitions or another action");
    const expiration = objectIfGiven(rule, "expiration");
    const kinds = ["date", "days", "expiredObjectDeleteMarker"].filter((kind) => isSet(expiration?.[kind]));
    if (expiration !== undefined && kinds.length !== 1) {
      fault(".expiration", "must have one of date, days and expiredObjectDeleteMarker");
    }
    const filters = Object.keys(objectIfGiven(rule, "filter") ?? {}).filter((key) => !key.startsWith("__"));
    if (filters.length > 1)
      fault(".filter", `must have one condition, several go into and, has ${filters.join(", ")}`);
    return faults;
  });
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && value !== 0;
}

function ruleToApi(rule: Properties): LifecycleRule {
  const expiration = objectIfGiven(rule, "expiration");
  const abort = objectIfGiven(rule, "abortIncompleteMultipartUpload");
  const noncurrent = objectIfGiven(rule, "noncurrentVersionExpiration");
  const filter = objectIfGiven(rule, "filter");
  return {
    ID: text(rule, "id"),
    Status: text(rule, "status") === "Enabled" ? "Enabled" : "Disabled",
    ...(filter === undefined ? { Prefix: text(rule, "prefix") } : { Filter: filterToApi(filter) }),
    ...given({
      Expiration:
        expiration &&
        given({
          Date: dateToApi(expiration),
          Days: numberIfGiven(expiration, "days"),
          ExpiredObjectDeleteMarker: expiration["expiredObjectDeleteMarker"] === true ? true : undefined,
        }),
      AbortIncompleteMultipartUpload:
        abort && given({ DaysAfterInitiation: numberIfGiven(abort, "daysAfterInitiation") }),
      NoncurrentVersionExpiration: noncurrent && noncurrentToApi(noncurrent),
    }),
    ...(rule["noncurrentVersionTransitions"] === undefined
      ? {}
      : {
          NoncurrentVersionTransitions: objects(rule, "noncurrentVersionTransitions").map((transition) => ({
            ...noncurrentToApi(transition),
            StorageClass: text(transition, "storageClass") as TransitionStorageClass,
          })),
        }),
    ...(rule["transitions"] === undefined
      ? {}
      : {
          Transitions: objects(rule, "transitions").map((transition) => ({
            ...given({ Date: dateToApi(transition), Days: numberIfGiven(transition, "days") }),
            StorageClass: text(transition, "storageClass") as TransitionStorageClass,
          })),
        }),
  };
}

function dateToApi(values: Properties): Date | undefined {
  const date = textIfGiven(values, "date");
  return date === undefined ? undefined : new Date(date);
}

function noncurrentToApi(values: Properties): { NoncurrentDays?: number; NewerNoncurrentVersions?: number } {
  return given({
    NoncurrentDays: numberIfGiven(values, "noncurrentDays"),
    NewerNoncurrentVersions: numberIfGiven(values, "newerNoncurrentVersions"),
  });
}

function conditionsToApi(
  values: Properties,
): Pick<LifecycleRuleFilter, "ObjectSizeGreaterThan" | "ObjectSizeLessThan" | "Prefix"> {
  return given({
    ObjectSizeGreaterThan: numberIfGiven(values, "objectSizeGreaterThan"),
    ObjectSizeLessThan: numberIfGiven(values, "objectSizeLessThan"),
    Prefix: textIfGiven(values, "prefix"),
  });
}

function filterToApi(filter: Properties): LifecycleRuleFilter {
  const and = objectIfGiven(filter, "and");
  const tag = objectIfGiven(filter, "tag");
  if (and !== undefined) {
    const Tags = Object.entries(textMap(and, "tags")).map(([Key, Value]) => ({ Key, Value }));
    return { And: { ...conditionsToApi(and), ...(Tags.length === 0 ? {} : { Tags }) } };
  }
  if (tag !== undefined) return { Tag: { Key: text(tag, "key"), Value: text(tag, "value") } };
  const conditions = conditionsToApi(filter);
  return Object.keys(conditions).length === 0 ? { Prefix: "" } : conditions;
}

function ruleFromApi(rule: LifecycleRule): Properties {
  const {
    Expiration: expiration,
    NoncurrentVersionExpiration: noncurrent,
    AbortIncompleteMultipartUpload: abort,
  } = rule;
  return given({
    id: rule.ID ?? "",
    status: rule.Status ?? "Disabled",
    filter: rule.Filter === undefined ? undefined : filterFromApi(rule.Filter),
    prefix: rule.Filter === undefined ? (rule.Prefix ?? "") : undefined,
    expiration:
      expiration &&
      given({
        date: dateFromApi(expiration.Date),
        days: expiration.Days,
        expiredObjectDeleteMarker: expiration.ExpiredObjectDeleteMarker,
      }),
    abortIncompleteMultipartUpload: abort && given({ daysAfterInitiation: abort.DaysAfterInitiation }),
    noncurrentVersionExpiration: noncurrent && noncurrentFromApi(noncurrent),
    noncurrentVersionTransitions: rule.NoncurrentVersionTransitions?.map((transition) => ({
      ...noncurrentFromApi(transition),
      storageClass: transition.StorageClass,
    })),
    transitions: rule.Transitions?.map((transition) =>
      given({
        date: dateFromApi(transition.Date),
        days: transition.Days,
        storageClass: transition.StorageClass,
      }),
    ),
  });
}

function dateFromApi(date: Date | undefined): string | undefined {
  return date?.toISOString().replace(/\.000Z$/, "Z");
}

function noncurrentFromApi(found: {
  NoncurrentDays?: number | undefined;
  NewerNoncurrentVersions?: number | undefined;
}): Properties {
  return given({
    noncurrentDays: found.NoncurrentDays,
    newerNoncurrentVersions: found.NewerNoncurrentVersions,
  });
}

function filterFromApi(filter: LifecycleRuleFilter): Properties {
  const conditions = (
    found: Pick<LifecycleRuleFilter, "ObjectSizeGreaterThan" | "ObjectSizeLessThan" | "Prefix">,
  ): Properties =>
    given({
      objectSizeGreaterThan: found.ObjectSizeGreaterThan,
      objectSizeLessThan: found.ObjectSizeLessThan,
      prefix: found.Prefix,
    });
  const { And: and, Tag: tag } = filter;
  return given({
    ...conditions(filter),
    tag: tag && { key: tag.Key ?? "", value: tag.Value ?? "" },
    and: and && {
      ...conditions(and),
      ...(and.Tags === undefined
        ? {}
        : { tags: Object.fromEntries(and.Tags.map(({ Key = "", Value = "" }) => [Key, Value])) }),
    },
  });
}
