import type { EnvironmentRecord, RepositoryRecord } from "./records.ts";
import type { GitHubState } from "./state.ts";

/** Names what secrets and variables belong to: a repository, or one of its environments. */
export function scopeKey(
  repository: Pick<RepositoryRecord, "id">,
  environment?: Pick<EnvironmentRecord, "id">,
): string {
  return environment === undefined
    ? `repository/${repository.id}`
    : `repository/${repository.id}/environment/${environment.id}`;
}

/** Drops everything that a scope held: its secrets, its variables and its key pair. */
export function forgetScope(state: GitHubState, scope: string): void {
  for (const collection of [state.secrets, state.variables]) {
    for (const entry of collection.list()) {
      if (entry.scope === scope) collection.delete(`${scope}/${entry.name}`);
    }
  }
  state.keys.delete(scope);
}
