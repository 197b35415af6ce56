import { z } from "zod";
import { OperationFault } from "../fault.ts";
import { type GitHubAccess, type PullRequestName, withGitHub } from "../github.ts";
import type { PullRequest } from "./gate.ts";

const Pull = z.object({
  head: z.object({ sha: z.string() }),
  labels: z.array(z.object({ name: z.string() })),
});

const Review = z.object({
  user: z.object({ login: z.string() }).nullish(),
  state: z.string(),
  commit_id: z.string().nullish(),
  author_association: z.string(),
});
type Review = z.output<typeof Review>;

const pageSize = 100;

/** Who may write to a repository, as far as a review tells. Anybody may review a public one. */
const writers = ["OWNER", "MEMBER", "COLLABORATOR"];

/**
 * Labels of a pull request, and who approved what it is now.
 *
 * @throws OperationFault when GitHub refuses
 */
export function readPullRequest(
  access: GitHubAccess,
  { owner, repo, number }: PullRequestName,
): Promise<PullRequest> {
  const name = { owner, repo, pull_number: number };
  return withGitHub(access, async (ask) => {
    const pull = checked(Pull, (await ask("GET /repos/{owner}/{repo}/pulls/{pull_number}", name)).data);
    const reviews: Review[] = [];
    for (let page = 1; ; page += 1) {
      const { data } = await ask("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
        ...name,
        per_page: pageSize,
        page,
      });
      const some = checked(z.array(Review), data);
      reviews.push(...some);
      if (some.length < pageSize) break;
    }
    return { labels: pull.labels.map((label) => label.name), approvedBy: approvers(reviews, pull.head.sha) };
  });
}

/** A person's last word counts; a comment is none, and an approval of another commit is of something else. */
function approvers(reviews: readonly Review[], head: string): string[] {
  const words = new Map<string, Review>();
  for (const review of reviews)
    if (review.user && ["APPROVED", "CHANGES_REQUESTED", "DISMISSED"].includes(review.state))
      words.set(review.user.login, review);
  return [...words]
    .filter(
      ([, { state, commit_id: commit, author_association: association }]) =>
        state === "APPROVED" && commit === head && writers.includes(association),
    )
    .map(([login]) => login);
}

function checked<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const result = schema.safeParse(data);
  if (!result.success) throw new OperationFault("GitHub answered in a form that is not known");
  return result.data;
}
