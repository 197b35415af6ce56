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
  /** Whether the settings say so; else it is the number that slipway takes where nobody says one. */
  readonly isObjectiveDeclared: boolean;
  readonly megabytesPerSecond?: number;
  readonly tables: { readonly compared: number; readonly different: readonly TableDifference[] };
  /** Extensions of the backup that the drill's user may not make. */
  readonly extensionsLeftOut: readonly string[];
  /** Parts of the backup that no restore puts back. */
  readonly partsLeftOut: readonly string[];
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

/** A report as a page shows it. */
export function reportMarkdown(report: DrillReport, isSigned: boolean): string {
  return [
    `# Restore drill of ${safe(report.database)}`,
    "",
    "| | |",
    "| --- | --- |",
    ...factsOf(report, isSigned).map(([name, value]) => `| ${name} | ${value.map(marked).join("")} |`),
    ...sectionsOf(report).flatMap(([title, lines]) => [
      "",
      `## ${title}`,
      "",
      ...lines.map((line) => `- ${line.map(marked).join("")}`),
    ]),
    "",
  ].join("\n");
}

/** The same for a terminal. */
export function reportText(report: DrillReport, isSigned: boolean): string {
  return [
    `restore drill of ${seen(report.database)}`,
    ...factsOf(report, isSigned).map(([name, value]) => `${name.padEnd(14)}${value.map(plain).join("")}`),
    ...sectionsOf(report).flatMap(([title, lines]) => [
      `${title}:`,
      ...lines.map((line) => `  ${line.map(plain).join("")}`),
    ]),
    "",
  ].join("\n");
}

/** A piece of text: what slipway says, what is to be seen first, or what somebody else wrote. */
type Piece = string | { strong: string } | { foreign: string };

const marked = (piece: Piece): string =>
  typeof piece === "string" ? piece : "strong" in piece ? `**${piece.strong}**` : safe(piece.foreign);
const plain = (piece: Piece): string =>
  typeof piece === "string" ? piece : "strong" in piece ? piece.strong : seen(piece.foreign);

function factsOf(report: DrillReport, isSigned: boolean): [string, Piece[]][] {
  const { backup, recoverySeconds, objectiveSeconds, isObjectiveDeclared, megabytesPerSecond } = report;
  const objective = `${objectiveSeconds} s${isObjectiveDeclared ? "" : ", slipway's own number: none is declared"}`;
  return [
    [
      "Result",
      report.failure === undefined
        ? [report.result]
        : [{ strong: report.result }, ": ", { foreign: report.failure }],
    ],
    ["Database", [{ foreign: report.database }, " of ", { foreign: report.cluster }]],
    ["Drill began", [report.startedAt]],
    ["Backup", [backup === undefined ? "none" : `${backup.id}, ${backup.ageHours.toFixed(1)} hours old`]],
    [
      "Recovery",
      [recoverySeconds === undefined ? "not reached" : `${recoverySeconds} s of at most ${objective}`],
    ],
    ...(megabytesPerSecond === undefined
      ? []
      : [["Rate", [`${megabytesPerSecond} MB/s of dump`]] as [string, Piece[]]]),
    ["Tables", [tablesText(report)]],
    ...leftOutText("Done without", report.extensionsLeftOut),
    ...leftOutText("Not restored", report.partsLeftOut),
    ["Signature", [isSigned ? "drill.json.sig" : "none: no REPORT_SIGNING_KEY was set"]],
  ];
}

const leftOutText = (name: string, names: readonly string[]): [string, Piece[]][] =>
  names.length === 0 ? [] : [[name, [{ foreign: names.join(", ") }]]];

/** A database without tables passes, and proves little. */
const tablesText = ({ result, tables: { compared, different } }: DrillReport): string =>
  result === "passed" && compared === 0
    ? "none: it passed, but there was nothing to compare"
    : `${compared} compared, ${different.length} different`;

function sectionsOf({ seconds, tables, assertions }: DrillReport): [string, Piece[][]][] {
  const sections: [string, Piece[][]][] = [
    ["Times", Object.entries(seconds).map(([step, time]) => [`${step}: ${time} s`])],
    [
      "Different tables",
      tables.different.map(({ table, expected, found }) => [
        { foreign: table },
        `: ${found} in place of ${expected}`,
      ]),
    ],
    [
      "Assertions",
      assertions.map(({ name, holds }) => [
        holds ? "holds" : { strong: "does not hold" },
        ": ",
        { foreign: name },
      ]),
    ],
  ];
  return sections.filter(([, lines]) => lines.length > 0);
}

/** Names come from databases: nothing in them may become a table, a link or a mention. */
const safe = (text: string): string =>
  text.replaceAll(/[|\r\n`<>[\]@*_\\]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Nor may they steer a terminal, or begin a line. */
const seen = (text: string): string =>
  text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (sign) => `\\u{${Number(sign.codePointAt(0)).toString(16)}}`,
  );
