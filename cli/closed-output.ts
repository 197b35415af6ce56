import { systemFault } from "./system-faults.ts";

/**
 * Lets the command go on when nobody reads its output any more (`| head`), with the exit code that it comes to; output
 * that cannot be written is a fault.
 */
export function survivesClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") return;
      process.exitCode = 1;
      if (stream === process.stdout)
        process.stderr.write(`the output cannot be written: ${systemFault(error) ?? error.message}\n`);
      process.exit(1);
    });
}
