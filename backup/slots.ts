import { Cron } from "croner";
import { failureOf } from "./failure.ts";
import { type BackupPlace, databasePrefix, newId } from "./keys.ts";
import { type ObjectAddress, putNew } from "./upload.ts";

/** How often a worker that starts takes up the same missed backup: one that ends the worker each time ends in the end. */
export const mostAttempts = 3;

/** Where the tickets of a schedule are. */
export interface Schedule extends Omit<ObjectAddress, "key"> {
  readonly place: BackupPlace;
  readonly signal: AbortSignal;
}

/**
 * The time of the schedule that was last due; undefined where that is longer ago.
 *
 * @param hours - after which a missed time is not made up for: another one has come, or will
 */
export function lastSlot(cron: string, timezone: string, now: Date, hours: number): Date | undefined {
  // What is due at this very millisecond is due.
  const [slot] = new Cron(cron, { timezone }).previousRuns(1, new Date(now.getTime() + 1));
  return slot === undefined || now.getTime() - slot.getTime() > hours * 3_600_000 ? undefined : slot;
}

/** Where a ticket is: below the database's own prefix, in a folder where no backup is looked for. */
export const ticketKey = (place: BackupPlace, slot: Date, number: number): string =>
  `${databasePrefix(place)}.runs/${newId(slot).slice(0, 19)}.${number}.json`;

/**
 * Takes one of the few tickets of a slot. The writer may look for nothing in the bucket, but is told when an object that
 * it writes is there already: a backup that is made takes all tickets, so whoever gets one knows that it is missing.
 */
export async function takeTicket(schedule: Schedule, slot: Date): Promise<boolean> {
  for (let number = 1; number <= mostAttempts; number += 1)
    if (await take(schedule, slot, number)) return true;
  return false;
}

/** Takes all tickets of a slot: its backup is made. */
export async function closeSlot(schedule: Schedule, slot: Date): Promise<void> {
  for (let number = 1; number <= mostAttempts; number += 1) await take(schedule, slot, number);
}

async function take(schedule: Schedule, slot: Date, number: number): Promise<boolean> {
  const { client, bucket, place, signal } = schedule;
  try {
    await putNew({ client, bucket, key: ticketKey(place, slot, number) }, "{}\n", signal);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (failureOf(error).outcome === "exists") return false;
    throw error;
  }
}
