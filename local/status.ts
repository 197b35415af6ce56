import type { CloudStatus } from "./cloud/control.ts";
import { knownStacks } from "./stack/down.ts";
import type { SessionContext } from "./stack/session.ts";

export interface LocalStatus {
  /** Stacks that have a state. */
  readonly stacks: readonly string[];
  /** What the local clouds say of themselves, while they run. */
  readonly cloud?: CloudStatus;
}

/** What there is of the local way on this machine, without starting anything. */
export async function localStatus(context: Pick<SessionContext, "home" | "cloud">): Promise<LocalStatus> {
  const stacks = knownStacks(context.home);
  return (await context.cloud.isRunning()) ? { stacks, cloud: await context.cloud.status() } : { stacks };
}
