import { clean } from "../report/clean.ts";
import type { Hold } from "./holds.ts";
import { partText, releaseName } from "./release.ts";
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

/** What a stack is to run and what it runs, for a terminal. */
export function shownText(shown: ShownRelease): string {
  const { stack, id, meant, faults, live, record, hold } = shown;
  const differing = new Map(shown.differences.map((one) => [one.component, one]));
  const lines = [
    `${stack}: release ${releaseName(meant)} (${id})`,
    ...Object.entries(meant.components).map(([name, part]) => {
      const other = differing.get(name);
      const state =
        other === undefined ? "live" : `live is ${other.live === "" ? "another" : other.live.slice(0, 19)}`;
      return `  ${partText(name, part)}: ${state}`;
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
