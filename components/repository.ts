import { ActionsSecret } from "@pulumi/github/actionsSecret.js";
import { ActionsVariable } from "@pulumi/github/actionsVariable.js";
import { RepositoryRuleset } from "@pulumi/github/repositoryRuleset.js";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { missingSecrets } from "./internal/secrets.ts";
import { parseSettings, SettingsError } from "./internal/settings.ts";
import { type BranchRules, RepositorySettings, repositorySecrets } from "./repository.settings.ts";

export interface RepositoryArgs extends z.input<typeof RepositorySettings> {
  /** `owner/repository` at GitHub. */
  repository: string;
  /** The stack secrets that the settings refer to, by key. @default - none */
  stackSecrets?: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * Rules for the branches of an existing repository, and what all its workflows share.
 *
 * @example
 * new Repository("tinkertools-repository", {
 *   repository: "tinkertools/tinkertools", branches: { main: { reviews: 1, checks: ["ci"] } },
 * });
 */
export class Repository extends pulumi.ComponentResource {
  constructor(name: string, args: RepositoryArgs, opts?: pulumi.ComponentResourceOptions) {
    const { repository, stackSecrets = {}, ...input } = args;
    const settings = parseSettings(RepositorySettings, input, name);
    const missing = missingSecrets(repositorySecrets(settings), Object.keys(stackSecrets));
    if (missing.length > 0) throw new SettingsError(name, missing);
    super("slipway:index:Repository", name, { repository, ...settings }, opts);

    const [, repositoryName = repository] = repository.split("/");
    for (const [branch, rules] of Object.entries(settings.branches))
      new RepositoryRuleset(
        `${name}-branch-${branch}`,
        {
          name: `slipway: ${branch}`,
          repository: repositoryName,
          target: "branch",
          enforcement: "active",
          conditions: { refName: { includes: [`refs/heads/${branch}`], excludes: [] } },
          rules: rulesetRules(rules),
        },
        { parent: this },
      );
    for (const [variableName, value] of Object.entries(settings.variables))
      new ActionsVariable(
        `${name}-variable-${variableName}`,
        { repository: repositoryName, variableName, value },
        { parent: this },
      );
    for (const [secretName, { secret }] of Object.entries(settings.secrets)) {
      const value = stackSecrets[secret];
      if (value !== undefined)
        new ActionsSecret(
          `${name}-secret-${secretName}`,
          { repository: repositoryName, secretName, value: pulumi.secret(value) },
          { parent: this },
        );
    }
    this.registerOutputs({});
  }
}

/** A branch's rules in GitHub's words; nobody may force a push to it or delete it. */
function rulesetRules(rules: BranchRules) {
  return {
    deletion: true,
    nonFastForward: true,
    requiredLinearHistory: rules.needsLinearHistory,
    pullRequest: {
      requiredApprovingReviewCount: rules.reviews,
      dismissStaleReviewsOnPush: rules.dismissesStaleReviews,
      requireCodeOwnerReview: rules.needsCodeOwners,
      requiredReviewThreadResolution: rules.needsResolvedThreads,
    },
    ...(rules.checks.length === 0
      ? {}
      : {
          requiredStatusChecks: {
            requiredChecks: rules.checks.map((context) => ({ context })),
            strictRequiredStatusChecksPolicy: rules.needsUpToDate,
          },
        }),
  };
}
