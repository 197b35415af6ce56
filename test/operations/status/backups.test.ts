import type { S3 } from "@aws-sdk/client-s3";
import { describe, expect, test } from "@jest/globals";
import { sealOf } from "../../../backup/records.ts";
import { findBackups } from "../../../cli/backup/found.ts";
import { stackConfiguration } from "../../../operations/stack-settings.ts";
import { type StatusPlace, statusSources } from "../../../operations/status/sources.ts";
import { statusTable } from "../../../operations/status/text.ts";
import { type StackStatus, stackStatus } from "../../../operations/status.ts";
import { state } from "../drift/recorded.ts";

const now = new Date("2026-11-21T16:00:00Z");
const start = "postgres/tinkertools-db-production/tinkertools/";
const [oldId, newId, brokenId] = [
  "20261119T031000000Z-0a1b2c3d",
  "20261120T031000000Z-0a1b2c3e",
  "20261121T031000000Z-0a1b2c3f",
];
const dumpOf = (id: string) => `${start}${id}.dump.zst.age`;
const manifestOf = (id: string) => `${start}${id}.json`;
const bytes = 7;

/** The record that a backup was read to its end. */
const recordOf = (id: string, kind = "") =>
  `records/${start}verifications/${id}.${sealOf({
    dump: { key: dumpOf(id), versionId: "v1", bytes, isLatest: true, isMarker: false },
  })}.20261121T120000000Z-00000000${kind}.json`;

/** A bucket with these keys. All of them were written just now, which must not matter. */
function bucketWith(keys: readonly string[], asked: string[] = []): S3 {
  const send = async ({ input }: { input: { Bucket: string; Prefix: string } }) => {
    asked.push(`${input.Bucket}/${input.Prefix}`);
    const found = keys.filter((key) => key.startsWith(input.Prefix));
    return {
      Contents: found.map((Key) => ({ Key, LastModified: now })),
      Versions: found.map((Key) => ({
        Key,
        Size: bytes,
        VersionId: "v1",
        IsLatest: true,
        LastModified: now,
      })),
    };
  };
  return { send, listObjectsV2: async (input: never) => await send({ input }) } as unknown as S3;
}

const statusOf = async (s3: S3): Promise<StackStatus> =>
  stackStatus("production", {
    ...statusSources({
      ...stackConfiguration("production"),
      clouds: { aws: async () => ({ s3 }) } as unknown as StatusPlace["clouds"],
      findBackups,
      state: async () => state(),
      home: "acme/shop",
      now: () => now,
    }),
    release: async () => undefined,
    health: async () => ({ isGood: true, paths: [] }),
    promotion: async () => undefined,
    hold: async () => undefined,
    drift: async () => 0,
    delivery: async () => undefined,
  });

const cellOf = (status: StackStatus) => statusTable([status], now).rows[0]?.[5];

describe("the last backup of a stack", () => {
  test.each<[string, string[], string | null, string | null, string]>([
    ["none in an empty bucket", [], null, null, "none"],
    [
      "none where only configuration, a ticket and a dump without manifest are",
      [
        `postgres/tinkertools-db-production/.config/stack-production/${newId}.config.zst.age`,
        `postgres/tinkertools-db-production/.config/stack-production/${newId}.json`,
        `${start}.runs/20261121T00`,
        dumpOf(brokenId),
      ],
      null,
      null,
      "none",
    ],
    [
      "the newest with a manifest",
      [dumpOf(oldId), manifestOf(oldId), dumpOf(newId), manifestOf(newId), dumpOf(brokenId)],
      "2026-11-20T03:10:00.000Z",
      null,
      "36 hours ago, not verified",
    ],
    [
      "the newest with a manifest, verified",
      [dumpOf(newId), manifestOf(newId), recordOf(newId), dumpOf(brokenId)],
      "2026-11-20T03:10:00.000Z",
      "2026-11-20T03:10:00.000Z",
      "36 hours ago, verified",
    ],
    [
      "not verified where only an older one is",
      [dumpOf(oldId), manifestOf(oldId), recordOf(oldId), dumpOf(newId), manifestOf(newId)],
      "2026-11-20T03:10:00.000Z",
      "2026-11-19T03:10:00.000Z",
      "36 hours ago, not verified; the newest verified 2 days ago",
    ],
  ])("is %s", async (_, keys, newest, verified, cell) => {
    const status = await statusOf(bucketWith(keys));
    expect(status.backup).toEqual({
      value: [{ database: "tinkertools", newest, verified, isSealed: false, damaged: null }],
    });
    expect(cellOf(status)).toBe(cell);
  });

  const both = [dumpOf(oldId), manifestOf(oldId), dumpOf(newId), manifestOf(newId)];
  test.each<[string, string[], string]>([
    ["sealed where nobody opened it", [...both, recordOf(newId, ".sealed")], "36 hours ago, sealed"],
    ["damaged", [...both, recordOf(newId, ".damaged")], "36 hours ago, damaged"],
    [
      "damaged where an older one is verified",
      [...both, recordOf(newId, ".damaged"), recordOf(oldId)],
      "36 hours ago, damaged; the newest verified 2 days ago",
    ],
    [
      "sealed where an older one is damaged",
      [...both, recordOf(newId, ".sealed"), recordOf(oldId, ".damaged")],
      "36 hours ago, sealed; that of 2 days ago is damaged",
    ],
    [
      "not verified where an older one is damaged",
      [...both, recordOf(oldId, ".damaged")],
      "36 hours ago, not verified; that of 2 days ago is damaged",
    ],
    [
      "verified where an older one is damaged",
      [...both, recordOf(newId), recordOf(oldId, ".damaged")],
      "36 hours ago, verified",
    ],
  ])("is told as %s", async (_, keys, cell) => {
    expect(cellOf(await statusOf(bucketWith(keys)))).toBe(cell);
  });

  test("is looked for in the bucket of the backups, below the prefix of each database", async () => {
    const asked: string[] = [];
    await statusOf(bucketWith([], asked));
    expect(asked.sort()).toEqual([
      "tinkertools-backups-production/postgres/tinkertools-db-production/tinkertools/",
      "tinkertools-backups-production/records/postgres/",
      "tinkertools-backups-production/records/postgres/tinkertools-db-production/tinkertools/",
    ]);
  });

  test("is not known where the bucket may not be listed", async () => {
    const s3 = bucketWith([]);
    s3.send = async () => {
      throw Object.assign(new Error("no rights"), {
        name: "AccessDenied",
        $metadata: { httpStatusCode: 403 },
      });
    };
    expect((await statusOf(s3)).backup).toEqual({
      unknown: `cannot list tinkertools-backups-production/${start}: AccessDenied, no rights`,
    });
  });

  test("of several databases is that of the one whose newest is the oldest", async () => {
    const status = await statusOf(bucketWith([]));
    const young = "2026-11-21T15:00:00.000Z";
    const old = "2026-11-20T15:00:00.000Z";
    const cellFor = (newest: string | null) =>
      cellOf({
        ...status,
        backup: {
          value: [
            { database: "shop", newest: young, verified: young, isSealed: false, damaged: null },
            { database: "ledger", newest, verified: newest, isSealed: false, damaged: null },
          ],
        },
      });
    expect(cellFor(old)).toBe("ledger: 25 hours ago, verified");
    expect(cellFor(null)).toBe("ledger: none");
  });
});

describe("the last drill of a stack", () => {
  const drillOf = (database: string, time: string) =>
    `records/postgres/tinkertools-db-production/${database}/drills/${time}-0a1b2c3d.passed.json`;
  const first = drillOf("tinkertools", "20261101T050000000Z");
  const second = drillOf("ledger", "20261115T050000000Z");

  test.each<[string, string[], string[], string | undefined]>([
    ["the newest of its database", ["tinkertools"], [first], "2026-11-01T05:00:00Z"],
    [
      "that of the database whose last is the oldest",
      ["tinkertools", "ledger"],
      [first, second, drillOf("ledger", "20261001T050000000Z")],
      "2026-11-01T05:00:00Z",
    ],
    ["none where a database has none", ["tinkertools", "ledger"], [second], undefined],
    ["none where it is of a database that is gone", ["tinkertools"], [second], undefined],
  ])("is %s", async (_, names, keys, last) => {
    const place = stackConfiguration("production");
    const { database } = place.settings;
    const databases = Object.fromEntries(names.map((name) => [name, database?.databases["tinkertools"]]));
    const { recovery: _recovery, ...others } = place.settings;
    const settings = { ...others, database: { ...database, databases } } as StatusPlace["settings"];
    const { drill } = statusSources({
      ...place,
      settings,
      clouds: { aws: async () => ({ s3: bucketWith(keys) }) } as unknown as StatusPlace["clouds"],
      findBackups,
      state: async () => state(),
      home: "acme/shop",
      now: () => now,
    });
    expect(await drill()).toBe(last);
  });
});
