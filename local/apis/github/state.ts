import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Collection, Store } from "../../cloud/store.ts";
import type {
  AccountRecord,
  CheckRunRecord,
  CommentRecord,
  CommitRecord,
  DeploymentRecord,
  EnvironmentRecord,
  IssueRecord,
  KeyRecord,
  PolicyRecord,
  PullRecord,
  RepositoryRecord,
  RulesetRecord,
  SecretRecord,
  VariableRecord,
} from "./records.ts";

/** Everything that the local GitHub remembers. */
export interface GitHubState {
  readonly accounts: Collection<AccountRecord>;
  readonly repositories: Collection<RepositoryRecord>;
  readonly environments: Collection<EnvironmentRecord>;
  readonly policies: Collection<PolicyRecord>;
  readonly keys: Collection<KeyRecord>;
  readonly secrets: Collection<SecretRecord>;
  readonly variables: Collection<VariableRecord>;
  readonly rulesets: Collection<RulesetRecord>;
  readonly deployments: Collection<DeploymentRecord>;
  readonly commits: Collection<CommitRecord>;
  readonly checkRuns: Collection<CheckRunRecord>;
  readonly comments: Collection<CommentRecord>;
  readonly pulls: Collection<PullRecord>;
  readonly issues: Collection<IssueRecord>;
  /** The next id. No two objects share one, whatever their kind. */
  nextId(): number;
}

/** Opens the local GitHub's part of the store. */
export function gitHubState(store: Store): GitHubState {
  const sequence = store.collection<{ last: number }>("github.sequence");
  return {
    accounts: store.collection("github.account"),
    repositories: store.collection("github.repository"),
    environments: store.collection("github.environment"),
    policies: store.collection("github.policy"),
    keys: store.collection("github.key"),
    secrets: store.collection("github.secret"),
    variables: store.collection("github.variable"),
    rulesets: store.collection("github.ruleset"),
    deployments: store.collection("github.deployment"),
    commits: store.collection("github.commit"),
    checkRuns: store.collection("github.check-run"),
    comments: store.collection("github.comment"),
    pulls: store.collection("github.pull"),
    issues: store.collection("github.issue"),
    nextId: () => {
      const last = (sequence.get("id")?.last ?? 1000) + 1;
      sequence.put("id", { last });
      return last;
    },
  };
}

/** The next number of a repository: its issues and pull requests are counted together. */
export function nextNumber({ issues, pulls }: GitHubState, repositoryId: number): number {
  const numbers = [...issues.list(), ...pulls.list()].flatMap((one) =>
    one.repositoryId === repositoryId ? [one.number] : [],
  );
  return Math.max(0, ...numbers) + 1;
}

/** The present moment as GitHub writes it: RFC 3339, UTC, whole seconds. */
export function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}

/** The id of an object in GraphQL. */
export function nodeId(type: string, id: number | string): string {
  return Buffer.from(`${String(type.length).padStart(3, "0")}:${type}${id}`).toString("base64");
}

/** The object name that a text would have in a repository that keeps no files. */
export function commitOf(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

/** Where this server is reached, with the base path that the request used, for links in replies. */
export function baseUrl(request: FastifyRequest): string {
  const prefix = request.url.startsWith("/api/v3/") ? "/api/v3" : "";
  return `${request.protocol}://${request.host}${prefix}`;
}

/** One page of a list, by the query's `per_page` (at most 100) and `page`. */
export function page<T>(items: readonly T[], request: FastifyRequest): T[] {
  const query = request.query as Readonly<Record<string, string | undefined>>;
  const number = (text: string | undefined, otherwise: number): number => {
    const value = Number(text);
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  const size = Math.min(number(query.per_page, 30), 100);
  const start = (number(query.page, 1) - 1) * size;
  return items.slice(start, start + size);
}
