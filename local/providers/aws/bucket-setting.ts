import type { CheckFailure, Properties, ResourceHandler } from "../resource.ts";
import type { Aws } from "./clients.ts";
import { unlessMissing } from "./errors.ts";
import { text, textIfGiven } from "./values.ts";

/** One setting of a bucket that the published provider keeps as a resource of its own. */
export interface BucketSetting {
  /** Writes the whole setting. */
  put(target: Target, inputs: Properties): Promise<unknown>;
  /** The outputs beside bucket, owner and region, or undefined where the bucket has no such setting. */
  get(target: Target, known: Properties): Promise<Properties | undefined>;
  /** Takes the setting back; not called for a bucket that is gone. */
  remove(target: Target, state: Properties): Promise<unknown>;
  /** Error codes by which `get` and `remove` tell that there is nothing. */
  readonly missing: readonly string[];
  readonly defaults?: (inputs: Properties) => Properties;
  readonly check?: (inputs: Properties) => CheckFailure[];
  readonly equal?: (property: string, old: unknown, wanted: unknown) => boolean;
}

/** Which bucket a call is for. */
export interface Target {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string;
}

/** A handler whose id is the bucket's name, or `bucket,owner` where an owner is expected. */
export function bucketSetting(aws: Aws, setting: BucketSetting): ResourceHandler {
  const missing = ["NoSuchBucket", ...setting.missing];

  const read = async (id: string, known: Properties): Promise<Properties | undefined> => {
    const target = targetOf(id);
    const found = await unlessMissing(setting.get(target, known), ...missing);
    if (found === undefined) return undefined;
    const owner = target.ExpectedBucketOwner;
    return {
      bucket: target.Bucket,
      ...(owner === undefined ? {} : { expectedBucketOwner: owner }),
      region: aws.region,
      ...found,
    };
  };

  const write = async (id: string, inputs: Properties, known: Properties): Promise<Properties> => {
    await setting.put(targetOf(id), inputs);
    const state = await read(id, { ...known, ...inputs });
    if (state === undefined)
      throw new Error(`the setting of bucket ${id} was gone right after it was written`);
    return state;
  };

  return {
    ...(setting.defaults === undefined ? {} : { defaults: setting.defaults }),
    ...(setting.check === undefined ? {} : { check: setting.check }),
    ...(setting.equal === undefined ? {} : { equal: setting.equal }),
    create: async (inputs) => {
      const id = idOf(inputs);
      return { id, state: await write(id, inputs, {}) };
    },
    read: async (id, inputs, known) => {
      const state = await read(id, { ...known, ...inputs });
      return state === undefined ? undefined : { id, state };
    },
    update: (id, inputs, known) => write(id, inputs, known),
    delete: async (id, state) => {
      await unlessMissing(setting.remove(targetOf(id), state), ...missing);
    },
    find: async (inputs) => {
      const id = idOf(inputs);
      return (await read(id, inputs)) === undefined ? undefined : id;
    },
  };
}

function idOf(inputs: Properties): string {
  const owner = textIfGiven(inputs, "expectedBucketOwner");
  return owner === undefined ? text(inputs, "bucket") : `${text(inputs, "bucket")},${owner}`;
}

function targetOf(id: string): Target {
  const [Bucket = "", ExpectedBucketOwner] = id.split(",");
  return ExpectedBucketOwner === undefined ? { Bucket } : { Bucket, ExpectedBucketOwner };
}
