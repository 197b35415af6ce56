import type { StackSettings } from "../../components/config.ts";
import type { RecordPlace } from "./deployments.ts";
import { type Hold, readHold } from "./holds.ts";
import { readRecords } from "./records.ts";
import { artifactsOf, meantRelease, type Release, releaseId, releaseName } from "./release.ts";
import { unfinishedRollback } from "./show.ts";

/** A hold, with the release that a rollback went to and that stays until the hold ends. */
export interface Held {
  hold: Hold;
  /** None where the hold keeps nothing in particular. */
  keeps?: { id: string; name: string; release?: Release | undefined };
  /** Whether the rollback was ended in its middle. */
  isUnfinished?: boolean;
}

/** What holds a stack, and what it keeps; undefined where nothing holds it. */
export async function readHeld(place: RecordPlace): Promise<Held | undefined> {
  const hold = await readHold(place);
  if (hold?.keeps === undefined) return hold && { hold };
  const { keeps: id } = hold;
  const records = await readRecords(place);
  const release = records.find((record) => record.id === id)?.release;
  return {
    hold,
    keeps: { id, name: release === undefined ? id : releaseName(release), release },
    isUnfinished: unfinishedRollback(hold, records) !== undefined,
  };
}

/** The name of the release that settings ask for where a rollback went to another one. */
export function otherThanKept(settings: StackSettings, { keeps }: Held): string | undefined {
  if (keeps === undefined) return undefined;
  const { release } = meantRelease(settings);
  const isKept =
    keeps.release === undefined
      ? releaseId(release) === keeps.id
      : artifactsOf(release) === artifactsOf(keeps.release);
  return isKept ? undefined : releaseName(release);
}
