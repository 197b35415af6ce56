import { z } from "zod";
import type { DriftReport } from "../drift.ts";
import { type Ask, type GitHubAccess, withGitHub } from "../github.ts";
import { formOf } from "./look.ts";

const Issue = z.looseObject({
  number: z.int(),
  html_url: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  pull_request: z.unknown().optional(),
});
type Issue = z.output<typeof Issue>;

/** Where the issue of a stack stands, and what became of it. */
export interface IssueResult {
  url: string;
  done: "opened" | "edited" | "closed";
}

/** Begins the text of the issue of one stack; nobody sees it. */
const markerOf = (stack: string): string => `<!-- slipway drift ${stack} -->`;

const pageSize = 100;

/**
 * Keeps one issue open while a stack drifts: opened once, edited where the differences change, closed when they are gone.
 * A report that could not look at everything closes nothing.
 *
 * @throws OperationFault when GitHub refuses
 */
export function keepIssue(
  access: GitHubAccess,
  repository: string,
  report: DriftReport,
): Promise<IssueResult | undefined> {
  const [owner = "", repo = ""] = repository.split("/");
  const place = { owner, repo };
  const title = `${report.stack} drifts from its program`;
  const body = issueText(report);
  return withGitHub(access, async (ask) => {
    const [oldest, ...others] = await openIssues(ask, place, report.stack);
    const close = async ({ number, html_url: url }: Issue): Promise<IssueResult> => {
      await ask("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
        ...place,
        issue_number: number,
        state: "closed",
        state_reason: "completed",
      });
      return { url, done: "closed" };
    };
    for (const other of others) await close(other);
    if (report.drifts.length === 0)
      return oldest === undefined || report.unchecked.length > 0 ? undefined : await close(oldest);
    if (oldest === undefined) {
      const { data } = await ask("POST /repos/{owner}/{repo}/issues", { ...place, title, body });
      return { url: formOf(Issue, data, "POST of an issue").html_url, done: "opened" };
    }
    if (oldest.body !== body)
      await ask("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
        ...place,
        issue_number: oldest.number,
        title,
        body,
      });
    return { url: oldest.html_url, done: "edited" };
  });
}

/** The open issues of a stack, oldest first. */
async function openIssues(ask: Ask, place: { owner: string; repo: string }, stack: string): Promise<Issue[]> {
  const found: Issue[] = [];
  for (let page = 1; ; page += 1) {
    const { data } = await ask("GET /repos/{owner}/{repo}/issues", {
      ...place,
      state: "open",
      per_page: pageSize,
      page,
    });
    const issues = formOf(z.array(Issue), data, "GET of issues");
    found.push(
      ...issues.filter(
        ({ body, pull_request: pull }) => pull === undefined && body?.startsWith(markerOf(stack)) === true,
      ),
    );
    if (issues.length < pageSize) return found.sort((a, b) => a.number - b.number);
  }
}

/** The text of the issue. Names and values come from the platforms: none of it is markup or mentions anybody. */
export function issueText({ stack, drifts, unchecked }: DriftReport): string {
  const safe = (text: string) =>
    text
      .replace(/[&<>]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[one] ?? one)
      .replace(/[\\`*_[\]|#!~]/g, "\\$&")
      .replace(/@/g, "@\u200b");
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
