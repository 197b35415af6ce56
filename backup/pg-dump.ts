import { outputOf } from "./child.ts";
import type { ServerAddress } from "./database.ts";
import type { Log } from "./log.ts";
import { Connection, largePieces, outcomeOfComplaint, type Program } from "./postgres-programs.ts";
import type { Bytes } from "./streams.ts";

/** What pg_dump dumps, and how. */
export interface PgDump {
  readonly program: Program;
  readonly source: ServerAddress;
  readonly snapshot: string;
  readonly lockWaitSeconds: number;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Done before its first byte goes on: it prints nothing before it has locked every table. */
  readonly onceLocked: () => Promise<void>;
}

/** The dump of a database as one snapshot shows it. @throws Failure where pg_dump fails, or `onceLocked` does */
export async function* pgDumpOutput(dump: PgDump): Bytes {
  const { program, source, snapshot, lockWaitSeconds, signal, log, onceLocked } = dump;
  const connection = new Connection(source);
  const output = outputOf({
    command: program.path,
    args: [
      "--format=custom",
      "--compress=0",
      "--no-password",
      `--lock-wait-timeout=${lockWaitSeconds}s`,
      `--snapshot=${snapshot}`,
    ],
    environment: { ...connection.environment, ...largePieces() },
    outcome: "dump",
    outcomeOf: outcomeOfComplaint("dump"),
    signal,
    onLine: (line) => log.warn("pg_dump", { line }),
  });
  let isLocked = false;
  try {
    for await (const piece of output) {
      if (!isLocked) await onceLocked();
      isLocked = true;
      yield piece;
    }
  } finally {
    connection.close();
  }
}
