import type { CloudStatus } from "./cloud/control.ts";
import { knownStacks } from "./stack/down.ts";
import type { SessionContext } from "./stack/session.ts";
import { type StackState, stackState } from "./stack/state.ts";

export interface LocalStatus {
  /** What the state of each stack tells. */
  readonly stacks: Readonly<Record<string, StackState>>;
  /** What the local clouds say of themselves, while they run. */
  readonly cloud?: CloudStatus;
}

/** What there is of the local way on this machine, without starting anything. */
export async function localStatus(context: Pick<SessionContext, "home" | "cloud">): Promise<LocalStatus> {
  const { home } = context;
  const stacks = Object.fromEntries(knownStacks(home).map((name) => [name, stackState(home, name)]));
  return (await context.cloud.isRunning()) ? { stacks, cloud: await context.cloud.status() } : { stacks };
}
