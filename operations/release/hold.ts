import type { ReleaseContext } from "./context.ts";
import { type Hold, holdStack, readHold, resumeStack } from "./holds.ts";

/** What became of a hold. */
export interface HoldChange {
  version: 1;
  stack: string;
  isHeld: boolean;
  hold?: Hold | undefined;
}

/** Holds what a stack runs: nothing is promoted to it and nothing begun until it is resumed. */
export async function hold({ settings, place, by }: ReleaseContext, reason: string): Promise<HoldChange> {
  const present = await readHold(place);
  const made = present ?? (await holdStack(place, reason, by));
  return { version: 1, stack: settings.stack, isHeld: true, hold: made };
}

/** Ends the hold of a stack; it is no fault where there is none. */
export async function resume({ settings, place, by }: ReleaseContext): Promise<HoldChange> {
  return { version: 1, stack: settings.stack, isHeld: false, hold: await resumeStack(place, by) };
}
