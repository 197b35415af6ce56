import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  backupsAmong,
  candidates,
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

/** What can happen to a bucket, in the order of time. */
type Event =
  | {
      readonly kind: "run";
      readonly minute: number;
      readonly place: number;
      readonly ends: "dump" | "manifest";
      readonly isSound: boolean;
    }
  | { readonly kind: "hide" | "put again"; readonly which: number; readonly what: "dump" | "manifest" };

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("run" as const),
      minute: fc.nat(100_000),
      place: fc.nat(neighbours.length),
      ends: fc.constantFrom("dump", "manifest"),
      isSound: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("hide", "put again"),
      which: fc.nat(30),
      what: fc.constantFrom("dump", "manifest"),
    }),
  },
);

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
      const id = newId(new Date(one.minute * 60_000 + index), Buffer.from([0, 0, index >> 8, index]));
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
    const run = made[one.which];
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

test("R5, R6 the newest verified backup is chosen in every history, of 10,000 in a whole run, and never another database's", async () => {
  const histories = cases(500, 10_000);
  const progress = new Progress("histories", histories);
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 30 }),
      fc.option(fc.nat(100_000)),
      fc.nat(),
      async (events, minute, seed) => {
        const { made, versions } = bucketAfter(events);
        // Pages come with markers behind versions and keys in the store's order: none of that may matter.
        const shuffled = [...versions].sort(
          (one, other) => hash(one.versionId, seed) - hash(other.versionId, seed),
        );
        const at = minute === null ? undefined : new Date(minute * 60_000);
        const backups = await backupsAmong(place, shuffled);
        const sound = new Set(made.filter(({ isSound }) => isSound).map(({ id }) => id));
        const chosen = await newestVerified(candidates(backups, { at }), async (backup: StoredBackup) =>
          sound.has(backup.id) ? backup : undefined,
        );
        const expected = made
          .filter((run) => run.place === 0 && run.hasManifest && run.hidden.size === 0 && run.isSound)
          .map(({ id }) => id)
          .filter((id) => at === undefined || id.slice(0, 18) <= newId(at).slice(0, 18))
          .sort()
          .at(-1);
        expect(chosen?.id).toBe(expected);
        progress.count(expected === undefined ? "none to choose" : "the right one");
      },
    ),
    { numRuns: histories },
  );
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
