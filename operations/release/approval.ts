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

const Environment = z.object({ protection_rules: z.array(z.object({ type: z.string() })).default([]) });

/**
 * Why GitHub's own gate cannot be what the settings ask for: its plan has none for private repositories. A workflow's token is not
 * told the plan; then an environment without the reviewers says it.
 */
export async function planRefusals(
  { settings, place }: Pick<ReleaseContext, "settings" | "place">,
  pipeline?: Pipeline,
): Promise<Refused[]> {
  const { delivery, repository } = settings;
  const { reviewers = [], waitMinutes = 0, environment } = delivery ?? {};
  const { owner, repo } = place;
  const wantsPeople = reviewers.length > 0 || waitMinutes > 0;
  const wantsRules = Object.keys(repository?.branches ?? {}).length > 0;
  if (!wantsPeople && !wantsRules) return [];
  return await withGitHub(place.access, async (ask) => {
    const { data } = await ask("GET /repos/{owner}/{repo}", { owner, repo });
    if (Repository.safeParse(data).data?.private !== true) return [];
    const plan = await planOf(ask, owner);
    const lacks = (plans: readonly string[]) => plan !== undefined && plans.includes(plan);
    if (lacks(gitHubLimits.plansWithoutEnvironments))
      return [
        {
          rule: "plan",
          message: `${owner} is on GitHub's plan ${plan}, which has neither environments nor branch rules for private repositories such as ${owner}/${repo}`,
          fix: "make the repository public, or have the owner take another plan: secrets and branches are kept there",
        },
      ];
    const key = `delivery.${reviewers.length > 0 ? "reviewers" : "waitMinutes"}`;
    if (wantsPeople && lacks(gitHubLimits.plansWithoutReviewers))
      return [
        {
          rule: "reviewers",
          message: `${key}: ${owner} is on GitHub's plan ${plan}, which has none for private repositories such as ${owner}/${repo}`,
          fix: withoutReviewers,
        },
      ];
    const isGated = plan !== undefined || pipeline === undefined || settings.promotion?.approvers.length;
    if (reviewers.length === 0 || environment === undefined || isGated) return [];
    const rules = await environmentRules(ask, { owner, repo, environment_name: environment });
    if (rules === undefined || rules.some(({ type }) => type === "required_reviewers")) return [];
    return [
      {
        rule: "reviewers",
        message: `delivery.reviewers: nobody had to approve this run, since GitHub keeps no reviewers for the environment ${environment} of ${owner}/${repo}: where its plan is not Enterprise, it has none for private repositories`,
        fix: `${withoutReviewers}; where it has them, an owner's \`pulumi up\` sets them`,
      },
    ];
  });
}

const withoutReviewers =
  "leave it out and set promotion.approvers: begin asks for their approval of the pull request, on every plan";

/** The rules of an environment; undefined where there is none yet, or the token may not see it. */
async function environmentRules(ask: Ask, place: Readonly<Record<string, string>>) {
  try {
    const { data } = await ask("GET /repos/{owner}/{repo}/environments/{environment_name}", place);
    return Environment.safeParse(data).data?.protection_rules;
  } catch (error) {
    if (!(error instanceof Refusal) || ![403, 404].includes(error.status)) throw error;
    return undefined;
  }
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
    const found = z.array(z.object({ number: z.int(), merged_at: z.string().nullish() })).safeParse(data);
    // One that is open may have the commit too: it did not bring it.
    return (found.data ?? []).filter(({ merged_at: merged }) => merged != null);
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
