import type { S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  backupsAmong,
  candidates,
  listVersions,
  newestVerified,
  type ObjectVersion,
  type StoredBackup,
} from "../../backup/history.ts";
import { dumpKey, manifestKey, newId } from "../../backup/keys.ts";
import { cases, Progress } from "../support/cases.ts";

const place = { prefix: "postgres/", cluster: "shop-db", database: "app" };
/** Others that share the bucket, and whose names begin alike. */
const neighbours = [
  { ...place, database: "app_staging" },
  { ...place, database: "app2" },
  { ...place, cluster: "shop-db-2" },
  { ...place, prefix: "postgres/old/" },
];

/** What can happen to a bucket, in the order of time. Runs are close together, so that many begin at the same time. */
type Event =
  | {
      readonly kind: "run";
      readonly minute: number;
      readonly place: number;
      readonly ends: "dump" | "manifest";
      readonly isSound: boolean;
    }
  | { readonly kind: "hide" | "put again"; readonly which: number; readonly what: "dump" | "manifest" };

/** Minutes of the history, and when in it a reader looks: what is after that is from the future. */
const minutes = 24;
const now = 16;
/** Mostly so, and else otherwise: one in so many. */
const mostly = <T>(usual: T, other: fc.Arbitrary<T>, oneIn = 4): fc.Arbitrary<T> =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const run: fc.Arbitrary<Event> = fc.record({
  kind: fc.constant("run" as const),
  minute: fc.nat(minutes),
  place: mostly(0, fc.integer({ min: 1, max: neighbours.length }), 3),
  ends: mostly<"dump" | "manifest">("manifest", fc.constant("dump"), 6),
  isSound: mostly(true, fc.constant(false), 5),
});
const change: fc.Arbitrary<Event> = fc.record({
  kind: mostly<"hide" | "put again">("hide", fc.constant("put again"), 3),
  which: fc.nat(30),
  what: fc.constantFrom("dump", "manifest"),
});
const history = fc
  .tuple(
    fc.array(run, { minLength: 1, maxLength: 3 }),
    fc.array(fc.oneof({ weight: 4, arbitrary: run }, { weight: 1, arbitrary: change }), {
      minLength: 2,
      maxLength: 27,
      size: "max",
    }),
  )
  .map(([first, others]) => [...first, ...others]);

interface Made {
  readonly id: string;
  readonly place: number;
  readonly hasManifest: boolean;
  readonly isSound: boolean;
  hidden: Set<string>;
}

/** A bucket as S3 keeps it: for each key its versions, the newest first. */
function bucketAfter(events: readonly Event[]): { made: Made[]; versions: ObjectVersion[] } {
  const made: Made[] = [];
  const keys = new Map<string, { isMarker: boolean }[]>();
  const push = (key: string, isMarker: boolean) => keys.set(key, [{ isMarker }, ...(keys.get(key) ?? [])]);
  const keyOf = ({ id, place: at }: Made, what: "dump" | "manifest") =>
    (what === "dump" ? dumpKey : manifestKey)([place, ...neighbours][at] ?? place, id);
  for (const [index, one] of events.entries()) {
    if (one.kind === "run") {
      const id = newId(new Date(one.minute * 60_000), Buffer.from([0, 0, index >> 8, index]));
      const run = {
        id,
        place: one.place,
        hasManifest: one.ends === "manifest",
        isSound: one.isSound,
        hidden: new Set<string>(),
      };
      made.push(run);
      push(keyOf(run, "dump"), false);
      if (run.hasManifest) push(keyOf(run, "manifest"), false);
      continue;
    }
    const run = made[one.which % made.length];
    if (run === undefined || (one.what === "manifest" && !run.hasManifest)) continue;
    push(keyOf(run, one.what), one.kind === "hide");
    if (one.kind === "hide") run.hidden.add(one.what);
    else run.hidden.delete(one.what);
  }
  const versions = [...keys].flatMap(([key, list]) =>
    list.map(({ isMarker }, at) => ({
      key,
      versionId: `${key}#${list.length - at}`,
      bytes: 1,
      isLatest: at === 0,
      isMarker,
    })),
  );
  return { made, versions };
}

/** A client that gives the versions page by page as S3 does: each page has its versions first, and then its markers. */
function paging(
  versions: readonly ObjectVersion[],
  pageSize: number,
): { client: S3Client; pages: () => number } {
  let asked = 0;
  const send = async ({ input }: { input: { KeyMarker?: string } }) => {
    asked += 1;
    const from = Number(input.KeyMarker ?? 0);
    const page = versions.slice(from, from + pageSize);
    const listed = (isMarker: boolean) =>
      page
        .filter((one) => one.isMarker === isMarker)
        .map(({ key: Key, versionId: VersionId, bytes: Size, isLatest: IsLatest }) => ({
          Key,
          VersionId,
          IsLatest,
          ...(isMarker ? {} : { Size }),
        }));
    const next = from + pageSize;
    return {
      Versions: listed(false),
      DeleteMarkers: listed(true),
      IsTruncated: next < versions.length,
      NextKeyMarker: String(next),
    };
  };
  return { client: { send } as unknown as S3Client, pages: () => asked };
}

test("R5, R6 the newest verified backup is chosen in every history, of 10,000 in a whole run, and never another database's", async () => {
  const histories = cases(500, 10_000);
  const progress = new Progress("histories", histories);
  const kinds = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      history,
      fc.option(fc.constantFrom(now, minutes, 10)),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(),
      async (events, minute, pageSize, seed) => {
        const { made, versions } = bucketAfter(events);
        // Neither the order of keys nor that of their versions may matter.
        const shuffled = [...versions].sort(
          (one, other) => hash(one.versionId, seed) - hash(other.versionId, seed),
        );
        const { client, pages } = paging(shuffled, pageSize);
        const at = minute === null ? undefined : new Date(minute * 60_000);
        const backups = await backupsAmong(place, listVersions(client, "b", "p/", pageSize));
        const sound = new Set(made.filter(({ isSound }) => isSound).map(({ id }) => id));
        const chosen = await newestVerified(candidates(backups, { at }), async (backup: StoredBackup) =>
          sound.has(backup.id) ? backup : undefined,
        );
        const own = made.filter((run) => run.place === 0);
        const verified = own
          .filter((run) => run.hasManifest && run.hidden.size === 0 && run.isSound)
          .map(({ id }) => id);
        const expected = verified
          .filter((id) => at === undefined || id.slice(0, 18) <= newId(at).slice(0, 18))
          .sort()
          .at(-1);
        expect(chosen?.id).toBe(expected);
        progress.count(expected === undefined ? "none to choose" : "the right one");
        const times = own.map(({ id }) => id.slice(0, 18));
        const is: Record<string, boolean> = {
          "two verified backups or more": verified.length >= 2,
          "markers of deletion": versions.some(({ isMarker }) => isMarker),
          "several pages": pages() > 1,
          "two that began at the same time": new Set(times).size < times.length,
          "one from the future": times.some((time) => time > newId(new Date(now * 60_000)).slice(0, 18)),
          "a newest one that does not count":
            own.length > 0 && [...times].sort().at(-1) !== expected?.slice(0, 18),
          "another database's newest": made.some(({ place: at, id }) => at !== 0 && id > (expected ?? "")),
        };
        for (const [kind, isSo] of Object.entries(is)) kinds.set(kind, (kinds.get(kind) ?? 0) + Number(isSo));
      },
    ),
    { numRuns: histories },
  );
  // What is shown on histories in which nothing happens is little.
  for (const [kind, count] of kinds) expect([kind, count / histories > 0.5]).toEqual([kind, true]);
  expect(kinds.size).toBe(7);
});

const hash = (text: string | undefined, seed: number): number =>
  [...(text ?? "")].reduce(
    (sum, character) => (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) | 0,
    seed,
  );

const id = newId(new Date("2026-11-21T03:00:00Z"), Buffer.alloc(4));
const version = (key: string, options: Partial<ObjectVersion> = {}): ObjectVersion => ({
  key,
  versionId: "v1",
  bytes: 10,
  isLatest: true,
  isMarker: false,
  ...options,
});

test("B27 an object without a manifest is no backup, also when it is named", async () => {
  const backups = await backupsAmong(place, [version(dumpKey(place, id))]);
  expect(backups).toMatchObject([{ id, state: "unfinished", manifest: undefined }]);
  expect([candidates(backups, {}), candidates(backups, { id })]).toEqual([[], []]);
});

test("a hidden backup is chosen by its id alone, with the versions from before the marker", async () => {
  const backups = await backupsAmong(place, [
    version(dumpKey(place, id), { versionId: "marker", isMarker: true }),
    version(dumpKey(place, id), { versionId: "d1", isLatest: false }),
    version(manifestKey(place, id), { versionId: "m1" }),
  ]);
  expect(candidates(backups, {})).toEqual([]);
  expect(candidates(backups, { id })).toMatchObject([
    { id, state: "deleted", dump: { versionId: "d1" }, manifest: { versionId: "m1" } },
  ]);
});

test("there is nothing to choose where nothing verifies", async () => {
  const backups = await backupsAmong(place, [version(dumpKey(place, id)), version(manifestKey(place, id))]);
  expect(await newestVerified(candidates(backups, {}), async () => undefined)).toBeUndefined();
});

test("R5 the newest of 2,500 keys of three databases whose names begin alike is its own, page by page", async () => {
  const databases = ["app", "app_staging", "app2"].map((database) => ({ ...place, database }));
  const versions = Array.from({ length: 1250 }, (_, hour) => {
    const [where, made] = [databases[hour % 3] ?? place, newId(new Date(hour * 3_600_000), Buffer.alloc(4))];
    return [version(dumpKey(where, made)), version(manifestKey(where, made))];
  }).flat();
  for (const [index, where] of databases.entries()) {
    const { client, pages } = paging(versions, 1000);
    const [newest] = candidates(await backupsAmong(where, listVersions(client, "b", "p/")), {});
    const hour = [1248, 1249, 1247][index] ?? 0;
    expect([pages(), newest?.startedAt]).toEqual([3, new Date(hour * 3_600_000)]);
  }
});
