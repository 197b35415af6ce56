import { exitCodes, Interrupted } from "./failure.ts";
import { runCommand } from "./program.ts";

interface Written {
  on(event: "error", listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/** What the program needs of the process that it runs in. */
export type OwnProcess = Pick<NodeJS.Process, "argv" | "env" | "exitCode"> & {
  readonly stdout: Written;
  readonly stderr: Written & { readonly isTTY?: boolean };
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
  // A backup is worth more than its log: a full disk, or a reader that has gone, does not end it.
  own.stderr.on("error", () => undefined);
  own.stdout.on("error", ({ code, message }) => {
    // Whoever reads no more (`| head`) has what he wanted.
    if (code === "EPIPE") return;
    output.error(`the result cannot be written: ${message}`);
    own.exitCode ||= exitCodes.output[0];
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // The first process of a container has no default action for signals.
    own.on(signal, () => {
      const interrupted = new Interrupted(signal);
      setTimeout(() => own.exit(interrupted.exitCode), wait).unref();
      interruption.abort(interrupted);
    });
  }
  const exitCode = await runCommand(
    own.argv.slice(2),
    own.env,
    {
      say: (line) => output.log(line),
      complain: (line) => output.error(line),
      isTerminal: own.stderr.isTTY === true,
    },
    { signal: interruption.signal, endsInDocument: true },
  );
  own.exitCode = exitCode || (own.exitCode ?? exitCode);
  // What an interrupted command leaves open, such as a connection, ends with the program.
  if (interruption.signal.aborted) own.exit();
}
