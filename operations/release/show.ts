import { appOf, type ReleaseContext } from "./context.ts";
import { type Hold, readHold } from "./holds.ts";
import { type Difference, differences, type Live, liveOf } from "./live.ts";
import { type ReleaseRecord, readRecords, verifiedSince } from "./records.ts";
import { meantRelease, type Release, releaseId } from "./release.ts";

/** What a stack is to run, what it runs, and what was said about it. */
export interface ShownRelease {
  version: 1;
  stack: string;
  id: string;
  meant: Release;
  /** Why what is meant can be no release: `path: must ...`. */
  faults: string[];
  live: Live;
  differences: Difference[];
  /** Since when what is meant counts as verified. */
  verifiedSince?: string | undefined;
  record?: ReleaseRecord | undefined;
  hold?: Hold | undefined;
  /** Id of the release to which a rollback was going that did not end. */
  unfinishedRollback?: string | undefined;
}

/**
 * Where a rollback was going that was ended in the middle: it holds the stack first and records the release last.
 *
 * @param records - the newest first
 */
export function unfinishedRollback(
  hold: Hold | undefined,
  records: readonly Pick<ReleaseRecord, "id" | "at">[],
): string | undefined {
  if (hold?.keeps === undefined) return undefined;
  const { keeps, since } = hold;
  // GitHub's moments are whole seconds: one of the hold's own may be that of the release before it.
  const isRecorded = records[0]?.id === keeps || records.some(({ id, at }) => id === keeps && at > since);
  return isRecorded ? undefined : keeps;
}

/** Compares what a stack means to run with what runs. */
export async function showRelease(context: ReleaseContext): Promise<ShownRelease> {
  const { settings, place } = context;
  const { release, faults } = meantRelease(settings);
  const id = releaseId(release);
  const [app, records, hold] = await Promise.all([appOf(context), readRecords(place), readHold(place)]);
  const live = liveOf(app);
  const record = records.find((one) => one.id === id);
  return {
    version: 1,
    stack: settings.stack,
    id,
    meant: release,
    faults,
    live,
    differences: differences(release.components, live.components),
    verifiedSince: record === undefined ? undefined : verifiedSince(record),
    record,
    hold,
    unfinishedRollback: unfinishedRollback(hold, records),
  };
}
