import { z } from "zod";
import { OperationFault } from "../fault.ts";
import { type Ask, type GitHubAccess, type PullRequestName, Refusal, withGitHub } from "../github.ts";
import { marker } from "./markdown.ts";

const Comment = z.object({
  id: z.int(),
  body: z.string().nullish(),
  html_url: z.string(),
  user: z.object({ login: z.string(), type: z.string() }).nullish(),
});
type Comment = z.output<typeof Comment>;

const pageSize = 100;

/** Where the report stands, and whether it was made just now. */
export interface PostedComment {
  url: string;
  isNew: boolean;
}

/**
 * Puts a report on a pull request: into the comment that an earlier report made there, or into a new one. There is never a
 * second one, also where an answer gets lost or two reports come at once.
 *
 * @throws OperationFault when GitHub refuses
 */
export function postComment(
  access: GitHubAccess,
  { owner, repo, number }: PullRequestName,
  text: string,
): Promise<PostedComment> {
  const issue = { owner, repo, issue_number: number };
  return withGitHub(access, async (ask) => {
    const [first] = await ownComments(ask, issue);
    if (first !== undefined) return await edited(ask, issue, first, text);
    const made = await created(ask, issue, text);
    const [oldest] = await ownComments(ask, issue);
    if (oldest === undefined || oldest.id === made.id) return { url: made.html_url, isNew: true };
    await ask("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...issue, comment_id: made.id });
    return await edited(ask, issue, oldest, text);
  });
}

type Issue = { owner: string; repo: string; issue_number: number };

async function created(ask: Ask, issue: Issue, body: string): Promise<Comment> {
  const { data } = await ask("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", { ...issue, body });
  return read(Comment, data);
}

async function edited(
  ask: Ask,
  issue: Issue,
  { id, html_url: url }: Comment,
  body: string,
): Promise<PostedComment> {
  await ask("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...issue, comment_id: id, body });
  return { url, isNew: false };
}

/** The comments that reports made, oldest first. Somebody else's with the same beginning is none: it is not edited. */
async function ownComments(ask: Ask, issue: Issue): Promise<Comment[]> {
  const me = await viewer(ask);
  const found: Comment[] = [];
  for (let page = 1; ; page += 1) {
    const { data } = await ask("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...issue,
      per_page: pageSize,
      page,
    });
    const comments = read(z.array(Comment), data);
    found.push(
      ...comments.filter(
        ({ body, user }) =>
          body?.startsWith(marker) === true && (me === undefined ? user?.type === "Bot" : user?.login === me),
      ),
    );
    if (comments.length < pageSize) return found.sort((a, b) => a.id - b.id);
  }
}

/** Whose token it is; undefined for a workflow's own, which may not ask that and always is a bot's. */
async function viewer(ask: Ask): Promise<string | undefined> {
  try {
    const { data } = await ask("GET /user");
    return read(z.object({ login: z.string() }), data).login;
  } catch (error) {
    if (error instanceof Refusal && error.status === 403 && error.later(1) === undefined) return undefined;
    throw error;
  }
}

function read<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const checked = schema.safeParse(data);
  if (!checked.success) throw new OperationFault("GitHub answered in a form that is not known");
  return checked.data;
}
