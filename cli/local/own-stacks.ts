import { existsSync } from "node:fs";
import type { OwnStack } from "../../local/stack/pipeline.ts";
import type { SessionContext } from "../../local/stack/session.ts";
import { stackFileOf as ownFileOf } from "../../local/stack/stack-files.ts";
import { localStatus } from "../../local/status.ts";
import { settingsOfStack, stackFileOf } from "../../operations/release/stack.ts";

/** A local stack with its settings and their file. */
export function ownStack({ home }: SessionContext, stack: string, named?: string): OwnStack {
  const file = ownFileOf(home, stack, named);
  return { settings: settingsOfStack(stack, file), file: stackFileOf(stack, file) };
}

/** The stacks that are up on this machine and have a file. */
export async function ownStacks(local: SessionContext): Promise<OwnStack[]> {
  const names = Object.keys((await localStatus(local)).stacks);
  return names
    .filter((stack) => existsSync(stackFileOf(stack, ownFileOf(local.home, stack, undefined))))
    .map((stack) => ownStack(local, stack));
}
