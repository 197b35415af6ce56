import { z } from "zod";

type Json = Record<string, unknown>;

/** Rules of a ruleset about pushes. */
export const pushRules = [
  "file_path_restriction",
  "max_file_path_length",
  "file_extension_restriction",
  "max_file_size",
] as const;

/** Rules of a ruleset about branches or tags. */
export const branchRules = [
  "creation",
  "update",
  "deletion",
  "required_linear_history",
  "merge_queue",
  "required_deployments",
  "required_signatures",
  "pull_request",
  "required_status_checks",
  "non_fast_forward",
  "commit_message_pattern",
  "commit_author_email_pattern",
  "committer_email_pattern",
  "branch_name_pattern",
  "tag_name_pattern",
  "workflows",
  "code_scanning",
  "copilot_code_review",
] as const;

/** Rules that mean nothing without their parameters. */
export const parametersNeeded = new Set<string>([
  ...pushRules,
  "merge_queue",
  "required_deployments",
  "pull_request",
  "required_status_checks",
  "workflows",
  "code_scanning",
]);

/** What a request says about a ruleset. */
export const Ruleset = z.object({
  name: z.string().min(1, "is empty").max(100, "is longer than 100 characters"),
  target: z.enum(["branch", "tag", "push"]).default("branch"),
  enforcement: z.enum(["disabled", "active", "evaluate"]),
  bypass_actors: z
    .array(
      z.object({
        actor_id: z.int().nullish(),
        actor_type: z.enum([
          "Integration",
          "OrganizationAdmin",
          "RepositoryRole",
          "Team",
          "DeployKey",
          "User",
        ]),
        bypass_mode: z.enum(["always", "pull_request", "exempt"]).default("always"),
      }),
    )
    .default([]),
  conditions: z
    .object({
      ref_name: z
        .object({ include: z.array(z.string()).default([]), exclude: z.array(z.string()).default([]) })
        .optional(),
    })
    .nullish(),
  rules: z
    .array(
      z.object({
        type: z.enum([...branchRules, ...pushRules]),
        parameters: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .default([]),
});

/** A rule as GitHub keeps it: what it fills in where a request leaves it out. */
export function completeRule(rule: { type: string; parameters?: Json | undefined }): Json {
  const { type, parameters } = rule;
  if (type === "pull_request") {
    const methods = parameters?.allowed_merge_methods;
    const isSet = Array.isArray(methods) && methods.length > 0;
    return {
      type,
      parameters: {
        required_reviewers: [],
        ...parameters,
        allowed_merge_methods: isSet ? methods : ["merge", "squash", "rebase"],
      },
    };
  }
  return parameters === undefined ? { type } : { type, parameters };
}
