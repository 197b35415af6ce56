import { z } from "zod";
import { gitHubLimits } from "../../catalog/github-limits.ts";
import { type Ask, Refusal, withGitHub } from "../github.ts";
import { readPullRequest } from "../report/pull-request.ts";
import type { ReleaseContext } from "./context.ts";
import type { Refused } from "./refusals.ts";

/** What a workflow runs for. */
export interface Pipeline {
  /** `owner/name` of the repository with the stack files. */
  repository: string;
  commit: string;
}

/** The workflow that this runs in; undefined where a person runs it, who holds the tokens anyway. */
export function pipelineOf(environment: Readonly<Record<string, string | undefined>>): Pipeline | undefined {
  const { GITHUB_ACTIONS: isWorkflow, GITHUB_REPOSITORY: repository, GITHUB_SHA: commit } = environment;
  return isWorkflow === "true" && repository && commit ? { repository, commit } : undefined;
}

const Plan = z.object({ login: z.string(), plan: z.object({ name: z.string() }).optional() });
const Repository = z.object({ private: z.boolean().default(false) });

/** Why GitHub's own gate cannot be what the settings ask for: its plan has none for private repositories. */
export async function planRefusals({
  settings,
  place,
}: Pick<ReleaseContext, "settings" | "place">): Promise<Refused[]> {
  const { reviewers = [], waitMinutes = 0 } = settings.delivery ?? {};
  if (reviewers.length === 0 && waitMinutes === 0) return [];
  const { owner, repo } = place;
  const plan = await withGitHub(place.access, async (ask) => {
    const { data } = await ask("GET /repos/{owner}/{repo}", { owner, repo });
    return Repository.safeParse(data).data?.private === true ? await planOf(ask, owner) : undefined;
  });
  if (plan === undefined || !gitHubLimits.plansWithoutReviewers.some((one) => one === plan)) return [];
  return [
    {
      rule: "reviewers",
      message: `delivery.${reviewers.length > 0 ? "reviewers" : "waitMinutes"}: ${owner} is on GitHub's plan ${plan}, which has none for private repositories such as ${owner}/${repo}`,
      fix: "leave it out and set promotion.approvers: begin asks for their approval of the pull request, on every plan",
    },
  ];
}

/** The plan of an owner, where the token may know it: an organization's own people, or the owner. */
async function planOf(ask: Ask, owner: string): Promise<string | undefined> {
  for (const route of ["GET /orgs/{owner}", "GET /user"])
    try {
      const found = Plan.safeParse((await ask(route, { owner })).data).data;
      if (found?.login.toLowerCase() === owner.toLowerCase()) return found.plan?.name;
    } catch (error) {
      // A user is no organization, and a workflow's token is nobody.
      if (!(error instanceof Refusal) || ![403, 404].includes(error.status)) throw error;
    }
  return undefined;
}

/** Why the pull request that a workflow runs for does not have the approval that `promotion.approvers` asks for. */
export async function approvalRefusals(
  { settings, place }: Pick<ReleaseContext, "settings" | "place">,
  pipeline: Pipeline | undefined,
): Promise<Refused[]> {
  const approvers = settings.promotion?.approvers ?? [];
  if (approvers.length === 0 || pipeline === undefined) return [];
  const [owner = "", repo = ""] = pipeline.repository.split("/");
  const pulls = await withGitHub(place.access, async (ask) => {
    const route = "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls";
    const { data } = await ask(route, { owner, repo, commit_sha: pipeline.commit });
    return z.array(z.object({ number: z.int() })).safeParse(data).data ?? [];
  });
  const names = approvers.join(", ");
  const [pull] = pulls;
  if (pull === undefined)
    return [
      {
        rule: "approval",
        message: `commit ${pipeline.commit.slice(0, 12)} came to ${pipeline.repository} by no pull request that one of ${names} could approve`,
        fix: "bring the change by a pull request",
      },
    ];
  const { approvedBy } = await readPullRequest(place.access, { owner, repo, number: pull.number });
  const wanted = new Set(approvers.map((one) => one.toLowerCase()));
  if (approvedBy.some((login) => wanted.has(login.toLowerCase()))) return [];
  return [
    {
      rule: "approval",
      message: `${pipeline.repository}#${pull.number}, which brings this release, is approved by none of ${names}`,
      fix: "have one of them approve it as it is, then run this workflow again",
    },
  ];
}
