import { clean } from "../report/clean.ts";
import type { BegunWithImages } from "./begin-images.ts";
import type { Figures } from "./figures.ts";
import type { HoldChange } from "./hold.ts";
import type { Promotion } from "./promote.ts";
import { type ReleaseRecord, verifiedSince } from "./records.ts";
import { refusalText } from "./refusals.ts";
import { releaseName } from "./release.ts";
import type { Rollback } from "./rollback.ts";
import type { Verification } from "./verify.ts";
import type { VerifiedOrBack } from "./verify-or-rollback.ts";
import { availabilityText, holdText, moment, restoreText } from "./words.ts";

/** A verification for a terminal: what failed is told in the same place as what passed. */
export function verificationText({ stack, release, id, isVerified, checks, seconds }: Verification): string {
  const lines = checks.map(
    ({ name, isOk, detail, tries }) =>
      `  ${isOk ? "ok  " : "FAIL"} ${clean(name)}: ${clean(detail)}${tries === undefined ? "" : ` (${tries} tries)`}`,
  );
  const word = isVerified ? "verified" : "not verified";
  return `${stack}: release ${releaseName(release)} (${id}) is ${word}, ${seconds.toFixed(1)} s\n${lines.join("\n")}\n`;
}

/** A verification with what was done about one that failed, for a terminal. */
export function verifiedOrBackText(one: VerifiedOrBack, isLocal = false): string {
  const { stack, rollback, rollbackFault } = one;
  const fault =
    rollbackFault === undefined
      ? ""
      : `the rollback of ${stack} did not end: ${clean(rollbackFault)}\n  go on with it: slipway release rollback --stack ${stack}\n`;
  return `${verificationText(one)}${rollback === undefined ? "" : rollbackText(rollback, isLocal)}${fault}`;
}

/** A promotion for a terminal. */
export function promotionText({ from, to, release, refused, isThere, pull, body }: Promotion): string {
  const name = releaseName(release);
  if (refused.length > 0) return `${name} is not promoted from ${from} to ${to}:\n${refusalText(refused)}`;
  if (isThere) return `${to} is configured with ${name} already: there is nothing to promote\n`;
  if (pull === undefined) return `${name} may be promoted from ${from} to ${to}\n\n${body ?? ""}`;
  return `${name} is promoted from ${from} to ${to} by ${pull.url}${pull.isNew ? "" : ", which was open already"}\n`;
}

/** A rollback for a terminal; of a local stack with the command that stands in for a pull. */
export function rollbackText(result: Rollback, isLocal = false): string {
  if (result.refused !== undefined || result.to === undefined)
    return `${result.stack} stays: ${result.refused}\n`;
  const { stack, from, to, way, reason, configuration, pull, notes, seconds } = result;
  const lines = [
    way === "platform"
      ? `${stack} runs ${releaseName(to)} again, in the place of ${from} (${seconds.toFixed(1)} s)`
      : `${stack} is configured with ${releaseName(to)} in the place of ${from}; it runs after the next pulumi up, since ${clean(reason ?? "")}`,
    configuration === "pull request"
      ? `  Pulumi.${stack}.yaml at GitHub has it when this is merged: ${pull}`
      : `  Pulumi.${stack}.yaml at GitHub has it${configuration === "unchanged" ? " already" : `: ${isLocal ? `slipway local pull --stack ${stack}` : "git pull gives it to your copy"}`}`,
    `  held until: slipway release resume --stack ${stack}`,
    ...notes.map((note) => `  ${clean(note)}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** What begins, for a terminal. */
export function begunText({ stack, release, refused, moved, written }: BegunWithImages): string {
  if (refused.length > 0) return `${stack} is not brought up:\n${refusalText(refused)}`;
  const lines = [
    `${stack}: ${releaseName(release)} may be brought up`,
    ...moved.map((branch) => `  moved ${branch} to ${release.commit?.slice(0, 12)}`),
    ...(written === undefined
      ? []
      : [`  ${clean(written)} has it now: commit it, or the next run goes back`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** A hold or its end, for a terminal. */
export function holdChangeText({ stack, isHeld, hold }: HoldChange): string {
  if (isHeld) return `${stack} is ${hold === undefined ? "held" : holdText(hold)}\n`;
  return hold === undefined ? `${stack} was not held\n` : `${stack} goes on; it was ${holdText(hold)}\n`;
}

/** A row for each recorded release. */
export const historyRows = (records: readonly ReleaseRecord[]): string[][] =>
  records.map((record) => {
    const last = record.statuses.findLast(({ state }) => state !== "inactive");
    const isVerified = verifiedSince(record) !== undefined;
    return [
      moment(record.at),
      record.id,
      releaseName(record.release),
      record.way,
      isVerified ? "verified" : (last?.state ?? "recorded"),
      clean(last?.description ?? ""),
    ];
  });

/** Delivery figures for a terminal; what nobody can tell is not made up. */
export function figuresText(one: Figures): string {
  const told = (value: number | undefined, unit: string) =>
    value === undefined ? "not known" : `${value} ${unit}`;
  const lines = [
    `${one.stack}, the last ${one.days} days:`,
    `  deployments           ${one.deployments}, ${one.perWeek} a week`,
    `  lead time             ${told(one.leadTimeHours, "hours")}`,
    `  change failure rate   ${told(one.changeFailurePercent, "%")}`,
    `  time to restore       ${restoreText(one)}`,
    ...one.availability.map(
      ({ name, percent }) =>
        `  availability          ${name} ${availabilityText(percent, one.targetPercent)}`,
    ),
    ...one.unseen.map((name) => `  availability          ${name} has not looked yet`),
    ...(one.availability.length + one.unseen.length === 0
      ? ["  availability          not known: no check watches the app"]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}
