/** What one request asks of the local AWS, read from the request alone. */
export interface AwsCall {
  /** Signing name: `s3`, `iam`, `sts` ... */
  readonly service: string;
  /** The API's own name for it, for example `PutBucketPolicy`. */
  readonly action: string;
  /** Whether it changes what is kept; a session of STS is not kept. */
  readonly effect: "read" | "write";
  /** Of S3; undefined where the request names none. */
  readonly bucket: string | undefined;
  /** Of S3, decoded. */
  readonly key: string | undefined;
  readonly query: URLSearchParams;
  /** Of IAM and STS: the parameters of the form that was sent. */
  readonly form: URLSearchParams;
}

export interface AwsRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body where it is small enough to be held in memory. */
  readonly body: Buffer | undefined;
}

/** Names the action of a request, as the AWS API reference does. */
export function readCall(request: AwsRequest): AwsCall {
  const { pathname, search } = splitUrl(request.url);
  const query = new URLSearchParams(search);
  const service = serviceOf(request, query);
  const isForm = service !== "s3" && service !== "s3control";
  const form = isForm ? new URLSearchParams(request.body?.toString("utf8") ?? search) : new URLSearchParams();
  if (isForm) {
    const target = String(request.headers["x-amz-target"] ?? "").split(".")[1];
    const action = form.get("Action") ?? query.get("Action") ?? target ?? `${request.method} ${pathname}`;
    return {
      service,
      action,
      effect: effectOf(service, action),
      bucket: undefined,
      key: undefined,
      query,
      form,
    };
  }
  const [bucket, key] = service === "s3" ? splitPath(pathname) : [undefined, undefined];
  const action = service === "s3" ? s3Action(request, bucket, key, query) : `${request.method} ${pathname}`;
  const isRead = /^(GET|HEAD|OPTIONS)$/.test(request.method) || action === "SelectObjectContent";
  return { service, action, effect: isRead ? "read" : "write", bucket, key, query, form };
}

function splitUrl(url: string): { pathname: string; search: string } {
  const at = url.indexOf("?");
  return at < 0 ? { pathname: url, search: "" } : { pathname: url.slice(0, at), search: url.slice(at + 1) };
}

/** Whose access key a request is signed with; undefined where it is not signed. */
export function accessKeyOf(headers: AwsRequest["headers"]): string | undefined {
  return /Credential=([^/,\s]+)\//.exec(String(headers["authorization"] ?? ""))?.[1];
}

/** The service that a request is signed for; one that is not signed is taken by the form of its body. */
function serviceOf(request: AwsRequest, query: URLSearchParams): string {
  const scope = /Credential=([^,\s]+)/.exec(String(request.headers["authorization"] ?? ""))?.[1];
  const service = (scope ?? query.get("X-Amz-Credential") ?? "").split("/")[3];
  if (service !== undefined) {
    return service === "s3" && request.url.startsWith("/v20180820/") ? "s3control" : service;
  }
  // AssumeRoleWithWebIdentity is called without credentials.
  const isForm = String(request.headers["content-type"] ?? "").startsWith(
    "application/x-www-form-urlencoded",
  );
  return isForm ? "sts" : "s3";
}

function effectOf(service: string, action: string): AwsCall["effect"] {
  return service === "sts" || /^(Get|List|Simulate|Generate)/.test(action) ? "read" : "write";
}

function splitPath(pathname: string): [bucket: string | undefined, key: string | undefined] {
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(pathname) ?? [];
  const decode = (text: string): string | undefined => (text === "" ? undefined : decodeURIComponent(text));
  return [decode(bucket), decode(key)];
}

/** Sub-resources whose actions are not named after the pattern Get/Put/Delete + `Bucket` + name. */
const bucketResources: Readonly<Record<string, string>> = {
  accelerate: "BucketAccelerateConfiguration",
  acl: "BucketAcl",
  cors: "BucketCors",
  encryption: "BucketEncryption",
  lifecycle: "BucketLifecycleConfiguration",
  location: "BucketLocation",
  logging: "BucketLogging",
  notification: "BucketNotificationConfiguration",
  "object-lock": "ObjectLockConfiguration",
  ownershipControls: "BucketOwnershipControls",
  policy: "BucketPolicy",
  policyStatus: "BucketPolicyStatus",
  publicAccessBlock: "PublicAccessBlock",
  replication: "BucketReplication",
  requestPayment: "BucketRequestPayment",
  tagging: "BucketTagging",
  versioning: "BucketVersioning",
  website: "BucketWebsite",
};

const objectResources: Readonly<Record<string, string>> = {
  acl: "ObjectAcl",
  attributes: "ObjectAttributes",
  "legal-hold": "ObjectLegalHold",
  retention: "ObjectRetention",
  tagging: "ObjectTagging",
};

const verbs: Readonly<Record<string, string>> = {
  GET: "Get",
  HEAD: "Head",
  PUT: "Put",
  POST: "Post",
  DELETE: "Delete",
};

function s3Action(
  { method, headers }: AwsRequest,
  bucket: string | undefined,
  key: string | undefined,
  query: URLSearchParams,
): string {
  const verb = verbs[method] ?? method;
  if (bucket === undefined) return method === "GET" ? "ListBuckets" : `${verb}Service`;
  const resources = key === undefined ? bucketResources : objectResources;
  const resource = Object.keys(resources).find((name) => query.has(name));
  if (resource !== undefined) {
    return resource === "lifecycle" && method === "DELETE"
      ? "DeleteBucketLifecycle"
      : `${verb}${resources[resource]}`;
  }
  return key === undefined ? bucketAction(method, verb, query) : objectAction(method, verb, headers, query);
}

function bucketAction(method: string, verb: string, query: URLSearchParams): string {
  if (method === "PUT") return "CreateBucket";
  if (method === "POST" && query.has("delete")) return "DeleteObjects";
  if (method !== "GET") return `${verb}Bucket`;
  if (query.has("versions")) return "ListObjectVersions";
  if (query.has("uploads")) return "ListMultipartUploads";
  return query.get("list-type") === "2" ? "ListObjectsV2" : "ListObjects";
}

function objectAction(
  method: string,
  verb: string,
  headers: AwsRequest["headers"],
  query: URLSearchParams,
): string {
  const isCopy = headers["x-amz-copy-source"] !== undefined;
  if (query.has("uploadId")) {
    if (method === "PUT") return isCopy ? "UploadPartCopy" : "UploadPart";
    if (method === "POST") return "CompleteMultipartUpload";
    return method === "DELETE" ? "AbortMultipartUpload" : "ListParts";
  }
  if (method === "POST" && query.has("uploads")) return "CreateMultipartUpload";
  if (method === "POST" && query.has("select")) return "SelectObjectContent";
  if (method === "POST" && query.has("restore")) return "RestoreObject";
  return method === "PUT" && isCopy ? "CopyObject" : `${verb}Object`;
}
