import { Refusal, withGitHub } from "../github.ts";
import type { RecordPlace } from "./deployments.ts";
import type { Refused } from "./refusals.ts";

/** What GitHub answers for a commit that a repository does not have; 409 where it has none at all. */
const absent = [404, 409, 422];

/** Whether a repository at GitHub has a commit. */
export function hasCommit(
  { access, owner, repo }: Pick<RecordPlace, "access" | "owner" | "repo">,
  commit: string,
): Promise<boolean> {
  return withGitHub(access, async (ask) => {
    try {
      await ask("GET /repos/{owner}/{repo}/commits/{ref}", { owner, repo, ref: commit });
      return true;
    } catch (error) {
      if (error instanceof Refusal && absent.includes(error.status)) return false;
      throw error;
    }
  });
}

/** Why a release cannot be recorded: GitHub takes a record only for a commit that the product's repository has. */
export async function commitRefusals(place: RecordPlace, commit: string | undefined): Promise<Refused[]> {
  if (commit === undefined || (await hasCommit(place, commit))) return [];
  const { owner, repo, stack } = place;
  const message = `release.commit must be a commit of ${owner}/${repo}: ${commit} is not there`;
  const fix = `push it there, or slipway release begin --stack ${stack} --commit <commit> writes another`;
  return [{ rule: "commit", message, fix }];
}
