import { syncBuiltinESMExports } from "node:module";
import promises from "node:timers/promises";

/**
 * Loaded into a worker before its own program: a clock that the local cloud can set forward. What waits for an hour
 * that has come then does not wait on, and no wait that begins in that moment, such as the seconds by which a start may
 * be late, is waited for. Timers of the system, as those of sockets, do not notice.
 */

/** The variable that says by how many milliseconds the clock is ahead at the start; the program does not see it. */
const variable = "SLIPWAY_CLOCK_AHEAD";

interface Waiting {
  readonly due: number;
  readonly isPause: boolean;
  readonly order: number;
  end(): void;
}

const realSetTimeout = globalThis.setTimeout;
const realClearTimeout = globalThis.clearTimeout;
const RealDate = Date;
const waiting = new Map<unknown, Waiting>();
let ahead = Number(process.env[variable] ?? "0");
let count = 0;
delete process.env[variable];

const now = (): number => RealDate.now() + ahead;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given) => Reflect.construct(target, given.length === 0 ? [now()] : given),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
});

function wait(work: () => void, milliseconds: number, isPause: boolean): NodeJS.Timeout {
  const timer = realSetTimeout(() => {
    waiting.delete(timer);
    work();
  }, milliseconds);
  const end = (): void => {
    stopWaiting(timer);
    work();
  };
  waiting.set(timer, { due: now() + milliseconds, isPause, order: count++, end });
  return timer;
}

function stopWaiting(timer: unknown): void {
  waiting.delete(timer);
  realClearTimeout(timer as NodeJS.Timeout);
}

const setTimeout = (work: (...given: unknown[]) => void, milliseconds = 0, ...given: unknown[]) =>
  wait(() => work(...given), milliseconds, false);

const pause = <T>(
  milliseconds = 0,
  value?: T,
  { signal, ref = true }: { signal?: AbortSignal; ref?: boolean } = {},
): Promise<T> =>
  new Promise((resolve, reject) => {
    const refuse = (): void => {
      stopWaiting(timer);
      reject(
        Object.assign(new Error("The operation was aborted"), { name: "AbortError", code: "ABORT_ERR" }),
      );
    };
    const timer = wait(
      () => {
        signal?.removeEventListener("abort", refuse);
        resolve(value as T);
      },
      milliseconds,
      true,
    );
    if (!ref) timer.unref();
    if (signal?.aborted) refuse();
    else signal?.addEventListener("abort", refuse, { once: true });
  });

Object.assign(globalThis, { setTimeout, clearTimeout: stopWaiting });
Object.assign(promises, { setTimeout: pause });
syncBuiltinESMExports();

/** Ends waits, the one that is due first before the others. */
function endWaits(isOver: (one: Waiting) => boolean): void {
  const over = [...waiting.values()].filter(isOver);
  for (const one of over.sort((a, b) => a.due - b.due)) one.end();
}

process.on("message", (message: { ahead?: unknown }) => {
  if (typeof message.ahead !== "number" || message.ahead <= ahead) return;
  ahead = message.ahead;
  const first = count;
  endWaits(({ due }) => due <= now());
  // What was just woken begins its pauses in the same turn.
  setImmediate(() => setImmediate(() => endWaits(({ isPause, order }) => isPause && order >= first)));
});
process.channel?.unref();
