import { createPrivateKey, sign } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TableDifference } from "./restoring.ts";

/** One thing that the owner says about the data. */
export interface Assertion {
  readonly name: string;
  readonly holds: boolean;
}

/** What a drill found out. */
export interface DrillReport {
  readonly format: "slipway drill 1";
  readonly database: string;
  readonly cluster: string;
  readonly startedAt: string;
  /** `passed`, or the name of the first failure. */
  readonly result: string;
  readonly failure?: string;
  readonly backup?: { readonly id: string; readonly ageHours: number; readonly plainBytes: number };
  /** Seconds of each step that was done. */
  readonly seconds: Readonly<Record<string, number>>;
  /** From the first look into the bucket until the data was there and compared. */
  readonly recoverySeconds?: number;
  readonly objectiveSeconds: number;
  readonly megabytesPerSecond?: number;
  readonly tables: { readonly compared: number; readonly different: readonly TableDifference[] };
  /** Extensions of the backup that the drill's user may not make. */
  readonly extensionsLeftOut: readonly string[];
  readonly assertions: readonly Assertion[];
}

/** Writes a report for machines, the same for people, and the signature of the first. */
export function writeReport(folder: string, report: DrillReport, signingKey: string | undefined): void {
  mkdirSync(folder, { recursive: true });
  const json = reportJson(report);
  writeFileSync(join(folder, "drill.json"), json);
  writeFileSync(join(folder, "drill.md"), reportMarkdown(report, signingKey !== undefined));
  if (signingKey !== undefined) writeFileSync(join(folder, "drill.json.sig"), signatureOf(json, signingKey));
}

export const reportJson = (report: DrillReport): string => `${JSON.stringify(report, undefined, 2)}\n`;

/** An Ed25519 signature, as `openssl pkeyutl -verify -rawin` checks it. */
export const signatureOf = (json: string, signingKey: string): Buffer =>
  sign(null, Buffer.from(json), createPrivateKey(signingKey));

/** A report as a person reads it. */
export function reportMarkdown(report: DrillReport, isSigned: boolean): string {
  const { backup, recoverySeconds, objectiveSeconds, megabytesPerSecond, tables } = report;
  const facts: [string, string][] = [
    [
      "Result",
      report.failure === undefined ? report.result : `**${report.result}**: ${safe(report.failure)}`,
    ],
    ["Database", `${safe(report.database)} of ${safe(report.cluster)}`],
    ["Drill began", report.startedAt],
    ["Backup", backup === undefined ? "none" : `${backup.id}, ${backup.ageHours.toFixed(1)} hours old`],
    [
      "Recovery",
      recoverySeconds === undefined ? "not reached" : `${recoverySeconds} s of at most ${objectiveSeconds} s`,
    ],
    ...(megabytesPerSecond === undefined
      ? []
      : [["Rate", `${megabytesPerSecond} MB/s of dump`] as [string, string]]),
    ["Tables", `${tables.compared} compared, ${tables.different.length} different`],
    ...(report.extensionsLeftOut.length === 0
      ? []
      : [["Done without", safe(report.extensionsLeftOut.join(", "))] as [string, string]]),
    ["Signature", isSigned ? "drill.json.sig" : "none: no REPORT_SIGNING_KEY was set"],
  ];
  return [
    `# Restore drill of ${safe(report.database)}`,
    "",
    "| | |",
    "| --- | --- |",
    ...facts.map(([name, value]) => `| ${name} | ${value} |`),
    ...section(
      "Times",
      Object.entries(report.seconds).map(([step, seconds]) => `${step}: ${seconds} s`),
    ),
    ...section(
      "Different tables",
      tables.different.map(
        ({ table, expected, found }) => `${safe(table)}: ${found} in place of ${expected}`,
      ),
    ),
    ...section(
      "Assertions",
      report.assertions.map(({ name, holds }) => `${holds ? "holds" : "**does not hold**"}: ${safe(name)}`),
    ),
    "",
  ].join("\n");
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines.map((line) => `- ${line}`)];

/** Names come from databases: nothing in them may become a table, a link or a mention. */
const safe = (text: string): string =>
  text.replaceAll(/[|\r\n`<>[\]@*_\\]/g, (character) => `&#${character.charCodeAt(0)};`);
