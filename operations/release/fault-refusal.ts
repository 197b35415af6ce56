import type { Refused } from "./refusals.ts";

/** How a stack file gets a commit. */
export const writesCommit = (stack: string): string =>
  `slipway release begin --stack ${stack} --commit <commit> writes it`;

/** What is to be written where a stack file says nothing that could be released. */
export function faultRefusal(stack: string, message: string): Refused {
  return message.startsWith("release.commit:")
    ? { rule: "commit", message, fix: writesCommit(stack) }
    : {
        rule: "pinned-by-digest",
        message,
        fix: `slipway release begin --stack ${stack} --image <component=repository:tag> writes its digest`,
      };
}
