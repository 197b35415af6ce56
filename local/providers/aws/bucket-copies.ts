import type { CORSRule, ReplicationRule } from "@aws-sdk/client-s3";
import type { Properties, ResourceHandler } from "../resource.ts";
import { bucketSetting } from "./bucket-setting.ts";
import type { Aws } from "./clients.ts";
import {
  given,
  numberIfGiven,
  objectIfGiven,
  objects,
  text,
  textIfGiven,
  texts,
  unsupported,
} from "./values.ts";

/** `aws:s3/bucketCorsConfiguration:BucketCorsConfiguration` */
export function cors(aws: Aws): ResourceHandler {
  return bucketSetting(aws, {
    missing: ["NoSuchCORSConfiguration"],
    put: (target, inputs) =>
      aws.s3.putBucketCors({
        ...target,
        CORSConfiguration: { CORSRules: objects(inputs, "corsRules").map(corsToApi) },
      }),
    get: async (target) => {
      const { CORSRules = [] } = await aws.s3.getBucketCors(target);
      return { corsRules: CORSRules.map(corsFromApi) };
    },
    remove: (target) => aws.s3.deleteBucketCors(target),
  });
}

function corsToApi(rule: Properties): CORSRule {
  const list = (name: string): string[] | undefined => {
    const found = texts(rule, name);
    return found.length === 0 ? undefined : found;
  };
  return given({
    ID: textIfGiven(rule, "id"),
    AllowedHeaders: list("allowedHeaders"),
    AllowedMethods: texts(rule, "allowedMethods"),
    AllowedOrigins: texts(rule, "allowedOrigins"),
    ExposeHeaders: list("exposeHeaders"),
    MaxAgeSeconds: numberIfGiven(rule, "maxAgeSeconds"),
  });
}

const corsFromApi = (rule: CORSRule): Properties =>
  given({
    id: rule.ID,
    allowedHeaders: rule.AllowedHeaders,
    allowedMethods: rule.AllowedMethods,
    allowedOrigins: rule.AllowedOrigins,
    exposeHeaders: rule.ExposeHeaders,
    maxAgeSeconds: rule.MaxAgeSeconds,
  });

const unknownHere = "the local S3 copies nothing, and knows only where to and what";

/** `aws:s3/bucketReplicationConfig:BucketReplicationConfig`. The local S3 keeps the wish; it copies no object. */
export function replication(aws: Aws): ResourceHandler {
  return bucketSetting(aws, {
    missing: ["ReplicationConfigurationNotFoundError"],
    check: (inputs) =>
      objects(inputs, "rules").flatMap((rule, index) =>
        unsupported(rule, {
          existingObjectReplication: unknownHere,
          prefix: "use filter",
          sourceSelectionCriteria: unknownHere,
        }).map(({ property, reason }) => ({ property: `rules[${index}].${property}`, reason })),
      ),
    put: (target, inputs) =>
      aws.s3.putBucketReplication({
        ...target,
        ReplicationConfiguration: {
          Role: text(inputs, "role"),
          Rules: objects(inputs, "rules").map(ruleToApi),
        },
      }),
    get: async (target) => {
      const { ReplicationConfiguration: found } = await aws.s3.getBucketReplication(target);
      return { role: found?.Role ?? "", rules: (found?.Rules ?? []).map(ruleFromApi) };
    },
    remove: (target) => aws.s3.deleteBucketReplication(target),
  });
}

type Status = "Enabled" | "Disabled";

function ruleToApi(rule: Properties): ReplicationRule {
  const destination = objectIfGiven(rule, "destination") ?? {};
  const markers = objectIfGiven(rule, "deleteMarkerReplication");
  const filter = objectIfGiven(rule, "filter");
  return {
    ...given({
      ID: textIfGiven(rule, "id"),
      Priority: numberIfGiven(rule, "priority"),
      Filter: filter && { Prefix: text(filter, "prefix") },
      DeleteMarkerReplication: markers && { Status: text(markers, "status") as Status },
    }),
    Status: text(rule, "status") as Status,
    Destination: {
      Bucket: text(destination, "bucket"),
      ...given({ StorageClass: textIfGiven(destination, "storageClass") as "STANDARD_IA" | undefined }),
    },
  };
}

const ruleFromApi = (rule: ReplicationRule): Properties =>
  given({
    id: rule.ID,
    priority: rule.Priority,
    status: rule.Status ?? "Disabled",
    filter: rule.Filter && given({ prefix: rule.Filter.Prefix }),
    deleteMarkerReplication: rule.DeleteMarkerReplication && {
      status: rule.DeleteMarkerReplication.Status ?? "Disabled",
    },
    destination: given({
      bucket: rule.Destination?.Bucket ?? "",
      storageClass: rule.Destination?.StorageClass,
    }),
  });
