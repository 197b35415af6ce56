import type { S3 } from "@aws-sdk/client-s3";
import { absentAtAws } from "./aws-answers.ts";
import { differences } from "./differences.ts";
import { type Notes, told } from "./finding.ts";
import { ofType, type StackState, textOf } from "./state.ts";

/** A side setting of a bucket: the input that says it, and where S3 tells it. */
interface SideSetting {
  type: string;
  what: string;
  /** Whether a bucket has none of it unless somebody sets it. */
  isExtra?: true;
  wanted: (inputs: Readonly<Record<string, unknown>>) => unknown;
  live: (s3: S3, Bucket: string) => Promise<unknown>;
}

const field = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>(
    (one, key) =>
      typeof one === "object" && one !== null ? (one as Record<string, unknown>)[key] : undefined,
    value,
  );

const sides: readonly SideSetting[] = [
  {
    type: "bucketVersioning:BucketVersioning",
    what: "versioning",
    wanted: (inputs) => field(inputs["versioningConfiguration"], "status"),
    live: async (s3, Bucket) => (await s3.getBucketVersioning({ Bucket })).Status,
  },
  {
    type: "bucketPublicAccessBlock:BucketPublicAccessBlock",
    what: "public access block",
    wanted: ({ blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets }) => ({
      BlockPublicAcls: blockPublicAcls,
      BlockPublicPolicy: blockPublicPolicy,
      IgnorePublicAcls: ignorePublicAcls,
      RestrictPublicBuckets: restrictPublicBuckets,
    }),
    live: async (s3, Bucket) => (await s3.getPublicAccessBlock({ Bucket })).PublicAccessBlockConfiguration,
  },
  {
    type: "bucketOwnershipControls:BucketOwnershipControls",
    what: "ownership",
    wanted: (inputs) => field(inputs["rule"], "objectOwnership"),
    live: async (s3, Bucket) =>
      (await s3.getBucketOwnershipControls({ Bucket })).OwnershipControls?.Rules?.[0]?.ObjectOwnership,
  },
  {
    type: "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    what: "encryption",
    wanted: (inputs) => field(inputs["rules"], "0", "applyServerSideEncryptionByDefault", "sseAlgorithm"),
    live: async (s3, Bucket) =>
      (await s3.getBucketEncryption({ Bucket })).ServerSideEncryptionConfiguration?.Rules?.[0]
        ?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
  },
  {
    type: "bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    what: "object lock",
    wanted: (inputs) => {
      const retention = field(inputs["rule"], "defaultRetention");
      return { Mode: field(retention, "mode"), Days: field(retention, "days") };
    },
    live: async (s3, Bucket) =>
      (await s3.getObjectLockConfiguration({ Bucket })).ObjectLockConfiguration?.Rule?.DefaultRetention,
  },
  {
    type: "bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    what: "lifecycle",
    isExtra: true,
    wanted: (inputs) => rulesOf(inputs["rules"]),
    live: async (s3, Bucket) => rulesOf((await s3.getBucketLifecycleConfiguration({ Bucket })).Rules),
  },
  {
    type: "bucketCorsConfiguration:BucketCorsConfiguration",
    what: "CORS",
    isExtra: true,
    wanted: (inputs) => rulesOf(inputs["corsRules"]),
    live: async (s3, Bucket) => rulesOf((await s3.getBucketCors({ Bucket })).CORSRules),
  },
  {
    type: "bucketReplicationConfig:BucketReplicationConfig",
    what: "replication",
    isExtra: true,
    wanted: ({ role, rules }) => ({ role, rules: rulesOf(rules) }),
    live: async (s3, Bucket) => lowered((await s3.getBucketReplication({ Bucket })).ReplicationConfiguration),
  },
  {
    type: "bucketPolicy:BucketPolicy",
    what: "policy",
    isExtra: true,
    wanted: (inputs) => documentOf(inputs["policy"]),
    live: async (s3, Bucket) => documentOf((await s3.getBucketPolicy({ Bucket })).Policy),
  },
];

/** The buckets of a stack and what S3 keeps beside them. */
export async function bucketDrift(notes: Notes, state: StackState, s3: S3): Promise<void> {
  for (const bucket of ofType(state, "aws:s3/bucket:Bucket")) {
    const Bucket = textOf(bucket.inputs["bucket"]) || bucket.id;
    const name = `bucket ${Bucket}`;
    const isThere = await absentAtAws(notes, name, async () => {
      await s3.headBucket({ Bucket });
      return true;
    });
    if (isThere === "unknown") continue;
    if (isThere === undefined) {
      notes.gone(name);
      continue;
    }
    for (const { type, what, isExtra, wanted, live } of sides) {
      const made = ofType(state, `aws:s3/${type}`).filter(({ inputs }) => inputs["bucket"] === Bucket);
      if (made.length === 0 && isExtra === undefined) continue;
      const found = await absentAtAws(notes, `${what} of ${name}`, () => live(s3, Bucket));
      if (found === "unknown") continue;
      const kind = ["versioning", "object lock", "lifecycle"].includes(what) ? "backups" : "bucket";
      if (made.length === 0 && differences(undefined, found).length > 0)
        notes.drift(
          kind,
          name,
          `has ${what}, which the program does not say`,
          "remove it: nothing of slipway set it",
        );
      for (const { inputs } of made)
        for (const message of sideSentences(what, wanted(inputs), found)) notes.drift(kind, name, message);
    }
  }
}

/** What became of a side setting: where much of it is otherwise, it was set anew, and its parts tell nothing. */
function sideSentences(what: string, wanted: unknown, live: unknown): string[] {
  const found = differences(wanted, live);
  const [first] = found;
  if (first !== undefined && first.keys.length > 0 && live === undefined) return [`has no ${what} any more`];
  if (found.length > 4) return [`${what} is another one than the program says, in ${found.length} places`];
  return found.map(
    ({ path, was, is }) =>
      `${what}${path === "" ? "" : ` ${path}`} is ${told(is)}; the program says ${told(was)}`,
  );
}

/** Rules in one vocabulary: the SDK's and the provider's differ in capitals, and in an empty prefix. */
function rulesOf(rules: unknown): unknown {
  if (!Array.isArray(rules)) return undefined;
  return rules.map((rule) => lowered(rule));
}

function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key === "ID" ? "id" : `${key.slice(0, 1).toLowerCase()}${key.slice(1)}`,
      /^tags$/i.test(key) ? tagsOf(one) : lowered(one),
    ]),
  );
}

/** Tags by their keys, whose capitals count: the provider has them so, S3 as pairs. */
function tagsOf(tags: unknown): unknown {
  return Array.isArray(tags) ? Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) : tags;
}

/** A policy as a document: its text may be spaced and ordered otherwise. */
export function documentOf(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
