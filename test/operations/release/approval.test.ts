import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { approvalRefusals, pipelineOf, planRefusals } from "../../../operations/release/approval.ts";
import type { ReleaseContext } from "../../../operations/release/context.ts";
import { settingsOfText } from "../../../operations/release/stack.ts";
import { type LocalGitHub, localGitHub } from "../../local/apis/github/server.ts";
import { stackText } from "./bench.ts";

const root = "/repos/octo-org/shop";
let gitHub: LocalGitHub;
beforeAll(async () => {
  gitHub = await localGitHub();
  for (const [owner, isPrivate] of [
    ["acme-team", true],
    ["acme-free", false],
    ["poor-free", true],
    ["acme", true],
  ] as const)
    await gitHub.ask("POST", `/orgs/${owner}/repos`, { name: "shop", private: isPrivate });
});
afterAll(async () => expect(await gitHub.close()).toEqual([]));

function contextOf(owner: string, more: Record<string, unknown>): Pick<ReleaseContext, "settings" | "place"> {
  const settings = settingsOfText("production", stackText("production", more));
  const access = { endpoint: gitHub.url, token: "t0ken" };
  const place = {
    access,
    owner,
    repo: "shop",
    environment: "production",
    stack: "production",
    isProduction: true,
  };
  return { settings, place };
}

describe("reviewers of an environment", () => {
  const reviewers = { "slipway:delivery": { environment: "production", reviewers: [{ user: "octocat" }] } };
  const waiting = { "slipway:delivery": { environment: "production", waitMinutes: 5 } };
  const fix =
    "leave it out and set promotion.approvers: begin asks for their approval of the pull request, on every plan";

  test.each<[string, string, Record<string, unknown>, string]>([
    ["approve", "acme-team", reviewers, "delivery.reviewers"],
    ["are waited for", "acme-team", waiting, "delivery.waitMinutes"],
  ])(
    "that %s are refused where the owner's plan has none for private repositories",
    async (_, owner, more, key) => {
      expect(await planRefusals(contextOf(owner, more))).toEqual([
        {
          rule: "reviewers",
          message: `${key}: acme-team is on GitHub's plan team, which has none for private repositories such as acme-team/shop`,
          fix,
        },
      ]);
    },
  );

  test.each([
    ["reviewers", reviewers],
    [
      "branch rules",
      {
        "slipway:delivery": { environment: "production", branch: "main" },
        "slipway:repository": { branches: { main: { reviews: 1 } } },
      },
    ],
  ])("and all else, %s too, are refused on the free plan for a private repository", async (_, more) => {
    expect(await planRefusals(contextOf("poor-free", more))).toEqual([
      {
        rule: "plan",
        message:
          "poor-free is on GitHub's plan free, which has neither environments nor branch rules for private repositories such as poor-free/shop",
        fix: "make the repository public, or have the owner take another plan: secrets and branches are kept there",
      },
    ]);
    const rules = { name: "x", target: "branch", enforcement: "active", rules: [] };
    expect(await gitHub.ask("POST", "/repos/poor-free/shop/rulesets", rules)).toMatchObject({
      status: 403,
      body: { message: "Upgrade to GitHub Pro or make this repository public to enable this feature." },
    });
  });

  describe("in a workflow, whose token is not told the plan,", () => {
    const pipeline = { repository: "acme-team/shop", commit: "c".repeat(40) };
    const refused = async (more: Record<string, unknown> = reviewers) => {
      const [path, body] = [
        "^/orgs/acme-team$",
        { message: "no", documentation_url: "https://docs.github.com" },
      ];
      gitHub.faults.push({ api: "github", method: "GET", path, status: 403, body, times: 1 });
      return (await planRefusals(contextOf("acme-team", more), pipeline)).map(({ message }) => message);
    };
    const environment = (name: string) => gitHub.ask("PUT", `/repos/acme-team/shop/environments/${name}`, {});

    test("are missed where the environment has none, and nobody else approves", async () => {
      expect(await refused()).toEqual([]);
      await environment("production");
      expect(await refused()).toEqual([
        "delivery.reviewers: nobody had to approve this run, since GitHub keeps no reviewers for the environment production of acme-team/shop: where its plan is not Enterprise, it has none for private repositories",
      ]);
      const approvers = { ...reviewers, "slipway:promotion": { approvers: ["hubot"] } };
      expect(await refused(approvers)).toEqual([]);
      await gitHub.ask("DELETE", "/repos/acme-team/shop/environments/production");
    });
  });

  test.each([
    ["a public repository", "acme-free", reviewers],
    ["an owner with Enterprise", "acme", reviewers],
    ["a stack without them", "acme-team", { "slipway:delivery": { environment: "production" } }],
  ])("are not refused for %s", async (_, owner, more) => {
    expect(await planRefusals(contextOf(owner, more))).toEqual([]);
  });

  test("are not refused where the token may not know the plan: GitHub itself refuses them then", async () => {
    gitHub.faults.push({
      api: "github",
      method: "GET",
      path: "^/orgs/acme-team$",
      status: 403,
      body: { message: "no", documentation_url: "https://docs.github.com/rest" },
      times: 1,
    });
    expect(await planRefusals(contextOf("acme-team", reviewers))).toEqual([]);
    const body = { reviewers: [{ type: "User", id: 1 }] };
    const answer = await gitHub.ask("PUT", "/repos/acme-team/shop/environments/production", body);
    expect([answer.status, answer.body]).toMatchObject([
      422,
      {
        message:
          "Failed to create the environment protection rule. Please ensure the billing plan supports the required reviewers protection rule.",
      },
    ]);
  });
});

describe("the approval of a release's pull request", () => {
  const approvers = { "slipway:promotion": { approvers: ["Octocat", "hubot"] } };
  const asked = async (commit: string) =>
    await approvalRefusals(contextOf("octo-org", approvers), { repository: "octo-org/shop", commit });
  const head = async (branch: string): Promise<string> => {
    const { body } = await gitHub.ask("GET", `${root}/branches/${branch}`);
    return (body as { commit: { sha: string } }).commit.sha;
  };

  test("is asked for in a workflow only, and where somebody is named", async () => {
    expect(await approvalRefusals(contextOf("octo-org", approvers), undefined)).toEqual([]);
    const pipeline = { repository: "octo-org/shop", commit: await head("main") };
    expect(await approvalRefusals(contextOf("octo-org", {}), pipeline)).toEqual([]);
    expect(pipelineOf({ GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: "a/b", GITHUB_SHA: "c" })).toEqual({
      repository: "a/b",
      commit: "c",
    });
    expect(pipelineOf({ GITHUB_REPOSITORY: "a/b", GITHUB_SHA: "c" })).toBeUndefined();
  });

  test("cannot be there for a commit that came by no pull request", async () => {
    const commit = await head("main");
    expect(await asked(commit)).toEqual([
      {
        rule: "approval",
        message: `commit ${commit.slice(0, 12)} came to octo-org/shop by no pull request that one of Octocat, hubot could approve`,
        fix: "bring the change by a pull request",
      },
    ]);
  });

  test("counts from who is named, of what was merged, and stands after the merge", async () => {
    await gitHub.ask("POST", `${root}/git/refs`, { ref: "refs/heads/change", sha: await head("main") });
    const content = Buffer.from("x").toString("base64");
    await gitHub.ask("PUT", `${root}/contents/x`, { message: "x", content, branch: "change" });
    const { body } = await gitHub.ask("POST", `${root}/pulls`, { title: "x", head: "change", base: "main" });
    const { number } = body as { number: number };
    const approve = async (login: string) =>
      await gitHub.ask(
        "POST",
        `${root}/pulls/${number}/reviews`,
        { event: "APPROVE" },
        { authorization: `Bearer as-${login}` },
      );
    await approve("stranger");
    await gitHub.ask("PUT", `${root}/pulls/${number}/merge`);
    expect(await asked(await head("main"))).toEqual([
      {
        rule: "approval",
        message: `octo-org/shop#${number}, which brings this release, is approved by none of Octocat, hubot`,
        fix: "have one of them approve it as it is, then run this workflow again",
      },
    ]);
    await approve("octocat");
    expect(await asked(await head("main"))).toEqual([]);
  });
});
