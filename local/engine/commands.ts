import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface CommandOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the command is ended. */
  readonly timeout?: number;
  /** Called with each line of standard error as it comes. */
  readonly onErrorLine?: (line: string) => void;
}

/** Runs a command to its end; undefined where there is no such command. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandOutput | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
      // Not spawn's own timeout: its timer outlives a command that is not there, and keeps this process alive.
      ...(options.timeout === undefined
        ? {}
        : { signal: AbortSignal.timeout(options.timeout), killSignal: "SIGKILL" }),
    });
    let stdout = "";
    const errors: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    createInterface({ input: child.stderr }).on("line", (line) => {
      errors.push(line);
      options.onErrorLine?.(line);
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "EACCES") resolve(undefined);
      else if (error.name !== "AbortError") reject(error);
    });
    child.on("close", (code) => resolve({ exitCode: code ?? 1, stdout, stderr: errors.join("\n") }));
  });
}
