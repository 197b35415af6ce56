import type { RequestsReply } from "./control.ts";

/** One request of the log as a line: time, cloud, effect, status, call and body, everything masked already. */
export function requestLine(request: RequestsReply["requests"][number]): string {
  const { time, api, effect, by, status, method, path, action, body } = request;
  const call = action === undefined ? `${method} ${path}` : `${action} (${method} ${path})`;
  const sent = body === undefined ? "" : ` ${JSON.stringify(body)}`;
  const who = by === undefined ? "" : " by the app";
  return `${time.slice(11, 23)} ${api.padEnd(12)} ${effect.padEnd(5)} ${status} ${call}${who}${sent}`;
}
