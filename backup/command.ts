import type { Environment } from "./environment.ts";
import type { Log } from "./log.ts";

/** Where a command writes its lines: results, and what happens or went wrong. */
export interface Output {
  say(line: string): void;
  complain(line: string): void;
  /** Whether a person reads along; then logs are words and not JSON. */
  readonly isTerminal?: boolean;
  /** Shows a person what is under way, each time in the place of the last. */
  show?(line: string): void;
}

/** What every command gets. */
export interface CommandContext {
  readonly environment: Environment;
  readonly output: Output;
  readonly log: Log;
  /** Aborted, with an Interrupted as its reason, when a signal asks the program to end. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
}
