import { setTimeout as pause } from "node:timers/promises";
import { Turns } from "../../cloud/turns.ts";
import type { Operation } from "../resource.ts";

/** Longest wait of the published provider where the resource sets no time limit of its own, milliseconds. */
const longestWait = 30 * 60 * 1000;

/**
 * Looks again and again until `look` finds something.
 *
 * @param wanted - what is waited for, as the error says it
 * @throws when the operation is cancelled or takes too long
 */
export async function waitUntil<T>(
  wanted: string,
  look: () => Promise<T | undefined>,
  { operation, interval, limit = longestWait }: { operation: Operation; interval: number; limit?: number },
): Promise<T> {
  const signal = AbortSignal.any([operation.signal, AbortSignal.timeout(limit)]);
  try {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      await pause(interval, undefined, { signal });
    }
  } catch (error) {
    if (operation.signal.aborted)
      throw new Error(`stopped waiting for ${wanted}: ${reason(operation.signal)}`);
    if (signal.aborted) throw new Error(`${wanted} took longer than ${Math.round(limit / 60_000)} minutes`);
    throw error;
  }
}

function reason(signal: AbortSignal): string {
  return signal.reason instanceof Error ? signal.reason.message : String(signal.reason);
}

const turns = new Turns();

/** Runs `work` after what was started before under the same key, since the platform takes such changes one by one. */
export function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  return turns.take(key, work);
}
