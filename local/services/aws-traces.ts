import type { AwsCall } from "./aws-calls.ts";

/**
 * What a write leaves behind, by which the journal knows what it need not repeat any more. A path names a thing; things
 * beneath it belong to it, for example `s3/<bucket>/object/<key>/<version>`.
 */
export type Trace =
  /** Takes its place beside all that was there. */
  | {
      readonly kind: "add";
      readonly path: string /** Path of the upload that became this object. */;
      readonly absorbs?: string;
    }
  /** Takes the place of what was there. */
  | { readonly kind: "set"; readonly path: string; readonly absorbs?: string }
  /** Takes away what was there. */
  | { readonly kind: "remove"; readonly paths: readonly string[] }
  /** May rest on anything before it, so nothing before it is ever forgotten. */
  | { readonly kind: "barrier" };

/** The answer to a write that succeeded. */
export interface WriteAnswer {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Joins names to a path in which `/` only separates. */
export function pathOf(...names: readonly string[]): string {
  return names.map(encodeURIComponent).join("/");
}

const barrier: Trace = { kind: "barrier" };

/** What a write that succeeded left behind. A write that is not known here counts as resting on everything. */
export function traceOf(call: AwsCall, requestBody: string | undefined, answer: WriteAnswer): Trace {
  if (call.service === "iam") return iamTrace(call, answer) ?? barrier;
  if (call.service !== "s3" || call.bucket === undefined) return barrier;
  return call.key === undefined
    ? bucketTrace(call, call.bucket, requestBody, answer)
    : objectTrace(call, call.bucket, call.key, answer);
}

/** Settings of a bucket that no later write rests on, so that only the last one counts. */
const settings: Readonly<Record<string, string>> = {
  BucketPolicy: "policy",
  BucketLifecycleConfiguration: "lifecycle",
  BucketLifecycle: "lifecycle",
  BucketTagging: "tagging",
  BucketCors: "cors",
};

function bucketTrace(
  call: AwsCall,
  bucket: string,
  requestBody: string | undefined,
  answer: WriteAnswer,
): Trace {
  if (call.action === "DeleteBucket") return { kind: "remove", paths: [pathOf("s3", bucket)] };
  if (call.action === "DeleteObjects") return deletedObjects(bucket, requestBody ?? "", answer);
  const [, verb, name = ""] = /^(Put|Delete)(.*)$/.exec(call.action) ?? [];
  if (call.action === "CreateBucket") return { kind: "add", path: pathOf("s3", bucket) };
  const setting = settings[name];
  if (setting === undefined) return { kind: "add", path: pathOf("s3", bucket, "setting") };
  const path = pathOf("s3", bucket, "setting", setting);
  return verb === "Put" ? { kind: "set", path } : { kind: "remove", paths: [path] };
}

/** Only permanent deletions free the journal; where one delete marker was made, everything stays. */
function deletedObjects(bucket: string, requestBody: string, answer: WriteAnswer): Trace {
  if (/<Error>|<DeleteMarker>/.test(answer.body)) return barrier;
  const objects = [...requestBody.matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, inner = ""]) => ({
    key: elementOf(inner, "Key"),
    version: elementOf(inner, "VersionId"),
  }));
  // Where the answer is quiet, a deletion without a version may have made a marker.
  if (objects.some(({ key, version }) => key === undefined || version === undefined)) return barrier;
  return {
    kind: "remove",
    paths: objects.map(({ key = "", version = "" }) => pathOf("s3", bucket, "object", key, version)),
  };
}

function objectTrace(call: AwsCall, bucket: string, key: string, answer: WriteAnswer): Trace {
  const version = call.query.get("versionId") ?? headerOf(answer, "x-amz-version-id");
  const object = (id: string, ...beneath: string[]): string =>
    pathOf("s3", bucket, "object", key, id, ...beneath);
  const upload = (id: string, ...beneath: string[]): string => pathOf("s3", bucket, "upload", id, ...beneath);
  const uploadId = call.query.get("uploadId") ?? "";
  const kind = version === undefined ? "set" : "add";
  switch (call.action) {
    case "PutObject":
      return { kind, path: object(version ?? "null") };
    case "CreateMultipartUpload":
      return { kind: "add", path: upload(elementOf(answer.body, "UploadId") ?? "") };
    case "UploadPart":
      return { kind: "set", path: upload(uploadId, call.query.get("partNumber") ?? "") };
    case "AbortMultipartUpload":
      return { kind: "remove", paths: [upload(uploadId)] };
    case "CompleteMultipartUpload":
      return { kind, path: object(version ?? "null"), absorbs: upload(uploadId) };
    case "DeleteObject": {
      const isMarker = !call.query.has("versionId") && version !== undefined;
      return isMarker
        ? { kind: "add", path: object(version) }
        : { kind: "remove", paths: [object(version ?? "null")] };
    }
    case "PutObjectTagging":
    case "PutObjectRetention":
    case "PutObjectLegalHold":
    case "PutObjectAcl":
      return version === undefined ? barrier : { kind: "add", path: object(version, call.action) };
    default:
      return barrier;
  }
}

function iamTrace({ action, form }: AwsCall, answer: WriteAnswer): Trace | undefined {
  const owner = form.has("UserName")
    ? ["user", "UserName"]
    : form.has("RoleName")
      ? ["role", "RoleName"]
      : undefined;
  if (action === "CreateOpenIDConnectProvider") {
    return {
      kind: "add",
      path: pathOf("iam", "oidc", elementOf(answer.body, "OpenIDConnectProviderArn") ?? ""),
    };
  }
  if (action.endsWith("OpenIDConnectProvider") && form.has("OpenIDConnectProviderArn")) {
    const path = pathOf("iam", "oidc", form.get("OpenIDConnectProviderArn") ?? "");
    return action.startsWith("Delete")
      ? { kind: "remove", paths: [path] }
      : { kind: "add", path: `${path}/settings` };
  }
  if (owner === undefined || form.has("NewUserName") || form.has("NewPath")) return undefined;
  const [type = "", parameter = ""] = owner;
  const at = (...beneath: string[]): string => pathOf("iam", type, form.get(parameter) ?? "", ...beneath);
  const given = (name: string): string => form.get(name) ?? "";
  const keyId = given("AccessKeyId");
  const traces: Readonly<Record<string, Trace>> = {
    CreateUser: { kind: "add", path: at() },
    CreateRole: { kind: "add", path: at() },
    DeleteUser: { kind: "remove", paths: [at()] },
    DeleteRole: { kind: "remove", paths: [at()] },
    UpdateRole: { kind: "add", path: at("settings") },
    TagUser: { kind: "add", path: at("tags") },
    TagRole: { kind: "add", path: at("tags") },
    UntagUser: { kind: "add", path: at("tags") },
    UntagRole: { kind: "add", path: at("tags") },
    UpdateAssumeRolePolicy: { kind: "set", path: at("trust") },
    PutUserPolicy: { kind: "set", path: at("policy", given("PolicyName")) },
    PutRolePolicy: { kind: "set", path: at("policy", given("PolicyName")) },
    DeleteUserPolicy: { kind: "remove", paths: [at("policy", given("PolicyName"))] },
    DeleteRolePolicy: { kind: "remove", paths: [at("policy", given("PolicyName"))] },
    CreateAccessKey: { kind: "add", path: at("key", elementOf(answer.body, "AccessKeyId") ?? "") },
    UpdateAccessKey: { kind: "set", path: at("key", keyId, "status") },
    DeleteAccessKey: { kind: "remove", paths: [at("key", keyId)] },
  };
  return traces[action];
}

function headerOf(answer: WriteAnswer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Text of the first element of that name. */
function elementOf(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`)
    .exec(xml)?.[1]
    ?.replace(
      /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
      (whole, hex?: string, decimal?: string, named?: string) => {
        if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
        if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
        return entities[named ?? ""] ?? whole;
      },
    );
}
