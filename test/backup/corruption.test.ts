import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "@jest/globals";
import { generateIdentity, identityToRecipient } from "age-encryption";
import fc from "fast-check";
import { encrypted } from "../../backup/age.ts";
import { type Compressor, compressed, findCompressor } from "../../backup/compression.ts";
import type { StoredBackup } from "../../backup/history.ts";
import { dumpKey, manifestKey, newId } from "../../backup/keys.ts";
import { manifestText } from "../../backup/manifest.ts";
import { openDump, openManifest, type Vault } from "../../backup/opening.ts";
import { Meter } from "../../backup/streams.ts";
import { bytesIn, collected } from "../support/bytes.ts";
import { cases, Progress } from "../support/cases.ts";

const place = { prefix: "postgres/", cluster: "c", database: "shop" };
let identity: string;
let compressor: Compressor;
/** Two backups of the same database, the second of them the good one that is damaged. */
let older: Stored;
let newer: Stored;

interface Stored {
  readonly id: string;
  readonly dump: Buffer;
  readonly manifest: Buffer;
}

beforeAll(async () => {
  identity = await generateIdentity();
  compressor = await findCompressor();
  older = await stored(new Date("2026-11-20T03:00:00Z"));
  newer = await stored(new Date("2026-11-21T03:00:00Z"));
});

async function stored(at: Date, content?: Buffer): Promise<Stored> {
  const id = newId(at);
  const plain = new Meter();
  const cipher = new Meter();
  // Half of it is noise, so that the object is as long as several chunks of age.
  const text = content ?? Buffer.concat([randomBytes(150_000), Buffer.alloc(300_000, `${id} `)]);
  const recipients = [await identityToRecipient(identity)];
  const dump = await collected(
    cipher.through(encrypted(compressed(plain.through(bytesIn(text, 65_536)), "node"), recipients)),
  );
  const manifest = manifestText({
    format: "slipway backup 1",
    id,
    cluster: place.cluster,
    database: place.database,
    startedAt: at.toISOString(),
    endedAt: at.toISOString(),
    tool: { name: "slipway", version: "0" },
    pgDumpVersion: "18.1",
    recipients,
    object: { key: dumpKey(place, id), bytes: cipher.bytes, sha256: cipher.sha256() },
    plain: { bytes: plain.bytes, sha256: plain.sha256() },
    contents: {
      serverVersion: "18.1",
      encoding: "UTF8",
      collation: "C",
      sizeBytes: 1,
      extensions: [],
      roles: [],
      tables: [],
      largeObjects: 0,
    },
  });
  return { id, dump, manifest: Buffer.from(manifest) };
}

/** Reads the newer backup out of a bucket that holds these bytes; the failure's outcome, or what was read. */
async function read(dump: Buffer, manifest: Buffer, id = newer.id): Promise<string> {
  const objects: Record<string, Buffer> = { [dumpKey(place, id)]: dump, [manifestKey(place, id)]: manifest };
  const send = async ({ input }: { input: { Key: string } }) => {
    const bytes = objects[input.Key] ?? Buffer.alloc(0);
    return { ContentLength: bytes.length, Body: Readable.from(bytesIn(bytes, 40_000)) };
  };
  const version = (key: string, { length }: Buffer) => ({
    key,
    versionId: undefined,
    bytes: length,
    isLatest: true,
    isMarker: false,
  });
  const vault: Vault = {
    client: { send } as unknown as S3Client,
    bucket: "b",
    place,
    identities: [identity],
    compressor,
    signal: new AbortController().signal,
  };
  const backup: StoredBackup = {
    id,
    startedAt: new Date(),
    state: "complete",
    dump: version(dumpKey(place, id), dump),
    manifest: version(manifestKey(place, id), manifest),
  };
  try {
    const { length } = await collected(openDump(vault, await openManifest(vault, backup)));
    return length === 0 ? "read, nothing" : "read";
  } catch (error) {
    return String((error as { outcome?: string }).outcome);
  }
}

test("what nobody damaged is read", async () => {
  expect(await read(newer.dump, newer.manifest)).toBe("read");
  const empty = await stored(new Date("2026-11-22T03:00:00Z"), Buffer.alloc(0));
  expect(await read(empty.dump, empty.manifest, empty.id)).toBe("read, nothing");
});

const damagesTried = cases(100, 1000);
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const flip = (bytes: Buffer, at: number, bit: number): Buffer => {
  const changed = Buffer.from(bytes);
  const index = Math.floor(bytes.length * at);
  changed[index] = (bytes[index] ?? 0) ^ (1 << bit);
  return changed;
};
const cut = (bytes: Buffer, at: number): Buffer => bytes.subarray(0, Math.floor(bytes.length * at));

const damages: Record<string, (at: number, bit: number) => readonly [Buffer, Buffer]> = {
  "a turned bit in the object": (at, bit) => [flip(newer.dump, at, bit), newer.manifest],
  "a turned bit in the manifest": (at, bit) => [newer.dump, flip(newer.manifest, at, bit)],
  "a cut object": (at) => [cut(newer.dump, at), newer.manifest],
  "a cut manifest": (at) => [newer.dump, cut(newer.manifest, at)],
  "bytes put into the object": (at) => {
    const index = Math.floor(newer.dump.length * at);
    return [
      Buffer.concat([newer.dump.subarray(0, index), randomBytes(3), newer.dump.subarray(index)]),
      newer.manifest,
    ];
  },
  "the older object": () => [older.dump, newer.manifest],
  "the older manifest": () => [newer.dump, older.manifest],
  "the older backup in the place of the newer": () => [older.dump, older.manifest],
};

test("R1, R2, R3, R4 every damage is found, of 1,000 in a whole run", async () => {
  let found = 0;
  const progress = new Progress("damages", damagesTried);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(damages)), share, fc.nat(7), async (kind, at, bit) => {
      const [dump, manifest] = damages[kind]?.(at, bit) ?? [newer.dump, newer.manifest];
      const result = await read(dump, manifest);
      expect([kind, result]).toEqual([kind, expect.stringMatching(/^(corrupt|wrongKey)$/)]);
      found += 1;
      progress.count(`${kind}, ${result}`);
    }),
    { numRuns: damagesTried },
  );
  expect(found).toBe(damagesTried);
});
