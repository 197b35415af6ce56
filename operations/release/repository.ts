import { z } from "zod";
import { OperationFault } from "../fault.ts";
import { type Ask, type GitHubAccess, Refusal, withGitHub } from "../github.ts";

/** A repository at GitHub with the branch that counts. */
export interface Repository {
  access: GitHubAccess;
  owner: string;
  repo: string;
  base: string;
}

/** A file as it is at a branch. */
export interface RepositoryFile {
  text: string;
  /** Of the content: whoever changes the file must name it. */
  sha: string;
}

const File = z.object({ content: z.string(), encoding: z.literal("base64"), sha: z.string() });
const Head = z.object({ commit: z.object({ sha: z.string() }) });
const Pull = z.object({ number: z.int(), html_url: z.string() });

/** A file of a branch; undefined where it is not there. */
export function readFile(
  place: Repository,
  path: string,
  branch = place.base,
): Promise<RepositoryFile | undefined> {
  return withGitHub(place.access, (ask) => fileBy(ask, place, path, branch));
}

async function fileBy(
  ask: Ask,
  { owner, repo }: Repository,
  path: string,
  branch: string,
): Promise<RepositoryFile | undefined> {
  const data = await orNothing(
    ask("GET /repos/{owner}/{repo}/contents/{path}", { owner, repo, path, ref: branch }),
  );
  if (data === undefined) return undefined;
  const { content, sha } = checked(File, data);
  return { text: Buffer.from(content, "base64").toString("utf8"), sha };
}

/** The commit that a branch is at; undefined where there is no such branch. */
export function headOf(place: Omit<Repository, "base">, branch: string): Promise<string | undefined> {
  return withGitHub(place.access, (ask) => headBy(ask, place, branch));
}

async function headBy(
  ask: Ask,
  { owner, repo }: Omit<Repository, "base">,
  branch: string,
): Promise<string | undefined> {
  const data = await orNothing(ask("GET /repos/{owner}/{repo}/branches/{branch}", { owner, repo, branch }));
  return data === undefined ? undefined : checked(Head, data).commit.sha;
}

/** How a commit stands to a branch, as GitHub says it of the way from the first to the second. */
export type Comparison = "identical" | "ahead" | "behind" | "diverged" | "unknown";

/** How `head` stands to `base`: ahead means that everything of `base` is in it. */
export function compare(
  { access, owner, repo }: Omit<Repository, "base">,
  base: string,
  head: string,
): Promise<Comparison> {
  return withGitHub(access, async (ask) => {
    const basehead = `${base}...${head}`;
    const data = await orNothing(
      ask("GET /repos/{owner}/{repo}/compare/{basehead}", { owner, repo, basehead }),
    );
    if (data === undefined) return "unknown";
    return checked(z.object({ status: z.enum(["identical", "ahead", "behind", "diverged"]) }), data).status;
  });
}

/** Moves a branch forward to a commit. */
export function moveBranch(
  { access, owner, repo }: Omit<Repository, "base">,
  branch: string,
  sha: string,
  force = false,
): Promise<void> {
  return withGitHub(access, async (ask) => {
    await ask("PATCH /repos/{owner}/{repo}/git/refs/heads/{branch}", { owner, repo, branch, sha, force });
  });
}

/** A change of one file that is to be on the base branch. */
export interface FileChange {
  path: string;
  text: string;
  /** The content that the change was made of: another one in the meantime is a conflict. */
  sha: string;
  message: string;
}

/**
 * Writes a file on the base branch.
 *
 * @returns false where GitHub does not let it be written without a pull request, or it has changed meanwhile
 */
export function writeFile(place: Repository, change: FileChange): Promise<boolean> {
  return withGitHub(place.access, async (ask) => {
    const present = await fileBy(ask, place, change.path, place.base);
    if (present?.text === change.text) return true;
    try {
      await put(ask, place, change, place.base);
      return true;
    } catch (error) {
      if (error instanceof Refusal && [403, 409, 422].includes(error.status) && error.later(1) === undefined)
        return false;
      throw error;
    }
  });
}

async function put(ask: Ask, { owner, repo }: Repository, change: FileChange, branch: string): Promise<void> {
  const { path, text, sha, message } = change;
  const content = Buffer.from(text, "utf8").toString("base64");
  await ask("PUT /repos/{owner}/{repo}/contents/{path}", {
    owner,
    repo,
    path,
    branch,
    message,
    content,
    sha,
  });
}

/** A pull request that is open. */
export interface OpenPull {
  number: number;
  url: string;
  isNew: boolean;
}

/**
 * Opens a pull request with one changed file from a branch of its own, or brings the text of the one that is open up to
 * date. Run again it goes on where it was interrupted; there is never a second one.
 */
export function openPull(
  place: Repository,
  branch: string,
  change: FileChange,
  { title, body }: { title: string; body: string },
): Promise<OpenPull> {
  const { owner, repo, base } = place;
  return withGitHub(place.access, async (ask) => {
    const { data } = await ask("GET /repos/{owner}/{repo}/pulls", {
      owner,
      repo,
      state: "open",
      head: `${owner}:${branch}`,
      base,
    });
    const [open] = checked(z.array(Pull), data);
    if (open === undefined) await begunAtBase(ask, place, branch);
    const present = await fileBy(ask, place, change.path, branch);
    if (present?.text !== change.text)
      await put(ask, place, { ...change, sha: present?.sha ?? change.sha }, branch);
    if (open !== undefined) {
      await ask("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
        owner,
        repo,
        pull_number: open.number,
        title,
        body,
      });
      return { number: open.number, url: open.html_url, isNew: false };
    }
    const made = checked(
      Pull,
      (await ask("POST /repos/{owner}/{repo}/pulls", { owner, repo, title, body, head: branch, base })).data,
    );
    return { number: made.number, url: made.html_url, isNew: true };
  });
}

/** Lets a branch begin where the base is: one that was merged or closed before would bring back nothing, or what it once had. */
async function begunAtBase(ask: Ask, place: Repository, branch: string): Promise<void> {
  const { owner, repo, base } = place;
  const [sha, present] = await Promise.all([headBy(ask, place, base), headBy(ask, place, branch)]);
  if (sha === undefined) throw new OperationFault(`${owner}/${repo} must have the branch ${base}`);
  if (present === undefined)
    await ask("POST /repos/{owner}/{repo}/git/refs", { owner, repo, ref: `refs/heads/${branch}`, sha });
  else if (present !== sha)
    await ask("PATCH /repos/{owner}/{repo}/git/refs/heads/{branch}", {
      owner,
      repo,
      branch,
      sha,
      force: true,
    });
}

/** What is answered, or nothing where the thing is not there. */
async function orNothing(answer: Promise<{ data: unknown }>): Promise<unknown> {
  try {
    return (await answer).data;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return undefined;
    throw error;
  }
}

function checked<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const result = schema.safeParse(data);
  if (!result.success) throw new OperationFault("GitHub answered in a form that is not known");
  return result.data;
}
