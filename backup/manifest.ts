import { createHash } from "node:crypto";
import { z } from "zod";
import { Failure } from "./failure.ts";

const Count = z.int().min(0);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Time = z.iso.datetime();

/** What one table held in the snapshot of the dump. */
export const TableSummary = z.strictObject({
  schema: z.string(),
  name: z.string(),
  rows: Count,
  /** Sum of the hashes of rows, written out whole: the order of rows does not matter. */
  checksum: z.string().regex(/^-?\d+$/),
  /** 1 where every row is in the checksum; n where it is every n-th by the hash of its primary key. */
  everyNth: z.int().min(1),
});
export type TableSummary = z.output<typeof TableSummary>;

/** A table's name as SQL has it, and no other table's: "a.b".c is not a."b.c". */
export const tableName = ({ schema, name }: Pick<TableSummary, "schema" | "name">): string =>
  [schema, name]
    .map((part) => (/^[a-z_][a-z0-9_$]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`))
    .join(".");

/** What a database consists of, for the checks before and after a restore. */
export const DatabaseSummary = z.strictObject({
  serverVersion: z.string(),
  encoding: z.string(),
  collation: z.string(),
  sizeBytes: Count,
  extensions: z.array(z.strictObject({ name: z.string(), version: z.string() })),
  /** Roles that own something or were given a right. */
  roles: z.array(z.string()),
  tables: z.array(TableSummary),
  largeObjects: Count,
});
export type DatabaseSummary = z.output<typeof DatabaseSummary>;

const times = {
  startedAt: Time,
  endedAt: Time,
  tool: z.strictObject({ name: z.string(), version: z.string() }),
};

const stored = {
  /** Who can open it: the public keys. */
  recipients: z.array(z.string()).min(1),
  object: z.strictObject({
    key: z.string(),
    /** Left out where the bucket keeps no versions. */
    versionId: z.string().optional(),
    bytes: Count,
    sha256: Sha256,
  }),
  /** What was backed up before compression and encryption. */
  plain: z.strictObject({ bytes: Count, sha256: Sha256 }),
};

const Content = z.strictObject({
  format: z.literal("slipway backup 1"),
  id: z.string(),
  cluster: z.string(),
  database: z.string(),
  ...times,
  pgDumpVersion: z.string(),
  ...stored,
  contents: DatabaseSummary,
});

const ConfigContent = z.strictObject({
  format: z.literal("slipway config 1"),
  id: z.string(),
  cluster: z.string(),
  name: z.string(),
  ...times,
  ...stored,
});

/** What a manifest says about its backup. */
export type ManifestContent = z.output<typeof Content>;
export type ConfigManifestContent = z.output<typeof ConfigContent>;

export const Manifest = z.strictObject({ ...Content.shape, digest: Sha256 });
const ConfigManifest = z.strictObject({ ...ConfigContent.shape, digest: Sha256 });

/** A manifest alone makes an object count as a backup; it is written after the object. */
export type Manifest = z.output<typeof Manifest>;
export type ConfigManifest = z.output<typeof ConfigManifest>;

/** What opens an object: the same of every kind of backup. */
export type StoredObject = Pick<Manifest, "object" | "plain" | "recipients">;

/** The longest manifest that is read, bytes: more than 100,000 tables. */
export const longestManifest = 32 * 1024 * 1024;

/** A manifest's text with its own digest, so that no changed byte goes unseen. */
export function manifestText(content: ManifestContent | ConfigManifestContent): string {
  // Parsed, its keys are in the schema's order, whoever made it.
  const ordered =
    content.format === "slipway backup 1" ? Content.parse(content) : ConfigContent.parse(content);
  return textOf({ ...ordered, digest: digestOf(ordered) });
}

const textOf = (manifest: object): string => `${JSON.stringify(manifest, undefined, 1)}\n`;

/**
 * Reads the manifest of a database's backup.
 *
 * @throws Failure where the text is not what `manifestText` wrote, byte for byte
 */
export const readManifest = (text: string, key: string): Manifest => readAs(Manifest, text, key);

/** The same for configuration. */
export const readConfigManifest = (text: string, key: string): ConfigManifest =>
  readAs(ConfigManifest, text, key);

function readAs<T extends Manifest | ConfigManifest>(schema: z.ZodType<T>, text: string, key: string): T {
  const damaged = (what: string): Failure => new Failure("corrupt", `${key}: the manifest ${what}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged("is no JSON");
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw damaged(`is not valid at ${issue?.path.join(".") || "its top"}`);
  }
  const { digest, ...content } = parsed.data;
  if (digestOf(content) !== digest || textOf(parsed.data) !== text) throw damaged("was changed");
  return parsed.data;
}

function digestOf(content: object): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}
