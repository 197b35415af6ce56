import { LocalFault } from "../../fault.ts";
import { fileAt, keepCommit } from "./commits.ts";
import { merged } from "./pulls.ts";
import type { RepositoryRecord, ReviewRecord } from "./records.ts";
import { type GitHubState, timestamp } from "./state.ts";

/** Who approves what is merged here: nobody approves their own pull request. */
const reviewer = "local-reviewer";

function repositoryOf(state: GitHubState, name: string): RepositoryRecord {
  const all = state.repositories.list();
  const found = all.find((one) => `${one.owner}/${one.name}`.toLowerCase() === name.toLowerCase());
  if (found === undefined)
    throw new LocalFault(
      `the local GitHub has no repository ${name}: bring a stack of it up first, with \`npm start\``,
    );
  return found;
}

/**
 * Puts files on a branch as somebody's push would, but that no rule of the branch is asked. The branch, and others that are
 * to be there, are made where they are missing.
 */
export function committed(
  state: GitHubState,
  wanted: {
    repository: string;
    branch: string;
    message: string;
    files: Readonly<Record<string, string>>;
    branches: readonly string[];
  },
): { commit: string; changed: string[]; made: string[] } {
  const repository = repositoryOf(state, wanted.repository);
  const { branch, message } = wanted;
  const branches = { ...repository.branches };
  const parent = branches[branch] ?? branches[repository.defaultBranch] ?? "";
  const files = Object.fromEntries(
    Object.entries(wanted.files).filter(([path, text]) => fileAt(state, repository, parent, path) !== text),
  );
  const changed = Object.keys(files);
  const commit =
    changed.length === 0 ? parent : keepCommit(state, repository, { parents: [parent], files, message }).sha;
  const made = [...new Set([branch, ...wanted.branches])].filter((name) => branches[name] === undefined);
  for (const name of [branch, ...made]) branches[name] = commit;
  state.repositories.put(String(repository.id), { ...repository, branches, updatedAt: timestamp() });
  return { commit, changed, made };
}

/** Approves and merges a pull request, and tells which files the branch has otherwise now. */
export function approvedAndMerged(
  state: GitHubState,
  { repository: name, number }: { repository: string; number: number },
): { commit: string; branch: string; files: { path: string; before?: string; after: string }[] } {
  const repository = repositoryOf(state, name);
  const pull = state.pulls.list().find((one) => one.repositoryId === repository.id && one.number === number);
  if (pull === undefined)
    throw new LocalFault(`${name}#${number} must be a pull request of the local GitHub`);
  if (pull.mergedAt !== undefined) throw new LocalFault(`${name}#${number} is merged already`);
  const head = repository.branches[pull.head];
  if (head === undefined || repository.branches[pull.base] === undefined)
    throw new LocalFault(`${name}#${number} cannot be merged: one of its branches is not there any more`);
  const review: ReviewRecord = {
    id: state.nextId(),
    author: reviewer,
    state: "APPROVED",
    body: "",
    commit: head,
    submittedAt: timestamp(),
  };
  const { sha, before, files } = merged(state, repository, { ...pull, reviews: [...pull.reviews, review] });
  return {
    commit: sha,
    branch: pull.base,
    files: Object.entries(files).map(([path, after]) => {
      const old = fileAt(state, repository, before, path);
      return { path, ...(old === undefined ? {} : { before: old }), after };
    }),
  };
}
