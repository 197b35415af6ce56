import { gitHubLimits } from "../../catalog/github-limits.ts";
import { clean } from "../report/clean.ts";
import type { ReadPreview } from "./promote-preview.ts";
import { verifiedSince } from "./records.ts";
import type { Candidate } from "./refusals.ts";
import { releaseName } from "./release.ts";
import { moment } from "./words.ts";

/** What a reviewer of a promotion decides by. */
export interface Evidence {
  candidate: Candidate;
  preview: ReadPreview | undefined;
  /** Who approves the deployment. */
  approvers: string[];
  by: string;
}

/** A text between ticks, in which nothing is markup or a mention. */
const code = (text: string): string => `\`${clean(text).replaceAll("`", "'")}\``;

/** The evidence as the text of a pull request. */
export function evidenceBody({ candidate, preview, approvers, by }: Evidence): string {
  const { from, to, meant, next, record, branch, now } = candidate;
  const since = (record && verifiedSince(record)) ?? "";
  const minutes = Math.floor((now.getTime() - Date.parse(since)) / 60_000);
  const said = record?.statuses.findLast(({ state }) => state === "success")?.description ?? "";
  const rows = Object.entries(next.components).map(([name, part]) =>
    "digest" in part
      ? `| ${code(name)} | image, as it is | ${code(part.digest)} |`
      : `| ${code(name)} | built again from ${code(part.branch)} | ${code(part.commit)} |`,
  );
  const lines = [
    `Release ${code(releaseName(meant))} ran in ${code(from)}; this gives it to ${code(to)}. Only ${code("slipway:release")} of its file is changed.`,
    "",
    "| component | way | what |",
    "|---|---|---|",
    ...rows,
    "",
    `- verified in ${code(from)} since ${moment(since)}: ${code(said)}`,
    `- soaked for ${minutes} minutes of ${candidate.soakMinutes}`,
    `- commit ${code(meant.commit ?? "")} is on ${code(branch)}`,
    preview === undefined
      ? "- the preview comes as a comment on this pull request"
      : `- the preview of ${moment(preview.madeAt)} shows: ${previewText(preview)}`,
    `- asked for by ${code(by)}; ${approvers.length === 0 ? "whoever may merge this approves it" : `the deployment is approved by ${approvers.map(code).join(", ")}`}`,
    "- not undone by a rollback: migrations of the database, and what the release has sent to others",
    "",
  ];
  return lines.join("\n").slice(0, gitHubLimits.pullRequestBody);
}

function previewText({ counts }: ReadPreview): string {
  // What is only looked at is no change.
  const names = Object.keys(counts).filter((name) => name !== "same" && name !== "read");
  return names.length === 0
    ? "nothing changes"
    : names.map((name) => `${counts[name]} ${code(name)}`).join(", ");
}
