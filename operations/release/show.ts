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
  };
}
