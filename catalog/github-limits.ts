/**
 * Limits of GitHub that deliveries have to keep.
 *
 * Source of the numbers: docs.github.com, REST API endpoints for deployment statuses (a description has at most 140
 * characters), read 2026-11-21. GitHub gives no limit for the payload of a deployment; ours is that of its comments and bodies.
 *
 * Source of the plans: github/docs, data/reusables/gated-features/environments.md, gated-features/repo-rules.md and
 * content/actions/reference/workflows-and-actions/deployments-and-environments.md, read 2026-11-22. Who asks for reviewers all the
 * same is answered 422 "Failed to create the environment protection rule. Please ensure the billing plan supports the required
 * reviewers protection rule." ("wait timer" for that); for branch rules 403 "Upgrade to GitHub Pro or make this repository public
 * to enable this feature." (backstage/backstage#28977, and what many repositories quote, read 2026-11-22). A GitHub App, so a
 * workflow's own token too, is told an organization's plan only with the permission "Organization plan"
 * (docs.github.com, REST API endpoints for organizations, read 2026-11-22).
 */
export const gitHubLimits = {
  statusDescription: 140,
  deploymentPayload: 65_536,
  pullRequestBody: 65_536,
  /** Without required reviewers, wait timers and a bar to administrators for private repositories. */
  plansWithoutReviewers: ["free", "pro", "team"],
  /** Without environments, their secrets and branches, and without branch rules for private repositories. */
  plansWithoutEnvironments: ["free"],
} as const;
