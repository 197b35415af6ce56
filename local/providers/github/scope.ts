import type { Properties } from "../resource.ts";
import { type Account, environmentPath, repositoryPath } from "./account.ts";
import { buildId, escapePart, parseId, unescapePart } from "./ids.ts";

/** What secrets and variables belong to, and so how they are addressed and named. */
export interface Scope {
  /** Path of the secrets. Those of an environment are addressed by the repository's id, which a rename keeps. */
  secretsPath(properties: Properties): string;
  variablesPath(properties: Properties): string;
  idOf(properties: Properties, name: string): string;
  /** The properties that an id tells, and the name in it. */
  parse(id: string, nameOfPart: string): { place: Properties; name: string };
}

/** Secrets and variables of a repository. */
export function repositoryScope(account: Account): Scope {
  const path = ({ repository }: Properties): string => `${repositoryPath(account, repository)}/actions`;
  return {
    secretsPath: (properties) => `${path(properties)}/secrets`,
    variablesPath: (properties) => `${path(properties)}/variables`,
    idOf: ({ repository }, name) => buildId(String(repository), name),
    parse: (id, nameOfPart) => {
      const [repository, name = ""] = parseId(id, "repository", nameOfPart);
      return { place: { repository }, name };
    },
  };
}

/** Secrets and variables of one environment of a repository. */
export function environmentScope(account: Account): Scope {
  return {
    secretsPath: ({ repositoryId, environment }) =>
      `repositories/${repositoryId}/environments/${encodeURIComponent(String(environment))}/secrets`,
    variablesPath: ({ repository, environment }) =>
      `${environmentPath(account, repository, environment)}/variables`,
    idOf: ({ repository, environment }, name) =>
      buildId(String(repository), escapePart(String(environment)), name),
    parse: (id, nameOfPart) => {
      const [repository, environment = "", name = ""] = parseId(id, "repository", "environment", nameOfPart);
      return { place: { repository, environment: unescapePart(environment) }, name };
    },
  };
}
