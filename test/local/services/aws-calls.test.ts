import { describe, expect, test } from "@jest/globals";
import { readCall } from "../../../local/services/aws-calls.ts";

const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=local-cloud/20261121/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=1`,
});

describe("readCall", () => {
  test.each([
    ["GET", "/", "ListBuckets", "read"],
    ["PUT", "/b", "CreateBucket", "write"],
    ["PUT", "/b/", "CreateBucket", "write"],
    ["HEAD", "/b", "HeadBucket", "read"],
    ["DELETE", "/b", "DeleteBucket", "write"],
    ["GET", "/b", "ListObjects", "read"],
    ["GET", "/b?list-type=2&prefix=x", "ListObjectsV2", "read"],
    ["GET", "/b?versions", "ListObjectVersions", "read"],
    ["GET", "/b?uploads", "ListMultipartUploads", "read"],
    ["POST", "/b?delete", "DeleteObjects", "write"],
    ["PUT", "/b?policy", "PutBucketPolicy", "write"],
    ["DELETE", "/b?policy=", "DeleteBucketPolicy", "write"],
    ["GET", "/b?policyStatus", "GetBucketPolicyStatus", "read"],
    ["PUT", "/b?lifecycle", "PutBucketLifecycleConfiguration", "write"],
    ["DELETE", "/b?lifecycle", "DeleteBucketLifecycle", "write"],
    ["PUT", "/b?object-lock", "PutObjectLockConfiguration", "write"],
    ["PUT", "/b?publicAccessBlock", "PutPublicAccessBlock", "write"],
    ["PUT", "/b?ownershipControls", "PutBucketOwnershipControls", "write"],
    ["PUT", "/b/k", "PutObject", "write"],
    ["GET", "/b/a/b/c?versionId=1", "GetObject", "read"],
    ["HEAD", "/b/k", "HeadObject", "read"],
    ["DELETE", "/b/k", "DeleteObject", "write"],
    ["POST", "/b/k?uploads", "CreateMultipartUpload", "write"],
    ["PUT", "/b/k?partNumber=1&uploadId=u", "UploadPart", "write"],
    ["POST", "/b/k?uploadId=u", "CompleteMultipartUpload", "write"],
    ["DELETE", "/b/k?uploadId=u", "AbortMultipartUpload", "write"],
    ["GET", "/b/k?uploadId=u", "ListParts", "read"],
    ["PUT", "/b/k?retention", "PutObjectRetention", "write"],
    ["PUT", "/b/k?tagging", "PutObjectTagging", "write"],
    ["POST", "/b/k?select&select-type=2", "SelectObjectContent", "read"],
    ["POST", "/b/k?restore", "RestoreObject", "write"],
  ])("%s %s is %s, a %s", (method, url, action, effect) => {
    const call = readCall({ method, url, headers: signedFor("s3"), body: undefined });
    expect([call.service, call.action, call.effect]).toEqual(["s3", action, effect]);
  });

  test.each([
    ["/b/k", "CopyObject"],
    ["/b/k?partNumber=1&uploadId=u", "UploadPartCopy"],
  ])("PUT %s with a source is %s", (url, action) => {
    const headers = { ...signedFor("s3"), "x-amz-copy-source": "/b/other" };
    expect(readCall({ method: "PUT", url, headers, body: undefined }).action).toBe(action);
  });

  test.each([
    ["iam", "CreateUser", "write"],
    ["iam", "GetUser", "read"],
    ["iam", "ListRoles", "read"],
    ["iam", "SimulatePrincipalPolicy", "read"],
    ["iam", "DeleteAccessKey", "write"],
    ["sts", "AssumeRole", "read"],
    ["sts", "GetCallerIdentity", "read"],
  ])("a form for %s with %s is a %s", (service, action, effect) => {
    const body = Buffer.from(`Action=${action}&UserName=a%20b`);
    const call = readCall({ method: "POST", url: "/", headers: signedFor(service), body });
    expect([call.service, call.action, call.effect, call.form.get("UserName")]).toEqual([
      service,
      action,
      effect,
      "a b",
    ]);
  });

  test("reads the service from a signed address, and an unsigned form as one for STS", () => {
    const signed = "/b/k?X-Amz-Credential=local-cloud%2F20261121%2Fus-east-1%2Fs3%2Faws4_request";
    expect(readCall({ method: "GET", url: signed, headers: {}, body: undefined })).toMatchObject({
      service: "s3",
      action: "GetObject",
      bucket: "b",
      key: "k",
    });
    const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    const body = Buffer.from("Action=AssumeRoleWithWebIdentity");
    expect(readCall({ method: "POST", url: "/", headers, body })).toMatchObject({
      service: "sts",
      action: "AssumeRoleWithWebIdentity",
    });
    expect(readCall({ method: "GET", url: "/b/a%20b%2B%C3%BC", headers: {}, body: undefined }).key).toBe(
      "a b+ü",
    );
  });

  test("leaves other services their own words", () => {
    const url = "/v20180820/tags/arn";
    expect(readCall({ method: "GET", url, headers: signedFor("s3"), body: undefined })).toMatchObject({
      service: "s3control",
      action: `GET ${url}`,
      effect: "read",
    });
    const headers = { ...signedFor("kms"), "x-amz-target": "TrentService.CreateKey" };
    expect(readCall({ method: "POST", url: "/", headers, body: Buffer.from("{}") })).toMatchObject({
      service: "kms",
      action: "CreateKey",
      effect: "write",
    });
  });
});
