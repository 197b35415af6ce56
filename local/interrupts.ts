/** What has to end cleanly before this process may: each is told of every signal. */
const holders = new Set<(signal: NodeJS.Signals) => void>();

/** Exit codes of shells for a command that a signal ended. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
type Handled = keyof typeof exitCodes;

let received: Handled | undefined;

/**
 * Takes the signals that ask this process to end. While something holds it, the signals go there and the process ends
 * when that has ended; else it ends at once, which loses nothing: every lock is the kernel's, every file is whole.
 */
export function takeInterrupts(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    if (!process.listeners(signal).includes(take)) process.on(signal, take);
}

function take(signal: NodeJS.Signals): void {
  received = signal === "SIGTERM" ? signal : "SIGINT";
  if (holders.size === 0) process.exit(exitCodes[received]);
  for (const forward of holders) forward(signal);
}

/** Keeps this process until the returned function is called; signals are handed to `forward` meanwhile. */
export function holdInterrupts(forward: (signal: NodeJS.Signals) => void): () => void {
  holders.add(forward);
  return () => {
    holders.delete(forward);
  };
}

/** The exit code that a signal asks for, when one has come. */
export function interruptedExitCode(): number | undefined {
  return received === undefined ? undefined : exitCodes[received];
}
