import { OperationFault } from "../operations/fault.ts";

/** Where a screen on the wall is shown. */
interface Screen {
  /** The text of now. */
  show: () => Promise<string>;
  write: (text: string) => void;
  /** Whether the screen can be cleared; else one text stands below the other. */
  isTerminal: boolean;
  wait: () => Promise<unknown>;
}

const cleared = "\u001b[2J\u001b[H";

/** Shows a text again and again, until something other than a platform's fault ends it. */
export async function watch({ show, write, isTerminal, wait }: Screen): Promise<never> {
  for (;;) {
    // Cleared only after the answers are there: the screen is never empty.
    const text = await show().catch((error: unknown) => {
      if (error instanceof OperationFault) return `${error.message}\n`;
      throw error;
    });
    write(isTerminal ? `${cleared}${text}` : `${text}\n`);
    await wait();
  }
}
