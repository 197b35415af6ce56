import { setTimeout as delay } from "node:timers/promises";
import { Cron } from "croner";
import type { BackupSettings } from "./backup.settings.ts";
import { readCommandSettings } from "./command.settings.ts";
import type { CommandContext } from "./command.ts";
import { healthOf, serveHealth } from "./health.ts";
import { maintain } from "./maintain.ts";
import { run } from "./run.ts";
import { type Task, Worker } from "./worker.ts";

/** Seconds before a backup that failed is tried again: a lock or a restart is over by then. */
const retryAfter = [60, 600, 3600];

/** Milliseconds that the receiver of a heartbeat has to answer. */
const heartbeatLimit = 10_000;

/**
 * Backs up and maintains by the schedule of the settings, one thing at a time, until a signal comes; a run that is under
 * way then is ended cleanly.
 */
export async function schedule(context: CommandContext): Promise<void> {
  const { environment, log, signal, now } = context;
  const { backup, heartbeatUrl, healthPort } = await readCommandSettings(environment, { source: true });
  log.hide(heartbeatUrl);
  const worker = new Worker({
    log,
    now,
    signal,
    random: Math.random,
    jitterSeconds: backup.schedule.jitterSeconds,
    pause: (seconds) => delay(seconds * 1000, undefined, { signal }).catch(() => undefined),
  });
  const startedAt = now();
  const health = () => healthOf(worker.states, startedAt, now(), backup.drill.maxAgeHours);
  const server = await serveHealth(healthPort, health);
  const jobs = tasksOf(context, backup, heartbeatUrl).map(({ cron, task }) => {
    const job = new Cron(cron, { timezone: backup.schedule.timeZone }, () => void worker.trigger(task));
    log.info("scheduled", { task: task.name, cron, next: job.nextRun()?.toISOString() });
    return job;
  });
  log.info("worker started", { port: server.port });
  try {
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve());
    });
  } finally {
    for (const job of jobs) job.stop();
    await worker.idle();
    server.close();
  }
  throw signal.reason;
}

/** What the worker does, and when. */
export function tasksOf(
  context: CommandContext,
  { schedule: times }: BackupSettings,
  heartbeatUrl: string | undefined,
): { cron: string; task: Task }[] {
  // The writer may not look into the bucket: what the last dumps measured is known from this process alone.
  const sizes = new Map<string, number>();
  const backUp = async (): Promise<void> => {
    for (const { database, plain } of await run(context, { previousBytes: (name) => sizes.get(name) }))
      sizes.set(database, plain.bytes);
    if (heartbeatUrl !== undefined) await beat(heartbeatUrl, context);
  };
  return [
    { cron: times.backup, task: { name: "backup", work: backUp, retryAfter } },
    ...(times.maintenance === undefined
      ? []
      : [
          {
            cron: times.maintenance,
            task: { name: "maintenance", work: async () => void (await maintain(context)), retryAfter: [] },
          },
        ]),
  ];
}

/** Tells a watcher that a backup was made. That it cannot be told makes no failure of the backup. */
async function beat(url: string, { log }: CommandContext): Promise<void> {
  try {
    const answer = await fetch(url, { method: "POST", signal: AbortSignal.timeout(heartbeatLimit) });
    if (!answer.ok) log.warn("the heartbeat was not taken", { status: answer.status });
  } catch (error) {
    log.warn("the heartbeat was not taken", { reason: (error as { message: string }).message });
  }
}
