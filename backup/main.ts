import { Interrupted } from "./failure.ts";
import { runCommand } from "./program.ts";

const interruption = new AbortController();
/** Milliseconds in which a command may clean up after a signal. */
const patience = 20_000;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // The first process of a container has no default action for signals.
  process.on(signal, () => {
    const interrupted = new Interrupted(signal);
    setTimeout(() => process.exit(interrupted.exitCode), patience).unref();
    interruption.abort(interrupted);
  });
}

process.exitCode = await runCommand(
  process.argv.slice(2),
  process.env,
  {
    say: (line) => console.log(line),
    complain: (line) => console.error(line),
    isTerminal: process.stderr.isTTY === true,
  },
  { signal: interruption.signal },
);
// What an interrupted command leaves open, such as a connection, ends with the program.
if (interruption.signal.aborted) process.exit();
