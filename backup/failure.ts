/** Exit codes of every command and what they mean; the help text prints them. Anything else is a failure too. */
export const exitCodes = {
  done: [0, "done"],
  usage: [64, "unknown command or argument"],
  missing: [65, "a database, user or extension that was asked for is not there, or not fit"],
  unreachable: [69, "the database did not answer, or not finish, in time"],
  unexpected: [70, "unexpected failure"],
  output: [74, "it is done, and its result could not be written"],
  locked: [75, "another run holds the lock, or a lock in the database, for too long"],
  insecure: [76, "the server speaks no TLS, or its certificate is not trusted"],
  refused: [77, "login refused, or the database user lacks a right"],
  environment: [78, "the environment is not valid"],
  version: [80, "the PostgreSQL programs are missing, or older than the server"],
  dump: [81, "pg_dump failed; nothing was kept"],
  compression: [82, "zstd failed; nothing was kept"],
  tooSmall: [83, "the backup is empty, or smaller than it must be"],
  storage: [84, "the object store did not answer, or not as it should"],
  storageRefused: [85, "the object store refuses these credentials"],
  storageMissing: [86, "the bucket or the object is not there"],
  exists: [87, "an object of that name is already there; it was not overwritten"],
  noBackup: [88, "there is no backup that fits"],
  corrupt: [89, "a backup is damaged, or is not what its manifest says"],
  wrongKey: [90, "no identity given opens the backup"],
  unfit: [91, "the target cannot take the backup: version, extensions, roles, space or contents"],
  restore: [92, "pg_restore failed; the target is as it was"],
  production: [93, "the target is production, or would lose what it holds, and that was not confirmed"],
  mismatch: [94, "what was restored is not what was backed up"],
  assertion: [95, "one of the owner's assertions about the restored data does not hold"],
  tooOld: [96, "the newest backup is older than it may be"],
  tooSlow: [97, "the recovery took longer than its objective"],
  maintenance: [98, "a part of the maintenance failed"],
  fromFuture: [99, "the newest backup is from the future: a clock is wrong"],
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

/** What nobody foresaw is a failure too. */
export const failureOf = (error: unknown): Failure =>
  error instanceof Failure ? error : new Failure("unexpected", String(error));

/** The end that a signal asked for. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: "SIGINT" | "SIGTERM") {
    super(`ended by ${signal}`);
    this.exitCode = signal === "SIGINT" ? 130 : 143;
  }
}
