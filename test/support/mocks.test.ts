import { describe, expect, test } from "@jest/globals";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import * as pulumi from "@pulumi/pulumi";
import {
  dependencies,
  isSecret,
  outputValue,
  register,
  resourceList,
  resourceNamed,
  revealed,
} from "./mocks.ts";

class Pair extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, options: pulumi.ComponentResourceOptions) {
    super("test:index:Pair", name, {}, options);
    const bucket = new Bucket(
      name,
      { bucket: "files", tags: { key: pulumi.secret("hidden") } },
      { parent: this },
    );
    new BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      { parent: this, dependsOn: [bucket] },
    );
    this.bucketName = pulumi.secret(bucket.bucket);
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

describe("register", () => {
  test("waits for every resource and records inputs and options", async () => {
    const { built, resources } = await register((options) => new Pair("pair", options));
    expect(resourceList(resources)).toEqual([
      "aws:s3/bucket:Bucket pair",
      "aws:s3/bucketVersioning:BucketVersioning pair-versioning",
      "test:index:Pair pair",
    ]);
    const versioning = resourceNamed(resources, "pair-versioning");
    expect(versioning.inputs).toEqual({ bucket: "pair-id", versioningConfiguration: { status: "Enabled" } });
    expect(dependencies(versioning)).toEqual(["pair"]);
    expect(versioning.options.parent).toBe(built);
  });

  test("keeps secrets wrapped until they are revealed", async () => {
    const { built, resources } = await register((options) => new Pair("pair", options));
    const { inputs } = resourceNamed(resources, "pair", "aws:s3/bucket:Bucket");
    expect(pulumi.runtime.isRpcSecret(inputs.tags)).toBe(true);
    expect(revealed(inputs)).toEqual({ bucket: "files", tags: { key: "hidden" } });
    expect(await outputValue(built.bucketName)).toBe("files");
    expect(await isSecret(built.bucketName)).toBe(true);
  });

  test("starts each run with fresh mocks", async () => {
    await register((options) => new Pair("first", options));
    const { resources } = await register((options) => new Pair("second", options));
    expect(resources.map(({ name }) => name).sort()).toEqual(["second", "second", "second-versioning"]);
  });

  test("hands back what the platform would add", async () => {
    const { built } = await register((options) => new Bucket("files", { bucket: "files" }, options), {
      outputs: { "aws:s3/bucket:Bucket files": { hostedZoneId: "Z1" } },
    });
    expect(await outputValue(built.arn)).toBe("arn:aws:s3:::files");
    expect(await outputValue(built.hostedZoneId)).toBe("Z1");
  });

  test("fails on a call that the test has no reply for", async () => {
    await expect(register(() => pulumi.runtime.invoke("aws:index/getRegion:getRegion", {}))).rejects.toThrow(
      "the test has no reply for the call aws:index/getRegion:getRegion",
    );
  });

  test("fails to find a name that nothing has, and lists what there is", async () => {
    const { resources } = await register((options) => new Bucket("files", {}, options));
    expect(() => resourceNamed(resources, "filez")).toThrow("aws:s3/bucket:Bucket files");
  });
});
