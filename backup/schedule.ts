import { setTimeout as delay } from "node:timers/promises";
import { Cron } from "croner";
import type { BackupSettings } from "./backup.settings.ts";
import { readCommandSettings } from "./command.settings.ts";
import type { CommandContext } from "./command.ts";
import { placeOf } from "./dump.ts";
import { failureOf } from "./failure.ts";
import { healthOf, serveHealth } from "./health.ts";
import { maintain } from "./maintain.ts";
import { run } from "./run.ts";
import { closeSlot, lastSlot, type Schedule, takeTicket } from "./slots.ts";
import { storageClient } from "./storage.ts";
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
  const { backup, credentials, source, heartbeatUrl, healthPort } = await readCommandSettings(environment, {
    source: true,
    recipients: true,
  });
  log.hide(heartbeatUrl, credentials.secretAccessKey, credentials.sessionToken);
  const client = storageClient(backup, credentials);
  const place = placeOf(backup, backup.databases?.[0] ?? source.database);
  const slots = { client, bucket: backup.bucket, place, signal };
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
  const tasks = tasksOf(context, backup, heartbeatUrl, slots);
  const jobs = tasks.map(({ cron, task }) => {
    const job = new Cron(cron, { timezone: backup.schedule.timeZone }, () => void worker.trigger(task));
    log.info("scheduled", { task: task.name, cron, next: job.nextRun()?.toISOString() });
    return job;
  });
  log.info("worker started", { port: server.port });
  try {
    const [first] = tasks;
    if (!signal.aborted && (await isMissed(context, backup, slots))) void worker.trigger(first.task);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve());
    });
  } finally {
    for (const job of jobs) job.stop();
    await worker.idle();
    server.close();
    client.destroy();
  }
  throw signal.reason;
}

/** Whether the last backup that was due is missing: a worker that is ended in its midst leaves it to the next one. */
async function isMissed(
  { now, log, signal }: CommandContext,
  backup: BackupSettings,
  slots: Schedule,
): Promise<boolean> {
  const slot = dueSlot(backup, now());
  if (slot === undefined) return false;
  try {
    const isMissing = await takeTicket(slots, slot);
    const event = isMissing ? "a backup was missed and is made up for" : "no backup is made up for";
    log.info(event, { due: slot.toISOString() });
    return isMissing;
  } catch (error) {
    if (!signal.aborted)
      log.warn("cannot tell whether a backup was missed", { reason: failureOf(error).message });
    return false;
  }
}

const dueSlot = ({ schedule: { backup, timeZone }, drill }: BackupSettings, now: Date): Date | undefined =>
  lastSlot(backup, timeZone, now, drill.maxAgeHours);

/** What the worker does, and when; the backup first. */
export function tasksOf(
  context: CommandContext,
  settings: BackupSettings,
  heartbeatUrl: string | undefined,
  slots: Schedule,
): [{ cron: string; task: Task }, ...{ cron: string; task: Task }[]] {
  const { schedule: times } = settings;
  // The writer may not look into the bucket: what the last dumps measured is known from this process alone.
  const sizes = new Map<string, number>();
  const backUp = async (): Promise<void> => {
    const slot = dueSlot(settings, context.now());
    for (const { database, plain } of await run(context, { previousBytes: (name) => sizes.get(name) }))
      sizes.set(database, plain.bytes);
    if (slot !== undefined) await noteMade(slots, slot, context);
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

/** That it cannot be noted makes no failure of the backup: the next start makes one too many. */
async function noteMade(slots: Schedule, slot: Date, { log }: CommandContext): Promise<void> {
  await closeSlot(slots, slot).catch((error: unknown) =>
    log.warn("cannot note that the backup was made", { reason: failureOf(error).message }),
  );
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
