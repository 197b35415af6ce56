import { OperationFault } from "../fault.ts";
import { type KeptIssue, plainInMarkdown } from "../issues.ts";
import type { Watch } from "./watch.ts";

/** The issue that stands open while something of a stack's backups is late. GitHub sends it by e-mail to who watches. */
export function issueOfWatch({ stack, late, isFine }: Watch): KeptIssue {
  const marker = `<!-- slipway backups ${stack} -->`;
  return {
    marker,
    title: `Backups of ${stack} are late`,
    body: [
      marker,
      `What is kept of **${stack}** outside its platform is older than it may be. This text is edited in place; the issue is closed when nothing is late any more. What to do: \`docs/runbooks/backup-late.md\`.`,
      "",
      ...late.map((line) => `- ${plainInMarkdown(line)}`),
      "",
    ].join("\n"),
    state: isFine ? "closed" : "open",
  };
}

/** The same for a channel of Slack, whose own markup has three characters. */
export const slackText = ({ stack, late }: Watch): string =>
  [`Backups of ${stack} are late:`, ...late.map((line) => `• ${line}`)]
    .join("\n")
    .replace(/[&<>]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[one] ?? one);

/** Milliseconds for one message. */
const patience = 15_000;

/**
 * Sends a text to an incoming webhook, whose address is a secret and is told nowhere.
 *
 * @throws OperationFault where it was not taken
 */
export async function tellSlack(webhook: string, text: string): Promise<void> {
  const url = URL.parse(webhook);
  const isLoopback = url?.hostname === "127.0.0.1";
  if (url === null || (url.protocol !== "https:" && !isLoopback))
    throw new OperationFault("SLACK_WEBHOOK_URL must be the https address of an incoming webhook");
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text }),
    redirect: "error",
    signal: AbortSignal.timeout(patience),
  }).catch(() => undefined);
  if (response === undefined) throw new OperationFault("Slack was not told: its webhook does not answer");
  if (!response.ok) throw new OperationFault(`Slack was not told: its webhook answered ${response.status}`);
}
