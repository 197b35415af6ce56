import { clean } from "../report/clean.ts";
import type { Figures } from "./figures.ts";
import type { Hold } from "./holds.ts";
import type { Difference } from "./live.ts";
import { noDigest, partText, type Release, releaseName, shortArtifact } from "./release.ts";
import type { ShownRelease } from "./show.ts";

/** A moment as people read it, `2026-11-21 10:00 UTC`. */
export const moment = (text: string): string => `${text.slice(0, 16).replace("T", " ")} UTC`;

/** What holds a stack, in a sentence. */
export const holdText = ({ reason, by, since }: Hold): string =>
  `held since ${moment(since)} by ${clean(by)}: ${clean(reason)}`;

/** That a rollback did not end, and how it goes on. */
export const unfinishedLines = (stack: string, id: string | undefined): string[] =>
  id === undefined
    ? []
    : [`the rollback to ${id} did not end: go on with it by slipway release rollback --stack ${stack}`];

const isReleased = (part: Release["components"][string]): boolean =>
  "digest" in part ? part.digest !== "" && part.digest !== noDigest : part.commit !== "";

/** What runs of a component, beside what is meant. */
function stateText(other: Difference | undefined): string {
  if (other === undefined) return "live";
  if (other.live === "not deployed") return other.live;
  return other.isKnown ? `live is ${shortArtifact(other.live)}` : "what is live is not told";
}

/** What a stack is to run and what it runs, for a terminal. */
export function shownText(shown: ShownRelease): string {
  const { stack, id, meant, faults, live, record, hold } = shown;
  const differing = new Map(shown.differences.map((one) => [one.component, one]));
  const lines = [
    `${stack}: release ${releaseName(meant)} (${id})`,
    ...Object.entries(meant.components).map(([name, part]) => {
      const other = differing.get(name);
      return `  ${isReleased(part) ? `${partText(name, part)}: ${stateText(other)}` : `${name}: nothing was released yet`}`;
    }),
    ...faults.map((fault) => `  ${fault}`),
    shown.verifiedSince === undefined
      ? `  not verified${record === undefined ? ", and not recorded" : ""}`
      : `  verified since ${moment(shown.verifiedSince)}`,
    ...(live.pinned === undefined ? [] : [`  pinned to deployment ${live.pinned} by a rollback`]),
    ...(live.underWay === undefined ? [] : [`  deployment ${live.underWay} is under way`]),
    ...(hold === undefined ? [] : [`  ${holdText(hold)}`]),
    ...unfinishedLines(stack, shown.unfinishedRollback).map((line) => `  ${line}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** The time to restore beside what it may be, `12 minutes of at most 30, met`. */
export function restoreText({ restoreMinutes, restoreTargetMinutes: target }: Figures): string {
  return restoreMinutes === undefined
    ? `not known, of at most ${target} minutes`
    : `${restoreMinutes} minutes of at most ${target}, ${restoreMinutes <= target ? "met" : "missed"}`;
}

/** An availability beside what was to be reached, `99.2 % of 99.5 %, missed`. */
export const availabilityText = (percent: number, target: number): string =>
  `${percent} % of ${target} %, ${percent >= target ? "met" : "missed"}`;
