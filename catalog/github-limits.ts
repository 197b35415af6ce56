/**
 * Limits of GitHub's Deployments API that a record of a release has to keep.
 *
 * Source: docs.github.com, REST API endpoints for deployment statuses (a description has at most 140 characters),
 * read 2026-11-21. GitHub gives no limit for the payload of a deployment; ours is that of its comments and bodies.
 */
export const gitHubLimits = {
  statusDescription: 140,
  deploymentPayload: 65_536,
  pullRequestBody: 65_536,
  /** Without required reviewers and wait timers for private repositories ("Deployment environments", read 2026-11-21). */
  plansWithoutReviewers: ["free", "pro", "team"],
} as const;
