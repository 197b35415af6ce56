import { z } from "zod";
import { githubLimits } from "../catalog/platform-limits.ts";
import { bucketName } from "./internal/buckets.ts";
import { Branch, Login, TagPattern } from "./internal/git-values.ts";
import { type Rule, ruled } from "./internal/rules.ts";
import type { NeededSecret } from "./internal/secrets.ts";
import { SecretName, text } from "./internal/values.ts";
import { ActionsSecrets, ActionsVariables, tooMany, workflowVariableRules } from "./repository.settings.ts";

const Reviewer = z
  .union(
    [
      z.strictObject({
        user: Login.describe("Login of the person at GitHub."),
      }),
      z.strictObject({
        team: text(
          /^[a-z0-9](?:[a-z0-9_]|-(?=[a-z0-9_])){0,99}$/,
          "must be the slug of a team such as platform",
        )
          .describe("Slug of a team of the repository's organisation.")
          .meta({ examples: ["platform"] }),
      }),
    ],
    { error: "must be { user: login } or { team: slug }" },
  )
  .describe("A person by login, or a team of the repository's organisation by slug.")
  .meta({ examples: [{ user: "octocat" }, { team: "platform" }] });
export type Reviewer = z.output<typeof Reviewer>;

const oidc = {
  accountId: text(/^\d{12}$/, 'must be the 12 digits of an AWS account in quotes, such as "123456789012"')
    .describe("The 12 digits of the AWS account, in quotes.")
    .meta({ examples: ["123456789012"] }),
};

/**
 * How the tokens of the repository's workflows name it: by names, or by names with ids in repositories that were
 * created, renamed or transferred since July 2026 (GitHub's "OpenID Connect reference", 2026-11-21).
 */
const Oidc = z.discriminatedUnion("subjectFormat", [
  z.strictObject({
    ...oidc,
    subjectFormat: z
      .literal("names")
      .describe("Tokens name the repository by its name: repositories from before July 2026."),
  }),
  z.strictObject({
    ...oidc,
    subjectFormat: z
      .literal("ids")
      .describe(
        "Tokens name the repository by name and ids: repositories created, renamed or transferred since July 2026.",
      ),
    ownerId: z
      .int()
      .min(1)
      .describe(
        "Id of the repository's owner at GitHub, as `gh api repos/{owner}/{repo} --jq .owner.id` prints it.",
      )
      .meta({ examples: [583231] }),
    repositoryId: z
      .int()
      .min(1)
      .describe("Id of the repository at GitHub, as `gh api repos/{owner}/{repo} --jq .id` prints it.")
      .meta({ examples: [1296269] }),
  }),
]);
export type Oidc = z.output<typeof Oidc>;

const StateBucket = z.strictObject({
  bucket: bucketName("acme-state").describe("Name of the bucket, as in PULUMI_BACKEND_URL."),
  prefix: text(
    /^(?=.{1,200}$)[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/,
    "must be names with slashes between them and none at the ends, such as teams/shop",
  )
    .optional()
    .describe("What stands behind the bucket in PULUMI_BACKEND_URL. Default: nothing.")
    .meta({ examples: ["teams/shop"] }),
});
/** Where the engine keeps its state at AWS. */
export type StateBucket = z.output<typeof StateBucket>;

/** Names that the component gives by itself. */
const ownVariables = ["PULUMI_STACK", "AWS_REGION", "AWS_ROLE_ARN", "BACKUP_BUCKET"];
const ownSecrets = ["DIGITALOCEAN_ACCESS_TOKEN"];

interface Delivery {
  oidc?: unknown;
  state?: unknown;
  reviewers: readonly Reviewer[];
  variables: Readonly<Record<string, unknown>>;
  secrets: Readonly<Record<string, unknown>>;
}

/** What must hold between the settings of the delivery. */
export const deliveryRules: readonly Rule<Delivery>[] = [
  {
    id: "reviewer-once",
    demands: "No reviewer is listed twice.",
    isPerEntry: true,
    faults({ reviewers }) {
      const keys = reviewers.map((reviewer) => JSON.stringify(reviewer));
      return keys.flatMap((key, index) =>
        keys.indexOf(key) < index ? [{ path: ["reviewers", index], message: "must be listed once" }] : [],
      );
    },
  },
  {
    id: "environment-limits",
    demands: "An environment has no more variables and secrets than GitHub keeps for it.",
    faults: ({ variables, secrets }) => [
      ...tooMany("variables", variables, githubLimits.environmentVariables, ownVariables.length),
      ...tooMany("secrets", secrets, githubLimits.environmentSecrets, ownSecrets.length),
    ],
  },
  {
    id: "state-by-oidc",
    demands: "Rights to a state in a bucket are for roles of the workflows.",
    faults: ({ oidc, state }) =>
      state !== undefined && oidc === undefined
        ? [{ path: ["state"], message: "must go with oidc: without it there are no roles to give rights to" }]
        : [],
  },
  {
    id: "own-variables",
    demands: "Variables and secrets that slipway sets in GitHub are left to it.",
    isPerEntry: true,
    faults: (settings) =>
      (
        [
          ["variables", ownVariables],
          ["secrets", ownSecrets],
        ] as const
      ).flatMap(([block, own]) =>
        own
          .filter((name) => Object.hasOwn(settings[block], name))
          .map((name) => ({ path: [block, name], message: "must be left out: slipway sets it" })),
      ),
  },
];

/**
 * What a stack file may say about how it is deployed (`slipway:delivery`).
 *
 * Limits: GitHub, "Deployments and environments", 2026-11-21.
 */
export const DeployEnvironmentSettings = ruled(
  z.strictObject({
    environment: text(
      /^(?=.{1,255}$)[A-Za-z0-9][A-Za-z0-9_-]*(?:\/[A-Za-z0-9_-]+)*$/,
      "must be letters, digits, hyphens and underscores, with slashes between them, such as production or eu/production",
    )
      .describe("Name of the GitHub environment.")
      .meta({ examples: ["production", "eu/production"] }),
    branch: Branch.optional().describe("The branch that deploys. Default: any branch, unless tags are set."),
    tags: z.array(TagPattern).default([]).describe("Patterns of the tags that deploy, such as `v*`."),
    reviewers: z
      .array(Reviewer)
      .max(6)
      .default([])
      .describe(
        "Who may approve; one approval is enough. Private repositories need GitHub Enterprise for it.",
      ),
    waitMinutes: z
      .int()
      .min(0)
      .max(43_200)
      .default(0)
      .describe("Minutes before a deployment begins. Private repositories need GitHub Enterprise for it."),
    preventSelfReview: z
      .boolean()
      .default(true)
      .describe("Whether whoever started a deployment may not approve it."),
    adminsMayBypass: z
      .boolean()
      .default(false)
      .describe("Whether administrators may deploy past reviewers and timer."),
    oidc: Oidc.optional().describe(
      "The AWS account that workflows of this environment may act in. Default: they get no identity at AWS.",
    ),
    state: StateBucket.optional().describe(
      "The bucket with the engine's state, to which the workflows' roles get the rights that they need. Default: none, the state is elsewhere.",
    ),
    token: z
      .strictObject({
        secret: SecretName.describe("Key of the stack secret with the token.").meta({
          examples: ["digitaloceanAccessToken"],
        }),
      })
      .default({ secret: "digitaloceanAccessToken" })
      .describe("Key of the stack secret with the DigitalOcean token of the workflows."),
    variables: ActionsVariables.describe("More variables of the environment."),
    secrets: ActionsSecrets.describe("More secrets of the environment."),
  }),
  [...deliveryRules, ...workflowVariableRules],
);
export type DeployEnvironmentSettings = z.output<typeof DeployEnvironmentSettings>;

/** The stack secrets that deployments need. */
export function deliverySecrets({ token, secrets }: DeployEnvironmentSettings): NeededSecret[] {
  return [
    { name: token.secret, optional: false, usedBy: ["delivery.token"] },
    ...Object.entries(secrets).map(([name, { secret, optional }]) => ({
      name: secret,
      optional,
      usedBy: [`delivery.secrets.${name}`],
    })),
  ];
}

/** What may not be so on a protected stack; paths start at the block. */
export function deliveryProtectionFaults(
  settings: Pick<DeployEnvironmentSettings, "adminsMayBypass">,
  isProtected: boolean,
): { path: string; message: string }[] {
  return isProtected && settings.adminsMayBypass
    ? [{ path: "adminsMayBypass", message: "must be false on a protected stack: the gate is for everybody" }]
    : [];
}
