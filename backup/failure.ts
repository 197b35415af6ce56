/** Exit codes of every command and what they mean; the help text prints them. Anything else is a failure too. */
export const exitCodes = {
  done: [0, "done"],
  usage: [64, "unknown command or argument"],
  missing: [65, "a database, user or extension that was asked for is not there, or not fit"],
  unreachable: [69, "the database did not answer, or not finish, in time"],
  unexpected: [70, "unexpected failure"],
  locked: [75, "another run holds the lock, or a lock in the database, for too long"],
  insecure: [76, "the server speaks no TLS, or its certificate is not trusted"],
  refused: [77, "login refused, or the administrator lacks a right"],
  environment: [78, "the environment is not valid"],
} as const satisfies Record<string, readonly [number, string]>;

export type Outcome = keyof typeof exitCodes;

/** A failure that ends the program: one line for a person and an exit code for a machine. Holds no secret. */
export class Failure extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome, message: string) {
    super(message);
    this.outcome = outcome;
  }
}
