import { describe, expect, test } from "@jest/globals";
import type { z } from "zod";
import { fileLines } from "../../components/cost/files.ts";
import { deployPolicy, previewPolicy } from "../../components/deploy-environment.policies.ts";
import {
  copierPolicy,
  copierTrust,
  filesPolicy,
  productPolicy,
} from "../../components/file-store.policies.ts";
import {
  FileStoreSettings,
  fileStoreProtectionFaults,
  originsOf,
} from "../../components/file-store.settings.ts";
import { FileStore, type FileStoreArgs } from "../../components/file-store.ts";
import { checkSettings } from "../../components/internal/settings.ts";
import { currentPrices } from "../../components/prices.ts";
import { fileVariables, withFiles } from "../../components/web-app/files.ts";
import { WebAppSettings } from "../../components/web-app.settings.ts";
import { register } from "../support/mocks.ts";

const args: FileStoreArgs = {
  components: ["api"],
  origins: ["https://shop.example"],
  replica: { region: "eu-west-1" },
};

const made = async (given: FileStoreArgs, protect = false) => {
  const { resources } = await register((options) => new FileStore("files", given, { ...options, protect }));
  return resources;
};

describe("a store of files", () => {
  test("is a private bucket with its copy, the role that copies, and one identity", async () => {
    const resources = await made(args);
    expect(resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort()).toEqual([
      "AccessKey files-product-key",
      "Bucket files",
      "Bucket files-replica",
      "BucketCorsConfiguration files-cors",
      "BucketLifecycleConfiguration files-expiry",
      "BucketLifecycleConfiguration files-replica-expiry",
      "BucketOwnershipControls files-ownership",
      "BucketOwnershipControls files-replica-ownership",
      "BucketPolicy files-policy",
      "BucketPolicy files-replica-policy",
      "BucketPublicAccessBlock files-access",
      "BucketPublicAccessBlock files-replica-access",
      "BucketReplicationConfig files-copies",
      "BucketServerSideEncryptionConfiguration files-encryption",
      "BucketServerSideEncryptionConfiguration files-replica-encryption",
      "BucketVersioning files-replica-versioning",
      "BucketVersioning files-versioning",
      "FileStore files",
      "Role files-copier",
      "RolePolicy files-copier-rights",
      "User files-product",
      "UserPolicy files-product-rights",
    ]);
    const far = resources.filter(({ inputs }) => inputs["region"] === "eu-west-1").map(({ name }) => name);
    expect(far.sort()).toEqual([
      "files-replica",
      "files-replica-access",
      "files-replica-encryption",
      "files-replica-expiry",
      "files-replica-ownership",
      "files-replica-policy",
      "files-replica-versioning",
    ]);
  });

  test("without a copy and without sites has neither role nor CORS", async () => {
    for (const none of [{}, { origins: [] }]) {
      const names = (await made({ components: ["api"], ...none })).map(({ name }) => name);
      expect(names.filter((name) => /replica|cop|cors/.test(name))).toEqual([]);
    }
  });

  test("lets pages of its sites, and no others, use signed addresses", async () => {
    const cors = (await made(args)).find(({ name }) => name === "files-cors");
    expect(cors?.inputs["corsRules"]).toEqual([
      {
        allowedMethods: ["GET", "PUT"],
        allowedOrigins: ["https://shop.example"],
        allowedHeaders: ["content-type", "x-amz-checksum-crc32", "x-amz-sdk-checksum-algorithm"],
        exposeHeaders: ["etag"],
        maxAgeSeconds: 3600,
      },
    ]);
  });

  test.each([
    [true, "Enabled", 4],
    [false, "Disabled", 3],
  ])("copies deletions: %s, in the rule and in the lifecycle of the copy", async (copies, status, rules) => {
    const resources = await made({ ...args, replica: { region: "eu-west-1", copiesDeletions: copies } });
    const inputsOf = (name: string) => resources.find((one) => one.name === name)?.inputs ?? {};
    expect(inputsOf("files-copies")["rules"]).toMatchObject([
      { status: "Enabled", filter: { prefix: "files/" }, deleteMarkerReplication: { status } },
    ]);
    expect(inputsOf("files-replica-expiry")["rules"]).toHaveLength(rules);
    expect(inputsOf("files-expiry")["rules"]).toHaveLength(4);
  });

  test("is kept with its copy when a protected stack goes, and its key is not", async () => {
    const kept = (await made(args, true)).filter(({ options }) => options.retainOnDelete === true);
    expect(kept).toHaveLength(18);
    expect(kept.filter(({ name }) => name.includes("product"))).toEqual([]);
  });

  test("has typed settings", () => {
    // @ts-expect-error - files that no component reaches are none
    expect(() => FileStoreSettings.parse({} satisfies z.input<typeof FileStoreSettings>)).toThrow();
  });
});

describe("who may do what", () => {
  const arn = "arn:aws:s3:::shop-files";
  const statements = (text: string) => JSON.parse(text).Statement;

  test("the product keeps, reads and marks under one prefix: it neither lists nor deletes", () => {
    expect(statements(productPolicy(arn, "files/"))).toEqual([
      {
        Sid: "KeepFiles",
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"],
        Resource: `${arn}/files/*`,
      },
    ]);
  });

  test("nobody comes without TLS, nor with a signature that is too old", () => {
    expect(statements(filesPolicy(arn, "files/", 900))).toEqual([
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "FreshSignaturesOnly",
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: `${arn}/files/*`,
        Condition: { NumericGreaterThan: { "s3:signatureAge": "900000" } },
      },
    ]);
  });

  test("only S3 copies, from this bucket into that one", () => {
    expect(statements(copierTrust(arn))).toEqual([
      {
        Sid: "S3Copies",
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { ArnEquals: { "aws:SourceArn": arn } },
      },
    ]);
    const rights = (copiesDeletions: boolean) =>
      statements(copierPolicy(arn, `${arn}-copy`, { prefix: "files/", copiesDeletions }));
    expect(rights(true)).toMatchObject([
      { Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource: arn },
      { Resource: `${arn}/files/*` },
      {
        Action: ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
        Resource: `${arn}-copy/files/*`,
      },
    ]);
    expect(rights(false)[2].Action).toEqual(["s3:ReplicateObject", "s3:ReplicateTags"]);
  });
});

describe("the settings", () => {
  test.each<[Record<string, unknown>, string[]]>([
    [
      { components: [] },
      ["files.components: must name a component at least: nobody else can reach the files"],
    ],
    [
      { components: ["api"], signedUrlSeconds: 604_801 },
      ["files.signedUrlSeconds: must be at most 604800: AWS signs for a week at most"],
    ],
    [
      { components: ["api"], origins: ["http://shop.example"] },
      [
        'files.origins[0]: must be an origin of a site, such as https://shop.example; got "http://shop.example"',
      ],
    ],
  ])("fail with %j", (input, expected) => {
    const checked = checkSettings(FileStoreSettings, input, "files");
    const faults = checked.ok ? [] : checked.faults.map(({ path, message }) => `${path}: ${message}`);
    expect(faults).toEqual(expected);
  });

  test("of a protected stack keep the files", () => {
    const settings = FileStoreSettings.parse({ components: ["api"], forceDestroy: true });
    expect(fileStoreProtectionFaults(settings, false)).toEqual([]);
    expect(fileStoreProtectionFaults(settings, true)).toEqual([
      { path: "forceDestroy", message: "must be false on a protected stack, whose files outlive it" },
    ]);
  });

  test("take the app's own domains where they name no site", () => {
    const domains = [{ name: "shop.example" }, { name: "any.example", wildcard: true }];
    expect(originsOf({}, domains)).toEqual(["https://shop.example"]);
    expect(originsOf({ origins: ["https://other.example"] }, domains)).toEqual(["https://other.example"]);
    expect(originsOf({})).toEqual([]);
  });

  test("reach the components that are named, and no others", () => {
    const image = { registry: "ghcr", repository: "acme/api", tag: "1" } as const;
    const app = WebAppSettings.parse({
      services: { api: { image, environment: { MODE: "on" } }, other: { image } },
      ingress: [{ path: "/", component: "api" }],
    });
    const files = FileStoreSettings.parse({ components: ["api"], signedUrlSeconds: 60 });
    const { services } = withFiles(app, files);
    expect(services["api"]?.environment).toEqual({
      MODE: "on",
      FILES_BUCKET: { secret: "filesBucket" },
      FILES_PREFIX: "files/",
      FILES_SIGNED_URL_SECONDS: 60,
      AWS_REGION: { secret: "filesRegion" },
      AWS_ACCESS_KEY_ID: { secret: "filesKeyId" },
      AWS_SECRET_ACCESS_KEY: { secret: "filesSecret" },
    });
    expect(Object.keys(services["other"]?.environment ?? {})).toEqual([]);
    expect(withFiles(app, undefined)).toBe(app);
    expect(Object.keys(fileVariables(files))).toHaveLength(6);
  });
});

test("the workflows keep buckets and identity, see the copying role, and read no file", () => {
  const files = { bucketArns: ["arn:files", "arn:copy"], userArn: "arn:product", roleArns: ["arn:copier"] };
  const given = { roleArns: ["arn:deploy"], bucketArn: "arn:backups", userArns: ["arn:writer"], files };
  const found = (text: string) =>
    JSON.parse(text).Statement.map(({ Sid, Resource }: Record<string, unknown>) => [Sid, Resource]);
  expect(found(deployPolicy({ ...given, isProtected: true }))).toEqual([
    ["KeepBackupBucket", "arn:backups"],
    ["KeepBackupIdentities", ["arn:writer"]],
    ["KeepFileBuckets", ["arn:files", "arn:copy"]],
    ["KeepFileIdentity", "arn:product"],
    ["HandCopierToS3", ["arn:copier"]],
    ["SeeRoles", ["arn:deploy", "arn:copier"]],
  ]);
  expect(found(previewPolicy(given))).toEqual([
    ["SeeBackupBucket", "arn:backups"],
    ["SeeBackupIdentities", ["arn:writer", "arn:product"]],
    ["SeeFileBuckets", ["arn:files", "arn:copy"]],
    ["SeeRoles", ["arn:deploy", "arn:copier"]],
  ]);
  const actions = [deployPolicy({ ...given, isProtected: true }), previewPolicy(given)].flatMap((text) =>
    JSON.parse(text).Statement.flatMap(({ Action }: { Action: string[] }) => Action),
  );
  expect(actions.filter((action) => /Object$|ObjectVersion|Delete/.test(action))).toEqual([]);
});

test("files cost what they weigh, their requests, and the copy by the prices of its region", () => {
  const settings = FileStoreSettings.parse({
    components: ["api"],
    storedGiB: 100,
    replica: { region: "eu-central-1" },
  });
  const lines = fileLines(settings, currentPrices(), "us-east-1").map(({ line }) => line);
  expect(lines.map(({ item, minimum, maximum }) => [item, minimum, maximum])).toEqual([
    ["files of users in S3", 2.3, 4.6],
    ["requests for files", 0, 1.43],
    ["copy of the files in eu-central-1", 2.45, 4.9],
  ]);
  const unknown = FileStoreSettings.parse({ components: ["api"] });
  expect(fileLines(unknown, currentPrices(), "us-east-1").map(({ line }) => line.minimum)).toEqual([0, 0]);
});
