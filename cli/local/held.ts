import { LocalFault } from "../../local/fault.ts";
import type { SessionContext } from "../../local/stack/session.ts";
import { stackExists } from "../../local/stack/state-file.ts";
import type { StackOptions } from "./request.ts";

/** What holds a local stack, and what its file asks for, in words. */
interface HeldWords {
  readonly held: string;
  /** `its file asks for 1.1.0, and a rollback went to 1.0.0`; undefined where it asks for what is kept. */
  readonly other?: string;
}

async function heldWords(
  { home, cloud }: SessionContext,
  { stack, stackFile }: Pick<StackOptions, "stack" | "stackFile">,
): Promise<HeldWords | undefined> {
  if (!stackExists(home, stack) || !(await cloud.isRunning())) return undefined;
  // Only a stack that is up may be held, and only this needs the packages that speak to GitHub.
  const [{ gitHubAccess }, { recordPlace }, { readHeld, otherThanKept }, { settingsOfStack }, { holdText }] =
    await Promise.all([
      import("../../operations/github.ts"),
      import("../../operations/release/deployments.ts"),
      import("../../operations/release/kept.ts"),
      import("../../operations/release/stack.ts"),
      import("../../operations/release/words.ts"),
    ]);
  const { localEnvironment } = await import("../clouds.ts");
  const settings = settingsOfStack(stack, stackFile);
  const held = await readHeld(recordPlace(gitHubAccess(await localEnvironment()), settings)).catch(
    // A repository that the settings name anew is made by the run itself; nobody can have held the stack there.
    (error: unknown) => {
      const { cause } = error as { cause?: { status?: unknown } };
      if (cause?.status === 404) return undefined;
      throw error;
    },
  );
  if (held === undefined) return undefined;
  const other = otherThanKept(settings, held);
  return {
    held: `${stack} is ${holdText(held.hold)}`,
    ...(other && { other: `its file asks for ${other}, and a rollback went to ${held.keeps?.name}` }),
  };
}

const pullFirst = (stack: string): string =>
  `merge the rollback's pull request by \`slipway local merge\`, or \`slipway local pull --stack ${stack}\``;

/** Says so where a run brings back what a rollback left. */
export async function tellHeld(local: SessionContext, options: StackOptions): Promise<void> {
  const words = await heldWords(local, options).catch((error: unknown) => {
    // It is no more than a warning: the run itself says what is the matter with the local clouds.
    local.progress.say(`whether ${options.stack} is held could not be asked: ${String(error)}`);
    return undefined;
  });
  if (words?.other === undefined) return;
  local.progress.say(
    `warning: ${words.held}; ${words.other}: this brings back what was rolled back; to keep it away, ${pullFirst(options.stack)}, and run this again`,
  );
}

/** @throws LocalFault where a stack is held: a rehearsal brings up what its file says */
export async function refuseWhileHeld(
  local: SessionContext,
  options: Pick<StackOptions, "stack" | "stackFile">,
): Promise<void> {
  const words = await heldWords(local, options);
  if (words === undefined) return;
  const { stack } = options;
  const first =
    words.other === undefined ? "" : `; ${words.other}, so first ${pullFirst(stack)}, and bring it up`;
  throw new LocalFault(
    `${words.held}: a rehearsal brings up what its file says, and nothing is deleted while it is held${first}; \`slipway release resume --stack ${stack} --local\` ends the hold`,
  );
}
