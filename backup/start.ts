import { Interrupted } from "./failure.ts";
import { runCommand } from "./program.ts";

/** What the program needs of the process that it runs in. */
export type OwnProcess = Pick<NodeJS.Process, "argv" | "env" | "exitCode"> & {
  readonly stderr: { readonly isTTY?: boolean };
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code?: number): void;
};

/** Milliseconds in which a command may clean up after a signal. */
const patience = 20_000;

/** Runs the command of the process's arguments and sets its exit code; ends it when a signal asked for that. */
export async function start(
  own: OwnProcess,
  output: Pick<Console, "log" | "error">,
  wait = patience,
): Promise<void> {
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // The first process of a container has no default action for signals.
    own.on(signal, () => {
      const interrupted = new Interrupted(signal);
      setTimeout(() => own.exit(interrupted.exitCode), wait).unref();
      interruption.abort(interrupted);
    });
  }
  own.exitCode = await runCommand(
    own.argv.slice(2),
    own.env,
    {
      say: (line) => output.log(line),
      complain: (line) => output.error(line),
      isTerminal: own.stderr.isTTY === true,
    },
    { signal: interruption.signal },
  );
  // What an interrupted command leaves open, such as a connection, ends with the program.
  if (interruption.signal.aborted) own.exit();
}
