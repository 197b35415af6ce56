import { z } from "zod";
import { githubLimits } from "../catalog/platform-limits.ts";
import { Branch } from "./internal/git-values.ts";
import { type Rule, type RuleFault, ruled } from "./internal/rules.ts";
import { looksSecret, secretForm } from "./internal/secret-looks.ts";
import type { NeededSecret } from "./internal/secrets.ts";
import { FreeText, SecretName, text } from "./internal/values.ts";
import { secretKeyFor } from "./web-app/secret-keys.ts";

/** GitHub turns names into upper case, which would look like a change on every run. Rules: GitHub Actions documentation, 2026-11-21. */
const ActionsName = text(
  /^(?!GITHUB_)[A-Z_][A-Z0-9_]{0,254}$/,
  "must be upper-case letters, digits and underscores, not starting with a digit or GITHUB_, such as API_URL",
).meta({ examples: ["API_URL"] });

/** Variables of GitHub's workflows by name; everybody who can read the repository's settings can read them. */
export const ActionsVariables = z
  .record(
    ActionsName,
    z
      .string()
      .refine((value) => Buffer.byteLength(value) <= githubLimits.valueBytes, {
        error: `must have at most ${githubLimits.valueBytes} bytes`,
      })
      .describe("Value of the variable.")
      .meta({ examples: ["https://shop.example"] }),
  )
  .default({});

/** What is said of more entries than GitHub keeps; some of them are slipway's own. */
export function tooMany(
  block: string,
  entries: Readonly<Record<string, unknown>>,
  most: number,
  own: number,
): RuleFault[] {
  const count = Object.keys(entries).length;
  const beside = own === 0 ? "" : ` beside the ${own} that slipway sets`;
  return count + own > most
    ? [{ path: [block], message: `must have at most ${most - own} entries${beside}; got ${count}` }]
    : [];
}

/** Secrets of GitHub's workflows by name, each from a stack secret. */
export const ActionsSecrets = z
  .record(
    ActionsName,
    z
      .strictObject({
        secret: SecretName.describe("Key of the stack secret."),
        optional: z.boolean().default(false).describe("Whether the workflows do without it."),
      })
      .describe("A secret of the workflows, from a stack secret."),
  )
  .default({});
export type ActionsSecrets = z.output<typeof ActionsSecrets>;

/** Limits: GitHub API description, rulesets, 2026-11-21. */
const BranchRules = z
  .strictObject({
    reviews: z.int().min(0).max(10).default(1).describe("Approving reviews of a pull request."),
    checks: z
      .array(FreeText)
      .default([])
      .describe("Names of the checks that must pass.")
      .meta({ examples: [["ci"]] }),
    dismissesStaleReviews: z.boolean().default(true).describe("Whether a new push asks for new reviews."),
    needsCodeOwners: z
      .boolean()
      .default(false)
      .describe("Whether owners in CODEOWNERS must approve what is theirs."),
    needsResolvedThreads: z.boolean().default(false).describe("Whether every conversation must be resolved."),
    needsUpToDate: z
      .boolean()
      .default(true)
      .describe("Whether checks must have run on top of the branch's newest commit."),
    needsLinearHistory: z.boolean().default(false).describe("Whether merge commits are refused."),
  })
  .describe("What must hold before a commit reaches the branch.")
  .meta({ examples: [{ reviews: 1, checks: ["ci"] }] });
export type BranchRules = z.output<typeof BranchRules>;

/** What must hold of the variables of workflows, of an environment or of the whole repository. */
export const workflowVariableRules: readonly Rule<{ variables: Readonly<Record<string, string>> }>[] = [
  {
    id: "workflow-plain-secret",
    demands: "No secret of a workflow is one of its variables.",
    isPerEntry: true,
    faults: ({ variables }) =>
      Object.entries(variables)
        // What is one by its form is told of wherever it stands.
        .filter(([name, value]) => looksSecret(name, value) && secretForm(value) === undefined)
        .map(([name]) => ({
          path: ["variables", name],
          message: `must not be in plain text: move it to secrets as { secret: ${secretKeyFor(name)} } and set it with: pulumi config set --secret slipway:${secretKeyFor(name)}`,
        })),
  },
];

/** What must hold of what the workflows share. */
export const repositoryRules: readonly Rule<{
  variables: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, unknown>>;
}>[] = [
  {
    id: "repository-limits",
    demands: "A repository has no more variables and secrets than GitHub keeps for it.",
    faults: ({ variables, secrets }) => [
      ...tooMany("variables", variables, githubLimits.repositoryVariables, 0),
      ...tooMany("secrets", secrets, githubLimits.repositorySecrets, 0),
    ],
  },
];

const RepositoryBlock = z.strictObject({
  branches: z
    .record(Branch, BranchRules)
    .default({})
    .describe("Rules by branch; a stack owns the rules of the branch that it deploys from, and no others."),
  variables: ActionsVariables.describe(
    "Variables of all workflows; one stack only may set them, since all stacks share the repository.",
  ),
  secrets: ActionsSecrets.describe(
    "Secrets of all workflows; one stack only may set them, since all stacks share the repository.",
  ),
});
/** The repository's settings, checked and complete. */
export type RepositorySettings = z.output<typeof RepositoryBlock>;

/** What a stack file may say about the repository (`slipway:repository`). */
export const RepositorySettings = ruled(RepositoryBlock, [...repositoryRules, ...workflowVariableRules]);

/** The stack secrets that the repository's workflows need. */
export const repositorySecrets = ({ secrets }: RepositorySettings): NeededSecret[] =>
  Object.entries(secrets).map(([name, { secret, optional }]) => ({
    name: secret,
    optional,
    usedBy: [`repository.secrets.${name}`],
  }));

/** Branches whose rules belong to another stack; paths start at the block. */
export function foreignBranches(
  { branches }: Pick<RepositorySettings, "branches">,
  deployBranch: string | undefined,
): { path: string; message: string }[] {
  return Object.keys(branches)
    .filter((branch) => branch !== deployBranch)
    .map((branch) => ({
      path: /^[\w-]+$/.test(branch) ? `branches.${branch}` : `branches["${branch}"]`,
      message:
        deployBranch === undefined
          ? "must be left out: delivery.branch is not set, so this stack owns no branch"
          : `must be left out: this stack deploys from ${deployBranch} and owns no other branch's rules`,
    }));
}
