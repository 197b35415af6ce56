import { hidden } from "../../../policy/values.ts";
import { all, type Cases, plus, production, resource, set, staging, without } from "../support.ts";

/** A gate and a branch as the rules want them. */
export const gate = [
  resource("gh/RepositoryEnvironment", "gate", {
    environment: "production",
    canAdminsBypass: false,
    preventSelfReview: true,
    reviewers: [{ teams: [1] }],
    deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
  }),
  resource("gh/RepositoryEnvironmentDeploymentPolicy", "branch", {
    environment: "production",
    branchPattern: "main",
  }),
  resource("gh/ActionsEnvironmentVariable", "variable", {
    variableName: "PULUMI_STACK",
    value: "production",
  }),
  resource("gh/ActionsVariable", "everywhere", { variableName: "REGION", value: "nyc" }),
  resource("gh/ActionsEnvironmentSecret", "token", {
    secretName: "DIGITALOCEAN_ACCESS_TOKEN",
    value: hidden,
  }),
  resource("gh/RepositoryRuleset", "main", {
    enforcement: "active",
    conditions: { refName: { includes: ["refs/heads/main"], excludes: [] } },
    rules: {
      deletion: true,
      nonFastForward: true,
      pullRequest: { requiredApprovingReviewCount: 1 },
      requiredStatusChecks: { requiredChecks: [{ context: "ci" }] },
    },
  }),
];

const good = production(gate);
const but = (...changes: Parameters<typeof all>) => production(all(...changes)(gate));
const loose = (...changes: Parameters<typeof all>) => staging(all(...changes)(gate));

const reviewers =
  "gate: must have reviewers; set delivery.reviewers; a private repository needs GitHub Enterprise for it";
const selfReview = "gate: must prevent self review; set delivery.preventSelfReview to true, with reviewers";
const bypass = "gate: must not let administrators bypass it; set delivery.adminsMayBypass to false";
const branches = "gate: must let certain branches or tags deploy only; set delivery.branch";
const star = "gate: must not let every branch deploy; take the pattern * out of gate";
const plainSecret = "token: must get its value as a secret; wrap the value in pulumi.secret";
const review = "main: must ask for a review; set repository.branches reviews to 1 or more";
const everyone = "main: must not let anybody bypass it; take bypassActors out";
const unsigned =
  "main: takes commits without a signature; none while nobody commits without review; signing needs a key at every developer";
const checks = "main: must ask for checks; set repository.branches checks";

export const githubCases: Record<string, Cases> = {
  "gh-reviewers": {
    keeps: [
      good,
      but(set("gate", "reviewers", [{ users: [7] }])),
      loose(set("gate", "reviewers", undefined)),
    ],
    breaks: [
      [but(set("gate", "reviewers", undefined)), [reviewers]],
      [but(set("gate", "reviewers", [{ teams: [], users: [] }])), [reviewers]],
    ],
  },
  "gh-self-review": {
    keeps: [good, loose(set("gate", "preventSelfReview", false))],
    breaks: [
      [but(set("gate", "preventSelfReview", false)), [selfReview]],
      [but(set("gate", "preventSelfReview", undefined)), [selfReview]],
    ],
  },
  "gh-admin-bypass": {
    keeps: [good, loose(set("gate", "canAdminsBypass", true))],
    breaks: [
      [but(set("gate", "canAdminsBypass", true)), [bypass]],
      [but(set("gate", "canAdminsBypass", undefined)), [bypass]],
    ],
  },
  "gh-branch-policy": {
    keeps: [
      good,
      but(set("branch", "branchPattern", undefined), set("branch", "tagPattern", "v*")),
      but(without("branch"), set("gate", "deploymentBranchPolicy.protectedBranches", true)),
      loose(without("branch")),
    ],
    breaks: [
      [but(without("branch")), [branches]],
      [but(set("branch", "environment", "staging")), [branches]],
      [but(set("branch", "branchPattern", "*")), [branches]],
      [but(set("branch", "branchPattern", "**")), [branches]],
      ...["*", "**"].map((branchPattern): [ReturnType<typeof but>, string[]] => [
        but(
          plus(
            resource("gh/RepositoryEnvironmentDeploymentPolicy", "all", {
              environment: "production",
              branchPattern,
            }),
          ),
        ),
        [star],
      ]),
    ],
  },
  "gh-plain-secret": {
    keeps: [good],
    breaks: [
      [
        but(set("variable", "variableName", "DEPLOY_TOKEN")),
        ["variable: must keep DEPLOY_TOKEN secret; move it from variables to secrets"],
      ],
      [
        but(set("everywhere", "value", "AKIAIOSFODNN7EXAMPLE")),
        ["everywhere: must keep REGION secret; move it from variables to secrets"],
      ],
    ],
  },
  "gh-sealed-secret": {
    keeps: [good, but(set("token", "value", undefined))],
    breaks: [
      [but(set("token", "value", "in clear")), [plainSecret]],
      [but(set("token", "value", undefined), set("token", "plaintextValue", "in clear")), [plainSecret]],
      [production([resource("gh/ActionsSecret", "token", { value: "in clear" })]), [plainSecret]],
    ],
  },
  "gh-force-push": {
    keeps: [good],
    breaks: [
      [
        but(set("main", "rules.nonFastForward", false)),
        ["main: must refuse forced pushes; set rules.nonFastForward to true"],
      ],
      [
        but(set("main", "rules.deletion", undefined)),
        ["main: must refuse its deletion; set rules.deletion to true"],
      ],
    ],
  },
  "gh-active-ruleset": {
    keeps: [good],
    breaks: [
      [
        but(set("main", "enforcement", "evaluate")),
        ["main: must be active; got evaluate; set enforcement to active"],
      ],
    ],
  },
  "gh-reviews": {
    keeps: [good],
    breaks: [
      [but(set("main", "rules.pullRequest.requiredApprovingReviewCount", 0)), [review]],
      [but(set("main", "rules.pullRequest", undefined)), [review]],
    ],
  },
  "gh-checks": {
    keeps: [good],
    breaks: [
      [but(set("main", "rules.requiredStatusChecks", undefined)), [checks]],
      [but(set("main", "rules.requiredStatusChecks.requiredChecks", [])), [checks]],
    ],
  },
  "gh-ruleset-bypass": {
    keeps: [good, but(set("main", "bypassActors", [{ actorId: 1, bypassMode: "pull_request" }]))],
    breaks: [
      [but(set("main", "bypassActors", [{ actorId: 1, bypassMode: "always" }])), [everyone]],
      [but(set("main", "bypassActors", [{ bypassMode: "pull_request" }, { actorId: 2 }])), [everyone]],
    ],
  },
  "gh-signatures": {
    keeps: [but(set("main", "rules.requiredSignatures", true))],
    breaks: [[good, [unsigned]]],
  },
};
