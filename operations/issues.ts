import { z } from "zod";
import { formOf } from "./drift/look.ts";
import { OperationFault } from "./fault.ts";
import { type Ask, type GitHubAccess, withGitHub } from "./github.ts";

const Issue = z.looseObject({
  number: z.int(),
  html_url: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  pull_request: z.unknown().optional(),
});
type Issue = z.output<typeof Issue>;

/** Where an issue stands, and what became of it. */
export interface IssueResult {
  url: string;
  done: "opened" | "edited" | "closed";
}

/** An issue that is kept. */
export interface KeptIssue {
  /** What its text begins with, by which it is known again; nobody sees it. */
  marker: string;
  title: string;
  /** The whole text, marker included. */
  body: string;
  /** Whether there is something to tell: opens and edits; else closes, unless that cannot be known. */
  state: "open" | "closed" | "unknown";
}

/** Where the text of an issue may be a repository: `acme/shop`. */
export function repositoryNamed(option: string, text: string): { owner: string; repo: string } {
  const [owner = "", repo = ""] = text.split("/");
  if (!/^[\w-]{1,100}\/[\w.-]{1,100}$/.test(text))
    throw new OperationFault(`${option} must be <owner>/<repo>, such as acme/shop`);
  return { owner, repo };
}

const pageSize = 100;

/**
 * Keeps one issue open while there is something to tell: opened once, edited where its text changes, closed when it is over.
 *
 * @throws OperationFault when GitHub refuses
 */
export function keepOneIssue(
  access: GitHubAccess,
  place: { owner: string; repo: string },
  { marker, title, body, state }: KeptIssue,
): Promise<IssueResult | undefined> {
  return withGitHub(access, async (ask) => {
    const [oldest, ...others] = await openIssues(ask, place, marker);
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
    if (state !== "open")
      return oldest === undefined || state === "unknown" ? undefined : await close(oldest);
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

/** The open issues with a marker, oldest first. */
async function openIssues(
  ask: Ask,
  place: { owner: string; repo: string },
  marker: string,
): Promise<Issue[]> {
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
        ({ body, pull_request: pull }) => pull === undefined && body?.startsWith(marker) === true,
      ),
    );
    if (issues.length < pageSize) return found.sort((a, b) => a.number - b.number);
  }
}

/** Text that comes from elsewhere, so that none of it is markup or mentions anybody. */
export const plainInMarkdown = (text: string): string =>
  text
    .replace(/[&<>]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[one] ?? one)
    .replace(/[\\`*_[\]|#!~]/g, "\\$&")
    .replace(/@/g, "@\u200b");
