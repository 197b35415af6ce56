import { scopeKey } from "../../../../local/apis/github/scopes.ts";
import { gitHubState } from "../../../../local/apis/github/state.ts";
import type { Store } from "../../../../local/cloud/store.ts";

/** Names a secret of a repository, or of one of its environments. */
export interface SecretPlace {
  readonly owner: string;
  readonly repository: string;
  /** @default - the secret is the repository's own */
  readonly environment?: string;
  readonly name: string;
}

/**
 * What the sealed box of a secret held, for proofs that the right thing was sent. The API itself never tells. Undefined
 * when there is no such secret.
 */
export function sentSecret(store: Store, place: SecretPlace): string | undefined {
  const state = gitHubState(store);
  const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();
  const repository = state.repositories
    .list()
    .find(({ owner, name }) => same(owner, place.owner) && same(name, place.repository));
  if (repository === undefined) return undefined;
  const wanted = place.environment;
  const environment =
    wanted === undefined
      ? undefined
      : state.environments
          .list()
          .find(({ repositoryId, name }) => repositoryId === repository.id && same(name, wanted));
  if (wanted !== undefined && environment === undefined) return undefined;
  return state.secrets.get(`${scopeKey(repository, environment)}/${place.name.toUpperCase()}`)?.value;
}
