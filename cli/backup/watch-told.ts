import { issueOfWatch, slackText, tellSlack } from "../../operations/backup/told.ts";
import type { Watch } from "../../operations/backup/watch.ts";
import { OperationFault } from "../../operations/fault.ts";
import { gitHubAccess } from "../../operations/github.ts";
import { keepOneIssue, repositoryNamed } from "../../operations/issues.ts";

/** Tells people what a watch found: in one issue, and in Slack. What cannot be told makes the command fail as well. */
export async function tellWatch(watch: Watch, { issue }: { issue?: string }): Promise<void> {
  const faults: string[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof OperationFault)) throw error;
      faults.push(error.message);
    }
  };
  if (issue !== undefined)
    await attempt(async () => {
      const place = repositoryNamed("--issue", issue);
      const result = await keepOneIssue(gitHubAccess(process.env), place, issueOfWatch(watch));
      if (result !== undefined) process.stderr.write(`${result.done} the issue: ${result.url}\n`);
    });
  const webhook = process.env["SLACK_WEBHOOK_URL"];
  if (!watch.isFine && webhook) await attempt(() => tellSlack(webhook, slackText(watch)));
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode ||= 1;
}
