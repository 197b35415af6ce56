import type { CloudStatus, FailuresReply, FaultRequest } from "./cloud/control.ts";
import { knownStacks } from "./stack/down.ts";
import type { SessionContext } from "./stack/session.ts";
import { type StackState, stackState } from "./stack/state.ts";

export interface LocalStatus {
  /** What the state of each stack tells. */
  readonly stacks: Readonly<Record<string, StackState>>;
  /** What the local clouds say of themselves, while they run. */
  readonly cloud?: CloudStatus;
  /** Components of apps that ended with a fault, while the clouds run. */
  readonly failures?: FailuresReply;
  /** Faults of the local clouds that `slipway local fault` set and nothing has met yet, while the clouds run. */
  readonly faults?: readonly FaultRequest[];
}

/** What there is of the local way on this machine, without starting anything. */
export async function localStatus(context: Pick<SessionContext, "home" | "cloud">): Promise<LocalStatus> {
  const { home } = context;
  const stacks = Object.fromEntries(knownStacks(home).map((name) => [name, stackState(home, name)]));
  if (!(await context.cloud.isRunning())) return { stacks };
  const { cloud } = context;
  // One that was started by older code may not know of failures and faults.
  const isCurrent = await cloud.isCurrent();
  const [failures, faults] = isCurrent ? await Promise.all([cloud.failures(), cloud.faults()]) : [[], []];
  return { stacks, cloud: await cloud.status(), failures, faults };
}
