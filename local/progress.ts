import { styleText } from "node:util";

/** Tells a person what happens: one line a step on standard error, where the step lasts with its seconds. */
export interface Progress {
  /** A step that is done, or a remark. */
  say(text: string): void;
  /** Shows what is under way; the same line again on a terminal, a new line at most every ten seconds elsewhere. */
  show(text: string): void;
}

/** Progress that nobody reads. */
export const silence: Progress = { say: () => undefined, show: () => undefined };

/** Progress on a stream, by default standard error, so that standard output holds nothing but the result. */
export function progressOn(stream: NodeJS.WriteStream = process.stderr): Progress {
  let isOpen = false;
  let lastShown = 0;
  const clear = (): string => (isOpen ? "\r\u001b[K" : "");
  return {
    say: (text) => {
      stream.write(`${clear()}${text}\n`);
      isOpen = false;
    },
    show: (text) => {
      if (stream.isTTY) {
        const line = text.slice(0, Math.max(20, (stream.columns || 80) - 2));
        stream.write(`${clear()}${styleText("dim", line, { stream })}`);
        isOpen = true;
      } else if (Date.now() - lastShown > 10_000) {
        lastShown = Date.now();
        stream.write(`${text}\n`);
      }
    },
  };
}
