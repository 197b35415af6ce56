import type { RepositoryRecord, RulesetRecord } from "./records.ts";
import type { GitHubState } from "./state.ts";

/** A pattern of a ruleset as a regular expression: `*` stays within one part of the name, `**` does not. */
function patternExpression(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^$()|[\]{}\\]/g, "\\$&")
    .replaceAll("**/", "\0")
    .replaceAll("**", "\u0001")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]")
    .replaceAll("\0", "(?:.*/)?")
    .replaceAll("\u0001", ".*");
  return new RegExp(`^${source}$`);
}

/** Whether a ruleset's conditions name a branch. */
function coversBranch(ruleset: RulesetRecord, repository: RepositoryRecord, branch: string): boolean {
  if (ruleset.target !== "branch") return false;
  const { include, exclude } = ruleset.conditions?.ref_name ?? { include: [], exclude: [] };
  const fits = (pattern: string): boolean =>
    pattern === "~ALL" ||
    (pattern === "~DEFAULT_BRANCH"
      ? branch === repository.defaultBranch
      : patternExpression(pattern).test(`refs/heads/${branch}`));
  return include.some(fits) && !exclude.some(fits);
}

/** The rules that hold for a branch now, with the ruleset that each one comes from. */
export function rulesForBranch(
  state: GitHubState,
  repository: RepositoryRecord,
  branch: string,
): Record<string, unknown>[] {
  return state.rulesets
    .list()
    .filter((ruleset) => ruleset.repositoryId === repository.id && ruleset.enforcement === "active")
    .filter((ruleset) => coversBranch(ruleset, repository, branch))
    .flatMap((ruleset) =>
      ruleset.rules.map((rule) => ({
        ...rule,
        ruleset_source_type: "Repository",
        ruleset_source: `${repository.owner}/${repository.name}`,
        ruleset_id: ruleset.id,
      })),
    );
}
