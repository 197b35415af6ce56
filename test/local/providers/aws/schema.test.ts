import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "@jest/globals";
import type { AccessKeyArgs } from "@pulumi/aws/iam/accessKey.js";
import type { OpenIdConnectProviderArgs } from "@pulumi/aws/iam/openIdConnectProvider.js";
import type { RoleArgs } from "@pulumi/aws/iam/role.js";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy.js";
import type { UserArgs } from "@pulumi/aws/iam/user.js";
import type { UserPolicyArgs } from "@pulumi/aws/iam/userPolicy.js";
import type { BucketArgs } from "@pulumi/aws/s3/bucket.js";
import { aws } from "../../../../local/providers/aws/index.ts";
import { providerSchema } from "../../../../local/providers/schema.ts";

const schema = providerSchema("aws");
const types = Object.keys(schema.resources);
const sdk = createRequire(import.meta.url)
  .resolve("@pulumi/aws/package.json")
  .replace(/package\.json$/, "");

const withoutComments = (text: string): string => text.replace(/\/\*\*[\s\S]*?\*\//g, "");

/** Members of the first block that follows the heading, `?` after an optional one. */
function members(text: string, heading: RegExp, ending: string): string[] {
  const start = text.search(heading);
  if (start < 0) throw new Error(`the SDK has no ${heading}`);
  const block = text.slice(start, text.indexOf(ending, start));
  return [...block.matchAll(/^\s*(?:readonly )?(\w+\??): /gm)].map(([, name = ""]) => name).sort();
}

function moduleOf(type: string): { text: string; name: string } {
  const [, path = "", name = ""] = type.split(":");
  return { text: withoutComments(readFileSync(`${sdk}${path}.d.ts`, "utf8")), name };
}

function described(names: readonly string[], required: readonly string[] = []): string[] {
  return names.map((name) => (required.includes(name) ? name : `${name}?`)).sort();
}

describe("the AWS provider's schema", () => {
  test("is of the version of the installed SDK and has a handler for each type", async () => {
    const { version } = JSON.parse(readFileSync(`${sdk}package.json`, "utf8")) as { version: string };
    expect([schema.version, aws.version]).toEqual([version, version]);
    const { resources } = await aws.configure({ region: "us-east-1" });
    expect(Object.keys(resources).sort()).toEqual([...types].sort());
  });

  test.each(types)("%s has the inputs and outputs of the SDK", (type) => {
    const { text, name } = moduleOf(type);
    const resource = schema.resources[type];
    expect(described(Object.keys(resource?.inputProperties ?? {}), resource?.requiredInputs)).toEqual(
      members(text, new RegExp(`export interface ${name}Args \\{`), "\n}"),
    );
    const outputs = members(text, new RegExp(`export declare class ${name} `), "\n    constructor(");
    expect(Object.keys(resource?.properties ?? {}).sort()).toEqual(
      outputs.filter((output) => output !== "__pulumiType"),
    );
  });

  const inputTypes = withoutComments(readFileSync(`${sdk}types/input.d.ts`, "utf8"));

  test.each(Object.keys(schema.types))("%s has the members of the SDK's input type", (type) => {
    const [, , name = ""] = type.split(":");
    const described_ = schema.types[type];
    if (described_?.type !== "object") throw new Error(`${type} must be an object`);
    expect(described(Object.keys(described_.properties), described_.required)).toEqual(
      members(inputTypes, new RegExp(`interface ${name} \\{`), "\n    }"),
    );
  });

  test("marks as secret what the SDK marks", () => {
    const secrets = types.flatMap((type) =>
      Object.entries(schema.resources[type]?.properties ?? {})
        .filter(([, { secret }]) => secret === true)
        .map(([output]) => `${type} ${output}`),
    );
    expect(secrets).toEqual([
      "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration token",
      "aws:iam/accessKey:AccessKey secret",
      "aws:iam/accessKey:AccessKey sesSmtpPasswordV4",
      "aws:s3/bucketReplicationConfig:BucketReplicationConfig token",
    ]);
  });

  test("names inputs that the compiler knows too", () => {
    const names: {
      readonly bucket: keyof BucketArgs;
      readonly user: keyof UserArgs;
      readonly userPolicy: keyof UserPolicyArgs;
      readonly accessKey: keyof AccessKeyArgs;
      readonly role: keyof RoleArgs;
      readonly rolePolicy: keyof RolePolicyArgs;
      readonly openIdConnectProvider: keyof OpenIdConnectProviderArgs;
    } = {
      bucket: "objectLockEnabled",
      user: "forceDestroy",
      userPolicy: "policy",
      accessKey: "status",
      role: "assumeRolePolicy",
      rolePolicy: "role",
      openIdConnectProvider: "clientIdLists",
    };
    // @ts-expect-error - a name that is not an input has to be noticed
    const wrong: keyof BucketArgs = "objectLock";
    expect([...Object.values(names), wrong]).toHaveLength(8);
  });
});
