import type { DriftReport } from "../drift.ts";
import type { GitHubAccess } from "../github.ts";
import { type IssueResult, keepOneIssue, plainInMarkdown as safe } from "../issues.ts";

/** Begins the text of the issue of one stack; nobody sees it. */
const markerOf = (stack: string): string => `<!-- slipway drift ${stack} -->`;

/**
 * Keeps one issue open while a stack drifts. A report that could not look at everything closes nothing.
 *
 * @throws OperationFault when GitHub refuses
 */
export function keepIssue(
  access: GitHubAccess,
  repository: string,
  report: DriftReport,
): Promise<IssueResult | undefined> {
  const [owner = "", repo = ""] = repository.split("/");
  const calm = report.unchecked.length > 0 ? "unknown" : "closed";
  return keepOneIssue(
    access,
    { owner, repo },
    {
      marker: markerOf(report.stack),
      title: `${report.stack} drifts from its program`,
      body: issueText(report),
      state: report.drifts.length > 0 ? "open" : calm,
    },
  );
}

/** The text of the issue. Names and values come from the platforms. */
export function issueText({ stack, drifts, unchecked }: DriftReport): string {
  const shown = drifts.slice(0, 200);
  return [
    markerOf(stack),
    `The platforms no longer hold what the last \`pulumi up\` of **${stack}** left there. This text is edited in place; the issue is closed when the differences are gone.`,
    "",
    ...shown.map(
      ({ resource, message, fix }) => `- **${safe(resource)}** ${safe(message)}\n  - ${safe(fix)}`,
    ),
    ...(drifts.length > shown.length ? [`- and ${drifts.length - shown.length} more`] : []),
    ...unchecked.map(({ resource, reason }) => `- not looked at: ${safe(resource)}: ${safe(reason)}`),
    "",
  ].join("\n");
}
