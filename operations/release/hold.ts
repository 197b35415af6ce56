import { OperationFault } from "../fault.ts";
import { appOf, type ReleaseContext } from "./context.ts";
import { type Hold, holdStack, readHold, resumeStack } from "./holds.ts";
import { liveOf } from "./live.ts";

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

/**
 * Ends the hold of a stack; it is no fault where there is none.
 *
 * @throws OperationFault where a rollback pins the app: until it has ended the platform refuses whatever is brought up
 */
export async function resume(context: ReleaseContext): Promise<HoldChange> {
  const { settings, place, by } = context;
  const { stack } = settings;
  const held = await readHold(place);
  const app = held?.keeps === undefined ? undefined : await appOf(context);
  const pinned = app === undefined ? undefined : liveOf(app).pinned;
  if (pinned !== undefined)
    throw new OperationFault(
      `a rollback of ${stack} is under way or was interrupted: the app is pinned to deployment ${pinned}, and the platform refuses every other; wait until it has ended, or go on with it by slipway release rollback --stack ${stack}, then resume`,
    );
  return { version: 1, stack, isHeld: false, hold: await resumeStack(place, by) };
}
