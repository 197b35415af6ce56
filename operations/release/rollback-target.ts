import type { StackSettings } from "../../components/config.ts";
import { runs } from "./live.ts";
import type { App } from "./platform.ts";
import { type ReleaseRecord, verifiedSince } from "./records.ts";
import { artifactsOf, meantRelease, type Release } from "./release.ts";

/** The verified release that somebody pinned the app to in the control panel: that rollback is finished here. */
export function pinnedRecord(app: App, records: readonly ReleaseRecord[]): ReleaseRecord | undefined {
  const { pinned_deployment: pinned } = app;
  if (pinned === undefined) return undefined;
  return records.find((one) => verifiedSince(one) !== undefined && runs(pinned, one.release.components));
}

/** What is to be left: what is live or, where a rollback goes on, what the stack file still means. */
export function badRelease(
  app: App,
  records: readonly ReleaseRecord[],
  settings: StackSettings,
  kept: ReleaseRecord | undefined,
): Release {
  const { active_deployment: active } = app;
  const live = records.find(
    ({ release }) =>
      active !== undefined &&
      (kept === undefined || artifactsOf(release) !== artifactsOf(kept.release)) &&
      runs(active, release.components),
  );
  return live?.release ?? meantRelease(settings).release;
}

/** The newest release before the one to leave whose last word was a success. */
export function targetOf(
  records: readonly ReleaseRecord[],
  bad: Release,
  wanted: string | undefined,
): ReleaseRecord | undefined {
  const verified = records.filter((one) => verifiedSince(one) !== undefined);
  if (wanted !== undefined) return verified.find(({ id }) => id === wanted);
  const from = records.findIndex(({ release }) => artifactsOf(release) === artifactsOf(bad));
  const before = new Set(records.slice(from + 1));
  return verified.find((one) => before.has(one) && artifactsOf(one.release) !== artifactsOf(bad));
}
