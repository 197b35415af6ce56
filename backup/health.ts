import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { TaskState } from "./worker.ts";

/** What the health path answers. */
export interface Health {
  readonly isHealthy: boolean;
  readonly reason?: string;
  readonly tasks: Readonly<Record<string, TaskState>>;
}

/**
 * Judges a worker. It cannot look into the bucket, so it counts from its own start until its first backup.
 *
 * @param state - of the task that backs up
 */
export function healthOf(
  states: ReadonlyMap<string, TaskState>,
  startedAt: Date,
  now: Date,
  maxAgeHours: number,
): Health {
  const tasks = Object.fromEntries(states);
  const { lastSuccess, lastFailure } = states.get("backup") ?? { isRunning: false };
  const since = lastSuccess === undefined ? startedAt : new Date(lastSuccess);
  const hours = (now.getTime() - since.getTime()) / 3_600_000;
  if (lastFailure !== undefined && (lastSuccess === undefined || lastFailure.at > lastSuccess))
    return { isHealthy: false, reason: `the last backup failed: ${lastFailure.outcome}`, tasks };
  if (hours > maxAgeHours)
    return { isHealthy: false, reason: `no backup for ${hours.toFixed(1)} hours`, tasks };
  return { isHealthy: true, tasks };
}

/** Answers GET /health with 200 or 503, and everything else with 404. */
export async function serveHealth(
  port: number,
  health: () => Health,
): Promise<{ port: number; close: () => void }> {
  const server: Server = createServer((request, answer) => {
    if (request.method !== "GET" || request.url !== "/health") {
      answer.writeHead(404).end();
      return;
    }
    const { isHealthy, ...rest } = health();
    answer
      .writeHead(isHealthy ? 200 : 503, { "content-type": "application/json", "cache-control": "no-store" })
      .end(JSON.stringify({ status: isHealthy ? "ok" : "failing", ...rest }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, resolve);
  });
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, close };
}
